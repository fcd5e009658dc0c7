import type { Locator, Page } from 'playwright-core'

type Place = Page | Locator

/** A field by its whole label; "(freiwillig)" after it is not part of its name. */
export function field(place: Place, label: string): Locator {
  const words = label.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return place.getByLabel(new RegExp(`^${words}(?: \\(freiwillig\\))?$`))
}

/** Fills fields in, by their labels. */
export async function fillIn(
  place: Place,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [label, value] of Object.entries(values)) await field(place, label).fill(value)
}

/** Chooses from lists, by their labels and the words of the choice. */
export async function choose(
  place: Place,
  choices: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [label, choice] of Object.entries(choices)) {
    await field(place, label).selectOption({ label: choice })
  }
}

/** Picks one of the few answers to a question. */
export async function pick(place: Place, question: string, answer: string): Promise<void> {
  await place
    .getByRole('group', { name: question })
    .getByRole('radio', { name: answer, exact: true })
    .check()
}

/** Presses the button of that name. */
export function press(place: Place, name: string): Promise<void> {
  return place.getByRole('button', { name, exact: true }).click()
}

/** Follows the link of that name. */
export function follow(place: Place, name: string | RegExp): Promise<void> {
  return place.getByRole('link', { name, exact: true }).click()
}

/** Waits until the words stand on the page. */
export function reads(place: Place, words: string | RegExp): Promise<void> {
  return place.getByText(words).first().waitFor()
}

/** Waits for the page with that heading (its one `h1`). */
export function arrives(page: Page, heading: string | RegExp): Promise<void> {
  return page.getByRole('heading', { level: 1, name: heading }).waitFor()
}

/** What a person reads on the page when all of it has arrived (its end may still be on its way). */
export async function textOf(page: Page): Promise<string> {
  await page.waitForLoadState()
  return page.locator('body').innerText()
}
