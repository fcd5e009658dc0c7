import { sql } from 'kysely'
import type { Instant } from '#app/domain/time.ts'
import { type Database, PRAGMAS } from '../open.server.ts'
import type { Db } from '../schema.ts'

/** A setting of the engine that is not as it should be. */
export type Shortcoming = {
  readonly what: string
  readonly found: string
  readonly wanted: string
  /** `risk`: what was confirmed can be lost. `care`: less is found, or it is sorted otherwise. */
  readonly weight: 'unusable' | 'risk' | 'care'
}

/** What an engine says of itself. */
export type EngineReport = {
  readonly version: string
  readonly shortcomings: readonly Shortcoming[]
  /** What its own clock shows; null where it has none but ours. */
  readonly now: Instant | null
}

/** The oldest PostgreSQL that we try (decision 0009), as `server_version_num` writes it. */
const OLDEST_POSTGRES = 150_000

/** Asks the engine for its version and for what it promises to keep. */
export function engineReport({
  engine,
  db,
}: Pick<Database, 'engine' | 'db'>): Promise<EngineReport> {
  return engine === 'sqlite' ? sqliteReport(db) : postgresReport(db)
}

async function sqliteReport(db: Db): Promise<EngineReport> {
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  const shortcomings: Shortcoming[] = []
  for (const [what, wanted] of Object.entries(PRAGMAS)) {
    const answer = await sql.raw<Record<string, unknown>>(`pragma ${what}`).execute(db)
    const found = Object.values(answer.rows[0] ?? {})[0]
    if (found === wanted) continue
    shortcomings.push({ what, found: String(found), wanted: String(wanted), weight: 'risk' })
  }
  return { version: `SQLite ${rows[0]?.version}`, shortcomings, now: null }
}

/** What PostgreSQL shows of itself. */
type Shown = {
  readonly version: string
  readonly number: number
  readonly fsync: string
  readonly commit: string
  readonly pages: string
  readonly checksums: string
  readonly encoding: string
  readonly byCode: boolean
  readonly now: Date
}

/**
 * postgresql.org/docs/current/runtime-config-wal.html (read 2026-11-22): `fsync` off "can result in
 * unrecoverable data corruption"; with `synchronous_commit` off success is reported before it is "safe
 * against a server crash"; `full_page_writes` off may corrupt "after a system failure", except on file
 * systems that write whole pages, so that alone keeps nobody from starting. Without checksums
 * (`initdb --data-checksums`) damage on the disk is not noticed.
 */
async function postgresReport(db: Db): Promise<EngineReport> {
  const { rows } = await sql<Shown>`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit,
      current_setting('full_page_writes') as pages,
      current_setting('data_checksums') as checksums,
      current_setting('server_encoding') as encoding,
      'B' < 'a' and 'z' < 'ä' as "byCode",
      clock_timestamp() as now`.execute(db)
  const [shown] = rows
  if (shown === undefined) throw new Error('PostgreSQL did not answer')
  const { version, number, fsync, commit, pages, checksums, encoding, byCode } = shown
  const wanted: readonly (readonly [boolean, Shortcoming])[] = [
    [number >= OLDEST_POSTGRES, { ...said('Fassung', version, '15'), weight: 'unusable' }],
    [encoding === 'UTF8', { ...said('server_encoding', encoding, 'UTF8'), weight: 'unusable' }],
    [fsync === 'on', { ...said('fsync', fsync, 'on'), weight: 'risk' }],
    [commit !== 'off', { ...said('synchronous_commit', commit, 'on'), weight: 'risk' }],
    [pages === 'on', { ...said('full_page_writes', pages, 'on'), weight: 'care' }],
    [checksums === 'on', { ...said('data_checksums', checksums, 'on'), weight: 'care' }],
    [byCode, { ...said('Sortierung', 'eine andere', 'C.UTF-8'), weight: 'care' }],
  ]
  return {
    version: `PostgreSQL ${version}`,
    shortcomings: wanted.filter(([holds]) => !holds).map(([, shortcoming]) => shortcoming),
    now: shown.now.toISOString() as Instant,
  }
}

function said(what: string, found: string, wanted: string) {
  return { what, found, wanted }
}
