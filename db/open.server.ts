import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdirSync, statSync, utimesSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  DEFAULT_MIGRATION_TABLE,
  type Driver,
  Kysely,
  type KyselyPlugin,
  Migrator,
  PostgresAdapter,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
  sql,
  type TransactionSettings,
} from 'kysely'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import { dumpPostgres } from './postgres-tools.server.ts'
import type { Db, Engine, Schema, Tx } from './schema.ts'
import { type Connection, Sqlite } from './sqlite.server.ts'
import { OutcomeUnknown, unavailability } from './unavailable.server.ts'

/** An open database: one door to read, one to write. */
export type Database = {
  readonly engine: Engine
  /** Reads. On SQLite a connection of its own that cannot write (`query_only`). */
  readonly db: Db
  /** Runs `work` in one write transaction (`BEGIN IMMEDIATE` on SQLite); a throw rolls back. */
  readonly write: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Brings the schema to the newest migration. @throws what the engine says when one fails. */
  readonly migrate: () => Promise<void>
  /**
   * Writes a copy of one moment to `file` (SQLite: a database, PostgreSQL: a dump without the keys),
   * while others go on writing, and gives what `look` finds in that moment.
   */
  readonly snapshot: <T>(file: string, look: (db: Db) => Promise<T>) => Promise<T>
  /**
   * Reads the whole of it for damage. @throws what the engine finds. `quick`: the pages alone, not
   * whether every index fits its table. PostgreSQL has no such check and answers that it reads.
   */
  readonly assertSound: (how?: Reading) => Promise<void>
  /**
   * Takes what was deleted out of the files as well: on SQLite the log is written back and emptied
   * (`secure_delete` has overwritten the pages). False: somebody was reading, try again. On
   * PostgreSQL rows hold cipher text only, and what matters is the key: see `KeyStore.scrub`.
   */
  readonly scrub: () => Promise<boolean>
  /** Whether it answers; on SQLite both connections, and neither has lost a setting it was opened with. */
  readonly isHealthy: () => Promise<boolean>
  readonly close: () => Promise<void>
}

/** How thoroughly a database is read for damage. */
export type Reading = 'quick' | 'full'

/**
 * SQLite 3.7.0–3.51.2 can corrupt the file in a race on WAL reset (sqlite.org, notes on 3.51.3).
 */
const OLDEST_SQLITE = [3, 51, 3] as const

/** What every connection to a file must report; asserted at start and asked by `/healthz`. */
export const PRAGMAS = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  secure_delete: 1,
  trusted_schema: 0,
  // without it `insert or replace` removes a row past the triggers that guard the trail
  recursive_triggers: 1,
  busy_timeout: 5000,
} as const

/**
 * Opens PostgreSQL when `url` names it, else the SQLite file at `file` (made when missing).
 * @throws when SQLite is too old or a pragma does not hold.
 */
export function openDatabase(where: {
  readonly url: string | null
  readonly file: string
}): Database {
  return where.url === null ? openFile(where.file) : openPostgres(where.url)
}

/** Opens a SQLite file with one writing and one reading connection. */
export function openFile(file: string): Database {
  mkdirSync(dirname(file), { recursive: true })
  const writer = connect(file)
  const reader = connect(file)
  reader.pragma('query_only = ON')
  return sqliteDatabase(writer, reader)
}

/**
 * A private database in memory, from the bytes of a migrated one when given: tests clone it.
 * Reader and writer share the one connection, so pragmas of files are not asserted here.
 */
export function openMemory(bytes?: Buffer): Database & { readonly bytes: () => Buffer } {
  const connection = bytes === undefined ? new Sqlite(':memory:') : new Sqlite(bytes)
  connection.pragma('foreign_keys = ON')
  connection.pragma('recursive_triggers = ON')
  return { ...sqliteDatabase(connection, connection), bytes: () => connection.serialize() }
}

/** Opens PostgreSQL with a pool; any number of processes may do so. */
export function openPostgres(url: string): Database {
  const pool = postgresPool(url, 10)
  const writer = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return database({
    engine: 'postgres',
    writer,
    db: writer.withPlugin(noReadsInsideWrites),
    write: async (work) => {
      refuseNested()
      return commitOnPostgres(writer, work)
    },
    snapshot: (file, look) =>
      dumpPostgres(writer, { url, file, only: '--exclude-schema=keys' }, look),
    assertSound: async () => void (await isWritable(writer)),
    scrub: async () => true,
    isHealthy: () => isWritable(writer),
    close: () => writer.destroy(),
  })
}

/** A pool with our session settings; int8 and numeric come back as numbers (safe below 2^53). */
export function postgresPool(url: string, max: number): pg.Pool {
  pg.types.setTypeParser(20, Number)
  pg.types.setTypeParser(1700, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    statement_timeout: 30_000,
  })
  // an idle client that loses its server must not end the process: the next query reconnects
  pool.on('error', () => undefined)
  // nor must one that loses it between two statements of a transaction: its next statement fails
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** @throws OutcomeUnknown when all was written and the answer to the commit did not come. */
async function commitOnPostgres<T>(
  writer: Kysely<Schema>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let isWritten = false
  try {
    return await writer.transaction().execute(async (tx) => {
      const value = await inWrite(tx, work)
      isWritten = true
      return value
    })
  } catch (cause) {
    if (!isWritten || unavailability(cause) !== 'down') throw cause
    throw new OutcomeUnknown('The commit was not answered', { cause })
  }
}

/** One SQLite connection with our pragmas set and checked. Also used for the key database. */
export function connect(file: string): Connection {
  const connection = new Sqlite(file)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  connection.pragma('secure_delete = ON')
  connection.pragma('trusted_schema = OFF')
  connection.pragma('recursive_triggers = ON')
  connection.pragma('busy_timeout = 5000')
  assertConnection(connection)
  return connection
}

/**
 * Whether a SQLite connection reads its file where it was opened, still commits with
 * `synchronous=FULL`, and the disk takes what is written.
 */
export function isConnectionHealthy(connection: Connection): boolean {
  try {
    connection.pragma('schema_version')
    if (!connection.memory) touch(connection.name)
    return connection.pragma('synchronous', { simple: true }) === PRAGMAS.synchronous
  } catch {
    return false
  }
}

/**
 * Gives a file the times it has: nothing changes, and it fails where the disk became read-only, also
 * when the kernel made it so after an error and still says that one may write.
 */
function touch(file: string): void {
  const { atime, mtime } = statSync(file)
  utimesSync(file, atime, mtime)
}

/** Copies everything a connection sees at this moment into a new file; writers go on meanwhile. */
export function copySqlite(connection: Connection, file: string): void {
  connection.prepare('vacuum into ?').run(file)
}

async function lookInto<T>(file: string, look: (db: Db) => Promise<T>): Promise<T> {
  const copy = new Sqlite(file, { readonly: true })
  const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(copy) })
  try {
    return await look(db)
  } finally {
    await db.destroy()
  }
}

/** A database holds something that its engine did not write so. */
export class Damaged extends Error {}

/** Reads the whole file for damage. @throws Damaged, a sentence with the first that is found. */
export function assertSqliteSound(connection: Connection, how: Reading = 'full'): void {
  const check = how === 'full' ? 'integrity_check' : 'quick_check'
  const found = connection.pragma(`${check}(1)`, { simple: true })
  if (found !== 'ok') {
    throw new Damaged(`Die Datenbank ${connection.name} ist beschädigt: ${found}`)
  }
  if (how === 'quick') return
  const [orphan] = connection.pragma('foreign_key_check') as { table: string }[]
  if (orphan !== undefined) {
    throw new Damaged(`In ${connection.name} verweist ${orphan.table} auf etwas, das fehlt.`)
  }
}

/** Writes the log back into the file and cuts it to nothing; false while somebody reads from it. */
export async function emptyLog<Tables>(db: Kysely<Tables>): Promise<boolean> {
  // through Kysely: it waits for a transaction that runs on the same connection
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db)
  return rows.every(({ busy }) => busy === 0)
}

/** Whether the server answers and takes what is written: a standby only reads. */
async function isWritable(db: Db): Promise<boolean> {
  try {
    const { rows } = await sql<{ readOnly: string }>`
      select current_setting('transaction_read_only') as "readOnly"`.execute(db)
    return rows[0]?.readOnly === 'off'
  } catch {
    return false
  }
}

/** Which engine a connection or transaction speaks to. */
export function engineOf(db: Db): Engine {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

/**
 * Kysely's own dialect begins deferred; a read-then-write then fails under contention. And where the
 * disk is full or cannot be written, SQLite has rolled back by itself: a second rollback would fail and
 * hide why.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #connection: Connection

  constructor(connection: Connection) {
    super({ database: keepStatements(connection) })
    this.#connection = connection
  }

  override createDriver(): Driver {
    const driver = super.createDriver()
    const rollback = driver.rollbackTransaction.bind(driver)
    driver.rollbackTransaction = async (connection: DatabaseConnection) => {
      if (this.#connection.inTransaction) await rollback(connection)
    }
    driver.beginTransaction = async (connection: DatabaseConnection, _: TransactionSettings) => {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    }
    return driver
  }
}

/** How many prepared statements a connection keeps; the program has fewer, but for lists of ids. */
const MOST_STATEMENTS = 400

/** Kysely prepares a statement at every call; the same text is prepared once here, oldest out first. */
function keepStatements(connection: Connection): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close: () => connection.close(),
    prepare: (text) => {
      const known = kept.get(text)
      if (known !== undefined) return known
      const statement = connection.prepare(text) as unknown as SqliteStatement
      kept.set(text, statement)
      const [oldest] = kept.keys()
      if (kept.size > MOST_STATEMENTS && oldest !== undefined) kept.delete(oldest)
      return statement
    },
  }
}

function assertConnection(connection: Connection): void {
  const version = String(connection.prepare('select sqlite_version()').pluck().get())
  const found = version.split('.').map(Number)
  const difference = OLDEST_SQLITE.map((part, i) => (found[i] ?? 0) - part).find((d) => d !== 0)
  if ((difference ?? 0) < 0) {
    throw new Error(
      `SQLite ${version} ist zu alt: Fassungen vor 3.51.3 können die Datei beschädigen. Bitte richten Sie die Pakete neu ein (npm ci).`,
    )
  }
  for (const [name, expected] of Object.entries(PRAGMAS)) {
    const actual = connection.pragma(name, { simple: true })
    if (actual === expected) continue
    throw new Error(
      `SQLite lässt die Einstellung ${name} nicht zu: Sie ist ${actual}, nicht ${expected}. Liegt ${connection.name} auf einer Platte dieses Rechners?`,
    )
  }
}

function sqliteDatabase(writer: Connection, reader: Connection): Database {
  const write = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writer) })
  const read = new Kysely<Schema>({
    dialect: new ImmediateSqliteDialect(reader),
    plugins: [noReadsInsideWrites],
  })
  return database({
    engine: 'sqlite',
    writer: write,
    db: read,
    write: writeTogether(write),
    snapshot: async (file, look) => {
      copySqlite(writer, file)
      return lookInto(file, look)
    },
    assertSound: async (how) => assertSqliteSound(reader, how),
    scrub: () => emptyLog(write),
    isHealthy: async () => [writer, reader].every(isConnectionHealthy),
    close: async () => {
      await read.destroy()
      if (writer.open) await write.destroy()
      // Kysely closes only what it has used; the writer last: it alone may fold the log into the file
      for (const connection of [reader, writer]) if (connection.open) connection.close()
    },
  })
}

/** A database from its engine's own parts. */
function database({
  writer,
  ...own
}: Omit<Database, 'migrate'> & { readonly writer: Kysely<Schema> }): Database {
  return {
    ...own,
    migrate: async () => {
      const known = migrations(own.engine)
      await refuseStrangeMigrations(writer, Object.keys(known))
      const provider = { getMigrations: async () => known }
      // whatever the clock said when the earlier ones were made: their names are their order
      const allowUnorderedMigrations = true
      const migrator = new Migrator({ db: writer, provider, allowUnorderedMigrations })
      const { error } = await migrator.migrateToLatest()
      if (error !== undefined) throw error
    },
  }
}

/**
 * An older program must not work on a newer database: it does not know what it would overwrite.
 * @throws a sentence that names the newest migration which comes after all the known ones; Damaged
 * when those before it are not the known ones in their order.
 */
async function refuseStrangeMigrations(
  db: Kysely<Schema>,
  known: readonly string[],
): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return
  // the whole rows: an index may still hold a name that is damaged in the table
  const { rows } = await sql<{ name: string }>`
    select * from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db)
  const done = rows.map(({ name }) => name).sort()
  if (known.some((name, index) => index < done.length && done[index] !== name)) {
    throw new Damaged('In der Datenbank stimmt die Folge ihrer Aktualisierungen nicht mehr.')
  }
  const newest = done.slice(known.length).at(-1)
  if (newest === undefined) return
  throw new Error(
    `Die Datenbank ist neuer als dieses Programm: Ihren Stand „${newest}“ kennt diese Fassung ` +
      'nicht. Es wurde nichts geändert. Starten Sie die neuere Fassung, oder spielen Sie die ' +
      'Sicherung zurück, die vor der Aktualisierung gemacht wurde.',
  )
}

// ---- writing together ----

type Waiting = {
  readonly work: (tx: Tx) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** So many at most share one commit: a terminal beside the server waits no longer than for these. */
const MOST_TOGETHER = 16

/**
 * Writes that wait at the same moment share one `BEGIN IMMEDIATE … COMMIT`, one after the other, each
 * inside a savepoint of its own: whoever throws is rolled back alone, and nobody is told anything
 * before the one commit is on the disk. A full sync costs more than all their statements
 * (decision 0014).
 */
function writeTogether(writer: Kysely<Schema>): Database['write'] {
  const waiting: Waiting[] = []
  let isBusy = false
  async function writeAll(): Promise<void> {
    isBusy = true
    while (waiting.length > 0) {
      // requests that arrived in the same turn of the event loop get here before it is over
      await nextTurn()
      await commitTogether(writer, waiting.splice(0, MOST_TOGETHER))
    }
    isBusy = false
  }
  return <T>(work: (tx: Tx) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      refuseNested()
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject })
      if (!isBusy) void writeAll()
    })
}

async function commitTogether(writer: Kysely<Schema>, group: readonly Waiting[]): Promise<void> {
  const answers: (() => void)[] = []
  try {
    await writer.transaction().execute(async (tx) => {
      for (const waiting of group) {
        answers.push(group.length === 1 ? await alone(tx, waiting) : await apart(tx, waiting))
      }
    })
    for (const answer of answers) answer()
  } catch (error) {
    for (const { reject } of group) reject(error)
  }
}

/** The only one of its transaction: a throw rolls all of it back. */
async function alone(tx: Tx, { work, resolve }: Waiting): Promise<() => void> {
  const value = await inWrite(tx, work)
  return () => resolve(value)
}

/** One of several: a throw takes back its own statements only. */
async function apart(tx: Tx, { work, resolve, reject }: Waiting): Promise<() => void> {
  await sql`savepoint own`.execute(tx)
  try {
    const value = await inWrite(tx, work)
    await sql`release own`.execute(tx)
    return () => resolve(value)
  } catch (error) {
    try {
      await sql`rollback to own`.execute(tx)
      await sql`release own`.execute(tx)
    } catch {
      // SQLite has rolled back everything by itself: nobody of this commit is done, and this is why
      throw error
    }
    return () => reject(error)
  }
}

const insideWrite = new AsyncLocalStorage<true>()

/** A write inside a write would wait for itself; on PostgreSQL it would be another transaction. */
function refuseNested(): void {
  if (insideWrite.getStore()) throw new Error('Inside a transaction use its tx, not another write')
}

function inWrite<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return insideWrite.run(true, () => work(tx))
}

/** A read through the reader inside a write would see old rows; use the `tx` that was handed in. */
const noReadsInsideWrites: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if (insideWrite.getStore()) throw new Error('Inside a transaction use its tx, not ctx.db')
    return node
  },
  transformResult: async ({ result }) => result,
}
