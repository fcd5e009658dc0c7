import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, ChildId, SchoolNumber } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import { newAgePair } from '#app/gateways/age.server.ts'
import { anchorTrail, verifyTrail } from '#app/services/audit/verify-trail.server.ts'
import { createBackup } from '#app/services/backup/create-backup.server.ts'
import { openBackup } from '#app/services/backup/manifest.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { ledgerHash } from '#app/services/privacy/carry-out-erasure.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { insertMessage } from '#db/queries/outbox.server.ts'
import { type KeyStore, openKeyFile } from '#db/sealing/keys.server.ts'
import { childKey, sealRecord } from '#db/sealing/records.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { canary, canaryRegistration, canaryTexts, STEM } from '#tests/promises/canaries.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { type DiskFile, filesBelow, grep } from '#tests/promises/p20-grep.ts'
import { query, readableIn, sealedRowsIn } from '#tests/promises/sealed-rows.ts'
import { done, seatsAt, walkFar } from '#tests/promises/steps.ts'
import { scratch } from '#tests/setup/folder.ts'
import { sized } from '#tests/setup/size.ts'
import { CENTRES, registered } from '#tests/setup/world.ts'

const CHILDREN = sized(500)
const ERASED = CHILDREN / 10
/** Of the erased, those who were on the way as far as it goes. */
const WALKERS = 6
const SCHOOL = '180101' as SchoolNumber
const DN = CENTRES.DN.id
/** Stands open in a column of the erased, so that what is found before can be missing afterwards. */
const OPEN = 'Wvrkoffenxq'

type Day = 'day -8' | 'day -1' | 'day 0' | 'day +6' | 'day +7'

let world: SharedWorld
let outside: string
let identity: string
let backups: (day: Day) => Promise<void>
let cases: CaseId[]
let erased: readonly CaseId[]
let childIds: readonly ChildId[]
/** The beginnings of every envelope of the erased, and their wrapped keys. */
let envelopes: readonly string[]
const at: Partial<Record<Day, string>> = {}

beforeAll(async () => {
  world = await makeFileWorld()
  outside = scratch()
  mkdirSync(join(outside, 'sicherungen'))
  const pair = await newAgePair()
  identity = pair.identity
  backups = async (day) => {
    const made = await createBackup(world.asSystem(), join(outside, 'sicherungen'), {
      ...{ recipients: [pair.recipient], workDir: world.dataDir, databaseUrl: null },
      program: 'einstieg test',
    })
    at[day] = done(made).data.replace(/^.*(einstieg-\w+)\.data\.age$/, '$1')
  }
  await seatsAt(world, SCHOOL, WALKERS)
  cases = []
  for (let serial = 0; serial < CHILDREN; serial += 1) {
    const caseId = await registered(world, canaryRegistration(serial))
    cases.push(caseId)
    const walker = { caseId, centre: 'DN', texts: canaryTexts(serial) } as const
    if (serial < WALKERS) await walkFar(world, walker, SCHOOL)
  }
  erased = cases.slice(0, ERASED)
  childIds = childrenOf(erased)
  plantOpenly(erased)
  await tellSomebody(erased)
  envelopes = envelopesOf(erased)
  await backups('day -8')
  world.clock.passDays(7)
  await anchorTrail(world, headFile())
  await backups('day -1')
  world.clock.passDays(1)
})

afterAll(() => world.close())

describe(`P14: ${ERASED} of ${CHILDREN} children are erased`, () => {
  test('before: their envelopes, keys and what stands open of them are found', async () => {
    const live = filesBelow(world.dataDir)
    expect(childIds).toHaveLength(ERASED)
    expect(missing(live, envelopes)).toEqual([])
    expect(envelopes.length).toBeGreaterThan(ERASED * 4)
    expect(grep(live, [OPEN])).not.toEqual([])
    expect(serialsIn(await readableIn(filesOf(world.dataDir).data, world.keys))).toHaveLength(
      CHILDREN,
    )
    expect(await messages()).toBe(ERASED)
    expect(await found(0)).toEqual([cases[0]])
  })

  test('afterwards no file holds an envelope, a key or a canary of theirs, in any spelling', async () => {
    for (const caseId of erased) done(await eraseNow(lead(), { caseId, ground: 'art_17' }))
    await anchorTrail(world, headFile())

    const live = filesBelow(world.dataDir)
    expect(live.map(({ path }) => path.slice(world.dataDir.length + 1)).sort()).toEqual(
      expect.arrayContaining(['einstieg.db', 'keys/keys.db', 'ledger/erasures.jsonl']),
    )
    expect(present(live, envelopes)).toEqual([])
    expect(grep([...live, ...filesBelow(outside)], [STEM, OPEN])).toEqual([])
    const readable = await readableIn(filesOf(world.dataDir).data, world.keys)
    expect(serialsIn(readable)).toEqual(staying())
    expect(await messages()).toBe(0)
  })

  test('no search finds them, in this process and after a start; the others are found', async () => {
    for (const _process of ['this', 'started anew']) {
      for (const serial of [0, WALKERS, ERASED - 1]) expect(await found(serial)).toEqual([])
      expect(await found(ERASED)).toEqual([cases[ERASED]])
      world.names.refill()
    }
  })

  test('the ledger names each, the trail still verifies', async () => {
    const hashes = childIds.map((id) => ledgerHash(world, DN, id)).sort()
    const ledger = world.ledger.read().map(({ hash }) => hash)
    expect(ledger.toSorted()).toEqual(hashes)
    const rows = await world.database.db.selectFrom('erasure_ledger').select('id').execute()
    expect(rows.map(({ id }) => id).sort()).toEqual(hashes)
    const report = done(await verifyTrail(world, headFile()))
    expect(report).toMatchObject({ headsCompared: 4, findings: [] })
  })

  test('backups: until the keys of the day before are seven days old, they open them; then nothing does', async () => {
    // the night after: the keys of day -8 are older than seven days
    await backups('day 0')
    expect(kept('keys')).toEqual(named('day -1', 'day 0'))
    expect(kept('data')).toEqual(named('day -8', 'day -1', 'day 0'))
    expect(await readableFrom('day -8', world.keys)).toEqual(staying())
    for (const day of ['day -8', 'day -1'] as const) {
      expect(await readableFrom(day, 'day 0')).toEqual(staying())
      // what remains, and is said in decision 0019: this key backup is from before the erasure
      expect(await readableFrom(day, 'day -1')).toHaveLength(CHILDREN)
    }

    world.clock.passDays(6)
    await backups('day +6')
    expect(kept('keys')).toEqual(named('day -1', 'day 0', 'day +6'))
    world.clock.passDays(1)
    await backups('day +7')
    expect(kept('keys')).toEqual(named('day 0', 'day +6', 'day +7'))
    expect(kept('data')).toEqual(named('day -8', 'day -1', 'day 0', 'day +6', 'day +7'))
    for (const keys of ['day 0', 'day +7'] as const) {
      for (const data of ['day -8', 'day -1', 'day 0'] as const) {
        expect(await readableFrom(data, keys), `${data} with keys of ${keys}`).toEqual(staying())
      }
    }
  })

  test('control: an erasure that leaves the key leaves the child readable in a backup', async () => {
    const serial = CHILDREN - 1
    const caseId = cases[serial] as CaseId
    const careless = { ...world.keys, destroy: async () => undefined }
    done(await eraseNow({ ...lead(), keys: careless }, { caseId, ground: 'art_17' }))
    const readable = await readableIn(filesOf(world.dataDir).data, world.keys)
    expect(serialsIn(readable)).not.toContain(serial)
    expect(await readableFrom('day -8', world.keys)).toContain(serial)
  })

  test.each([
    ['OFF and the log emptied', 'OFF', true, true],
    ['ON and the log left as it is', 'ON', false, true],
    ['ON and the log emptied', 'ON', true, false],
  ] as const)('control: secure_delete %s', async (_how, secureDelete, isEmptied, isFound) => {
    const folder = scratch()
    const file = join(folder, 'einstieg.db')
    await world.database.snapshot(file, async () => null)
    const control = new Sqlite(file)
    control.pragma('journal_mode = WAL')
    control.pragma('foreign_keys = OFF')
    control.pragma(`secure_delete = ${secureDelete}`)
    control.exec(`update pupil_case set close_reason = '${OPEN}' || id`)
    control.pragma('wal_checkpoint(TRUNCATE)')
    expect(grep(filesBelow(folder), [OPEN])).not.toEqual([])
    control.exec('delete from pupil_case')
    if (isEmptied) control.pragma('wal_checkpoint(TRUNCATE)')
    expect(grep(filesBelow(folder), [OPEN]).length > 0).toBe(isFound)
    control.close()
  })
})

test('what a killed backup left in the data folder goes with the next erasure', async () => {
  const left = join(world.dataDir, '.einstieg-work-999999999-abc')
  mkdirSync(left)
  writeFileSync(join(left, 'keys.db'), 'a copy of all keys')
  const running = join(world.dataDir, `.einstieg-work-${process.pid}-abc`)
  mkdirSync(running)
  const caseId = cases[CHILDREN - 2] as CaseId
  done(await eraseNow(lead(), { caseId, ground: 'art_17' }))
  expect(readdirSync(world.dataDir)).not.toContain('.einstieg-work-999999999-abc')
  expect(readdirSync(world.dataDir)).toContain(`.einstieg-work-${process.pid}-abc`)
})

// ---- who ----

function lead(): Context {
  return world.as('lead')
}

function childrenOf(some: readonly CaseId[]): readonly ChildId[] {
  const list = some.map((id) => `'${id}'`).join()
  return query<{ child_id: ChildId }>(
    filesOf(world.dataDir).data,
    `select child_id from pupil_case where id in (${list}) order by case_number`,
  ).map(({ child_id }) => child_id)
}

function staying(): readonly number[] {
  return Array.from({ length: CHILDREN - ERASED }, (_, index) => ERASED + index)
}

/** Whose family name stands in a text, by serial number. */
function serialsIn(text: string): readonly number[] {
  return Array.from({ length: CHILDREN }, (_, serial) => serial).filter((serial) =>
    text.includes(canary(serial, 'family')),
  )
}

// ---- what stands in the files ----

function headFile(): string {
  return join(outside, 'ende.jsonl')
}

/** A message that waits for each, as a later issue will send them. */
async function tellSomebody(some: readonly CaseId[]): Promise<void> {
  const centreId = DN
  const now = instant(world.clock)
  const waiting = { state: 'waiting', attempts: 0, run_at: now, created_at: now } as const
  for (const [serial, caseId] of some.entries()) {
    const id = `message-${serial}`
    const key = await childKey(world.database.db, world.keys, DN, childIds[serial] as ChildId)
    const sealed = sealRecord(key, 'outbox', centreId, id, { text: canary(serial, 'family') })
    await world.database.write((tx) =>
      insertMessage(tx, {
        ...{ ...waiting, lease_until: null, leased_by: null, id, case_id: caseId, sealed },
        ...{
          centre_id: centreId,
          event_id: `event-${serial}`,
          channel: 'letter',
          account_id: null,
        },
      }),
    )
  }
}

async function messages(): Promise<number> {
  const rows = await world.database.db.selectFrom('outbox').select('id').execute()
  return rows.length
}

/** The cases of the child with this serial that a search for its family name finds. */
async function found(serial: number): Promise<readonly CaseId[]> {
  const { names, database } = world
  names.start()
  expect(await names.whenFull(60_000)).toBe(true)
  await names.catchUp(database.db)
  const word = canary(serial, 'family')
  const hits = names.index.search(DN, word, CHILDREN).flatMap(({ caseIds }) => caseIds)
  return hits.filter((id) => id === cases[serial])
}

function plantOpenly(some: readonly CaseId[]): void {
  const file = new Sqlite(filesOf(world.dataDir).data)
  const plant = file.prepare('update pupil_case set close_reason = ? where id = ?')
  for (const caseId of some) plant.run(`${OPEN}${caseId}`, caseId)
  file.close()
}

function envelopesOf(some: readonly CaseId[]): readonly string[] {
  const { data, keys } = filesOf(world.dataDir)
  const subjects = new Set(subjectsOf(data, some))
  const rows = sealedRowsIn(data).filter(({ subject }) => subjects.has(subject))
  const wrapped = query<{ subject_id: string; wrapped: string }>(keys, 'select * from sealing_key')
  return [
    ...rows.map(({ sealed }) => sealed.slice(0, 64)),
    ...wrapped.filter(({ subject_id }) => subjects.has(subject_id)).map((row) => row.wrapped),
  ]
}

function subjectsOf(data: string, some: readonly CaseId[]): readonly string[] {
  const list = some.map((id) => `'${id}'`).join()
  return query<{ child_id: string; family_id: string }>(
    data,
    `select child_id, family_id from pupil_case where id in (${list})`,
  ).flatMap(({ child_id, family_id }) => [child_id, family_id])
}

function present(files: readonly DiskFile[], needles: readonly string[]): readonly string[] {
  return needles.filter((needle) => files.some(({ bytes }) => bytes.includes(needle)))
}

function missing(files: readonly DiskFile[], needles: readonly string[]): readonly string[] {
  const found = new Set(present(files, needles))
  return needles.filter((needle) => !found.has(needle))
}

// ---- backups ----

function kept(kind: 'data' | 'keys'): readonly string[] {
  return readdirSync(join(outside, 'sicherungen'))
    .filter((name) => name.endsWith(`.${kind}.age`))
    .map((name) => name.replace(/\.\w+\.age$/, ''))
    .sort()
}

function named(...days: readonly Day[]): readonly string[] {
  return days.map((day) => at[day] ?? day)
}

/** Who can be read from the data of a day, with the keys of another or those of now. */
async function readableFrom(data: Day, keys: Day | KeyStore): Promise<readonly number[]> {
  const file = join(await opened(data, 'data'), 'einstieg.db')
  if (typeof keys !== 'string') return serialsIn(await readableIn(file, keys))
  const store = openKeyFile(join(await opened(keys, 'keys'), 'keys.db'), world.kek)
  try {
    return serialsIn(await readableIn(file, store))
  } finally {
    await store.close()
  }
}

async function opened(day: Day, kind: 'data' | 'keys'): Promise<string> {
  const folder = scratch()
  const file = join(outside, 'sicherungen', `${at[day]}.${kind}.age`)
  done(await openBackup(file, [identity], folder))
  return folder
}
