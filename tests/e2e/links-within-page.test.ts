import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { today } from './support/days.ts'
import { type Demo, openDemo } from './support/demo.ts'
import { arrives, choose, field, fillIn, follow, pick, press, reads } from './support/forms.ts'
import { getsFocus } from './support/keys.ts'

const SKIP = 'Zum Inhalt springen'
const START = 'Ersten Schultag bestätigen'

describe.skipIf(!chromiumPresent)('a link within the page (needs Chromium)', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
  })
  afterAll(() => demo?.end())

  const formOf = (page: Page, name: string) => page.getByRole('form', { name, exact: true })
  const classOf = (page: Page) => field(formOf(page, 'Klasse'), 'Klasse')

  /** Two people look at a child of the school; the first of them names the class. */
  async function oneNamesTheClass(
    school: string,
    pupil: string | RegExp,
    javaScriptEnabled: boolean,
  ) {
    const office = await demo.as(school)
    const other = await demo.as(school, { javaScriptEnabled })
    for (const page of [office, other]) {
      await page.goto('/schultisch')
      await follow(page, pupil)
      await page.getByRole('button', { name: 'Klasse speichern' }).waitFor()
      await settles(page)
    }
    const address = other.url()
    await classOf(office).fill('7x')
    await press(office, 'Klasse speichern')
    await arrives(office, 'Schultisch')
    const stored = async () => {
      await office.goto(address)
      return classOf(office).inputValue()
    }
    return { other, stored }
  }

  /** Waits until an answer is there whole: the page it belongs to is read anew after it, with a script. */
  async function settles(page: Page) {
    await page.waitForLoadState()
    await page.waitForFunction(
      () => (window.__remixRouter?.state.navigation.state ?? 'idle') === 'idle',
    )
  }

  /** Waits for what is missing: a script moves the focus there, also when the last list stands there still. */
  async function isListed(page: Page, isScripted: boolean) {
    if (isScripted) await getsFocus(page, page.locator('.m-summary'))
    else await settles(page)
  }

  /** Goes to the content by the first link of the page, as one does with the keyboard. */
  async function skip(page: Page) {
    await settles(page)
    await page.getByRole('link', { name: SKIP }).press('Enter')
    await getsFocus(page, page.locator('#inhalt'))
    await page.waitForURL(/#inhalt$/)
  }

  /** Back and forward over the place that was jumped to; they leave the page as it is. */
  async function thereAndBack(page: Page) {
    await page.goBack()
    await page.waitForURL(/^[^#]*$/)
    await page.goForward()
    await page.waitForURL(/#/)
  }

  describe.each([
    { how: 'with JavaScript', javaScriptEnabled: true, pupil: /^Kalina Petrova/, times: 2 },
    { how: 'without JavaScript', javaScriptEnabled: false, pupil: /^Kerem Öztürk/, times: 1 },
  ])('$how', ({ javaScriptEnabled, pupil, times }) => {
    test('from what is missing to which of both: it is asked until it is chosen', async () => {
      const { other, stored } = await oneNamesTheClass('schule2', pupil, javaScriptEnabled)
      const choice = other.getByRole('group', { name: 'Klasse', exact: true })
      const asked = choice.getByText('Jetzt gespeichert: 7x')
      await classOf(other).fill('7y')
      await pick(other, 'Klassenart', 'Regelklasse (RK)')
      await press(other, 'Klasse speichern')
      await asked.waitFor()
      await settles(other)

      for (let again = 0; again < times; again += 1) {
        await press(other, 'Klasse speichern')
        await isListed(other, javaScriptEnabled)
        await follow(other, /^Klasse: Bitte wählen/)
        await getsFocus(other, choice.getByRole('radio').first())
        if (javaScriptEnabled) await thereAndBack(other)
        await asked.waitFor()
        expect(await stored()).toBe('7x')
      }

      await choice.getByRole('radio', { name: /^Meine Eingabe übernehmen/ }).check()
      await press(other, 'Klasse speichern')
      await arrives(other, 'Schultisch')
      expect(await stored()).toBe('7y')
    })

    test('over the navigation to the content, while numbers are looked at: they stay', async () => {
      const page = await demo.as('schule4', { javaScriptEnabled })
      const cell = page.locator('input[name="pools.0.seats"]')
      await page.goto('/schultisch')
      const seats = String(Number(await cell.inputValue()) + 1)
      await cell.fill(seats)
      await choose(page, { 'Grund der Änderung': 'Räume' })
      await press(page, 'Änderungen prüfen')
      await reads(page, 'Gespeichert ist noch nichts.')
      await skip(page)
      if (javaScriptEnabled) await thereAndBack(page)
      await press(page, 'Geprüfte Zahlen speichern')
      await cell.waitFor()
      await page.goto('/schultisch')
      expect(await cell.inputValue()).toBe(seats)
    })
  })

  test('what is typed in one form stays while the question of another is jumped over', async () => {
    const { other } = await oneNamesTheClass('schule7', `${START}: Adam Qasem`, true)
    await classOf(other).fill('1y')
    await fillIn(formOf(other, START), { 'Erster Schultag': today() })
    await press(other, START)
    await reads(other, 'Beides zusammen steht jetzt im Formular.')
    await skip(other)
    await thereAndBack(other)
    await reads(other, 'Beides zusammen steht jetzt im Formular.')
    expect(await classOf(other).inputValue()).toBe('1y')
    await press(other, 'Klasse speichern')
    const choice = other.getByRole('group', { name: 'Klasse', exact: true })
    await choice.getByText('Jetzt gespeichert: 7x').waitFor()
  })

  test('back from a place in another page is a way like any other', async () => {
    const page = await demo.as('schule4')
    await page.goto('/schultisch')
    await arrives(page, 'Schultisch')
    await skip(page)
    await page.locator('a[href="/konto"]').first().click()
    await arrives(page, 'Ihr Konto')
    await page.goBack()
    await arrives(page, 'Schultisch')
    await page.goForward()
    await arrives(page, 'Ihr Konto')
  })
})
