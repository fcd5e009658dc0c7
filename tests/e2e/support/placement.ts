import type { Locator, Page } from 'playwright-core'
import { arrives, choose, fillIn, follow, press, reads } from './forms.ts'

/** A school as it is suggested: its number, its name, and everything its card says. */
export type Suggested = {
  readonly number: string
  readonly name: string
  readonly text: string
}

export type Reason = { readonly code: string; readonly sentence: string }

/** Opens the suggestions of a case and reads them, best first. */
export async function readSuggestions(
  page: Page,
  caseAddress: string,
): Promise<readonly Suggested[]> {
  await page.goto(`${caseAddress}/vorschlaege`)
  await arrives(page, 'Schulvorschläge')
  return readCards(page)
}

/** The suggestions on the page that is open. */
export async function readCards(page: Page): Promise<readonly Suggested[]> {
  const heading = page.getByRole('heading', { level: 2 })
  const cards = page.getByRole('main').getByRole('listitem').filter({ has: heading })
  return Promise.all((await cards.all()).map(readCard))
}

async function readCard(card: Locator): Promise<Suggested> {
  const school = card.getByRole('heading').getByRole('link')
  return {
    number: (await school.getAttribute('href'))?.split('/').at(-1) ?? '',
    name: await school.innerText(),
    text: await card.innerText(),
  }
}

/** Proposes the first school of the list. */
export async function proposeFirst(page: Page, school: Suggested): Promise<void> {
  await press(page, `${school.name} vorschlagen`)
  await reads(page, `${school.name} ist vorgeschlagen.`)
}

/** Proposes another one than the first and says why. */
export async function proposeOther(page: Page, school: Suggested, reason: Reason): Promise<void> {
  await choose(page, { Schule: school.name, Grund: reason.code })
  await fillIn(page, { 'Begründung in einem Satz': reason.sentence })
  await press(page, 'Mit diesem Grund vorschlagen')
  await reads(page, `${school.name} ist vorgeschlagen.`)
}

/** The authority opens the proposal of a child from its desk. */
export async function openProposal(page: Page, child: string): Promise<void> {
  await page.goto('/schulamt')
  await follow(page, child)
  await arrives(page, 'Zuweisung')
}

export async function assign(page: Page): Promise<void> {
  await press(page, 'Zuweisen')
  await arrives(page, 'Entscheidungen')
}

/**
 * The authority ticks a child at its desk, assigns it, and reads what came of it. Without a script the
 * button cannot count.
 */
export async function assignAtDesk(page: Page, child: string): Promise<void> {
  await page.goto('/schulamt')
  await page.getByRole('checkbox', { name: `${child} auswählen` }).check()
  await page.getByRole('button', { name: /^(1 Kind|Ausgewählte Kinder) zuweisen$/ }).click()
  await reads(page, '1 Kind ist zugewiesen.')
  await reads(page, /^Ergebnis von \d\d:\d\d Uhr$/)
}

/** What the overview of seats says of a Gemeinde, with its link on the map. */
export async function readSeats(page: Page, town: string): Promise<string> {
  await page.goto('/schulamt/plaetze')
  await arrives(page, 'Plätze im Überblick')
  const onMap = page.getByRole('navigation', { name: 'Karte' }).getByRole('link')
  await onMap.filter({ hasText: town }).first().waitFor()
  return page.getByRole('row', { name: town }).first().innerText()
}

export async function sendBack(page: Page, { code, sentence }: Reason): Promise<void> {
  await choose(page, { Grund: code })
  await fillIn(page, { 'Begründung in einem Satz': sentence })
  await press(page, 'An die Beratung zurückgeben')
  await arrives(page, 'Entscheidungen')
}

/** What a school is asked at its desk. */
export type Asked = 'Vorschlag beantworten' | 'Aufnahme bestätigen' | 'Ersten Schultag bestätigen'

/** The school opens a child from its desk by what it is asked. */
export async function openAtSchool(page: Page, asked: Asked, child: string): Promise<void> {
  await page.goto('/schultisch')
  await follow(page, `${asked}: ${child}`)
  await arrives(page, child)
}

export async function sayCanAdmit(page: Page): Promise<void> {
  await press(page, 'Wir können aufnehmen')
  await arrives(page, 'Schultisch')
}

export async function decline(page: Page, { code, sentence }: Reason): Promise<void> {
  await choose(page, { Grund: code })
  await fillIn(page, { 'Begründung in einem Satz': sentence })
  await press(page, 'Mit diesem Grund absagen')
  await arrives(page, 'Schultisch')
}

/** Confirms the admission and names the class and the first school day. */
export async function confirmAdmission(page: Page, firstDay: string): Promise<void> {
  await fillIn(page, { Klasse: '7b', 'Erster Schultag': firstDay })
  await press(page, 'Aufnahme bestätigen')
  await arrives(page, 'Schultisch')
}

/** Confirms that the child came on the day that was planned. */
export async function confirmFirstDay(page: Page): Promise<void> {
  await press(page, 'Ersten Schultag bestätigen')
  await arrives(page, 'Schultisch')
}
