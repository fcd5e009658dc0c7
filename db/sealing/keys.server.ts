import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type { CentreId } from '#app/domain/ids.ts'
import { addHours, type Instant } from '#app/domain/time.ts'
import {
  connect,
  ImmediateSqliteDialect,
  isConnectionHealthy,
  postgresPool,
} from '../open.server.ts'
import type { Engine } from '../schema.ts'
import type { SubjectKey } from './envelope.ts'
import type { Kek } from './kek.server.ts'

/** Whose personal data a key seals. */
export type Subject = {
  readonly kind: 'child' | 'family'
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
  readonly migrate: () => Promise<void>
  /** Whether keys can be read, and new ones are kept: without them nobody's record opens. */
  readonly isHealthy: () => Promise<boolean>
  readonly close: () => Promise<void>
}

type StoredKey = Subject & { readonly sortKey: string }

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
}

/** A key without a row is an interrupted registration; younger ones may still get their row. */
export const SWEEP_AFTER_HOURS = 24

/** Keys in a SQLite file of their own (made when missing). */
export function openKeyFile(file: string, kek: Kek): KeyStore {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return sqliteKeys(connect(file), kek)
}

/** Keys in memory, for tests. */
export function openKeyMemory(kek: Kek): KeyStore {
  return sqliteKeys(new Sqlite(':memory:'), kek)
}

/** Keys on PostgreSQL: schema `keys`, with a pool of its own; no query joins it with the data. */
export function openKeyPostgres(url: string, kek: Kek): KeyStore {
  const pool = postgresPool(url, 4)
  const base = new Kysely<KeySchema>({ dialect: new PostgresDialect({ pool }) })
  return keyStore('postgres', base.withSchema('keys'), kek, {
    isSound: () => true,
    close: () => base.destroy(),
  })
}

/** The moment before which a key without a row is swept. */
export function sweepBefore(now: Instant): Instant {
  return addHours(now, -SWEEP_AFTER_HOURS)
}

function sqliteKeys(connection: Sqlite.Database, kek: Kek): KeyStore {
  const db = new Kysely<KeySchema>({
    dialect: new ImmediateSqliteDialect(connection),
  })
  return keyStore('sqlite', db, kek, {
    isSound: () => isConnectionHealthy(connection),
    close: () => db.destroy(),
  })
}

type Connected = { readonly isSound: () => boolean; readonly close: () => Promise<void> }

function keyStore(
  engine: Engine,
  db: Kysely<KeySchema>,
  kek: Kek,
  { isSound, close }: Connected,
): KeyStore {
  const opened = (row: KeySchema['sealing_key']): SubjectKey => unwrap(kek, row)
  return {
    create: async (subjects, now) => {
      const made = subjects.map((subject) => wrap(kek, subject, now))
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
    migrate: () => migrateKeys(engine, db),
    isHealthy: async () => (await isReadable(db)) && isSound(),
    close,
  }
}

async function isReadable(db: Kysely<KeySchema>): Promise<boolean> {
  try {
    await db.selectFrom('sealing_key').select('key_id').limit(1).execute()
    return true
  } catch {
    return false
  }
}

async function migrateKeys(engine: Engine, db: Kysely<KeySchema>): Promise<void> {
  if (engine === 'postgres') await sql`create schema if not exists keys`.execute(db)
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

function wrap(kek: Kek, { kind, centreId, id }: Subject, now: Instant): KeySchema['sealing_key'] {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', kek.key, nonce)
  cipher.setAAD(Buffer.from(`${centreId}|${kind}|${id}`))
  const text = Buffer.concat([cipher.update(randomBytes(32)), cipher.final(), cipher.getAuthTag()])
  return {
    centre_id: centreId,
    kind,
    subject_id: id,
    key_id: randomBytes(9).toString('base64url'),
    wrapped: Buffer.concat([nonce, text]).toString('base64url'),
    kek_id: kek.id,
    created_at: now,
  }
}

function unwrap(kek: Kek, row: KeySchema['sealing_key']): SubjectKey {
  if (row.kek_id !== kek.id) {
    throw new Error(`Key ${row.key_id} was wrapped with another key-encryption key`)
  }
  const bytes = Buffer.from(row.wrapped, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', kek.key, bytes.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAAD(Buffer.from(`${row.centre_id}|${row.kind}|${row.subject_id}`))
  decipher.setAuthTag(bytes.subarray(-16))
  const key = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
  return { keyId: row.key_id, key }
}
