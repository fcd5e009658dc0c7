import type { Page } from 'playwright-core'
import { field, fillIn, press } from './forms.ts'

export type Slip = {
  readonly code: string
  readonly pin: string
  /** Everything that stands on it. */
  readonly text: string
}

/** Prints the slip of a case (a first or a new one) and reads it. */
export async function printSlip(page: Page, caseAddress: string): Promise<Slip> {
  await page.goto(caseAddress)
  await page.getByRole('button', { name: /^(?:Neuen )?Zettel drucken$/ }).click()
  await page.waitForURL(`**${caseAddress}/zettel`)
  return readSlip(page)
}

/** Reads the slip on screen. */
export async function readSlip(page: Page): Promise<Slip> {
  const numbered = async (words: string) => {
    const line = await page.getByRole('listitem').filter({ hasText: words }).innerText()
    return line.replace(words, '').trim()
  }
  return {
    code: await numbered('Geben Sie den Kurzcode ein:'),
    pin: await numbered('Geben Sie die PIN ein:'),
    text: await page.locator('body').innerText(),
  }
}

/** Types both numbers at the family's door, in German, and sends them. */
export async function knock(page: Page, { code, pin }: Omit<Slip, 'text'>): Promise<void> {
  await page.goto('/familie?sprache=de')
  await fillIn(page, { Kurzcode: code, PIN: pin })
  await press(page, 'Seite öffnen')
}

/** Opens the page of a family by the numbers of its slip. */
export async function openFamilyPage(page: Page, slip: Omit<Slip, 'text'>): Promise<void> {
  await knock(page, slip)
  await field(page, 'PIN').waitFor({ state: 'detached' })
}

/** What the family reads at this moment in a language. */
export async function familyReads(
  page: Page,
  language: 'de' | 'en' | 'ar',
): Promise<{ readonly text: string; readonly direction: string | null }> {
  await page.goto(`/familie?sprache=${language}`)
  const html = page.locator('html')
  return { text: await html.innerText(), direction: await html.getAttribute('dir') }
}
