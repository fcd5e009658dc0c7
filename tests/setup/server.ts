import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { keepSaid } from '#tests/setup/said.ts'

export type ServerOptions = {
  /** Settings beside PORT, DATA_DIR and NODE_ENV; `undefined` removes one that is inherited. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A data folder to go on with; it is kept. Without it the server has a new one, removed by stop. */
  readonly dataDir?: string
  readonly port?: number
  /** How long to wait for `GET /healthz` to say 200, in ms; 30,000 unless told. */
  readonly timeoutMs?: number
  /** A control that says what nobody may say: not kept among what the servers of a run said. */
  readonly isControl?: true
}

export type TestServer = {
  readonly origin: string
  readonly port: number
  readonly pid: number
  readonly dataDir: string
  /** From the start of the process to the first 200 of `/healthz`, in ms. */
  readonly startedAfterMs: number
  /** Everything written so far. */
  stdout(): string
  stderr(): string
  /** Ends the process (SIGTERM unless told), waits for it, gives its exit code (null: by a signal). */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the built server as a process of its own and waits until it is healthy. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const entry = join(repositoryRoot, 'build/main.js')
  if (!existsSync(entry)) throw new Error('There is no build: run `npm run build` first')
  const port = options.port ?? (await freePort())
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'einstieg-')))
  const begun = performance.now()
  const child = spawn(process.execPath, [entry], {
    cwd: repositoryRoot,
    env: settings({ PORT: String(port), DATA_DIR: dataDir, ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const heard = listen(child, options.isControl ?? false)
  const leave = () => child.kill('SIGKILL')
  process.once('exit', leave)

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    process.off('exit', leave)
    if (!heard.ended()) child.kill(signal)
    const code = await heard.exit
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    return code
  }

  const origin = `http://127.0.0.1:${port}`
  const healthy = await waitUntilHealthy(origin, heard.ended, options.timeoutMs ?? 30_000)
  if (!healthy) {
    await stop('SIGKILL')
    throw new Error(`The server did not become healthy\n${heard.stdout()}\n${heard.stderr()}`)
  }
  return {
    origin,
    port,
    pid: child.pid ?? 0,
    dataDir,
    startedAfterMs: performance.now() - begun,
    stdout: heard.stdout,
    stderr: heard.stderr,
    stop,
  }
}

/** A port on 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Ours win over what this process was started with; ORIGIN and databases are never inherited. */
function settings(own: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const fromOutside = ['ORIGIN', 'DATABASE_URL', 'KEYS_DATABASE_URL', 'KEY_FILE', 'NODE_OPTIONS']
  const merged = {
    ...process.env,
    ...Object.fromEntries(fromOutside.map((name) => [name, undefined])),
    ...own,
  }
  const present = Object.entries(merged).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(present), NODE_ENV: 'production' }
}

function listen(child: ChildProcess, isControl: boolean) {
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk) => {
      said[stream] += chunk
      if (!isControl) keepSaid(`server-${child.pid}.${stream}`, chunk)
    })
  }
  let ended = false
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true
      resolve(code)
    })
  })
  return { stdout: () => said.stdout, stderr: () => said.stderr, ended: () => ended, exit }
}

async function waitUntilHealthy(origin: string, ended: () => boolean, timeoutMs: number) {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline && !ended()) {
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.status === 200) return true
    await wait(50)
  }
  return false
}
