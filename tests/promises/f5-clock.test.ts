import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { RETENTION_PROPOSALS } from '#app/domain/privacy/retention.ts'
import { addHours, type Instant, instant, today } from '#app/domain/time.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { approveRetention } from '#app/services/privacy/retention-rules.server.ts'
import { confirmClock, runRetention } from '#app/services/privacy/run-retention.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { done, versionOf } from '#tests/promises/steps.ts'
import { scratch } from '#tests/setup/folder.ts'
import { faketimePresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { faketimePath } from '#tests/setup/tools.mjs'
import { CENTRES, registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const DAY_HOURS = 24
const YEARS_HOURS = 87_600
/** Jobs are looked for every 15 seconds; so long is waited for one. */
const JOB = { timeout: guard(90_000), interval: 200 }

describe.skipIf(!faketimePresent)(
  'F5: the clock is put while the server runs (needs faketime)',
  () => {
    let world: SharedWorld
    let server: TestServer
    afterAll(async () => {
      await server?.stop('SIGKILL')
      await world.close()
    })

    test('an hour on, a day back, ten years on: no session lives longer, the trail keeps its order, nobody is erased', {
      timeout: guard(500_000),
    }, async () => {
      world = await makeFileWorld()
      world.clock.moveTo(new Date().toISOString() as Instant)
      await argonPasswords(world)
      await childDueInTenYears(world)
      const offset = join(scratch(), 'offset')
      const put = (text: string) => writeFileSync(offset, `${text}\n`)
      put('+0')
      server = await startServer({
        dataDir: world.dataDir,
        env: {
          LD_PRELOAD: faketimePath() ?? '',
          FAKETIME_TIMESTAMP_FILE: offset,
          FAKETIME_NO_CACHE: '1',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      })
      const arrives = async (key: string) => {
        const browser = await signIn(server, `${key}@beispiel.example`, WORLD_PASSWORD)
        expect(await isIn(browser)).toBe(true)
        await expect.poll(() => unsealed(world), JOB).toBe(0)
        return browser
      }

      const before = await arrives('counsellor-dn')
      put('+1h')
      // the server does see it: its own answers are an hour ahead
      expect(await hoursAhead(server)).toBeCloseTo(1, 1)
      expect(await isIn(before)).toBe(false)
      const hourOn = await arrives('colleague-dn')

      put('-1d')
      expect(await hoursAhead(server)).toBeCloseTo(-DAY_HOURS, 1)
      // neither the one that had ended, nor the one that would now hold for a day longer
      expect([await isIn(before), await isIn(hourOn)]).toEqual([false, false])
      const dayBack = await arrives('counsellor-bor')
      await expect.poll(() => server.stdout(), JOB).toContain('"code":"clock_jumped"')

      put('+10y')
      expect((await hoursAhead(server)) / YEARS_HOURS).toBeCloseTo(1, 1)
      expect(await isIn(dayBack)).toBe(false)
      await arrives('colleague-bor')
      await expect.poll(() => retainedAhead(world), JOB).toBe(true)

      expect(await sealedSignIns(world)).toEqual([
        ...['counsellor-dn', 'colleague-dn', 'counsellor-bor', 'colleague-bor'],
      ])
      expect(await children(world)).toBe(1)
      expect(await server.stop()).toBe(0)

      // control: by a clock that somebody confirmed the same child goes
      world.clock.moveTo(addHours(instant(world.clock), YEARS_HOURS))
      expect(await runRetention(world)).toMatchObject({ isStopped: true })
      expect(await children(world)).toBe(1)
      done(await confirmClock(world.as('lead')))
      await runRetention(world)
      expect(await children(world)).toBe(0)
    })
  },
)

async function childDueInTenYears(world: SharedWorld): Promise<void> {
  const { months } = RETENTION_PROPOSALS.ended_early
  const rule = { centreId: CENTRES.DN.id, class: 'ended_early', months, ruleId: null } as const
  done(await approveRetention(world.as('auditor'), rule))
  const caseId = await registered(world)
  const reason = { code: 'moved_away', sentence: 'Umgezogen.' } as const
  const version = await versionOf(world, caseId)
  done(await endCase(world.as('counsellor'), { caseId, version, on: today(world.clock), reason }))
  await runRetention(world)
}

async function isIn(browser: Browser): Promise<boolean> {
  const { status, headers } = await browser.get('/konto')
  if (status === 303) expect(headers.location).toContain('/anmelden')
  else expect(status).toBe(200)
  return status === 200
}

/** By how many hours the server's clock is ahead of ours, by the date of its answers. */
async function hoursAhead({ origin }: TestServer): Promise<number> {
  const dateOf = async () =>
    Date.parse((await fetch(`${origin}/anmelden`)).headers.get('date') ?? '')
  await dateOf()
  // Node keeps the text of the date for a second
  await new Promise((later) => setTimeout(later, 1_100))
  return ((await dateOf()) - Date.now()) / 3_600_000
}

async function children({ database }: SharedWorld): Promise<number> {
  return (await database.db.selectFrom('child').select('id').execute()).length
}

/** Entries of the trail that stand in no chain yet. */
async function unsealed({ database }: SharedWorld): Promise<number> {
  const rows = await database.db
    .selectFrom('audit_entry')
    .leftJoin('audit_seal', 'audit_seal.entry_id', 'audit_entry.id')
    .select('audit_entry.id')
    .where('audit_entry.event', '=', 'signed_in')
    .where('audit_seal.entry_id', 'is', null)
    .execute()
  return rows.length
}

/** Whether the daily run came in the far future, and ended. */
async function retainedAhead({ database }: SharedWorld): Promise<boolean> {
  const rows = await database.db
    .selectFrom('job')
    .select('id')
    .where('kind', '=', 'retain')
    .where('state', '=', 'done')
    .where('run_at', '>', '2030-01-01T00:00:00.000Z')
    .execute()
  return rows.length > 0
}

/** Who signed in, in the order of the chain, whatever the clock said. */
async function sealedSignIns({ database }: SharedWorld): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('audit_entry')
    .innerJoin('audit_seal', 'audit_seal.entry_id', 'audit_entry.id')
    .select('audit_entry.account_id')
    .where('audit_entry.event', '=', 'signed_in')
    .orderBy('audit_seal.seq')
    .execute()
  return rows.map(({ account_id }) => String(account_id).replace('account-', ''))
}
