import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { ChildId } from '#app/domain/ids.ts'
import { newAgePair } from '#app/gateways/age.server.ts'
import type { LedgerEntry } from '#app/gateways/erasure-ledger-file.server.ts'
import { chainAudit } from '#app/services/audit/chain.server.ts'
import { type BackupSettings, createBackup } from '#app/services/backup/create-backup.server.ts'
import { restoreBackup, verifyBackup } from '#app/services/backup/restore-backup.server.ts'
import { ledgerHash } from '#app/services/privacy/carry-out-erasure.server.ts'
import { lastBackups } from '#db/queries/backup.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import { makeFileWorld, makePostgresWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { scratch } from '#tests/setup/folder.ts'
import { postgresPresent, rootPresent } from '#tests/setup/paths.ts'
import { freshDatabase } from '#tests/setup/postgres.ts'
import { CENTRES, memoryLedger, registered } from '#tests/setup/world.ts'

type Ground = {
  readonly world: SharedWorld
  readonly settings: BackupSettings
  readonly folder: string
  readonly identity: string
}

const worlds: SharedWorld[] = []
const mounts: string[] = []

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
  for (const mount of mounts.splice(0)) spawnSync('umount', [mount])
})

async function ground(make: () => Promise<SharedWorld> = makeFileWorld): Promise<Ground> {
  const world = await make()
  worlds.push(world)
  for (let serial = 0; serial < 30; serial += 1) {
    await registered(world, canaryRegistration(serial))
  }
  await chainAudit(world)
  const { identity, recipient } = await newAgePair()
  const identityFile = join(scratch(), 'geheim.txt')
  writeFileSync(identityFile, identity)
  const settings = {
    recipients: [recipient],
    workDir: world.dataDir,
    databaseUrl: world.env['DATABASE_URL'] ?? null,
    program: 'einstieg test',
  }
  return { world, settings, folder: scratch(), identity: identityFile }
}

function create(
  { world, folder, settings }: Ground,
  change: Partial<BackupSettings> = {},
): ReturnType<typeof createBackup> {
  return createBackup(world.asSystem(), folder, { ...settings, ...change })
}

function anEmptyDatabase(): Promise<string> {
  return freshDatabase()
}

function working(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.einstieg'))
}

type Engine = readonly [
  name: string,
  make: () => Promise<SharedWorld>,
  emptyDatabase: () => Promise<string | null>,
]

const ENGINES: readonly Engine[] = [
  ['SQLite', makeFileWorld, async () => null],
  ...(postgresPresent ? [['PostgreSQL', makePostgresWorld, anEmptyDatabase] as const] : []),
]

describe.each(ENGINES)('a backup on %s', (_engine, make, emptyDatabase) => {
  test('is tried when it is made, verified afterwards, and comes back whole', async () => {
    const here: Ground = await ground(make)
    const made = await create(here)
    if (!made.ok) throw new Error(JSON.stringify(made.error))
    const { data, keys, trial } = made.value
    expect(trial).toMatchObject({ how: 'restored', keysOpened: 60, withoutKey: 0 })
    expect(trial.recordsOpened).toBe(20)
    expect(trial.counts).toMatchObject({ child: 30, pupil_case: 30 })
    expect(working(here.folder)).toEqual([])
    expect(working(here.world.dataDir)).toEqual([])

    const files = { data, keys, identity: here.identity }
    const databaseUrl = await emptyDatabase()
    const target = { dataDir: scratch(), databaseUrl, keysDatabaseUrl: databaseUrl }
    const verified = await verifyBackup(files, {
      ...target,
      kek: here.world.kek,
      ledger: memoryLedger(),
    })
    expect(verified).toMatchObject({ ok: true, value: { counts: trial.counts } })
    const restored = await restoreBackup(files, {
      ...target,
      kek: here.world.kek,
      ledger: memoryLedger(),
    })
    expect(restored).toMatchObject({ ok: true, value: { keysOpened: 60, heads: trial.heads } })
    const again = await restoreBackup(files, {
      ...target,
      kek: here.world.kek,
      ledger: memoryLedger(),
    })
    expect(again).toMatchObject({ ok: false, error: { code: 'backup_target_in_use' } })
  })

  test('brings along who was erased after it', async () => {
    const here: Ground = await ground(make)
    const older = await create(here)
    if (!older.ok) throw new Error(JSON.stringify(older.error))
    expect(readdirSync(here.folder)).not.toContain('einstieg-erasures.jsonl')
    const [child] = await here.world.database.db.selectFrom('child').selectAll().execute()
    const entry: LedgerEntry = {
      ...{ hash: ledgerHash(here.world, CENTRES.DN.id, child?.id as ChildId), ground: 'art_17' },
      ...{ centreId: CENTRES.DN.id, on: '2026-11-20', role: 'lead' },
    }
    here.world.ledger.append([entry])
    here.world.clock.passDays(1)
    expect((await create(here)).ok).toBe(true)

    const { data, keys } = older.value
    const databaseUrl = await emptyDatabase()
    const ledger = memoryLedger()
    const target = { dataDir: scratch(), databaseUrl, keysDatabaseUrl: databaseUrl, ledger }
    const files = { data, keys, identity: here.identity }
    const restored = await restoreBackup(files, { ...target, kek: here.world.kek })
    expect(restored).toMatchObject({ ok: true, value: { counts: { child: 30 } } })
    expect(ledger.read()).toEqual([entry])
  })

  test('holds the key of every row, while others register children', async () => {
    const here: Ground = await ground(make)
    let isOver = false
    const writing = (async () => {
      let serial = 100
      for (; !isOver; serial += 1) await registered(here.world, canaryRegistration(serial))
      return serial - 100
    })()
    const made = await create(here)
    isOver = true
    expect(await writing).toBeGreaterThan(0)
    expect(made).toMatchObject({ ok: true, value: { trial: { withoutKey: 0 } } })
  })
})

describe('F18: a backup that fails leaves the last good one, and is written down', () => {
  test.each([
    ['nobody to encrypt to', { recipients: [] }, 'backup_recipient_missing'],
    ['a recipient that is none', { recipients: ['age1x'] }, 'backup_recipient_invalid'],
    [
      'a secret key as recipient',
      { recipients: ['AGE-SECRET-KEY-1QQQ'] },
      'backup_recipient_invalid',
    ],
  ])('%s', async (_what, change, code) => {
    const here = await ground()
    expect(await create(here)).toMatchObject({ ok: true })
    const before = readdirSync(here.folder)
    here.world.clock.passHours(1)
    expect(await create(here, change)).toMatchObject({ ok: false, error: { code } })
    expect(readdirSync(here.folder)).toEqual(before)
    const { good, attempt } = await lastBackups(here.world.database.db)
    expect(good).toMatchObject({ state: 'done', started_at: '2026-11-19T09:00:00.000Z' })
    expect(attempt).toMatchObject({ state: 'failed', code, started_at: '2026-11-19T10:00:00.000Z' })
  })

  test('a folder that is not there, and one that is a file', async () => {
    const here = await ground()
    for (const folder of [join(here.folder, 'none'), here.identity]) {
      expect(await create({ ...here, folder })).toMatchObject({
        ok: false,
        error: { code: 'backup_folder_unusable', folder },
      })
    }
  })

  // a file system that is full is made by mounting one, which only root may do
  test.skipIf(!rootPresent)('a target that is full (needs root)', async () => {
    const here = await ground()
    const folder = scratch()
    mounts.push(folder)
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder]).status).toBe(0)
    writeFileSync(join(folder, 'einstieg-20261101T000000000Z.data.age'), 'an older one')
    const failed = await create({ ...here, folder })
    expect(failed).toMatchObject({ ok: false, error: { code: 'backup_no_space' } })
    expect(readdirSync(folder)).toEqual(['einstieg-20261101T000000000Z.data.age'])
    expect((await lastBackups(here.world.database.db)).attempt).toMatchObject({ state: 'failed' })
  })

  test('what a killed run left has no final name, and the next run removes it', async () => {
    const here = await ground()
    const part = '.einstieg-20261118T010000000Z.data.age.part'
    writeFileSync(join(here.folder, part), 'half')
    writeFileSync(join(here.folder, 'somebody elses'), 'x')
    mkdirSync(join(here.world.dataDir, '.einstieg-work-999999999-abc'))
    const made = await create(here)
    expect(made.ok).toBe(true)
    expect(readdirSync(here.folder).sort()).toEqual([
      'einstieg-20261119T090000000Z.data.age',
      'einstieg-20261119T090000000Z.keys.age',
      'somebody elses',
    ])
    expect(working(here.world.dataDir)).toEqual([])
  })

  test('data is kept for 35 days, keys for 7, and the newest always', async () => {
    const here = await ground()
    const days = async (count: number) => {
      here.world.clock.passDays(count)
      const made = await create(here)
      if (!made.ok) throw new Error(made.error.code)
      const kinds = readdirSync(here.folder).map((name) => name.replace(/^.*Z\.|\.age$/g, ''))
      return [kinds.filter((kind) => kind === 'data').length, kinds.length]
    }
    expect(await days(0)).toEqual([1, 2])
    expect(await days(7)).toEqual([2, 4])
    expect(await days(1)).toEqual([3, 5])
    expect(await days(27)).toEqual([4, 5])
    expect(await days(1)).toEqual([4, 6])
    expect(await days(400)).toEqual([1, 2])
  })
})

describe('the two files', () => {
  test('keys of an earlier run do not fit later data; keys of a later one do', async () => {
    const here = await ground()
    const first = await create(here)
    here.world.clock.passHours(24)
    const second = await create(here)
    if (!first.ok || !second.ok) throw new Error('not made')
    const target = () => ({
      ...{ dataDir: scratch(), databaseUrl: null, keysDatabaseUrl: null },
      kek: here.world.kek,
      ledger: memoryLedger(),
    })
    const { identity } = here
    const crossed = { data: second.value.data, keys: first.value.keys, identity }
    expect(await verifyBackup(crossed, target())).toMatchObject({
      error: { code: 'backup_not_a_pair' },
    })
    const later = { data: first.value.data, keys: second.value.keys, identity }
    expect(await verifyBackup(later, target())).toMatchObject({ ok: true })
  })

  test('one changed byte anywhere, or an end that is missing, is found', async () => {
    const here = await ground()
    const made = await create(here)
    if (!made.ok) throw new Error('not made')
    const whole = readFileSync(made.value.data)
    const copy = join(scratch(), 'einstieg.data.age')
    const target = {
      databaseUrl: null,
      keysDatabaseUrl: null,
      kek: here.world.kek,
      ledger: memoryLedger(),
    }
    const verified = async (bytes: Buffer) => {
      writeFileSync(copy, bytes)
      const files = { data: copy, keys: made.value.keys, identity: here.identity }
      const dataDir = scratch()
      const found = await verifyBackup(files, { ...target, dataDir })
      expect(readdirSync(dataDir)).toEqual([])
      return found.ok ? 'ok' : found.error.code
    }
    expect(await verified(whole)).toBe('ok')
    for (let round = 0; round < 25; round += 1) {
      const bytes = Buffer.from(whole)
      const at = Math.floor((bytes.length * round) / 25)
      bytes[at] = (bytes[at] ?? 0) ^ 4
      expect(await verified(bytes), `byte ${at}`).toMatch(/damaged|wrong/)
    }
    for (const length of [0, 100, 70_000, whole.length - 1, whole.length - 70_000]) {
      expect(await verified(whole.subarray(0, length)), `length ${length}`).toBe(
        'backup_file_damaged',
      )
    }
  })
})
