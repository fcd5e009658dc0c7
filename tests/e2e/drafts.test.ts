import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '#app/cli/demo/sign-ins.ts'
import { type Connection, Sqlite } from '#db/sqlite.server.ts'
import { launchBrowser, type TestBrowser } from '#tests/setup/chromium.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { arrives, choose, field, fillIn, pick, press, reads } from './support/forms.ts'
import { inOrder } from './support/in-order.ts'
import { caseAddress, type Meldung } from './support/registration.ts'
import { signIn } from './support/sign-in.ts'
import { lookAt } from './sweep/look.ts'

const STARTS_WITHIN_MS = 90_000
const ME = { email: 'beratung@demo.example', password: DEMO_PASSWORD }
const BACK = /Ihre Eingaben von \d\d:\d\d Uhr sind wieder da/
const LOCK = 'Für das Kind gilt eine Auskunfts- oder Adresssperre'
const NOTE = 'Zur Gesamtschule, weil die Schwester dort ist.'

const MELDUNG: Omit<Meldung, 'guardian'> = {
  texts: {
    Vornamen: 'Solomiia',
    Nachname: 'Wereschtschuk',
    Tag: '9',
    Monat: '2',
    Jahr: String(new Date().getFullYear() - 9),
    Telefon: '030 23125-190',
  },
  choices: { 'Sprache der Familie': 'Ukrainisch – українська', Gemeinde: 'Altenrode' },
  sex: 'weiblich',
}

describe.skipIf(!chromiumPresent)('nothing typed is lost (needs Chromium)', () => {
  let server: TestServer
  let browser: TestBrowser
  let plain: BrowserContext
  let scripted: BrowserContext
  let address: string

  inOrder()
  beforeAll(async () => {
    server = await startServer({ timeoutMs: STARTS_WITHIN_MS })
    browser = await launchBrowser()
    const baseURL = server.origin
    plain = await browser.newContext({ baseURL, javaScriptEnabled: false, width: 320 })
    scripted = await browser.newContext({ baseURL })
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('the session runs out while the Meldung is typed, without JavaScript: it is back after signing in', async () => {
    const page = await plain.newPage()
    await signIn(page, ME)
    await page.goto('/faelle/neu')
    await fillIn(page, MELDUNG.texts)
    await choose(page, MELDUNG.choices)
    await pick(page, 'Geschlecht', MELDUNG.sex)
    await field(page, LOCK).check()
    letSessionsRunOut(server)
    await press(page, 'Kind melden')

    await arrives(page, 'Anmelden')
    await reads(page, 'Ihre Eingaben sind gesichert; nach der Anmeldung geht es hier weiter.')
    await fillIn(page, { 'E-Mail-Adresse': ME.email, Passwort: ME.password })
    await press(page, 'Anmelden')

    await arrives(page, 'Kind melden')
    await reads(page, BACK)
    for (const [label, text] of Object.entries(MELDUNG.texts)) {
      expect(await field(page, label).inputValue()).toBe(text)
    }
    expect(await field(page, 'Gemeinde').locator('option:checked').innerText()).toBe('Altenrode')
    expect(await page.getByRole('radio', { name: 'weiblich' }).isChecked()).toBe(true)
    expect(await field(page, LOCK).isChecked()).toBe(true)
    await field(page, LOCK).uncheck()

    await press(page, 'Kind melden')
    address = await caseAddress(page)
    expect(registeredCalled(server)).toBe(1)
    await page.goto('/faelle/neu')
    await arrives(page, 'Kind melden')
    expect(await page.getByText(BACK).count()).toBe(0)
    expect(await field(page, 'Vornamen').inputValue()).toBe('')
    await page.close()
  })

  test('the tab is lost: what was kept by then is offered in a new one, and looks as it should', async () => {
    const lost = await scripted.newPage()
    await lost.clock.install()
    await signIn(lost, ME)
    await openWish(lost, address)
    await field(lost, 'Anmerkung zum Wunsch').fill(NOTE)
    await lost.clock.fastForward(21_000)
    await reads(lost, 'Ihre Eingaben werden als Entwurf gesichert.')
    await lost.close()

    const page = await scripted.newPage()
    const open = () => openWish(page, address)
    expect(await lookAt(page, { picture: 'entwurf-beratung', open })).toEqual([])
    await reads(page, BACK)
    expect(await field(page, 'Anmerkung zum Wunsch').inputValue()).toBe(NOTE)
    expect(await page.evaluate(storage)).not.toContain('Gesamtschule')
    await page.close()
  })

  test('thrown away it leaves the form, and does not come back', async () => {
    const page = await scripted.newPage()
    await openWish(page, address)
    await press(page, 'Eingaben verwerfen')
    await page.getByText(BACK).waitFor({ state: 'detached' })
    expect(await field(page, 'Anmerkung zum Wunsch').inputValue()).toBe('')
    await openWish(page, address)
    expect(await page.getByText(BACK).count()).toBe(0)
    await page.close()
  })

  test.each([
    ['to another site', (page: Page) => page.goto('about:blank')],
    [
      'to another page of ours',
      (page: Page) => page.getByRole('link', { name: /^Arbeitsliste/ }).click(),
    ],
  ])('whoever goes %s at once finds it again; whoever saves it does not', async (_where, leave) => {
    const page = await scripted.newPage()
    await openWish(page, address)
    const note = field(page, 'Anmerkung zum Wunsch')
    await note.fill('Eine Schule mit Ganztag')
    await leave(page)
    await expectDraft(server, 1)

    await openWish(page, address)
    await reads(page, BACK)
    expect(await note.inputValue()).toBe('Eine Schule mit Ganztag')
    await note.fill('Eine Schule mit Ganztag und Mensa')
    await press(page, 'Speichern und weiter')
    await arrives(page, 'Beratungsbogen: Empfehlung')
    await expectDraft(server, 0)
    await openWish(page, address)
    expect(await page.getByText(BACK).count()).toBe(0)
    expect(await note.inputValue()).toBe('Eine Schule mit Ganztag und Mensa')
    await page.close()
  })

  test('a page with an old token says that it keeps nothing, and does not try for ever', async () => {
    const page = await scripted.newPage()
    await page.clock.install()
    const answers: number[] = []
    page.on('response', (answer) => {
      if (answer.request().method() === 'POST') answers.push(answer.status())
    })
    await openWish(page, address)
    const token = page.locator('main form input[name="_csrf"]').last()
    await token.evaluate((input) => input.setAttribute('value', 'veraltet'))
    await field(page, 'Anmerkung zum Wunsch').fill(NOTE)
    await page.clock.fastForward(21_000)
    await reads(page, 'Ihre Eingaben werden nicht als Entwurf gesichert.')
    await page.clock.fastForward(3_600_000)
    await page.goto('about:blank')
    expect(answers).toEqual([403])
    await page.close()
  })

  test('who types nothing sends nothing', async () => {
    const page = await scripted.newPage()
    await page.clock.install()
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url())
    })
    await openWish(page, address)
    await page.clock.fastForward(3_600_000)
    await page.goto('/arbeitsliste')
    expect(sent).toEqual([])
    await page.close()
  })

  test('who saves what somebody has ended meanwhile can still copy it', async () => {
    const [page, other] = [await scripted.newPage(), await scripted.newPage()]
    await openWish(page, address)
    await field(page, 'Anmerkung zum Wunsch').fill(NOTE)
    await other.goto(`${address}/ende`, { waitUntil: 'networkidle' })
    await choose(other, { Grund: 'Die Familie ist umgezogen' })
    await fillIn(other, { 'Begründung in einem Satz': 'Die Familie ist umgezogen.' })
    await press(other, 'Fall beenden')
    await reads(other, 'Der Grund steht im Verlauf des Falls')

    await press(page, 'Speichern und weiter')
    await reads(page, 'Das hatten Sie eingegeben; es ist nicht gespeichert.')
    await reads(page, NOTE)
    await page.close()
  })
})

async function openWish(page: Page, address: string): Promise<void> {
  await page.goto(`${address}/beratung?thema=wunsch`, { waitUntil: 'networkidle' })
  await arrives(page, 'Beratungsbogen: Wunsch der Familie')
}

/** What the browser keeps of our pages, as text. */
function storage(): string {
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }])
}

/** As if nobody had used any session for 31 minutes. */
function letSessionsRunOut(server: TestServer): void {
  const idle = new Date(Date.now() - 31 * 60_000).toISOString()
  withData(server, (data) => data.prepare('update session set last_seen_at = ?').run(idle))
}

/** How many cases were registered today. */
function registeredCalled(server: TestServer): number {
  const today = new Date(Date.now() - 600_000).toISOString()
  return withData(server, (data) =>
    Number(
      data
        .prepare(
          "select count(*) from case_event where event = 'case_registered' and recorded_at > ?",
        )
        .pluck()
        .get(today),
    ),
  )
}

/** A beacon is on its way when its page is gone already. */
async function expectDraft(server: TestServer, count: number): Promise<void> {
  const drafts = () =>
    withData(server, (data) => data.prepare('select count(*) from draft').pluck().get())
  await expect.poll(drafts, { timeout: 10_000 }).toBe(count)
}

function withData<T>(server: TestServer, use: (data: Connection) => T): T {
  const data = new Sqlite(join(server.dataDir, 'einstieg.db'))
  try {
    return use(data)
  } finally {
    data.close()
  }
}
