import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { RETENTION_CLASSES, RETENTION_PROPOSALS } from '#app/domain/privacy/retention.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { checkText } from '#app/i18n/check-text.ts'
import { chainAudit } from '#app/services/audit/chain.server.ts'
import { acceptHead } from '#app/services/audit/kept-head.server.ts'
import { anchorTrail, standingHeads, verifyTrail } from '#app/services/audit/verify-trail.server.ts'
import {
  checkOfAccident,
  checkOpened,
  checkPlace,
  checkRunning,
  checkWhole,
} from '#app/services/operation/self-check.server.ts'
import { approveRetention } from '#app/services/privacy/retention-rules.server.ts'
import { confirmClock, runRetention } from '#app/services/privacy/run-retention.server.ts'
import { Damaged } from '#db/open.server.ts'
import { insertBackupRun } from '#db/queries/backup.server.ts'
import { keyedHash } from '#db/sealing/kek.server.ts'
import { done } from '#tests/promises/steps.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { scratch } from '#tests/setup/folder.ts'
import { CENTRES, makeWorld, nowhere, registered, type World } from '#tests/setup/world.ts'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

/** The codes of what a world's self-check says of one thing. */
async function codesOf(name: string, deps: World = world): Promise<readonly string[]> {
  const checks = await checkRunning(deps)
  return checks.filter((check) => check.name === name).map(({ code }) => code)
}

/** The same world as an installation, or with other settings. */
function installed(settings: Partial<World['settings']> = {}): World {
  return { ...world, isEvaluation: false, settings: { ...world.settings, ...settings } }
}

test('a sound program has nothing against itself', async () => {
  await registered(world)
  const checks = await checkRunning(world)
  // the test's PostgreSQL is set up for speed: an evaluation says so, and starts
  const found = checks.filter(({ state, name }) => state !== 'ok' && name !== 'engine')
  expect(found).toEqual([])
  expect(await checkWhole(world, 'full')).toMatchObject({ name: 'whole', state: 'ok' })
})

describe('the engine', () => {
  test('of an installation must keep what it confirms', async () => {
    const engine = (await checkOpened(installed())).filter(({ name }) => name === 'engine')
    const refused = engine.filter(({ state }) => state === 'refused')
    if (testEngine === 'postgres') {
      expect(refused.map(({ facts }) => facts['what'])).toEqual(['fsync', 'synchronous_commit'])
      expect(engine.map(({ facts }) => facts['what'])).toContain('full_page_writes')
    } else {
      // in memory there is neither a log nor a file to wait for
      expect(refused.map(({ facts }) => facts['what'])).toContain('journal_mode')
    }
  })
})

describe('the clock', () => {
  test('a day before the last entry refuses; seconds before it do not', async () => {
    await registered(world)
    const now = instant(world.clock)
    world.clock.moveTo(addHours(now, -1 / 60))
    expect(await codesOf('clock')).toEqual(['clock_fits'])
    world.clock.moveTo(addHours(now, -24))
    const [check] = (await checkRunning(world)).filter(({ name }) => name === 'clock')
    expect(check).toMatchObject({ code: 'clock_behind', state: 'refused' })
    expect(check === undefined ? '' : checkText(check)).toMatch(
      /zeigt 18\.11\.2026.*letzte Eintrag.*19\.11\.2026/,
    )
  })

  test('that had been ahead is right again when a person says so, and only up to there', async () => {
    const today = instant(world.clock)
    world.clock.moveTo('2036-11-19T09:00:00.000Z' as Instant)
    await runRetention(world)
    world.clock.moveTo(today)
    expect(await codesOf('clock')).toEqual(['clock_behind'])
    done(await confirmClock(world.asSystem()))
    expect(await codesOf('clock')).toEqual(['clock_fits'])
    world.clock.moveTo('2037-01-01T09:00:00.000Z' as Instant)
    await runRetention(world)
    world.clock.moveTo(today)
    expect(await codesOf('clock')).toEqual(['clock_behind'])
  })

  test('ten years ahead does not refuse: retention stops, and asks', async () => {
    await runRetention(world)
    world.clock.passDays(3650)
    expect(await codesOf('clock')).toEqual(['clock_jumped'])
    expect(await runRetention(world)).toEqual({ isStopped: true, erased: 0 })
    done(await confirmClock(world.asSystem()))
    expect(await codesOf('clock')).toEqual(['clock_fits'])
  })
})

describe('the end of the trail kept elsewhere', () => {
  const here = () => installed({ auditHeadFile: join(scratch(), 'ende.jsonl') })
  const fileOf = ({ settings }: World) => settings.auditHeadFile ?? ''

  /** Another state of the same installation: its root secret is the same. */
  const another = async (): Promise<World> => ({ ...(await makeWorld()), keyed: world.keyed })

  test('is missing at first, fits, and grows old', async () => {
    const deps = here()
    expect(await codesOf('head', installed())).toEqual(['head_not_kept'])
    expect(await codesOf('head', deps)).toEqual(['head_not_yet'])
    await registered(world)
    await anchorTrail(deps, fileOf(deps))
    expect(await codesOf('head', deps)).toEqual(['head_fits'])
    // what a crash cut off is passed over
    appendFileSync(fileOf(deps), '{"at":"2026-')
    expect(await codesOf('head', deps)).toEqual(['head_fits'])
    world.clock.passHours(4)
    expect(await codesOf('head', deps)).toEqual(['head_old'])
    rmSync(fileOf(deps))
    expect(await codesOf('head', deps)).toEqual(['head_gone'])
    const gone = installed({ auditHeadFile: join(scratch(), 'nirgends', 'ende.jsonl') })
    expect(await codesOf('head', gone)).toEqual(['head_unreadable'])
  })

  test('of another installation is not taken', async () => {
    const deps = here()
    await registered(world)
    const root = { key: Buffer.alloc(32, 7) }
    await anchorTrail({ ...deps, keyed: keyedHash(root) }, fileOf(deps))
    expect(await codesOf('head', deps)).toEqual(['head_not_ours'])
  })

  test.each([
    ['cut', 'head_cut'],
    ['rewritten', 'head_rewritten'],
  ] as const)('that was %s by a restore refuses until somebody accepts it', async (how, code) => {
    const deps = here()
    const file = fileOf(deps)
    await registered(world)
    await anchorTrail(deps, file)
    const kept = readFileSync(file, 'utf8')
    await registered(world)
    await anchorTrail(deps, file)

    // an older world: the same beginning, and not what came after
    const older = await another()
    await registered(older)
    if (how === 'rewritten') {
      older.clock.passHours(1)
      await registered(older, { child: { familyName: 'Anders' } })
    }
    await chainAudit(older)
    const restored: World = { ...older, isEvaluation: false, settings: deps.settings }
    expect(await codesOf('head', restored)).toEqual([code])
    expect(await verifyTrail(restored, file)).toMatchObject({
      value: { findings: [{ centre: CENTRES.DN.id }] },
    })

    const system = { ...older.asSystem(), keyed: world.keyed, settings: deps.settings }
    expect(done(await acceptHead(system, file))).toBe(1)
    expect(await codesOf('head', restored)).toEqual(['head_fits'])
    expect(readFileSync(file, 'utf8').startsWith(kept)).toBe(true)
    expect(done(await verifyTrail(restored, file))).toMatchObject({
      breaksAccepted: 1,
      findings: [],
    })
    expect(await events(older)).toContain('trail_break_accepted')
    expect(done(await acceptHead(system, file))).toBe(0)

    // accepted is what was lost then, not what is lost afterwards
    await registered(older, { child: { familyName: 'Später' } })
    await anchorTrail(restored, file)
    const again = await another()
    await registered(again)
    await chainAudit(again)
    expect(
      await codesOf('head', { ...again, isEvaluation: false, settings: deps.settings }),
    ).toEqual([expect.stringMatching(/^head_(cut|rewritten)$/)])
  })

  test('an old line put behind the newest one again hides no cut, and is found', async () => {
    const deps = here()
    const file = fileOf(deps)
    await registered(world)
    await anchorTrail(deps, file)
    const old = readFileSync(file, 'utf8')
    await registered(world)
    await anchorTrail(deps, file)
    expect(await verifyTrail(deps, file)).toMatchObject({ value: { findings: [] } })
    appendFileSync(file, old)
    expect(await codesOf('head', deps)).toEqual(['head_fits'])
    expect(await verifyTrail(deps, file)).toMatchObject({
      value: { findings: [{ what: 'head_forged' }] },
    })
    const shorter = await another()
    await registered(shorter)
    await chainAudit(shorter)
    const swapped: World = { ...shorter, isEvaluation: false, settings: deps.settings }
    expect(await codesOf('head', swapped)).toEqual(['head_cut'])
  })

  test('what was accepted gives up the lines before it, and none after it when it is repeated', () => {
    const line = (seq: number, hour: number, keeps?: number) => ({
      ...{ at: addHours('2026-11-19T08:00:00.000Z' as Instant, hour), centre: CENTRES.DN.id },
      ...{ seq, hmac: `link ${seq}`, sign: `sign ${seq} ${hour}` },
      ...(keeps === undefined ? {} : { keeps }),
    })
    const kept = [line(90, 1), line(200, 2), line(95, 3, 90), line(300, 4)]
    const standing = (heads: typeof kept) => standingHeads(heads).map(({ seq }) => seq)
    expect(standing(kept)).toEqual([90, 95, 300])
    expect(standing([...kept, line(95, 3, 90)])).toEqual([90, 300, 95])
  })

  test('a line that says so counts only with our signature', async () => {
    const deps = here()
    const file = fileOf(deps)
    await registered(world)
    await anchorTrail(deps, file)
    const older = await another()
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    const forged = lines.map((line) => JSON.stringify({ ...JSON.parse(line), seq: 0, keeps: 0 }))
    appendFileSync(file, `${forged.join('\n')}\n`)
    const swapped: World = { ...older, isEvaluation: false, settings: deps.settings }
    expect(await codesOf('head', swapped)).toEqual(['head_cut'])
  })
})

describe('periods and backups of an installation', () => {
  test('periods nobody approved are said once children are there, and never refuse', async () => {
    expect(await codesOf('rules', installed())).toEqual(['rules_approved'])
    await registered(world)
    expect(await codesOf('rules', installed())).toEqual(['rules_missing'])
    for (const kind of RETENTION_CLASSES) {
      const { months } = RETENTION_PROPOSALS[kind]
      const rule = { centreId: CENTRES.DN.id, class: kind, months, ruleId: null }
      done(await approveRetention(world.as('auditor'), rule))
    }
    expect(await codesOf('rules', installed())).toEqual(['rules_approved'])
    expect(await codesOf('rules')).toEqual([])
  })

  test('a backup that is missing, recent, old', async () => {
    expect(await codesOf('backup', installed())).toEqual(['backup_never'])
    const now = instant(world.clock)
    const run = { id: 'run-1', started_at: now, ended_at: now, state: 'done', code: null } as const
    await world.database.write((tx) => insertBackupRun(tx, run))
    expect(await codesOf('backup', installed())).toEqual(['backup_recent'])
    world.clock.passHours(37)
    expect(await codesOf('backup', installed())).toEqual(['backup_old'])
  })

  test('children whose key is missing are counted', async () => {
    const caseId = await registered(world)
    const { child_id, centre_id } = await world.database.db
      .selectFrom('pupil_case')
      .select(['child_id', 'centre_id'])
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    await world.keys.destroy([{ kind: 'child', centreId: centre_id, id: child_id }])
    const [check] = (await checkRunning(world)).filter(({ name }) => name === 'keys')
    expect(check).toMatchObject({ code: 'keys_missing', state: 'hint', facts: { missing: 1 } })
  })
})

describe('the place', () => {
  const at = (settings: Partial<World['settings']>) =>
    checkPlace({ ...nowhere(), ...settings }).filter(({ state }) => state !== 'ok')

  test('a folder that is not there is judged by the one it would be made in', () => {
    expect(at({ dataDir: join(scratch(), 'neu', 'daten') })).toEqual([])
  })

  test('a folder of an installation that stands open is said', () => {
    const dataDir = scratch()
    chmodSync(dataDir, 0o755)
    expect(at({ dataDir })).toEqual([])
    const [check] = at({ dataDir, origin: 'https://einstieg.example' })
    expect(check).toMatchObject({ code: 'folder_open_to_others', state: 'hint' })
  })

  test('a ledger with a line that cannot be read refuses', () => {
    const ledgerFile = join(scratch(), 'erasures.jsonl')
    writeFileSync(ledgerFile, 'kein Eintrag\n')
    expect(at({ ledgerFile })).toMatchObject([{ code: 'ledger_unfit', state: 'refused' }])
  })

  test('a key file that others may read, or that holds something else, refuses by its name', () => {
    const keyFile = join(scratch(), 'kek')
    writeFileSync(keyFile, 'ab'.repeat(32), { mode: 0o400 })
    expect(at({ keyFile })).toEqual([])
    chmodSync(keyFile, 0o444)
    const [check] = at({ keyFile })
    expect(check).toMatchObject({ code: 'key_file_unfit', state: 'refused' })
    expect(check?.facts['said']).toContain(keyFile)
  })
})

describe('what opening threw', () => {
  const thrown = (code: string, message = 'said') => Object.assign(new Error(message), { code })

  test.each([
    [new Damaged('Die Datenbank x ist beschädigt: row 1 missing'), 'opening_damaged'],
    [thrown('SQLITE_CORRUPT'), 'opening_damaged'],
    [thrown('SQLITE_NOTADB'), 'opening_damaged'],
    [thrown('SQLITE_READONLY_DIRECTORY'), 'opening_not_writable'],
    [thrown('SQLITE_CANTOPEN'), 'opening_not_writable'],
    [thrown('EROFS'), 'opening_not_writable'],
    [thrown('SQLITE_FULL'), 'opening_no_space'],
    [thrown('ENOSPC'), 'opening_no_space'],
    [thrown('SQLITE_IOERR_READ'), 'opening_disk_failed'],
    [thrown('SQLITE_BUSY'), 'opening_locked'],
    [thrown('ECONNREFUSED'), 'opening_no_database'],
    [thrown('28P01'), 'opening_no_database'],
    [thrown('3D000'), 'opening_no_database'],
    [new Error('timeout exceeded when trying to connect'), 'opening_no_database'],
    [new Error('KEY_FILE: Die Schlüsseldatei fehlt.'), 'opening_failed'],
  ])('%s', (accident, code) => {
    const check = checkOfAccident(accident)
    expect(check).toMatchObject({ code, state: 'refused' })
    expect(checkText(check)).not.toContain('{{')
  })

  test('damage points to the backup', () => {
    expect(checkText(checkOfAccident(thrown('SQLITE_CORRUPT')))).toContain('backup restore')
  })
})

async function events({ database }: World): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('audit_entry').select('event').execute()
  return rows.map(({ event }) => event)
}
