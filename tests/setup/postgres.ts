import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '#tests/setup/server.ts'
import { postgresBin } from '#tests/setup/tools.mjs'

/**
 * Brings a database up to date, given its address: usually a call of the project's own migration.
 * It runs once a test process; every further database is a copy of the first.
 */
export type Prepare = (url: string) => Promise<void>

type Cluster = { readonly url: (database: string) => string; readonly query: Query }
type Query = (sql: string) => Promise<void>

let cluster: Promise<Cluster> | undefined
const templates = new Map<Prepare, Promise<string>>()
let databases = 0

/**
 * The address of a new database in a throw-away PostgreSQL that lives as long as this test process
 * (1.2 s for the first call). With `prepare` it is a copy of one that `prepare` has made ready.
 */
export async function freshDatabase(prepare?: Prepare): Promise<string> {
  cluster ??= startCluster()
  const { url, query } = await cluster
  if (prepare === undefined) return url(await createDatabase(query, 'template1'))
  let template = templates.get(prepare)
  if (template === undefined) {
    template = makeTemplate(prepare, await cluster)
    templates.set(prepare, template)
  }
  return url(await createDatabase(query, await template))
}

async function makeTemplate(prepare: Prepare, { url, query }: Cluster): Promise<string> {
  const name = await createDatabase(query, 'template1')
  await prepare(url(name))
  return name
}

async function createDatabase(query: Query, template: string): Promise<string> {
  databases += 1
  const name = `test_${databases}`
  await query(`create database ${name} template ${template}`)
  return name
}

async function startCluster(): Promise<Cluster> {
  const bin = postgresBin()
  if (bin === null) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'einstieg-pg-'))
  const asPostgres = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
  if (asPostgres.length > 0) giveToPostgres(folder)
  runOrThrow([
    ...asPostgres,
    ...[`${bin}/initdb`, '-D', `${folder}/data`, '-A', 'trust', '-U', 'postgres'],
    ...['--locale=C.UTF-8', '-E', 'UTF8', '--no-sync'],
  ])
  const port = await freePort()
  runUntilWeEnd(bin, folder, port, asPostgres)
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  await waitUntilReady(url('postgres'), `${folder}/log`)
  return { url, query: (sql) => queryOnce(url('postgres'), sql) }
}

function giveToPostgres(folder: string): void {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout),
  ) as [number, number]
  chownSync(folder, uid, gid)
}

/**
 * The shell around the server waits for the end of its input, which comes when this process is gone,
 * however it went; then it ends the server and removes the folder. No cluster is left behind.
 */
function runUntilWeEnd(bin: string, folder: string, port: number, asPostgres: readonly string[]) {
  const options = [
    ...[`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`],
    ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
  ].map((option) => `-c ${option}`)
  const script = `
    ${bin}/postgres -D ${folder}/data ${options.join(' ')} >${folder}/log 2>&1 &
    server=$!
    cat >/dev/null
    kill -QUIT $server
    wait $server
    rm -rf ${folder}`
  const [program = 'sh', ...args] = [...asPostgres, 'sh', '-c', script]
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.unref()
  ;(child.stdin as unknown as { unref(): void }).unref()
}

async function waitUntilReady(url: string, log: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await queryOnce(url, 'select 1').then(
      () => true,
      () => false,
    )
    if (ready) return
    await wait(50)
  }
  throw new Error(`PostgreSQL did not start\n${readFileSync(log, 'utf8')}`)
}

async function queryOnce(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function runOrThrow([program = '', ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} failed\n${stderr}`)
}
