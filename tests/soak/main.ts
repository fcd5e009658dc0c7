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
const PROJECTS = ['promises', 'promises-postgres', 'promises-alone']
const failed = PROJECTS.filter((project) => {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project],
    {
      cwd: repositoryRoot,
      stdio: 'inherit',
      env: { ...process.env, SOAK_FACTOR: String(factor) },
    },
  )
  return status !== 0
})
process.exit(failed.length)
