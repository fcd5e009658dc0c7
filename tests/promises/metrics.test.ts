import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { canaryRegistration, STEM } from '#tests/promises/canaries.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { grep } from '#tests/promises/p20-grep.ts'
import { sealedWord } from '#tests/promises/search.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, openBrowser, signIn } from '#tests/setup/session.ts'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
/** A word that stands in addresses only: the figures must not repeat what somebody typed there. */
const TYPED = 'Vwqzjxkth'

let world: SharedWorld
let server: TestServer
let metricsPort: number
let caseId: string
let browser: Browser

beforeAll(async () => {
  world = await makeFileWorld()
  caseId = await registered(world, canaryRegistration(1))
  await argonPasswords(world)
  metricsPort = await freePort()
  server = await startServer({
    dataDir: world.dataDir,
    env: { ...world.env, METRICS_PORT: String(metricsPort), LOG_LEVEL: 'info' },
  })
  browser = await signIn(server, EMAIL, WORLD_PASSWORD)
  await visit()
})

afterAll(async () => {
  await server.stop()
  await world.close()
})

async function visit(): Promise<void> {
  const token = await sealedWord(browser, STEM)
  const list = await browser.get(`/faelle?suche=${token}`)
  expect(list.body).toContain(STEM)
  expect((await browser.get(`/faelle/${caseId}`)).body).toContain(STEM)
  await browser.get(`/faelle/${caseId}?_data=routes%2Fcase`)
  await browser.get(`/faelle/${TYPED}?${TYPED}=${TYPED}`)
  await browser.get(`/%E0%A4%A${TYPED}`)
  await browser.send({ method: 'PROPFIND', path: `/${TYPED}` })
  const stranger = openBrowser(server)
  await stranger.post('/anmelden', { email: `${TYPED}@beispiel.example`, password: TYPED })
}

async function figures(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
  expect(answer.status).toBe(200)
  return answer.text()
}

describe('the figures for Prometheus', () => {
  test('count requests by route, writes, failed sign-ins, jobs, the name index and the health', async () => {
    const page = await figures()
    const seen = (pattern: RegExp) => expect(page).toMatch(pattern)
    seen(/request_duration_seconds_count\{route="routes\/case",method="GET",status="2xx"\} 2$/m)
    seen(/request_duration_seconds_count\{route="routes\/case",method="GET",status="4xx"\} 1$/m)
    seen(/request_duration_seconds_count\{route="[^"]+",method="other",status="[345]xx"\} 1$/m)
    seen(/^einstieg_write_duration_seconds_count [1-9]/m)
    seen(/^einstieg_writes_waiting 0$/m)
    seen(/^einstieg_events_total\{event="sign_in_failed"\} 1$/m)
    seen(/^einstieg_healthy 1$/m)
    seen(/^einstieg_self_check\{state="refused"\} 0$/m)
    seen(/^einstieg_self_check\{state="hint"\} \d+$/m)
    // nothing was ever kept or backed up here
    seen(/^einstieg_backup_age_seconds Nan$/m)
    seen(/^einstieg_trail_head_age_seconds Nan$/m)
    seen(/^einstieg_name_index_full 1$/m)
    seen(/^nodejs_eventloop_lag_p99_seconds [0-9]/m)
    seen(/^process_resident_memory_bytes [1-9]/m)
  })

  test('name nobody: no name, no number of a case, nothing that was typed, in no encoding', async () => {
    const bytes = Buffer.from(await figures())
    const names = [
      STEM,
      TYPED,
      EMAIL,
      caseId,
      'Integrationszentrum',
      'beispiel.example',
      'Amira Brandt',
    ]
    expect(grep([{ path: 'metrics', bytes }], names)).toEqual([])
    // control: each of them is found where it does stand
    for (const name of names) {
      const leak = Buffer.from(`einstieg_events_total{event="${name}"} 1`)
      expect(grep([{ path: 'metrics', bytes: leak }], [name])).not.toEqual([])
    }
  })

  test('neither do the lines of the log, nor what the process says of an address it cannot read', () => {
    const lines = Buffer.from(server.stdout() + server.stderr())
    expect(lines.toString()).toContain('"route":"routes/case"')
    expect(grep([{ path: 'log', bytes: lines }], [STEM, TYPED, caseId])).toEqual([])
  })

  test('are served on loopback only, under its own name, and not by the web door', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((some) => some ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const { address } of outside) expect(await opens(address, metricsPort)).toBe(false)
    // control: on loopback the port is open
    expect(await opens('127.0.0.1', metricsPort)).toBe(true)

    const door = { port: metricsPort, origin: 'http://attacker.example' }
    expect((await openBrowser(door).get('/metrics')).status).toBe(404)
    expect((await browser.get('/metrics')).body).not.toContain('einstieg_')
  })
})

function opens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const answer = (isOpen: boolean) => () => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', answer(true))
    socket.once('error', answer(false))
    socket.once('timeout', answer(false))
  })
}
