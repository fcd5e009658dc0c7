import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'

/** A program of PostgreSQL is missing or failed; what it said goes to the person at the terminal. */
export class ToolFailed extends Error {
  readonly tool: string
  constructor(tool: string, said: string) {
    super(`${tool}: ${said.trim()}`)
    this.tool = tool
  }
}

/**
 * Dumps what one transaction sees into `file` (custom format), and gives what `look` found in the
 * same transaction: both show the same moment, whatever is written meanwhile.
 */
export async function dumpPostgres<S, T>(
  db: Kysely<S>,
  { url, file, only }: { readonly url: string; readonly file: string; readonly only: string },
  look: (db: Kysely<S>) => Promise<T>,
): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
      const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx)
      const found = await look(tx)
      const snapshot = `--snapshot=${rows[0]?.id}`
      await runTool(url, 'pg_dump', ['--format=custom', only, snapshot, `--file=${file}`])
      return found
    })
}

/** Restores a dump into a database in one transaction: all of it or nothing. @throws ToolFailed */
export async function restoreDump(url: string, file: string): Promise<void> {
  const how = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges']
  await runTool(url, 'pg_restore', [...how, `--dbname=${databaseOf(url)}`, file])
}

/** Reads a dump from its beginning to its end without restoring it. @throws ToolFailed */
export async function readDump(url: string, file: string): Promise<void> {
  await runTool(url, 'pg_restore', ['--file=/dev/null', file])
}

/**
 * Does some work with an empty database on the same server, which is dropped afterwards; null where
 * the account may not make one.
 */
export async function withScratchDatabase<T>(
  url: string,
  work: (scratch: string) => Promise<T>,
): Promise<T | null> {
  const name = `einstieg_trial_${randomBytes(6).toString('hex')}`
  try {
    await query(url, `create database ${name} template template0`)
  } catch (accident) {
    if ((accident as { readonly code?: unknown }).code === '42501') return null
    throw accident
  }
  try {
    const scratch = new URL(url)
    scratch.pathname = `/${name}`
    return await work(scratch.href)
  } finally {
    await query(url, `drop database if exists ${name} with (force)`)
  }
}

/** The tables that stand in a database, as `schema.table`. */
export async function tablesAt(url: string): Promise<readonly string[]> {
  const rows = await query(
    url,
    `select schemaname || '.' || tablename as name from pg_tables
     where schemaname in ('public', 'keys') order by 1`,
  )
  return rows.map(({ name }) => String(name))
}

/** Takes back what a restore that failed put into a database that was empty before. */
export async function emptyAgain(url: string): Promise<void> {
  await query(
    url,
    `drop schema if exists keys cascade;
     do $$ declare one record; begin
       for one in select tablename from pg_tables where schemaname = 'public' loop
         execute format('drop table if exists public.%I cascade', one.tablename);
       end loop;
       for one in select p.oid::regprocedure as name from pg_proc p
         join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' loop
         execute format('drop function if exists %s cascade', one.name);
       end loop;
     end $$`,
  )
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** The address goes by the environment: a command line can be read by everybody on the machine. */
function runTool(url: string, tool: string, args: readonly string[]): Promise<void> {
  const child = spawn(tool, args, {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', NODE_ENV: 'production', ...addressOf(url) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', ({ message }) => reject(new ToolFailed(tool, message)))
    child.once('close', (code) => (code === 0 ? resolve() : reject(new ToolFailed(tool, said))))
  })
}

function addressOf(url: string): Readonly<Record<string, string>> {
  const { hostname, port, username, password, searchParams } = new URL(url)
  const given = {
    PGHOST: searchParams.get('host') ?? decodeURIComponent(hostname),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: databaseOf(url),
    PGSSLMODE: searchParams.get('sslmode') ?? '',
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}
