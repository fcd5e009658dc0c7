// `npm test`, `npm test -- PATH`, `npm run test:fast`. Plain JavaScript: runs before node_modules
// exists. Its last line is always `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, root } from '../app/cli/install.mjs'
import { chromiumPath, faketimePath, nginxPath, postgresBin, stracePath } from './setup/tools.mjs'

const FAST = ['domain', 'policy', 'services', 'db', 'ui'].map((layer) => `tests/${layer}/`)
const NOTHING_RUN = { testResults: [] }
const LONGEST_STEP_MS = 60 * 60_000
const TOOLS = [
  { name: 'Chromium', package: 'chromium', find: chromiumPath },
  { name: 'PostgreSQL', package: 'postgresql', find: postgresBin },
  { name: 'nginx', package: 'nginx-light', find: nginxPath, isExtra: true },
  { name: 'strace', package: 'strace', find: stracePath },
  { name: 'faketime', package: 'libfaketime', find: faketimePath, isExtra: true },
]

/** Lines shown again of what a failed test says. */
const LINES_OF_A_FAILURE = 12
const tally = { passed: 0, failed: [], skipped: [] }
const args = process.argv.slice(2)

process.chdir(root)
await ensureInstalled()
leaveNothingBehind()
if (args.includes('--fast')) runVitest('fast', ['--project', 'node', '--project', 'ui', ...FAST])
else if (args.length > 0) runVitest(args.join(' '), args)
else runEverything()
report()

function runEverything() {
  keepWhatIsSaid()
  ensureTools()
  count('npm run check', passes('npm', ['run', '-s', 'check']))
  runProject('node')
  runOnPostgres('postgres')
  runProject('ui')
  const built = passes(process.execPath, ['app/cli/build.mjs'])
  count('npm run build', built)
  if (!built) return
  // in one run: the longest of both keep both cores busy to the end
  runProject('promises', 'e2e')
  runOnPostgres('promises-postgres')
  // last, since it also reads what the servers of all the others said
  runProject('promises-alone')
}

/** Vitest ends its workers without letting them tidy up: all they put aside goes with one folder. */
function leaveNothingBehind() {
  const folder = mkdtempSync(join(tmpdir(), 'einstieg-run-'))
  // as open as the system's own: PostgreSQL and nginx run as other people
  chmodSync(folder, 0o1777)
  process.env.TMPDIR = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}

/** Servers and databases of the run write down what they say; a promise is about it (P13). */
function keepWhatIsSaid() {
  const folder = join(root, 'test-results/said')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  process.env.TEST_SAID = folder
}

/** Where a program is missing and cannot be installed, its tests are skipped, and named at the end. */
function ensureTools() {
  const missing = TOOLS.filter((tool) => tool.find() === null)
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    heading(`installing ${missing.map((tool) => tool.name).join(', ')}`)
    passes('apt-get', ['update', '-q'])
    for (const tool of missing) {
      passes('apt-get', ['install', '-yq', '--no-install-recommends', tool.package])
    }
  }
  for (const tool of TOOLS.filter((tool) => tool.find() === null)) {
    const name = `${tool.name} is missing and cannot be installed`
    if (process.env.CI === 'true' && !tool.isExtra) tally.failed.push(name)
    else process.stdout.write(`${name}: the tests that need it are skipped\n`)
  }
}

/** All that touches SQL once more; what the machine lacks is named by `ensureTools` as well. */
function runOnPostgres(name) {
  if (postgresBin() === null) tally.skipped.push(`project ${name} (needs PostgreSQL)`)
  else runProject(name)
}

/** One Vitest run of projects; of several, each has a folder of its own, and none may be empty. */
function runProject(...names) {
  const folders = names.length > 1 ? names.map((name) => `${root}tests/${name}/`) : []
  const selection = names.flatMap((name) => ['--project', name])
  runVitest(names.join(' and '), selection, folders)
}

/** Counts every test of one Vitest run; a run that crashed or found no test has failed as well. */
function runVitest(name, selection, folders = []) {
  const folder = mkdtempSync(join(tmpdir(), 'einstieg-tests-'))
  const file = join(folder, 'report.json')
  heading(name)
  const finished = passes(process.execPath, [
    ...['node_modules/vitest/vitest.mjs', 'run', ...selection],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
  ])
  const before = tally.failed.length
  const { testResults } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : NOTHING_RUN
  const found = countTests(testResults)
  rmSync(folder, { recursive: true, force: true })
  const isEmpty = (folder) => !testResults.some((one) => one.name.startsWith(folder))
  if (found === 0) tally.failed.push(`${name}: Vitest found no test`)
  else if (folders.some(isEmpty)) tally.failed.push(`${name}: no test of ${folders.find(isEmpty)}`)
  else if (!finished && tally.failed.length === before) {
    tally.failed.push(`${name}: Vitest failed outside of a test`)
  }
}

/** Adds the results of a Vitest report to the tally and says how many tests there were. */
function countTests(testResults) {
  let found = 0
  for (const { name, status, assertionResults } of testResults) {
    const path = name.slice(root.length)
    found += assertionResults.length
    for (const test of assertionResults) {
      countTest(`${path} > ${test.fullName}${whyFailed(test)}`, test.status)
    }
    const blamed = assertionResults.some((test) => test.status === 'failed')
    if (status === 'failed' && !blamed) tally.failed.push(`${path} did not run to its end`)
  }
  return found
}

/** The beginning of what a failed test says, so that the end of a long output tells it too. */
function whyFailed({ failureMessages = [] }) {
  const lines = failureMessages.flatMap((text) => text.split('\n').slice(0, LINES_OF_A_FAILURE))
  return lines.map((line) => `\n    ${line}`).join('')
}

function countTest(name, status) {
  if (status === 'passed') tally.passed += 1
  else if (status === 'failed') tally.failed.push(name)
  else tally.skipped.push(name)
}

function count(name, passed) {
  countTest(name, passed ? 'passed' : 'failed')
}

function passes(program, programArgs) {
  const options = { stdio: ['ignore', 'inherit', 'inherit'], timeout: LONGEST_STEP_MS }
  return spawnSync(program, programArgs, options).status === 0
}

function heading(text) {
  process.stdout.write(`\n=== ${text}\n`)
}

function report() {
  const { passed, failed, skipped } = tally
  if (skipped.length > 0) heading('skipped')
  for (const name of skipped) process.stdout.write(`${name}\n`)
  if (failed.length > 0) heading('failed')
  for (const name of failed) process.stdout.write(`${name}\n`)
  process.exitCode = failed.length > 0 ? 1 : 0
  process.stdout.write(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`)
}
