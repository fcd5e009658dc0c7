import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import pg from 'pg'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { type Cluster, startCluster } from '#tests/setup/postgres.ts'
import { freePort, startServer } from '#tests/setup/server.ts'
import { fill } from './fill.ts'
import { DESK_EMAIL, layGround, TABLE_EMAIL } from './ground.ts'
import { type Measured, measure, together } from './measure.ts'
import { type Engine, type Run, reportGrowth, reportRun, toJson } from './report.ts'
import { backUpAndRestore } from './restore.ts'
import { signIn } from './sign-in.ts'
import { admissions, assignedAtDesks, targets } from './targets.ts'

/**
 * `--engine sqlite|postgres|both`, `--cases N`, `--large` (then once more with 200,000), `--seconds S`
 * (each round of each measurement), `--json`.
 */
const CASES = Number(flagValue('--cases') ?? 10_000)
const LARGE = 200_000
const SECONDS = Number(flagValue('--seconds') ?? 2)
/** Everything is measured in turn, so often: what the machine does besides then hits all alike. */
const ROUNDS = 3
const SIZES = process.argv.includes('--large') ? [CASES, LARGE] : [CASES]
/** How many confirm admissions at the same time, and how many of them each time. */
const DESKS = [1, 10, 50] as const
const ADMISSIONS = 300
const ASSIGNED = DESKS.length * ADMISSIONS
const FIRST_ASSIGNED = 500_000
const MEBIBYTE = 1024 * 1024

async function main(): Promise<void> {
  const runs: Run[] = []
  for (const engine of enginesAsked()) {
    const measured = await benchEngine(engine)
    runs.push(...measured)
    if (isJson()) continue
    for (const run of measured) reportRun(run, say)
    if (measured.length > 1) reportGrowth(measured, say)
  }
  if (isJson()) process.stdout.write(`${toJson(runs)}\n`)
}

async function benchEngine(engine: Engine): Promise<readonly Run[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'einstieg-bench-'))
  try {
    const cluster = engine === 'postgres' ? await startCluster({ isDurable: true }) : null
    const url = cluster?.url('postgres') ?? null
    const { ground, atDesks } = await layGround(dataDir, url)
    const runs: Run[] = []
    let filled = 0
    for (const cases of SIZES) {
      say(`${engine}: making ${cases} cases …`)
      await fill(ground, filled, cases)
      filled = cases
      const startMs = await coldStart(settings(dataDir, url))
      // of their own pools, and numbered beyond all others
      const only = { stage: 'assigned', first: FIRST_ASSIGNED } as const
      const first = FIRST_ASSIGNED + runs.length * ASSIGNED
      await fill({ ...atDesks, only }, first, first + ASSIGNED)
      const loaded = await load(dataDir, url)
      const empty = cluster === null ? {} : await emptyDatabase(cluster)
      const restored = await backUpAndRestore(settings(dataDir, url), empty)
      runs.push({ engine, cases, seconds: SECONDS, startMs, ...loaded, restored })
    }
    return runs
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

let databases = 0

/** The machine that is restored to has a PostgreSQL with nothing in it. */
async function emptyDatabase({ url }: Cluster): Promise<{ readonly DATABASE_URL: string }> {
  databases += 1
  const client = new pg.Client({ connectionString: url('postgres') })
  await client.connect()
  await client.query(`create database empty_${databases}`)
  await client.end()
  return { DATABASE_URL: url(`empty_${databases}`) }
}

type Settings = { readonly DATA_DIR: string; readonly DATABASE_URL?: string }

function settings(dataDir: string, url: string | null): Settings {
  return { DATA_DIR: dataDir, ...(url === null ? {} : { DATABASE_URL: url }) }
}

/** The real server on this data, from its start to the first answer. */
async function coldStart({ DATA_DIR, ...env }: Settings): Promise<number> {
  const server = await startServer({ dataDir: DATA_DIR, env, timeoutMs: 60_000 })
  await server.stop()
  return Math.round(server.startedAfterMs)
}

async function load(dataDir: string, url: string | null) {
  const port = await freePort()
  const server = fork(await bundledServer(), {
    cwd: repositoryRoot,
    execArgv: [],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      LOG_LEVEL: 'silent',
      ...settings(dataDir, url),
    },
  })
  try {
    const { sinceStartMs: namesMs } = await message<{ readonly sinceStartMs: number }>(server)
    const origin = `http://127.0.0.1:${port}`
    const figures = await measureAll(origin, server)
    const admissions = await measureAdmissions(origin, server)
    const { rss } = await ask(server)
    return { namesMs, figures, admissions, rssMib: Math.round(rss / MEBIBYTE) }
  } finally {
    server.kill('SIGKILL')
  }
}

async function measureAll(origin: string, server: ChildProcess): Promise<Run['figures']> {
  const session = await signIn(origin)
  const loaded = { origin, session, cpuMs: async () => (await ask(server)).cpuMs }
  const all = await targets(origin, session, await signIn(origin, TABLE_EMAIL))
  const forSeconds = (connections: number, seconds: number) => ({
    ...{ connections, until: { seconds } },
  })
  for (const target of all) await measure(loaded, target, forSeconds(5, 1))
  const measured = new Map<string, { readonly at1: Measured[]; readonly at10: Measured[] }>(
    all.map(({ name }) => [name, { at1: [], at10: [] }]),
  )
  for (let round = 1; round <= ROUNDS; round += 1) {
    say(`round ${round} of ${ROUNDS} …`)
    for (const target of all) {
      const at = measured.get(target.name)
      at?.at1.push(await measure(loaded, target, forSeconds(1, SECONDS)))
      at?.at10.push(await measure(loaded, target, forSeconds(10, SECONDS)))
    }
  }
  return Object.fromEntries(
    [...measured].map(([name, { at1, at10 }]) => [
      name,
      { at1: together(at1), at10: together(at10) },
    ]),
  )
}

/** Admissions confirmed at the desks of ten schools: a child can be admitted once, so by number. */
async function measureAdmissions(origin: string, server: ChildProcess): Promise<Run['admissions']> {
  const session = await signIn(origin, DESK_EMAIL)
  const loaded = { origin, session, cpuMs: async () => (await ask(server)).cpuMs }
  const cases = [...(await assignedAtDesks(origin, session))]
  if (cases.length < ASSIGNED) throw new Error(`The desks show ${cases.length} children`)
  const measured: [string, Measured][] = []
  for (const connections of DESKS) {
    const target = admissions(session, cases.splice(0, ADMISSIONS))
    const until = { answers: ADMISSIONS }
    measured.push([`${connections}`, await measure(loaded, target, { connections, until })])
  }
  return Object.fromEntries(measured)
}

/** As the real one is: one file of plain JavaScript, so that its memory and speed are the real ones. */
async function bundledServer(): Promise<string> {
  const outfile = join(repositoryRoot, 'build/bench/server.js')
  await build({
    entryPoints: [join(repositoryRoot, 'tests/bench/server.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  return outfile
}

type Usage = { readonly rss: number; readonly cpuMs: number }

function ask(server: ChildProcess): Promise<Usage> {
  const answer = message<Usage>(server)
  server.send('usage')
  return answer
}

function message<T>(server: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The bench server ended with ${code}`))
    server.once('exit', ended)
    server.once('message', (said) => {
      server.off('exit', ended)
      resolve(said as T)
    })
  })
}

function enginesAsked(): readonly Engine[] {
  const asked = flagValue('--engine') ?? 'sqlite'
  if (asked === 'both') return ['sqlite', 'postgres']
  if (asked === 'sqlite' || asked === 'postgres') return [asked]
  throw new Error(`--engine is sqlite, postgres or both, not ${asked}`)
}

function isJson(): boolean {
  return process.argv.includes('--json')
}

function flagValue(flag: string): string | undefined {
  const at = process.argv.indexOf(flag)
  return at === -1 ? undefined : process.argv[at + 1]
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

await main()
