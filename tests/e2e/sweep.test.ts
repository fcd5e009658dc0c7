import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, type TestBrowser } from '#tests/setup/chromium.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type DemoSamples, readDemoSamples } from './sweep/demo-samples.ts'
import { clearPictures, lookAt, printPages } from './sweep/look.ts'
import { comeIn, PEOPLE, type Person, type PersonKey } from './sweep/people.ts'
import { addressesOf, NEVER_SHOWN, PATTERNS } from './sweep/site-map.ts'
import { type Seen, visitAs } from './sweep/visit.ts'

/** The first has one account and four children; the second a child of every stage a school sees. */
const SCHOOLS = ['900051', '900041'] as const
const STARTS_WITHIN_MS = 90_000

/** Everything the sweep looks for, on one page. */
const BROKEN = `
  <h1>Eins</h1><h1>Zwei</h1><style>p { color: red }</style>
  <img src="/favicon.svg" width="700">
  <p><button>a</button><button>b</button></p>
`

describe.skipIf(!chromiumPresent)('every page as everybody', () => {
  let server: TestServer
  let browser: TestBrowser
  let people: readonly Person[]
  let samples: DemoSamples
  const seen: Seen = new Set()

  beforeAll(async () => {
    await clearPictures()
    server = await startServer({ timeoutMs: STARTS_WITHIN_MS })
    samples = readDemoSamples(server.dataDir, SCHOOLS)
    browser = await launchBrowser()
    people = await Promise.all(PEOPLE.map((key) => comeIn(key, browser, server)))
  })

  function personCalled(key: PersonKey): Person {
    const person = people.find((one) => one.key === key)
    if (person === undefined) throw new Error(`${key} has not come in`)
    return person
  }

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  // first of all: a family's session is the shortest
  test.each(['de', 'en', 'ar'])('the family that is signed in, in %s', async (language) => {
    const { tab } = personCalled('familie')
    const open = () => tab.goto(`/familie?sprache=${language}`)
    const picture = `familie/angemeldet-${language}`
    expect(await lookAt(tab, { picture, open })).toEqual([])
    expect(await tab.locator('html').getAttribute('lang')).toBe(language)
    expect(await tab.locator('.five li').count()).toBe(5)
  })

  test.each(PATTERNS)('%s', async (pattern) => {
    const leg = { pattern, addresses: addressesOf(pattern, samples) }
    const findings: string[] = []
    const shownTo: string[] = []
    const walk = async (lane: readonly Person[]) => {
      for (const person of lane) {
        const visited = await visitAs(person, leg, seen)
        findings.push(...visited.findings)
        shownTo.push(...visited.shownTo)
      }
    }
    // each in a window of their own: two at a time
    const half = Math.ceil(people.length / 2)
    await Promise.all([walk(people.slice(0, half)), walk(people.slice(half))])
    expect(findings).toEqual([])
    expect(shownTo.length > 0, `shown to ${shownTo}`).toBe(!NEVER_SHOWN.includes(pattern))
  })

  test('the parts of a case: each has the same head and tabs, and says which it is', async () => {
    const { tab } = personCalled('beratung')
    for (const caseId of [samples.arabicCaseId, ...samples.caseIds.slice(0, 1)]) {
      const overview = `/faelle/${caseId}`
      await tab.goto(overview)
      const tabs = tab.getByRole('navigation', { name: 'Teile des Falls' })
      const hrefs = await tabs.getByRole('link').evaluateAll(addresses)
      expect(hrefs.length).toBe(8)
      for (const href of hrefs) {
        await tab.goto(href)
        expect(await tabs.getByRole('link').evaluateAll(addresses)).toEqual(hrefs)
        expect(await tabs.locator('[aria-current=page]').evaluateAll(addresses)).toEqual([href])
        const wayBack = tab.getByRole('navigation', { name: 'Sie sind hier' }).getByRole('link')
        if (href !== overview) expect(await wayBack.evaluateAll(addresses)).toEqual([overview])
      }
    }
  })

  test('the slip, on the screen and on paper', async () => {
    const { tab } = personCalled('beratung')
    await tab.goto(`/faelle/${samples.arabicCaseId}`)
    const print = tab.locator('form[action$="/zettel"] button')
    const slip = { picture: 'zettel', open: () => print.click() }
    expect(await lookAt(tab, slip)).toEqual([])
    expect(await printPages(tab, 'zettel')).toBe(1)
  })

  test('the sweep objects to a page that is broken, wide and narrow', async () => {
    const tab = await browser.newPage({ baseURL: server.origin })
    const open = async () => {
      await tab.goto('/familie')
      await tab.setContent(BROKEN)
    }
    const findings = await lookAt(tab, { picture: 'kontrolle', open })
    const expected = [
      /^console: .*Content Security Policy/,
      /^no title$/,
      /^no language$/,
      /^2 headings of the first level$/,
      /^axe: image-alt at img/,
      /^axe: target-size at .* \(at 320 px\)$/,
      /^the page scrolls sideways: 7\d\d px \(img\.\) \(at 320 px\)$/,
    ]
    for (const one of expected) expect(findings).toContainEqual(expect.stringMatching(one))
    await tab.close()
  })
})

/** Where links lead; runs in the page. */
function addresses(links: readonly Element[]): readonly string[] {
  return links.map((link) => link.getAttribute('href') ?? '')
}

test('the sweep refuses an address whose parameter it has no sample for', () => {
  const samples = { caseIds: ['1'], schoolNumbers: ['900051'], arabicCaseId: '1' }
  expect(addressesOf('/faelle/:id/verlauf', samples)).toEqual(['/faelle/1/verlauf'])
  expect(() => addressesOf('/faelle/:neues', samples)).toThrow('no samples for :neues')
})
