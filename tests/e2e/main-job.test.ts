import { describeMainJob } from './support/main-job.ts'

describeMainJob('the main job, by everybody who has a part in it', { javaScriptEnabled: true })
