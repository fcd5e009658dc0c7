import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { Sqlite } from '#db/sqlite.server.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { freshDatabase } from '#tests/setup/postgres.ts'

/** Releases whose databases are kept under `tests/fixtures/`, as far as their migrations went. */
export type Release = '2026-11-22-main-job'

/** A database as a release left it behind, and what a server needs in its environment to open it. */
export type Released = {
  readonly dataDir: string
  readonly keyFile: string
  readonly databaseUrl: string | null
  readonly env: Readonly<Record<string, string>>
}

/** A row of the fixture: its table, and its columns. */
type Line = readonly [table: string, row: Readonly<Record<string, string | number | null>>]

/** The text of one file of a release. */
export function releasedText(release: Release, file: string): string {
  return readFileSync(fileOf(release, file), 'utf8')
}

/** The release's SQLite files in a new data folder. */
export function releasedFiles(release: Release): Released {
  const dataDir = newFolder()
  mkdirSync(join(dataDir, 'keys'), { mode: 0o700 })
  for (const [file, ddl, rows] of [
    ['einstieg.db', 'sqlite.sql', 'data.jsonl'],
    ['keys/keys.db', 'sqlite-keys.sql', 'keys.jsonl'],
  ] as const) {
    const connection = new Sqlite(join(dataDir, file))
    connection.pragma('foreign_keys = ON')
    connection.exec(releasedText(release, ddl))
    connection.transaction(() => {
      for (const [table, row] of linesOf(release, rows)) {
        const marks = Object.keys(row).map(() => '?')
        const columns = Object.keys(row).join(', ')
        connection
          .prepare(`insert into ${table} (${columns}) values (${marks.join(', ')})`)
          .run(...Object.values(row))
      }
    })()
    connection.close()
  }
  const keyFile = keyIn(release, dataDir)
  return { dataDir, keyFile, databaseUrl: null, env: { KEY_FILE: keyFile } }
}

/** The release's database on PostgreSQL, the keys in their schema. */
export async function releasedPostgres(release: Release): Promise<Released> {
  const databaseUrl = await freshDatabase()
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(releasedText(release, 'postgres.sql'))
    await client.query(releasedText(release, 'postgres-keys.sql'))
    for (const [table, row] of linesOf(release, 'data.jsonl')) await insert(client, table, row)
    for (const [table, row] of linesOf(release, 'keys.jsonl')) {
      await insert(client, `keys.${table}`, row)
    }
  } finally {
    await client.end()
  }
  const dataDir = newFolder()
  const keyFile = keyIn(release, dataDir)
  return { dataDir, keyFile, databaseUrl, env: { KEY_FILE: keyFile, DATABASE_URL: databaseUrl } }
}

async function insert(client: pg.Client, table: string, row: Line[1]): Promise<void> {
  const marks = Object.keys(row).map((_, index) => `$${index + 1}`)
  const columns = Object.keys(row).join(', ')
  await client.query(
    `insert into ${table} (${columns}) values (${marks.join(', ')})`,
    Object.values(row),
  )
}

function linesOf(release: Release, file: string): readonly Line[] {
  return releasedText(release, file)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

function keyIn(release: Release, folder: string): string {
  const file = join(folder, 'kek')
  copyFileSync(fileOf(release, 'kek'), file)
  chmodSync(file, 0o400)
  return file
}

function fileOf(release: Release, file: string): string {
  return join(repositoryRoot, 'tests/fixtures', release, file)
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'einstieg-released-'))
}
