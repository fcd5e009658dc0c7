import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import type { Rotation } from '#app/services/keys/rotate-keys.server.ts'
import { kekOf, readKek } from '#db/sealing/kek.server.ts'
import { openKeyFile, type Subject } from '#db/sealing/keys.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { canary, canaryRegistration } from '#tests/promises/canaries.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { done } from '#tests/promises/steps.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, type Fields, signIn } from '#tests/setup/session.ts'
import { sized } from '#tests/setup/size.ts'
import { type Ended, kiJson, runKi, runServer } from '#tests/setup/terminal.ts'
import { CENTRES, registration, WORLD_PASSWORD } from '#tests/setup/world.ts'

const CHILDREN = sized(300, 20_000)
/** So many have a canary in every field; their names are alike, and comparing thousands of them takes hours. */
const MARKED = 300
/** Keys that nothing was sealed with: a store as large as a centre's after many years. */
const MORE_KEYS = sized(4_000, 40_000)
const READERS = 3
const COUNSELLOR = 'counsellor-dn@beispiel.example'

let world: SharedWorld
let server: TestServer
let env: Readonly<Record<string, string>>
let keyFile: string
const cases: CaseId[] = []
const [old, fresh] = [randomBytes(32), randomBytes(32)]

beforeAll(async () => {
  world = await makeFileWorld()
  keyFile = filesOf(world.dataDir).kek
  old.fill(Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'hex'))
  for (let serial = 0; serial < CHILDREN; serial += 1) {
    // with the list at hand: asking for it at every child takes longer than all the rest
    const named = serial < MARKED ? canaryRegistration(serial) : { child: unlike(serial) }
    const asked = { ...registration(named), confirmedOthers: cases }
    cases.push(done(await registerChild(world.as('counsellor'), asked)).caseId)
  }
  await moreKeys()
  await argonPasswords(world)
  server = await startServer({ dataDir: world.dataDir })
  env = { DATA_DIR: world.dataDir, PORT: String(server.port) }
})

afterAll(async () => {
  await server.stop()
  await world.close()
})

describe('P20: the key-encryption key changes while a server works', () => {
  test(`${CHILDREN} children: no request fails, and the new key alone opens everything`, async () => {
    const browser = await signIn(server, COUNSELLOR, WORLD_PASSWORD)
    // until the names are read in, whoever registers is told to wait
    while ((await browser.get('/faelle')).status !== 200) await nextTurn()
    const load = readAndWrite(browser)
    await load.until(50)
    writeKeys(fresh, old)
    expect(await kiJson<Rotation>(['keys', 'status'], env)).toMatchObject({ rotated: 0 })
    const seenBefore = load.seen()
    const rotation = await kiJson<Rotation>(['keys', 'rotate'], env)
    expect(rotation.rotated).toBeGreaterThan(2 * CHILDREN + MORE_KEYS)
    const seenMeanwhile = load.seen() - seenBefore
    await load.until(load.seen() + 50)
    const { failed, registeredThere, longestMs } = await load.stop()
    process.stdout.write(
      `P20: ${rotation.rotated} keys, ${registeredThere} registered meanwhile, the longest in ${longestMs.toFixed(0)} ms\n`,
    )
    expect(failed).toEqual([])
    expect(seenMeanwhile).toBeGreaterThan(10)
    expect(registeredThere).toBeGreaterThan(5)

    // whatever the server wrote under the earlier key before it noticed
    expect(await kiJson<Rotation>(['keys', 'rotate'], env)).toMatchObject({ left: 0 })
    expect((await browser.get('/faelle')).status).toBe(200)
    await server.stop()
    writeKeys(fresh)
    expect(await childrenThatOpen()).toBe(CHILDREN + registeredThere)

    server = await startServer({ dataDir: world.dataDir, port: server.port })
    const page = await browser.get(`/faelle/${cases[0]}`)
    expect({ status: page.status, signedIn: page.body.includes(canary(0, 'family')) }).toEqual({
      status: 200,
      signedIn: true,
    })
    await server.stop()
  })

  test('control: with the old key alone nothing opens, and neither door opens at all', async () => {
    writeKeys(old)
    await expect(childrenThatOpen()).rejects.toThrow(kekOf(fresh).id)
    const why = `fehlt der Hauptschlüssel mit der Kennung ${kekOf(fresh).id}`
    const asked: readonly Ended[] = [await runServer(env), await runKi(['keys', 'status'], env)]
    for (const { code, stderr } of asked) {
      expect(code).toBe(1)
      expect(stderr).toContain(why)
    }
    writeKeys(fresh)
  })
})

/** A name that is like no other's: whoever is alike would be asked about. */
function unlike(serial: number): { readonly givenNames: string; readonly familyName: string } {
  const syllables = (seed: number) =>
    Array.from({ length: 3 }, (_, at) => {
      const digit = Math.floor(seed / 100 ** at) % 100
      return `${'bcdfghjklmnprstvwxyz'[digit % 20]}${'aeiou'[Math.floor(digit / 20)]}`
    }).join('')
  // two numbers without a common divisor with a million: no two serials share both names
  return { givenNames: syllables(serial * 7_919), familyName: syllables(serial * 611_953) }
}

function writeKeys(...keys: readonly Buffer[]): void {
  chmodSync(keyFile, 0o600)
  writeFileSync(keyFile, keys.map((key) => `${key.toString('hex')}\n`).join(''))
  chmodSync(keyFile, 0o400)
}

async function moreKeys(): Promise<void> {
  const subjectOf = (serial: number) =>
    ({ kind: 'child', centreId: CENTRES.DN.id, id: `nobody-${serial}` }) as unknown as Subject
  for (let from = 0; from < MORE_KEYS; from += 500) {
    const some = Array.from({ length: 500 }, (_, at) => subjectOf(from + at))
    // of today for the server as well: it sweeps what stays without a row for a day
    await world.keys.create(some, instant({ now: () => new Date() }))
  }
}

/** How many children of Düren open with the key file as it is. @throws at the first that does not. */
async function childrenThatOpen(): Promise<number> {
  const keys = openKeyFile(filesOf(world.dataDir).keys, readKek(keyFile))
  try {
    const rows = await world.database.db.selectFrom('child').select('id').execute()
    for (const { id } of rows) await readChild(world.database.db, keys, CENTRES.DN.id, id)
    return rows.length
  } finally {
    await keys.close()
  }
}

/** Some people who open cases and one who registers children, one request after the other each. */
function readAndWrite(browser: Browser) {
  const failed: string[] = []
  let isOver = false
  let count = 0
  let registeredThere = 0
  let longestMs = 0
  const fields = ROUTES['routes/cases.new']?.forms?.[0]?.fields as (target: object) => Fields
  const read = async () => {
    for (; !isOver; count += 1) {
      const serial = (count * 7) % MARKED
      const { status, body } = await browser.get(`/faelle/${cases[serial]}`)
      if (status !== 200 || !body.includes(canary(serial, 'family'))) failed.push(`read ${status}`)
    }
  }
  const write = async () => {
    for (; !isOver; count += 1) {
      const registration = { ...fields({ today: '2026-11-19' }), ...unlike(CHILDREN + count) }
      const birth = {
        birthDay: String(1 + (count % 28)),
        birthMonth: String(1 + (Math.floor(count / 28) % 12)),
        birthYear: String(2008 + (Math.floor(count / 336) % 10)),
      }
      const asked = performance.now()
      const reply = await browser.post('/faelle/neu', { ...registration, ...birth })
      longestMs = Math.max(longestMs, performance.now() - asked)
      if (reply.status === 303) registeredThere += 1
      else failed.push(`write ${reply.status}`)
    }
  }
  const running = Promise.all([write(), ...Array.from({ length: READERS }, read)])
  return {
    seen: () => count,
    until: async (least: number) => {
      while (count < least && !isOver) await new Promise((go) => setTimeout(go, 20))
    },
    stop: async () => {
      isOver = true
      await running
      return { failed, registeredThere, longestMs }
    },
  }
}
