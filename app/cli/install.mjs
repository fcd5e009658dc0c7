// Plain JavaScript with Node's own modules only: this runs before node_modules exists.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** What the server is built from: a change to any of these makes the build old. */
const SOURCES = [
  'app',
  'db',
  'public',
  'remix.config.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]

const OLDEST_NODE = [20, 19]

/** Which binary interface of Node the packages were installed for; a change of Node makes them old. */
const INSTALLED_FOR = '.cache/installed-for'

/** The packages whose own scripts run when they are installed: this one fetches or builds its binary. */
const MAY_RUN_SCRIPTS = ['better-sqlite3']

const LONGEST_WORK_MS = 20 * 60_000

/** Says something to the person at the terminal; stdout belongs to a command's answer. */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Installs the packages of the lock file when they are missing or are not those. */
export async function ensureInstalled() {
  refuseOldNode()
  if (isInstalled()) return
  await alone(() => {
    if (isInstalled()) return
    say('Pakete werden installiert; beim ersten Mal dauert das einige Minuten …')
    // breaks off half-way: the next start begins anew
    writeFileSync(join(root, INSTALLED_FOR), '')
    npm('ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund')
    for (const name of MAY_RUN_SCRIPTS) npm('rebuild', '--ignore-scripts=false', name)
    writeFileSync(join(root, INSTALLED_FOR), process.versions.modules)
  })
}

function npm(...words) {
  run('npm', words, {
    shell: process.platform === 'win32',
    // `npm run -s` hands its silence down, and a silent installation fails without a word.
    env: { ...process.env, npm_config_loglevel: 'notice' },
    whatFailed: `Die Installation der Pakete (npm ${words[0]}) ist gescheitert.`,
  })
}

/** Builds server, pages and terminal when the build is older than the sources. */
export function ensureBuilt() {
  if (isCurrent('build/stamp')) return
  run(process.execPath, [join(root, 'app/cli/build.mjs')], {
    whatFailed: 'Der Bau ist gescheitert.',
  })
}

/** Whether the stamp at `path` (from the root) was made from the sources as they are now. */
export function isCurrent(path) {
  const stamp = join(root, path)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash()
}

/** One hash over names and contents of all sources. Contents, since a checkout renews dates. */
export function sourcesHash() {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap(filesUnder)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Does `work` while no other process of this checkout installs or builds. */
export async function alone(work) {
  const lock = join(root, '.cache/install.lock')
  mkdirSync(join(root, '.cache'), { recursive: true })
  while (!take(lock)) await wait(250)
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Runs a program with its output on stderr; ends this one with `whatFailed` when it fails. */
export function run(program, args, { whatFailed, ...options }) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (status === 0) return
  say(whatFailed)
  process.exit(1)
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  say(
    `Einstieg braucht Node.js ${OLDEST_NODE.join('.')} oder neuer; hier läuft ${process.version}.`,
  )
  process.exit(1)
}

/** Compares versions, not dates: a copied or cached node_modules keeps no useful date. */
function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed) || isForAnotherNode()) return false
  const present = packagesOf(installed)
  const wanted = packagesOf(join(root, 'package-lock.json'))
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    const missing = present[path] === undefined
    return path === '' || (missing ? Boolean(optional || peer) : present[path].version === version)
  })
}

/** False as well where nobody noted it: packages installed by hand are trusted. */
function isForAnotherNode() {
  const stamp = join(root, INSTALLED_FOR)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') !== process.versions.modules
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}

function filesUnder(path) {
  if (!existsSync(join(root, path))) return []
  if (/\.\w+$/.test(path)) return [path]
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort()
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (isLeftBehind(lock)) rmSync(lock, { force: true })
    return false
  }
}

/** Nobody holds it: its process is gone, or (in a container, where numbers return) it is too old. */
function isLeftBehind(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'))
    if (Date.now() - statSync(lock).mtimeMs > LONGEST_WORK_MS || owner === process.pid) return true
    process.kill(owner, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
