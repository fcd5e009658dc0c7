import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '#tests/setup/paths.ts'

const TOOLING = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'remix.config.js', 'vitest.config.ts'],
  ...['app/cli/install.mjs', 'app/cli/build.mjs', 'app/cli/start.mjs', 'app/cli/ki.mjs'],
  ...['tests/run.mjs', 'tests/setup/tools.mjs', 'tests/setup/tools.d.mts', 'tests/setup/paths.ts'],
  'tests/setup/size.ts',
  'tests/setup/longest-first.ts',
  ...['tests/setup/msw.ts', 'tests/setup/ui.ts', 'tests/setup/built.ts'],
]

/** Set-up that reaches into the whole program, which a small checkout does not have. */
const WITHOUT_A_PART = ['tests/setup/worlds.ts']

export type Ended = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export type Checkout = {
  readonly path: (name: string) => string
  write(files: Readonly<Record<string, string>>): void
  run(command: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  remove(): void
}

/** A small checkout of its own with this project's tooling, to watch the tooling at work. */
export function makeCheckout(options: { readonly installed: boolean }): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'einstieg-checkout-'))
  for (const name of TOOLING) cpSync(join(repositoryRoot, name), join(folder, name))
  for (const name of WITHOUT_A_PART) writeFileSync(join(folder, name), '')
  if (options.installed) {
    symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
  }
  return {
    path: (name) => join(folder, name),
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(folder, dirname(name)), { recursive: true })
        writeFileSync(join(folder, name), text, { mode: 0o755 })
      }
    },
    run: ([program = '', ...args], env = {}) => runIn(folder, program, args, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function runIn(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env } })
    const said = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => {
      said.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      said.stderr += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...said }))
  })
}
