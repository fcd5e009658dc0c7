import type { Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_PIN, DEMO_SHORT_CODE } from '#app/cli/demo/sign-ins.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { type Demo, openDemo } from './support/demo.ts'
import { familyReads, knock, openFamilyPage, printSlip, readSlip } from './support/family.ts'
import { arrives, fillIn, follow, press, reads, textOf } from './support/forms.ts'

/** The family of the fixed slip: an appointment lies ahead. */
const CHILD = 'Nour'
const SLIP = { code: DEMO_SHORT_CODE, pin: DEMO_PIN }
const NO_MATCH = 'Kurzcode und PIN passen nicht zusammen.'
const LANGUAGES = ['de', 'en', 'ar'] as const

/** What an old phone may load for one page, and what our own style may weigh, in bytes. */
const ON_THE_WIRE = 50_000
const OWN_CSS = 10_000

describe.skipIf(!chromiumPresent)('the family page on an old phone (needs Chromium)', () => {
  let demo: Demo
  let phone: Page

  beforeAll(async () => {
    demo = await openDemo({ javaScriptEnabled: false })
    phone = await demo.visit({ width: 320 })
  })
  afterAll(() => demo?.end())

  test('an unknown code and a wrong PIN get the same answer, and nothing of a child', async () => {
    const [unknown, wrong] = [
      { code: 'AAAAA-AAAAA', pin: DEMO_PIN },
      { code: DEMO_SHORT_CODE, pin: '00000000' },
    ]
    const answers: string[] = []
    for (const slip of [unknown, wrong]) {
      await knock(phone, slip)
      await reads(phone, NO_MATCH)
      answers.push((await textOf(phone)).replace(slip.code, ''))
    }
    expect(answers[0]).toBe(answers[1])
    expect(answers[0]).not.toContain(CHILD)
    expect(await phone.getByLabel('PIN').inputValue()).toBe('')
  })

  test('after some wrong tries one has to wait', async () => {
    const stranger = await demo.visit()
    const said: string[] = []
    for (let tries = 0; tries < 6; tries += 1) {
      await knock(stranger, { code: 'BBBBB-BBBBB', pin: `1111111${tries}` })
      await stranger.getByRole('alert').waitFor()
      said.push(await stranger.getByRole('alert').innerText())
    }
    expect(said.slice(0, 5).every((words) => words.includes(NO_MATCH))).toBe(true)
    expect(said[5]).toContain('Zu viele Versuche. Bitte warten Sie 15 Minuten.')
  })

  test('code and PIN open it however they are typed, in all three languages', async () => {
    await openFamilyPage(phone, { code: 'k7m4x qr2tp', pin: '2718 2818' })
    const seen = Object.fromEntries(
      await Promise.all(
        LANGUAGES.map(async (language) => {
          const page = await phone.context().newPage()
          return [language, await familyReads(page, language)] as const
        }),
      ),
    )
    expect(seen['de']?.text).toContain(`Eine Schule für ${CHILD}`)
    expect(seen['de']?.text).toContain('Schritt 2 von 5: Termin')
    expect(seen['en']?.text).toContain('Step 2 of 5')
    expect(seen['ar']?.text).toContain('الخطوة 2 من 5')
    expect(seen['ar']?.direction).toBe('rtl')
  })

  test.each(LANGUAGES)('%s fits into 320 px and is light, without a script', async (language) => {
    const { bytes, css, scripts } = await weigh(phone, `/familie?sprache=${language}`)
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(ON_THE_WIRE)
    expect(css).toBeGreaterThan(0)
    expect(css).toBeLessThanOrEqual(OWN_CSS)
    expect(scripts).toBe(0)
    expect(await phone.content()).not.toMatch(/<script|rel="modulepreload"/)
    expect(await widthOf(phone)).toBeLessThanOrEqual(320)
  })

  test('the door itself is as light', async () => {
    const stranger = await demo.visit({ width: 320 })
    const { bytes, css, scripts } = await weigh(stranger, '/familie')
    expect(bytes).toBeLessThanOrEqual(ON_THE_WIRE)
    expect(css).toBeLessThanOrEqual(OWN_CSS)
    expect(scripts).toBe(0)
    expect(await stranger.content()).not.toContain('<script')
    expect(await widthOf(stranger)).toBeLessThanOrEqual(320)
  })

  test('the measure sees the scripts of a staff page', async () => {
    const { bytes, scripts } = await weigh(
      await demo.visit({ javaScriptEnabled: true }),
      '/anmelden',
    )
    expect(scripts).toBeGreaterThan(0)
    expect(bytes).toBeGreaterThan(ON_THE_WIRE)
  })

  test('signing out leaves nothing behind', async () => {
    await phone.goto('/familie?sprache=de')
    await reads(phone, `Eine Schule für ${CHILD}`)
    await press(phone, 'Abmelden')
    await phone.getByLabel('PIN').waitFor()
    expect(await textOf(phone)).not.toContain(CHILD)
    await phone.goto('/familie?sprache=de')
    expect(await textOf(phone)).not.toContain(CHILD)
  })

  test('a new slip ends the old PIN, and a reload of it that one too', async () => {
    const counsellor = await demo.as('beratung')
    await counsellor.goto('/arbeitsliste?fuer=alle')
    await fillIn(counsellor, { 'Kind suchen': 'Darwish' })
    await press(counsellor, 'Suchen')
    await follow(counsellor, 'Nour Darwish')
    await arrives(counsellor, 'Nour Darwish')
    const first = await printSlip(counsellor, new URL(counsellor.url()).pathname)
    const answer = await counsellor.reload()
    expect(answer?.status()).toBe(200)
    expect(answer?.headers()['cache-control']).toContain('no-store')
    const second = await readSlip(counsellor)
    expect(new Set([SLIP.pin, first.pin, second.pin]).size).toBe(3)

    const stranger = await demo.visit()
    await knock(stranger, SLIP)
    await reads(stranger, NO_MATCH)
    await knock(stranger, first)
    await reads(stranger, NO_MATCH)
    await openFamilyPage(stranger, second)
    await reads(stranger, `Eine Schule für ${CHILD}`)
  })
})

/** Loads a page with an empty cache: bytes of all answers as sent, of our style as read, scripts. */
async function weigh(page: Page, address: string) {
  const answers: Response[] = []
  const note = (response: Response) => answers.push(response)
  page.on('response', note)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.goto(address, { waitUntil: 'networkidle' })
  page.off('response', note)
  const sizes = await Promise.all(
    answers.map(async (response) => {
      const { responseBodySize, responseHeadersSize } = await response.request().sizes()
      return responseBodySize + responseHeadersSize
    }),
  )
  const styles = answers.filter((answer) => answer.request().resourceType() === 'stylesheet')
  const css = await Promise.all(styles.map(async (style) => (await style.body()).length))
  return {
    bytes: sum(sizes),
    css: sum(css),
    scripts: answers.filter((answer) => answer.request().resourceType() === 'script').length,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** How wide the page is: more than its window when it scrolls sideways. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth)
}
