import type { Page } from 'playwright-core'
import { arrives, choose, field, fillIn, pick, press } from './forms.ts'

/** What is typed to register a child, by the words of the page. */
export type Meldung = {
  readonly texts: Readonly<Record<string, string>>
  readonly choices: Readonly<Record<string, string>>
  readonly sex: 'männlich' | 'weiblich'
  readonly guardian: { readonly name: string; readonly role: 'Mutter' | 'Vater' }
}

/** Opens the form from the work list and fills it in; nothing is sent. */
export async function fillInMeldung(page: Page, meldung: Meldung): Promise<void> {
  await page.goto('/arbeitsliste')
  await page.getByRole('link', { name: 'Kind melden', exact: true }).click()
  await arrives(page, 'Kind melden')
  await fillIn(page, meldung.texts)
  await choose(page, meldung.choices)
  await fillIn(page, { 'Sorgeberechtigte Person': meldung.guardian.name })
  await field(page, 'Wer ist das?').selectOption({ label: meldung.guardian.role })
  await pick(page, 'Geschlecht', meldung.sex)
}

/** Registers a child nobody is likely to know, and gives the address of its case. */
export async function register(page: Page, meldung: Meldung): Promise<string> {
  await fillInMeldung(page, meldung)
  await press(page, 'Kind melden')
  return caseAddress(page)
}

/** The address of the case that opens, `/faelle/…`. */
export async function caseAddress(page: Page): Promise<string> {
  await page.waitForURL(/\/faelle\/(?!neu)[^/?]+$/)
  return new URL(page.url()).pathname
}
