import { describeLastPlace } from './support/last-place.ts'

describeLastPlace('the last place of a school', { javaScriptEnabled: true })
