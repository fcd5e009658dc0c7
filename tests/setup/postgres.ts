import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { keepSaid } from '#tests/setup/said.ts'
import { freePort } from '#tests/setup/server.ts'
import { postgresBin } from '#tests/setup/tools.mjs'

/**
 * Brings a database up to date, given its address: usually a call of the project's own migration.
 * It runs once a test worker; every further database of this name is a copy of the first.
 */
export type Prepare = { readonly name: string; readonly run: (url: string) => Promise<void> }

/** A throw-away PostgreSQL server; it is gone with the process that started it, at the latest. */
export type Cluster = {
  /** The address of one of its databases. */
  readonly url: (database: string) => string
  /** Its server process, the parent of all its others. */
  readonly pid: () => number
  readonly stop: () => void
}

type ClusterOptions = {
  /** Waits for the disk at every commit, as an installation does; throw-away data need not. */
  readonly isDurable?: boolean
}

/** Where the cluster that a whole test run shares is told to its workers. */
const SHARED = 'TEST_CLUSTER'
/** Which of the processes that share a cluster this is; a later one with the same name follows on it. */
const WORKER = process.env['VITEST_POOL_ID'] ?? '0'

let own: Promise<Cluster> | undefined
const templates = new Map<string, Promise<string>>()
let databases = 0

/**
 * The address of a new database in a throw-away PostgreSQL: that of the test run, else one that lives
 * as long as this process (1.2 s for the first call). With `prepare` it is a copy of one that was made
 * ready before (20 ms).
 */
export async function freshDatabase(prepare?: Prepare): Promise<string> {
  const url = await clusterUrl()
  databases += 1
  const name = `test_${WORKER}_${process.pid}_${databases}`
  const template = prepare === undefined ? 'template1' : await templateFor(prepare, url)
  await createDatabase(url, name, template)
  return url(name)
}

/** Removes a database that {@link freshDatabase} made, whoever is still connected to it. */
export async function dropDatabase(address: string): Promise<void> {
  const url = await clusterUrl()
  const name = new URL(address).pathname.slice(1)
  await queryOnce(url('postgres'), `drop database ${name} with (force)`)
}

/** Starts the cluster that all processes of a test run share from here on. */
export async function shareCluster(): Promise<Cluster> {
  const cluster = await startCluster()
  process.env[SHARED] = cluster.url('{}')
  return cluster
}

async function clusterUrl(): Promise<Cluster['url']> {
  const shared = process.env[SHARED]
  if (shared !== undefined) return (database) => shared.replace('{}', database)
  own ??= startCluster()
  return (await own).url
}

function templateFor({ name, run }: Prepare, url: Cluster['url']): Promise<string> {
  const known = templates.get(name)
  if (known !== undefined) return known
  const made = makeTemplate(`template_${name}_${WORKER}`, run, url)
  templates.set(name, made)
  return made
}

/** One for the worker: an earlier file's is taken over, if it was made ready to the end. */
async function makeTemplate(
  name: string,
  run: Prepare['run'],
  url: Cluster['url'],
): Promise<string> {
  const rows = await queryOnce(
    url('postgres'),
    `select 1 from pg_database where datname = '${name}'`,
  )
  if (rows.length > 0) return name
  const making = `${name}_${process.pid}`
  await createDatabase(url, making, 'template1')
  await run(url(making))
  await queryOnce(url('postgres'), `alter database ${making} rename to ${name}`)
  return name
}

/** A copy by files: four times as fast as one by the log, where nobody waits for the disk. */
async function createDatabase(url: Cluster['url'], name: string, template: string): Promise<void> {
  const create = `create database ${name} template ${template} strategy file_copy`
  await queryOnce(url('postgres'), create)
}

/** Starts a cluster of its own. */
export async function startCluster({ isDurable = false }: ClusterOptions = {}): Promise<Cluster> {
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
  const stop = runUntilWeEnd({ bin, folder, port, asPostgres, isDurable })
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  await waitUntilReady(url('postgres'), `${folder}/log`)
  return {
    url,
    stop,
    pid: () => Number(readFileSync(`${folder}/data/postmaster.pid`, 'utf8').split('\n')[0]),
  }
}

function giveToPostgres(folder: string): void {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout),
  ) as [number, number]
  chownSync(folder, uid, gid)
}

type Running = {
  readonly bin: string
  readonly folder: string
  readonly port: number
  readonly asPostgres: readonly string[]
  readonly isDurable: boolean
}

const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

/**
 * The shell around the server waits for the end of its input, which comes when it is told to stop or
 * when this process is gone, however it went; then it ends the server and removes the folder. No
 * cluster is left behind. A server that was killed is started anew, as a system does.
 */
function runUntilWeEnd({ bin, folder, port, asPostgres, isDurable }: Running): () => void {
  const options = [
    ...[`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`],
    ...(isDurable ? [] : CARELESS),
    'max_connections=300',
  ].map((option) => `-c ${option}`)
  const script = `
    exec 3<&0
    ( cat <&3 >/dev/null; touch ${folder}/stop; kill -QUIT $(head -n 1 ${folder}/data/postmaster.pid) ) &
    while [ ! -e ${folder}/stop ]; do
      ${bin}/postgres -D ${folder}/data ${options.join(' ')} >>${folder}/log 2>&1
      sleep 0.1
    done
    rm -rf ${folder}`
  const [program = 'sh', ...args] = [...asPostgres, 'sh', '-c', script]
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.unref()
  const input = child.stdin as unknown as { unref(): void; end(): void }
  input.unref()
  return () => {
    keepSaid(`postgres-${child.pid}.log`, readFileSync(`${folder}/log`))
    input.end()
  }
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

async function queryOnce(connectionString: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString })
  try {
    await client.connect()
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

function runOrThrow([program = '', ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} failed\n${stderr}`)
}
