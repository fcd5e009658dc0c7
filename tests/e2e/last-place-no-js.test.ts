import { describeLastPlace } from './support/last-place.ts'

describeLastPlace('the last place of a school without JavaScript', { javaScriptEnabled: false })
