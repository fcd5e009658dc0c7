import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { keepSaid } from '#tests/setup/said.ts'

/** How a process ended and what it said. */
export type Ended = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Settings = Readonly<Record<string, string | undefined>>

/** The built terminal, as an operator calls it; only these settings, none of this process. */
export function runKi(words: readonly string[], env: Settings): Promise<Ended> {
  return runBuilt('ki.js', words, env)
}

/**
 * The built server where it is expected to end by itself, because something does not hold; as another
 * account of this machine when one is named.
 */
export function runServer(env: Settings, account?: number): Promise<Ended> {
  return runBuilt('main.js', [], env, account === undefined ? {} : { uid: account, gid: account })
}

/** What the terminal answered, with `--json`. @throws when it refused. */
export async function kiJson<Told>(words: readonly string[], env: Settings): Promise<Told> {
  const { code, stdout, stderr } = await runKi([...words, '--json'], env)
  if (code !== 0) throw new Error(`ki ${words.join(' ')} ended with ${code}\n${stderr}`)
  return JSON.parse(stdout) as Told
}

function runBuilt(
  file: string,
  words: readonly string[],
  env: Settings,
  as: { readonly uid?: number; readonly gid?: number } = {},
): Promise<Ended> {
  const { PATH, TMPDIR } = process.env
  const child = spawn(process.execPath, [join(repositoryRoot, 'build', file), ...words], {
    cwd: repositoryRoot,
    env: { PATH, TMPDIR, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...as,
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      said[stream] += chunk
      keepSaid(`${file}-${child.pid}.${stream}`, chunk)
    })
  }
  return new Promise((ended) => child.once('close', (code) => ended({ code, ...said })))
}
