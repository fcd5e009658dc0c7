import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type { CentreId } from '#app/domain/ids.ts'
import { addHours, type Instant } from '#app/domain/time.ts'
import {
  assertSqliteSound,
  connect,
  copySqlite,
  emptyLog,
  ImmediateSqliteDialect,
  isConnectionHealthy,
  postgresPool,
  type Reading,
} from '../open.server.ts'
import { dumpPostgres } from '../postgres-tools.server.ts'
import type { Engine } from '../schema.ts'
import { type Connection, Sqlite } from '../sqlite.server.ts'
import type { SubjectKey } from './envelope.ts'
import type { Kek, RootSecret } from './kek.server.ts'
import { findKek, KekMissing, unwrapSecret, type Wrapped, wrapSecret } from './wrap.ts'

/**
 * What a key seals: the personal data of somebody, an account's (its second factors) in
 * `INSTALLATION`; or one draft that belongs to nobody who is registered yet.
 */
export type Subject = {
  readonly kind: 'child' | 'family' | 'account' | 'draft'
  readonly centreId: CentreId
  readonly id: string
}

/** The database of keys: its own file or schema, so that no dump of the data holds a key. */
export type KeyStore = {
  /** Makes and commits a key per subject, before any row is sealed with it. */
  readonly create: (subjects: readonly Subject[], now: Instant) => Promise<readonly SubjectKey[]>
  /** The subject's key; null when it was erased (or never made). */
  readonly find: (subject: Subject) => Promise<SubjectKey | null>
  /** Keys of many subjects of one kind and centre, by id; erased ones are absent. */
  readonly findMany: (
    kind: Subject['kind'],
    centreId: CentreId,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, SubjectKey>>
  /** Subjects whose key is older than `before`, in chunks, for the sweep of keys without a row. */
  readonly olderThan: (
    before: Instant,
    after: string,
    limit: number,
  ) => Promise<readonly StoredKey[]>
  /** Destroys keys: what they sealed can never be read again. */
  readonly destroy: (subjects: readonly Subject[]) => Promise<void>
  /** What keyed hashes are derived from. */
  readonly root: () => Promise<RootSecret>
  /** How many keys are wrapped under which key-encryption key, the present one first. */
  readonly wrappings: () => Promise<readonly Wrapping[]>
  /**
   * Wraps up to `limit` keys behind `after` anew under the present key-encryption key, and reads
   * the key file again before. What another process writes or destroys meanwhile stays as it is.
   */
  readonly rewrap: (after: string, limit: number) => Promise<Rewrapped>
  /** Writes a copy of one moment to `file`, as `Database.snapshot` does; gives how many keys it holds. */
  readonly snapshot: (file: string) => Promise<number>
  /** A copy, opened with the same key-encryption keys. */
  readonly openCopy: (at: { readonly file: string } | { readonly url: string }) => KeyStore
  /** Reads the whole of it for damage, on SQLite. @throws what is found. */
  readonly assertSound: (how?: Reading) => Promise<void>
  /** How many keys there are, of all kinds or of one; 0 also before the tables are made. */
  readonly count: (kind?: Subject['kind']) => Promise<number>
  /** Whether the tables were never made here: nothing can have been sealed with it. */
  readonly isNew: () => Promise<boolean>
  /**
   * Takes destroyed keys and earlier wrappings out of the files as well: empties SQLite's log; on
   * PostgreSQL writes the tables anew, because a deleted row stays on its page. False: somebody was
   * reading, try again.
   */
  readonly scrub: () => Promise<boolean>
  /**
   * Makes the tables.
   * @throws a sentence, before it writes anything, when a key-encryption key in use is not at hand.
   */
  readonly migrate: () => Promise<void>
  /** Whether keys can be read, and new ones are kept: without them nobody's record opens. */
  readonly isHealthy: () => Promise<boolean>
  readonly close: () => Promise<void>
}

type StoredKey = Subject & { readonly sortKey: string }

/** A key-encryption key in use, by its fingerprint. */
export type Wrapping = {
  readonly kekId: string
  readonly isPresent: boolean
  readonly count: number
}

type Rewrapped = { readonly count: number; readonly last: string; readonly isEnd: boolean }

type KeySchema = {
  sealing_key: {
    centre_id: CentreId
    kind: Subject['kind']
    subject_id: string
    key_id: string
    wrapped: string
    kek_id: string
    created_at: Instant
  }
  root_secret: { id: typeof ROOT; wrapped: string; kek_id: string }
}

/** The only row of its table, and what its wrapping is bound to. */
const ROOT = 'root'
const ROOT_BYTES = 32

/** A key without a row is an interrupted registration; younger ones may still get their row. */
export const SWEEP_AFTER_HOURS = 24

/**
 * Keys in a SQLite file of their own (made when missing). `reread` reads the key file again: asked
 * when another process has wrapped with a key that was added to it since.
 */
export function openKeyFile(file: string, kek: Kek, reread?: () => Kek): KeyStore {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return sqliteKeys(connect(file), keyring(kek, reread))
}

/** Keys in memory, for tests. */
export function openKeyMemory(kek: Kek): KeyStore {
  return sqliteKeys(new Sqlite(':memory:'), keyring(kek))
}

/** Keys on PostgreSQL: schema `keys`, with a pool of its own; no query joins it with the data. */
export function openKeyPostgres(url: string, kek: Kek, reread?: () => Kek): KeyStore {
  const pool = postgresPool(url, 4)
  const base = new Kysely<KeySchema>({ dialect: new PostgresDialect({ pool }) })
  return keyStore('postgres', base.withSchema('keys'), keyring(kek, reread), {
    isSound: () => true,
    copyTo: (file) =>
      dumpPostgres(base, { url, file, only: '--schema=keys' }, (tx) =>
        countKeys(tx.withSchema('keys')),
      ),
    assertSound: () => undefined,
    close: () => base.destroy(),
  })
}

/** The moment before which a key without a row is swept. */
export function sweepBefore(now: Instant): Instant {
  return addHours(now, -SWEEP_AFTER_HOURS)
}

/** The key-encryption keys at hand, read again from their file where one is missing. */
type Keyring = { readonly present: () => Kek; readonly reread: () => void } & {
  readonly open: (boundTo: string, stored: Wrapped) => Buffer
}

function keyring(kek: Kek, reread: () => Kek = () => kek): Keyring {
  let known = kek
  const again = () => {
    known = reread()
  }
  return {
    present: () => known,
    reread: again,
    open: (boundTo, stored) => {
      if (findKek(known, stored.kek_id) === null) again()
      return unwrapSecret(known, boundTo, stored)
    },
  }
}

function sqliteKeys(connection: Connection, ring: Keyring): KeyStore {
  const db = new Kysely<KeySchema>({
    dialect: new ImmediateSqliteDialect(connection),
  })
  return keyStore('sqlite', db, ring, {
    isSound: () => isConnectionHealthy(connection),
    copyTo: async (file) => {
      copySqlite(connection, file)
      const copy = new Sqlite(file, { readonly: true })
      try {
        return Number(copy.prepare('select count(*) from sealing_key').pluck().get())
      } finally {
        copy.close()
      }
    },
    assertSound: (how) => assertSqliteSound(connection, how),
    close: async () => {
      await db.destroy()
      // Kysely closes only what it has used
      if (connection.open) connection.close()
    },
  })
}

type Connected = {
  readonly isSound: () => boolean
  readonly copyTo: (file: string) => Promise<number>
  readonly assertSound: (how?: Reading) => void
  readonly close: () => Promise<void>
}

function keyStore(
  engine: Engine,
  db: Kysely<KeySchema>,
  ring: Keyring,
  { isSound, copyTo, assertSound, close }: Connected,
): KeyStore {
  const opened = (row: KeySchema['sealing_key']): SubjectKey => ({
    keyId: row.key_id,
    key: ring.open(boundTo(row), row),
  })
  return {
    create: async (subjects, now) => {
      const made = subjects.map((subject) => newKey(ring.present(), subject, now))
      await db.insertInto('sealing_key').values(made).execute()
      return made.map(opened)
    },
    find: async ({ kind, centreId, id }) => {
      const row = await db
        .selectFrom('sealing_key')
        .selectAll()
        .where('centre_id', '=', centreId)
        .where('kind', '=', kind)
        .where('subject_id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : opened(row)
    },
    findMany: async (kind, centreId, ids) => {
      if (ids.length === 0) return new Map()
      const rows = await db
        .selectFrom('sealing_key')
        .selectAll()
        .where('centre_id', '=', centreId)
        .where('kind', '=', kind)
        .where('subject_id', 'in', ids)
        .execute()
      return new Map(rows.map((row) => [row.subject_id, opened(row)]))
    },
    olderThan: async (before, after, limit) => {
      const rows = await db
        .selectFrom('sealing_key')
        .select(['centre_id', 'kind', 'subject_id', 'key_id'])
        .where('created_at', '<', before)
        .where('key_id', '>', after)
        .orderBy('key_id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        kind: row.kind,
        centreId: row.centre_id,
        id: row.subject_id,
        sortKey: row.key_id,
      }))
    },
    destroy: async (subjects) => {
      for (const { kind, centreId, id } of subjects) {
        await db
          .deleteFrom('sealing_key')
          .where('centre_id', '=', centreId)
          .where('kind', '=', kind)
          .where('subject_id', '=', id)
          .execute()
      }
    },
    root: async () => {
      const row = await db.selectFrom('root_secret').selectAll().executeTakeFirstOrThrow()
      return { key: ring.open(ROOT, row) }
    },
    wrappings: () => wrappingsOf(db, ring),
    rewrap: (after, limit) => rewrap(db, ring, after, limit),
    snapshot: copyTo,
    openCopy: (at) =>
      'url' in at
        ? openKeyPostgres(at.url, ring.present(), () => ring.present())
        : openKeyFile(at.file, ring.present(), () => ring.present()),
    assertSound: async (how) => assertSound(how),
    count: async (kind) => ((await hasKeys(engine, db)) ? countKeys(db, kind) : 0),
    isNew: async () => !(await hasKeys(engine, db)),
    scrub: () => (engine === 'sqlite' ? emptyLog(db) : rewriteTable(db)),
    migrate: () => migrateKeys(engine, db, ring),
    isHealthy: async () => (await isReadable(db)) && isSound(),
    close,
  }
}

async function countKeys(db: Kysely<KeySchema>, kind?: Subject['kind']): Promise<number> {
  const { count } = await db
    .selectFrom('sealing_key')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .$if(kind !== undefined, (some) => some.where('kind', '=', kind ?? 'child'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** A key row is 200 bytes: 40,000 of them are written anew in a blink, once after every erasure. */
async function rewriteTable(db: Kysely<KeySchema>): Promise<boolean> {
  await sql`vacuum (full) keys.sealing_key, keys.root_secret`.execute(db)
  return true
}

async function isReadable(db: Kysely<KeySchema>): Promise<boolean> {
  try {
    await db.selectFrom('sealing_key').select('key_id').limit(1).execute()
    return true
  } catch {
    return false
  }
}

async function migrateKeys(engine: Engine, db: Kysely<KeySchema>, ring: Keyring): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // two servers that start at the same moment: the second waits, and finds everything made
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(7312018)`.execute(tx)
    const isNew = !(await hasKeys(engine, tx))
    if (!isNew) await assertOpens(tx, ring)
    if (engine === 'postgres') await sql`create schema if not exists keys`.execute(tx)
    await makeKeyTable(tx)
    await makeRoot(tx, ring, isNew)
  })
}

async function hasKeys(engine: Engine, db: Kysely<KeySchema>): Promise<boolean> {
  const tables =
    engine === 'postgres'
      ? sql`select 1 from pg_tables where schemaname = 'keys' and tablename = 'sealing_key'`
      : sql`select 1 from sqlite_master where type = 'table' and name = 'sealing_key'`
  return (await tables.execute(db)).rows.length > 0
}

async function assertOpens(db: Kysely<KeySchema>, ring: Keyring): Promise<void> {
  const [missing] = (await wrappingsOfSubjects(db)).filter(
    ({ kek_id }) => findKek(ring.present(), kek_id) === null,
  )
  if (missing === undefined) return
  throw new KekMissing(
    missing.kek_id,
    `KEY_FILE: In der Schlüsseldatei fehlt der Hauptschlüssel mit der Kennung ${missing.kek_id}; ohne ihn lassen sich die Angaben zu ${missing.count} Kindern und Familien nicht öffnen. Sie enthält ${idsOf(ring.present())}. Bitte legen Sie die richtige Schlüsseldatei an ihren Platz; es wurde nichts geändert.`,
  )
}

function idsOf(kek: Kek): string {
  return [kek, ...(kek.retired ?? [])].map(({ id }) => id).join(', ')
}

async function makeKeyTable(db: Kysely<KeySchema>): Promise<void> {
  await db.schema
    .createTable('sealing_key')
    .ifNotExists()
    .addColumn('centre_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('key_id', 'text', (c) => c.notNull().unique())
    .addColumn('wrapped', 'text', (c) => c.notNull())
    .addColumn('kek_id', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('sealing_key_pk', ['centre_id', 'kind', 'subject_id'])
    .execute()
}

/**
 * Hashes of an installation from before there was a root secret were derived from its
 * key-encryption key: that stays their root. A new installation draws one (decision 0018).
 */
async function makeRoot(db: Kysely<KeySchema>, ring: Keyring, isNew: boolean): Promise<void> {
  await db.schema
    .createTable('root_secret')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey().check(sql`id = 'root'`))
    .addColumn('wrapped', 'text', (c) => c.notNull())
    .addColumn('kek_id', 'text', (c) => c.notNull())
    .execute()
  const known = await db.selectFrom('root_secret').select('id').executeTakeFirst()
  if (known !== undefined) return
  const secret = isNew ? randomBytes(ROOT_BYTES) : await firstKek(db, ring)
  await db
    .insertInto('root_secret')
    .values({ id: ROOT, ...wrapSecret(ring.present(), ROOT, secret) })
    .execute()
}

async function firstKek(db: Kysely<KeySchema>, ring: Keyring): Promise<Buffer> {
  const oldest = await db
    .selectFrom('sealing_key')
    .select('kek_id')
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  const present = ring.present()
  return (findKek(present, oldest?.kek_id ?? present.id) ?? present).key
}

// ---- changing the key-encryption key ----

async function wrappingsOfSubjects(db: Kysely<KeySchema>) {
  return db
    .selectFrom('sealing_key')
    .select(({ fn }) => ['kek_id', fn.countAll<number>().as('count')])
    .groupBy('kek_id')
    .orderBy('kek_id')
    .execute()
}

async function wrappingsOf(db: Kysely<KeySchema>, ring: Keyring): Promise<readonly Wrapping[]> {
  ring.reread()
  const { id: present } = ring.present()
  const root = await db.selectFrom('root_secret').select('kek_id').executeTakeFirstOrThrow()
  const counts = new Map([[present, 0]])
  for (const { kek_id, count } of [...(await wrappingsOfSubjects(db)), { ...root, count: 1 }]) {
    counts.set(kek_id, (counts.get(kek_id) ?? 0) + count)
  }
  return [...counts].map(([kekId, count]) => ({ kekId, count, isPresent: kekId === present }))
}

async function rewrap(
  db: Kysely<KeySchema>,
  ring: Keyring,
  after: string,
  limit: number,
): Promise<Rewrapped> {
  ring.reread()
  const present = ring.present()
  return db.transaction().execute(async (tx) => {
    const root = await tx.selectFrom('root_secret').selectAll().executeTakeFirstOrThrow()
    if (root.kek_id !== present.id) {
      const wrapped = wrapSecret(present, ROOT, ring.open(ROOT, root))
      await tx.updateTable('root_secret').set(wrapped).where('kek_id', '=', root.kek_id).execute()
    }
    const rows = await tx
      .selectFrom('sealing_key')
      .selectAll()
      .where('key_id', '>', after)
      .where('kek_id', '<>', present.id)
      .orderBy('key_id')
      .limit(limit)
      .execute()
    for (const row of rows) {
      const wrapped = wrapSecret(present, boundTo(row), ring.open(boundTo(row), row))
      await tx
        .updateTable('sealing_key')
        .set(wrapped)
        .where('key_id', '=', row.key_id)
        .where('kek_id', '=', row.kek_id)
        .execute()
    }
    const last = rows.at(-1)?.key_id ?? after
    return { count: rows.length, last, isEnd: rows.length < limit }
  })
}

function newKey(kek: Kek, { kind, centreId, id }: Subject, now: Instant): KeySchema['sealing_key'] {
  const named = { centre_id: centreId, kind, subject_id: id }
  return {
    ...named,
    key_id: randomBytes(9).toString('base64url'),
    ...wrapSecret(kek, boundTo(named), randomBytes(32)),
    created_at: now,
  }
}

type Named = Pick<KeySchema['sealing_key'], 'centre_id' | 'kind' | 'subject_id'>

function boundTo({ centre_id, kind, subject_id }: Named): string {
  return `${centre_id}|${kind}|${subject_id}`
}
