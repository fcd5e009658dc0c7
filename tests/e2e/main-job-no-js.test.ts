import { describeMainJob } from './support/main-job.ts'

describeMainJob('the main job without JavaScript', { javaScriptEnabled: false })
