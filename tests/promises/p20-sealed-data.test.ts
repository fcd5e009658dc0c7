import { chmodSync, copyFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readEnv } from '#app/deps/env.server.ts'
import type { CaseId, CentreId, ChildId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { addDays, today } from '#app/domain/time.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { INSTALLATION, type Sealed } from '#db/schema.ts'
import { type SubjectKey, unseal } from '#db/sealing/envelope.ts'
import { kekOf, readKek } from '#db/sealing/kek.server.ts'
import { openKeyFile, type Subject } from '#db/sealing/keys.server.ts'
import { openRecord, placeOf, readChild } from '#db/sealing/records.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { canaryRegistration, canaryTexts, STEM } from '#tests/promises/canaries.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { ENCODINGS, filesBelow, grep } from '#tests/promises/p20-grep.ts'
import { query, SUBJECT_OF, sealedTablesIn } from '#tests/promises/sealed-rows.ts'
import { done, seatsAt, walkFar } from '#tests/promises/steps.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import { sized } from '#tests/setup/size.ts'
import { CENTRES, type CentreCode, registerAnyway, registered } from '#tests/setup/world.ts'

const CHILDREN = sized(500)
const WALKERS = 4
const SCHOOL = '180101' as SchoolNumber
/** The canaries of all children, the shape of a sealed birth date, and the code of a reason. */
const SECRETS = [STEM, '"date":"2013-', 'family_wish']

let world: SharedWorld

beforeAll(async () => {
  world = await makeFileWorld()
  await seatsAt(world, SCHOOL, WALKERS)
  for (let serial = 0; serial < CHILDREN; serial += 1) {
    const caseId = await register(serial)
    if (serial < WALKERS)
      await walkFar(world, { caseId, centre: 'DN', texts: canaryTexts(serial) }, SCHOOL)
    if (serial === 0) {
      const hold = { caseId, until: addDays(today(world.clock), 30), sentence: `Klage ${STEM}` }
      done(await setHold(world.as('lead'), hold))
    }
  }
  await giveTotp(world, 'account-lead-dn')
  await typeDrafts()
})

afterAll(() => world.close())

describe('P20: a stolen data folder shows no personal field', () => {
  test(`${CHILDREN} children: no canary in any encoding, neither in the WAL nor after it`, () => {
    const live = filesBelow(world.dataDir)
    const wal = live.find(({ path }) => path.endsWith('einstieg.db-wal'))
    expect(wal?.bytes.length).toBeGreaterThan(100_000)
    expect(grep(live, SECRETS)).toEqual([])

    checkpoint(filesOf(world.dataDir).data)
    expect(grep(filesBelow(world.dataDir), SECRETS)).toEqual([])
    expect(countOf('child')).toBe(CHILDREN)
  })

  test('control: what is stored in the clear is found, and a canary in each encoding is too', () => {
    const plain = ['Amira Brandt', 'DN-2026-0001']
    expect(grep(filesBelow(world.dataDir), plain).length).toBeGreaterThanOrEqual(plain.length)

    const planted = join(world.dataDir, 'planted')
    for (const { name, write } of ENCODINGS) {
      writeFileSync(planted, Buffer.concat([Buffer.from('x'.repeat(99)), write(`${STEM}aaagi`)]))
      const hits = grep(filesBelow(world.dataDir), [STEM])
      expect(hits).toContain(`${planted}: ${STEM}, ${name}`)
    }
    writeFileSync(planted, '')
  })

  test('the keys lie in a database of their own, and nowhere in the clear', async () => {
    const { data, keys } = filesOf(world.dataDir)
    expect(tablesOf(data)).not.toContain('sealing_key')
    expect([...tablesOf(keys)].sort()).toEqual(['root_secret', 'sealing_key'])

    const rows = query<{ subject_id: string; centre_id: CentreId; wrapped: string }>(
      keys,
      "select * from sealing_key where kind = 'child' limit 20",
    )
    const files = filesBelow(world.dataDir).map(({ bytes }) => bytes)
    for (const { subject_id, centre_id, wrapped } of rows) {
      const subject = { kind: 'child', centreId: centre_id, id: subject_id } as const
      const { key } = (await world.keys.find(subject)) as SubjectKey
      const clear = [key, key.toString('hex'), key.toString('base64url'), key.toString('base64')]
      expect(files.some((bytes) => clear.some((form) => bytes.includes(form)))).toBe(false)
      const holders = filesBelow(world.dataDir).filter(({ bytes }) => bytes.includes(wrapped))
      expect(holders.length).toBeGreaterThan(0)
      expect(holders.every(({ path }) => path.startsWith(keys))).toBe(true)
    }
    expect(rows).toHaveLength(20)
  })
})

describe('P20: an envelope opens only where it was sealed', () => {
  test('swapped between rows, tables, children, families and centres: none opens', async () => {
    const rows = await sealedRows()
    const tables = new Set(rows.map(({ table }) => table))
    expect([...tables].sort()).toEqual(sealedTables().filter((table) => table !== 'outbox'))
    const centres = new Set(rows.map(({ centreId }) => centreId))
    expect([...centres].sort()).toEqual([CENTRES.BOR.id, CENTRES.DN.id, INSTALLATION])

    const pairs = rows.flatMap((at) => rows.map((from) => ({ at, from })))
    const opening = pairs.filter(({ at, from }) =>
      [at, from].some(({ key }) => opens(key, at, from.sealed)),
    )
    expect(opening.every(({ at, from }) => at === from)).toBe(true)
    expect(opening).toHaveLength(rows.length)
  })

  test('the same row under another column, another centre or with a changed byte: none opens', async () => {
    for (const { key, table, centreId, id, sealed } of await sealedRows()) {
      const place = placeOf(table, centreId, id)
      const other = centreId === CENTRES.DN.id ? CENTRES.BOR.id : CENTRES.DN.id
      expect(() => unseal(key, place, sealed)).not.toThrow()
      expect(() => unseal(key, { ...place, column: 'note' }, sealed)).toThrow()
      expect(() => unseal(key, { ...place, centreId: other }, sealed)).toThrow()
      expect(() => unseal(key, { ...place, row: `${id}0` }, sealed)).toThrow()
      for (const changed of damaged(sealed)) expect(() => unseal(key, place, changed)).toThrow()
    }
  })

  test('swapped in the database file itself: the child is unreadable, never the other one', async () => {
    const [one, other] = query<{ id: ChildId; centre_id: CentreId; sealed: string }>(
      filesOf(world.dataDir).data,
      'select id, centre_id, sealed from child order by id limit 2',
    ) as [{ id: ChildId; centre_id: CentreId; sealed: string }, { id: ChildId; sealed: string }]
    const read = () => readChild(world.database.db, world.keys, one.centre_id, one.id)
    const put = (sealed: string) =>
      world.database.write((tx) =>
        tx
          .updateTable('child')
          .set({ sealed: sealed as Sealed })
          .where('id', '=', one.id)
          .execute(),
      )
    await expect(read()).resolves.toMatchObject({ version: 1 })
    await put(other.sealed)
    await expect(read()).rejects.toThrow()
    await put(one.sealed)
    await expect(read()).resolves.toMatchObject({ version: 1 })
  })
})

describe('P20: the keys open with one key-encryption key only', () => {
  test('another key, and another key that claims to be the same, open nothing', async () => {
    const subject = await firstSubject()
    const other = kekOf(Buffer.alloc(32, 7))
    for (const kek of [other, { ...other, id: world.kek.id }]) {
      const keys = openKeyFile(filesOf(world.dataDir).keys, kek)
      await expect(keys.find(subject)).rejects.toThrow()
      await keys.close()
    }
    await expect(world.keys.find(subject)).resolves.not.toBeNull()
  })

  test('wrapped keys swapped between children do not unwrap', async () => {
    const copy = join(world.dataDir, 'keys', 'swapped.db')
    checkpoint(filesOf(world.dataDir).keys)
    copyFileSync(filesOf(world.dataDir).keys, copy)
    const file = new Sqlite(copy)
    file.exec(`
      create temp table pair as select * from sealing_key where kind = 'child' limit 2;
      delete from sealing_key where key_id in (select key_id from pair);
      insert into sealing_key
        select a.centre_id, a.kind, a.subject_id, b.key_id, b.wrapped, b.kek_id, b.created_at
        from pair a join pair b on a.key_id <> b.key_id;`)
    file.close()
    const swapped = openKeyFile(copy, world.kek)
    await expect(swapped.find(await firstSubject())).rejects.toThrow()
    await swapped.close()
  })

  test('the key file is for its owner only, and an installation keeps it elsewhere', () => {
    const { kek } = filesOf(world.dataDir)
    expect((statSync(kek).mode & 0o777).toString(8)).toBe('400')
    expect((statSync(join(world.dataDir, 'keys')).mode & 0o777).toString(8)).toBe('700')
    for (const mode of [0o440, 0o404, 0o444, 0o644]) {
      chmodSync(kek, mode)
      expect(() => readKek(kek)).toThrow('KEY_FILE')
    }
    chmodSync(kek, 0o400)
    expect(readKek(kek).id).toBe(world.kek.id)

    const outside = join(world.dataDir, '..', 'kek')
    const settings = { DATA_DIR: world.dataDir, ORIGIN: 'https://einstieg.example' }
    expect(() => envOf({ ...settings, KEY_FILE: '' })).toThrow('KEY_FILE')
    expect(() => envOf({ ...settings, KEY_FILE: kek })).toThrow('KEY_FILE')
    expect(envOf({ ...settings, KEY_FILE: outside }).keyFile).not.toBeNull()
  })
})

// ---- the children ----

async function register(serial: number): Promise<CaseId> {
  const centre: CentreCode = serial < WALKERS || serial % 2 === 0 ? 'DN' : 'BOR'
  if (centre === 'DN') return registered(world, canaryRegistration(serial))
  const municipality = '05554012' as MunicipalityKey
  const command = canaryRegistration(serial, { municipality })
  return done(await registerAnyway(world.as('counsellor', 'BOR'), command)).caseId
}

// ---- what stands in the files ----

function checkpoint(file: string): void {
  const connection = new Sqlite(file)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
}

function tablesOf(file: string): readonly string[] {
  return query<{ name: string }>(file, "select name from sqlite_master where type = 'table'").map(
    ({ name }) => name,
  )
}

function sealedTables(): readonly string[] {
  return sealedTablesIn(filesOf(world.dataDir).data)
}

function countOf(table: string): number {
  const [row] = query<{ n: number }>(filesOf(world.dataDir).data, `select count(*) n from ${table}`)
  return row?.n ?? 0
}

type SealedRow = {
  readonly table: string
  readonly centreId: CentreId
  readonly id: string
  readonly sealed: Sealed
  readonly key: SubjectKey
}

/** What somebody has typed and not sent: about a child, and about nobody who is registered. */
async function typeDrafts(): Promise<void> {
  const [row] = query<{ id: CaseId }>(
    filesOf(world.dataDir).data,
    'select id from pupil_case order by id limit 1',
  )
  const fields = [['note', `Entwurf ${STEM}`]] as const
  const about = { form: 'interview_wish', caseId: row?.id ?? null } as const
  for (const slot of [about, { form: 'registration', caseId: null } as const]) {
    done(await keepDraft(world.as('counsellor'), { ...slot, fields }))
  }
}

/** A few rows of every sealed table and both centres, each with its key. */
async function sealedRows(): Promise<readonly SealedRow[]> {
  const rows: SealedRow[] = []
  for (const table of sealedTables()) {
    const from = SUBJECT_OF[table]
    if (from === undefined) throw new Error(`Whose key seals ${table}?`)
    const found = query<Omit<SealedRow, 'key' | 'table' | 'centreId'> & RowSubject>(
      filesOf(world.dataDir).data,
      `select * from (select t.centre_id, t.id, t.sealed, ${from}
        where t.sealed is not null order by t.id limit 4)
       union
       select * from (select t.centre_id, t.id, t.sealed, ${from}
        where t.sealed is not null and t.centre_id <> '${CENTRES.DN.id}' limit 2)`,
    )
    for (const { centre_id: centreId, id, sealed, kind, subject } of found) {
      const key = (await world.keys.find({ kind, centreId, id: subject })) as SubjectKey
      rows.push({ table, centreId, id, sealed, key })
    }
  }
  return rows
}

type RowSubject = {
  readonly centre_id: CentreId
  readonly kind: Subject['kind']
  readonly subject: string
}

async function firstSubject(): Promise<Subject> {
  const [row] = query<{ centre_id: CentreId; subject_id: string }>(
    filesOf(world.dataDir).keys,
    "select * from sealing_key where kind = 'child' limit 1",
  )
  if (row === undefined) throw new Error('No key')
  return { kind: 'child', centreId: row.centre_id, id: row.subject_id }
}

function opens(key: SubjectKey, at: SealedRow, sealed: Sealed): boolean {
  try {
    openRecord(key, at.table, at.centreId, at.id, sealed)
    return true
  } catch {
    return false
  }
}

/** The envelope with one character changed in each of its parts. */
function damaged(sealed: Sealed): readonly Sealed[] {
  const parts = sealed.split('.')
  return parts.map((part, index) => {
    const changed = `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`
    return parts.with(index, changed).join('.') as Sealed
  })
}

function envOf(settings: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  try {
    return readEnv()
  } finally {
    vi.unstubAllEnvs()
  }
}
