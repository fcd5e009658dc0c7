import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { freePort, startServer } from '#tests/setup/server.ts'
import { fill } from './fill.ts'
import { layGround } from './ground.ts'
import { type Measured, measure } from './measure.ts'
import { signIn } from './sign-in.ts'
import { targets } from './targets.ts'

/** How many cases the bench stands on, and how long each measurement runs, in seconds. */
const CASES = Number(flagValue('--cases') ?? 10_000)
const SECONDS = Number(flagValue('--seconds') ?? 5)
const MEBIBYTE = 1024 * 1024

/** Ratios and figures that are aimed at; what is missed is printed, never hidden. */
const AIMS = [
  { name: 'work_list', of: 'empty_page', most: 2 },
  { name: 'case_page', of: 'empty_page', most: 2 },
  { name: 'registration', of: 'empty_action', leastRate: 0.6 },
] as const
const MOST_MEMORY_MIB = 300
const MOST_START_MS = 3_000

type Figures = Readonly<Record<string, { readonly at1: Measured; readonly at10: Measured }>>

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'einstieg-bench-'))
  try {
    say(`Making ${CASES} cases …`)
    await fill(await layGround(dataDir), CASES)
    const startMs = await coldStart(dataDir)
    const { figures, rssMib } = await load(dataDir)
    report({ cases: CASES, seconds: SECONDS, startMs, rssMib, figures })
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The real server on this data, from its start to the first answer. */
async function coldStart(dataDir: string): Promise<number> {
  const server = await startServer({ dataDir, timeoutMs: 60_000 })
  await server.stop()
  return Math.round(server.startedAfterMs)
}

async function load(dataDir: string) {
  const port = await freePort()
  const server = fork(await bundledServer(), {
    cwd: repositoryRoot,
    execArgv: [],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
    },
  })
  try {
    await message(server)
    const origin = `http://127.0.0.1:${port}`
    const session = await signIn(origin)
    const figures: Record<string, { at1: Measured; at10: Measured }> = {}
    for (const target of await targets(origin, session)) {
      say(`${target.name} …`)
      const at1 = await measure(origin, session, target, { connections: 1, seconds: SECONDS })
      const at10 = await measure(origin, session, target, { connections: 10, seconds: SECONDS })
      figures[target.name] = { at1, at10 }
    }
    server.send('memory')
    const { rss } = (await message(server)) as { readonly rss: number }
    return { figures, rssMib: Math.round(rss / MEBIBYTE) }
  } finally {
    server.kill('SIGKILL')
  }
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

function message(server: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    server.once('message', resolve)
    server.once('exit', (code) => reject(new Error(`The bench server ended with ${code}`)))
  })
}

function report(run: {
  readonly cases: number
  readonly seconds: number
  readonly startMs: number
  readonly rssMib: number
  readonly figures: Figures
}): void {
  const ratios = Object.fromEntries(
    Object.entries(run.figures).map(([name, { at1, at10 }]) => {
      const floor = run.figures[name === 'registration' ? 'empty_action' : 'empty_page']
      return [
        name,
        {
          p50at1: ratio(at1.p50, floor?.at1.p50),
          p50at10: ratio(at10.p50, floor?.at10.p50),
          rateAt1: ratio(at1.rps, floor?.at1.rps),
          rateAt10: ratio(at10.rps, floor?.at10.rps),
        },
      ]
    }),
  )
  const missed = missedAims(run, ratios)
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ node: process.version, ...run, ratios, missed })}\n`)
    return
  }
  for (const [name, { at1, at10 }] of Object.entries(run.figures)) {
    const against = ratios[name]
    say(
      `${name.padEnd(14)} 1 client: p50 ${at1.p50} ms, p99 ${at1.p99} ms, ${at1.rps}/s · ` +
        `10 clients: p50 ${at10.p50} ms, p99 ${at10.p99} ms, ${at10.rps}/s · ` +
        `floor × ${against?.p50at1} / ${against?.p50at10}, failed ${at1.failed + at10.failed}`,
    )
  }
  say(`memory after the load: ${run.rssMib} MiB · cold start: ${run.startMs} ms`)
  say(missed.length === 0 ? 'every aim is met' : `missed: ${missed.join('; ')}`)
}

type Ratios = Readonly<
  Record<
    string,
    {
      readonly p50at1: number
      readonly p50at10: number
      readonly rateAt1: number
      readonly rateAt10: number
    }
  >
>

function missedAims(
  run: { readonly startMs: number; readonly rssMib: number; readonly figures: Figures },
  ratios: Ratios,
): readonly string[] {
  const missed = AIMS.flatMap((aim) => {
    const found = ratios[aim.name]
    if (found === undefined) return [`${aim.name}: not measured`]
    if ('most' in aim) {
      const worst = Math.max(found.p50at1, found.p50at10)
      return worst > aim.most ? [`${aim.name} ${worst} × ${aim.of}, aim ${aim.most}`] : []
    }
    const rate = Math.min(found.rateAt1, found.rateAt10)
    return rate < aim.leastRate
      ? [`${aim.name} ${rate} × rate of ${aim.of}, aim ${aim.leastRate}`]
      : []
  })
  const refused = Object.entries(run.figures).flatMap(([name, { at1, at10 }]) => {
    const failed = at1.failed + at10.failed
    return failed > 0 ? [`${name}: ${failed} answers were not as meant`] : []
  })
  return [
    ...missed,
    ...refused,
    ...(run.rssMib > MOST_MEMORY_MIB ? [`memory ${run.rssMib} MiB, aim ${MOST_MEMORY_MIB}`] : []),
    ...(run.startMs > MOST_START_MS ? [`cold start ${run.startMs} ms, aim ${MOST_START_MS}`] : []),
  ]
}

function ratio(value: number, floor: number | undefined): number {
  // a floor that was not measured meets no aim
  if (floor === undefined || floor === 0) return Number.POSITIVE_INFINITY
  return Math.round((value / floor) * 100) / 100
}

function flagValue(flag: string): string | undefined {
  const at = process.argv.indexOf(flag)
  return at === -1 ? undefined : process.argv[at + 1]
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

await main()
