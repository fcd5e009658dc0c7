import type { Page } from 'playwright-core'
import { meetingDay } from '#tests/setup/meeting-day.ts'
import { today } from './days.ts'
import { arrives, fillIn, follow, press, reads } from './forms.ts'

/** Appoints the family for tomorrow morning, or Monday's, from the case's next step. */
export async function appoint(page: Page, caseAddress: string, place: string): Promise<void> {
  await page.goto(caseAddress)
  await follow(page, 'Termin vereinbaren')
  await arrives(page, 'Termin')
  await fillIn(page, { Tag: meetingDay(today(), 1), Uhrzeit: '10:30', 'Ort oder Raum': place })
  await press(page, 'Termin vereinbaren')
  await reads(page, 'Der Termin ist am')
}
