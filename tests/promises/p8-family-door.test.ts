import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { argonHasher } from '#app/deps/hasher.server.ts'
import type { AccountId } from '#app/domain/ids.ts'
import { type Instant, today } from '#app/domain/time.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { resetAccount } from '#app/services/account/reset-account.server.ts'
import { printSlip, type Slip } from '#app/services/family/print-slip.server.ts'
import { canary, canaryRegistration, STEM } from '#tests/promises/canaries.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import { done } from '#tests/promises/steps.ts'
import { launchBrowser, type TestBrowser } from '#tests/setup/chromium.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { openBrowser, type Reply, signInFamily } from '#tests/setup/session.ts'
import { CENTRES, registered } from '#tests/setup/world.ts'

const LONG = 240_000
const SERIAL = 8
const NEW_PASSWORD = 'Regen im November'

/** Who fetches a link before its person does: scanners of mail, previews of messengers, prefetching. */
const SCANNERS: readonly Readonly<Record<string, string>>[] = [
  { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks; ATP)' },
  { 'user-agent': 'WhatsApp/2.23.20.0' },
  { 'user-agent': 'facebookexternalhit/1.1' },
  { 'user-agent': 'TelegramBot (like TwitterBot)' },
  { 'user-agent': 'Slackbot-LinkExpanding 1.0' },
  { 'user-agent': 'Mimecast URL Protect' },
  { 'user-agent': 'curl/8.5.0' },
  { 'user-agent': 'Mozilla/5.0 Chrome/142', purpose: 'prefetch' },
  { 'user-agent': 'Mozilla/5.0 Chrome/142', 'sec-purpose': 'prefetch;prerender' },
  { 'user-agent': 'Mozilla/5.0 Firefox/140', 'x-moz': 'prefetch' },
]

let world: SharedWorld
let server: TestServer
let slip: Slip
/** What proves somebody: nowhere to be read in a log or an address. */
const secrets = new Set<string>()

beforeAll(async () => {
  world = await makeFileWorld()
  // the server has the system's clock
  world.clock.moveTo(new Date().toISOString() as Instant)
  const facts = canaryRegistration(SERIAL, { registeredOn: today(world.clock) })
  const caseId = await registered(world, facts)
  slip = done(await printSlip({ ...world.as('counsellor'), hasher: argonHasher() }, caseId))
  for (const secret of [slip.code, slip.pin]) secrets.add(secret)
  server = await startServer({ dataDir: world.dataDir, env: world.env })
}, LONG)

afterAll(async () => {
  await server?.stop()
  await world?.close()
})

/** The token of a link that was just made for somebody invited, or whose account was reset. */
async function linkFor(what: 'invitation' | 'reset', key: string): Promise<string> {
  const { id: centreId } = CENTRES.DN
  const person = { email: `${key}@beispiel.example`, name: 'Nora Neu' }
  const invited = { role: 'counsellor' } as const
  const issued =
    what === 'invitation'
      ? done(await inviteAccount(world.as('lead'), { ...person, centreId, invited }))
      : done(
          await resetAccount(world.as('lead'), {
            centreId,
            accountId: `account-${key}` as AccountId,
          }),
        )
  const token = (issued.kind === 'fresh' ? issued.link : '').split('#')[1] ?? ''
  secrets.add(token)
  return token
}

/** Fetches a page as every scanner would, by GET and HEAD; gives all answers. */
async function scan(path: string): Promise<readonly Reply[]> {
  const replies: Reply[] = []
  for (const headers of SCANNERS) {
    for (const method of ['GET', 'HEAD']) {
      replies.push(await openBrowser(server).send({ method, path, headers }))
    }
  }
  return replies
}

async function accept(code: string): Promise<Reply> {
  const fields = { code, password: NEW_PASSWORD, again: NEW_PASSWORD }
  return openBrowser(server).post('/einladung', fields)
}

describe('P8: who fetches a link before its person does', () => {
  test('changes nothing at the family’s door, and the family still comes in', async () => {
    const before = await fingerprint(world)
    const replies = await scan('/familie?sprache=ar')
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    expect(replies.filter(({ body }) => body.includes(STEM))).toEqual([])
    expect(await fingerprint(world)).toEqual(before)
    const family = await signInFamily(server, slip.code, slip.pin)
    for (const [, value] of family.cookies) secrets.add(value)
    // control: after the PIN the page is about the child, and the fingerprint is another one
    expect((await family.get('/familie')).body).toContain(canary(SERIAL, 'given'))
    expect(await fingerprint(world)).not.toEqual(before)
  })

  test.each([
    ['invitation', 'neu-a'],
    ['reset', 'owner-dn'],
  ] as const)('uses up no link of an %s', async (what, key) => {
    const token = await linkFor(what, key)
    const before = await fingerprint(world)
    // what stands behind # is never sent; a preview that moves it elsewhere opens nothing either
    for (const path of ['/einladung', `/einladung?code=${'x'.repeat(43)}`]) {
      const replies = await scan(path)
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    }
    expect(await fingerprint(world)).toEqual(before)
    expect((await accept(token)).status).toBe(303)
    // control: a link that was used is used up
    expect((await accept(token)).status).not.toBe(303)
  })
})

describe('P8: nothing of the child before the PIN', () => {
  test('on the page, with a wrong PIN, with a foreign session, and when it is over', async () => {
    const stranger = openBrowser(server)
    const replies = [
      await stranger.get('/familie'),
      await stranger.get('/familie?_data=routes%2Ffamily'),
      await stranger.post('/familie', { code: slip.code, pin: '00000000' }),
      await stranger.send({ path: '/familie', headers: { cookie: `fam=${'x'.repeat(43)}` } }),
    ]
    const family = await signInFamily(server, slip.code, slip.pin)
    for (const [, value] of family.cookies) secrets.add(value)
    await family.post('/familie', { intent: 'sign_out' })
    replies.push(await family.get('/familie'))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 422, 200, 200])
    expect(replies.filter(({ body }) => body.includes(STEM))).toEqual([])
  })
})

// ---- in a browser ----

/** A second origin that notes what browsers tell it of where they come from. */
async function otherOrigin(): Promise<{
  readonly server: Server
  readonly origin: string
  readonly referers: (string | undefined)[]
}> {
  const referers: (string | undefined)[] = []
  const other = createServer((request, response) => {
    if (request.url === '/') referers.push(request.headers.referer)
    response.setHeader('content-type', 'text/html').end('<title>elsewhere</title>')
  })
  await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready))
  const { port } = other.address() as AddressInfo
  return { server: other, origin: `http://127.0.0.1:${port}`, referers }
}

/** What a page's scripts, or the next person at the machine, could still read. */
async function leftIn(page: Page): Promise<string> {
  const readable = await page.evaluate(() =>
    JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }, document.cookie]),
  )
  return readable
}

describe.skipIf(!chromiumPresent)('P8: what a browser keeps and passes on (needs Chromium)', () => {
  let chromium: TestBrowser
  let elsewhere: Awaited<ReturnType<typeof otherOrigin>>
  let further: Awaited<ReturnType<typeof otherOrigin>>

  beforeAll(async () => {
    chromium = await launchBrowser()
    elsewhere = await otherOrigin()
    further = await otherOrigin()
  }, LONG)
  afterAll(async () => {
    await chromium?.close()
    elsewhere?.server.close()
    further?.server.close()
  })

  /** Leaves the page for the second origin, and comes back by the browser's own button. */
  async function goAndComeBack(page: Page): Promise<string> {
    await page.evaluate((to) => location.assign(to), `${elsewhere.origin}/`)
    await page.waitForURL(`${elsewhere.origin}/`)
    await page.goBack()
    await page.waitForLoadState()
    return page.url()
  }

  test('a one-time link: in the field alone, not in address, history, storage or Referer', {
    timeout: LONG,
  }, async () => {
    const token = await linkFor('invitation', 'neu-b')
    const page = await chromium.newPage({ baseURL: server.origin })
    await page.goto(`/einladung#${token}`)
    await page.waitForURL(`${server.origin}/einladung`)
    expect(await page.locator('[name="code"]').inputValue()).toBe(token)
    expect(await leftIn(page)).not.toContain(token)
    expect(await goAndComeBack(page)).toBe(`${server.origin}/einladung`)
    expect(elsewhere.referers).toEqual([undefined])
    await page.close()
  })

  test('the family’s page: neither code nor PIN nor child passes on', {
    timeout: LONG,
  }, async () => {
    elsewhere.referers.length = 0
    const page = await chromium.newPage({ baseURL: server.origin })
    await page.goto('/familie')
    await page.locator('[name="code"]').fill(slip.code)
    await page.locator('[name="pin"]').fill(slip.pin)
    await page.locator('[name="pin"]').press('Enter')
    await page.getByText(canary(SERIAL, 'given')).first().waitFor()
    const left = await leftIn(page)
    expect(left).toBe(JSON.stringify([`${server.origin}/familie`, {}, {}, '']))
    expect(await goAndComeBack(page)).toBe(`${server.origin}/familie`)
    expect(elsewhere.referers).toEqual([undefined])
    await page.close()
  })

  test('control: a page without our headers does say where one comes from', async () => {
    const page = await chromium.newPage()
    await page.goto(`${elsewhere.origin}/page`)
    await page.evaluate((to) => location.assign(to), `${further.origin}/`)
    await page.waitForURL(`${further.origin}/`)
    expect(further.referers).toEqual([`${elsewhere.origin}/`])
    await page.close()
  })
})

test('P8: no code, PIN, token or cookie stands in the log of all this', async () => {
  const written = server.stdout() + server.stderr()
  // control: what was asked above is in there
  expect(written).toContain('"route":"routes/family"')
  expect(written).toContain('"route":"routes/invitation"')
  expect(secrets.size).toBeGreaterThan(5)
  expect([...secrets].filter((secret) => written.includes(secret))).toEqual([])
  expect(written).not.toContain(STEM)
})
