import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { repositoryRoot } from '#tests/setup/paths.ts'

/**
 * The promises under their full load, at least five times that of `npm test`, or as many as named:
 * `npm run soak -- 10`; further words choose files, `npm run soak -- 5 p2 p10`. For a quiet machine
 * and some hours; a test may take as long as it needs.
 */
const [times = '5', ...files] = process.argv.slice(2)
const factor = Number(times)
if (!Number.isInteger(factor) || factor < 2) {
  process.stderr.write(
    'npm run soak -- N: wie oft so viel wie in npm test, eine ganze Zahl ab 2.\n',
  )
  process.exit(2)
}
const there = readdirSync(`${repositoryRoot}/tests/promises`).map(
  (name) => `tests/promises/${name}`,
)
const unknown = files.find((word) => !there.some((name) => name.includes(word)))
if (unknown !== undefined) {
  process.stderr.write(`npm run soak: Keine Prüfung unter tests/promises enthält „${unknown}“.\n`)
  process.exit(2)
}
const PROJECTS = ['promises', 'promises-postgres', 'promises-alone']
const failed = PROJECTS.filter((project) => {
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '--project', project],
      ...['--passWithNoTests', ...files],
    ],
    {
      cwd: repositoryRoot,
      stdio: 'inherit',
      env: { ...process.env, SOAK_FACTOR: String(factor) },
    },
  )
  return status !== 0
})
process.exit(failed.length)
