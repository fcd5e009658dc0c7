import { spawnSync } from 'node:child_process'
import { repositoryRoot } from '#tests/setup/paths.ts'

/**
 * The promises under five times the load of `npm test`, or as many as named: `npm run soak -- 10`.
 * For a quiet machine and an hour or so; a test may take as long as it needs.
 */
const factor = Number(process.argv[2] ?? 5)
if (!Number.isInteger(factor) || factor < 1) {
  process.stderr.write(
    'npm run soak -- N: wie oft so viel wie in npm test, eine ganze Zahl ab 1.\n',
  )
  process.exit(2)
}
const hour = `${60 * 60_000}`
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'promises']
const { status } = spawnSync(
  process.execPath,
  [...vitest, '--test-timeout', hour, '--hook-timeout', hour],
  {
    cwd: repositoryRoot,
    stdio: 'inherit',
    env: { ...process.env, SOAK_FACTOR: String(factor) },
  },
)
process.exit(status ?? 1)
