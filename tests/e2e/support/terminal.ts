import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { repositoryRoot } from '#tests/setup/paths.ts'

const run = promisify(execFile)

/** Where the terminal works: the data folder, and the port the served program will have. */
export type Terminal = { readonly dataDir: string; readonly port: number }

/** Calls `ki … --json` as an operator does and gives what it printed. @throws when it refuses. */
export async function ki<Told>(terminal: Terminal, ...words: readonly string[]): Promise<Told> {
  const { dataDir, port } = terminal
  const { stdout } = await run(process.execPath, ['app/cli/ki.mjs', ...words, '--json'], {
    cwd: repositoryRoot,
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      PORT: String(port),
    },
    maxBuffer: 32_000_000,
  })
  return JSON.parse(stdout) as Told
}
