// Plain JavaScript: the test runner asks before node_modules exists, the tests ask later.
import { existsSync, readdirSync } from 'node:fs'

/** Path of the browser, or null. */
export function chromiumPath() {
  return (
    ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ??
    null
  )
}

/** Folder with `initdb` and `postgres` of the newest PostgreSQL on this machine, or null. */
export function postgresBin() {
  const home = '/usr/lib/postgresql'
  if (!existsSync(home)) return null
  const newestFirst = readdirSync(home).sort((one, other) => Number(other) - Number(one))
  return newestFirst.map((v) => `${home}/${v}/bin`).find((b) => existsSync(`${b}/initdb`)) ?? null
}

/** Path of the reverse proxy that the handbook describes, or null. */
export function nginxPath() {
  return ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync) ?? null
}

/** Path of the program that checks units of systemd, or null. */
export function systemdAnalyzePath() {
  return ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find(existsSync) ?? null
}

/** Path of the system call tracer that the power-loss test replays from, or null. */
export function stracePath() {
  return ['/usr/bin/strace', '/usr/local/bin/strace'].find(existsSync) ?? null
}

/** The library that shows a process another time than the machine's, or null. */
export function faketimePath() {
  const home = '/usr/lib'
  if (!existsSync(home)) return null
  const found = readdirSync(home).map((folder) => `${home}/${folder}/faketime/libfaketime.so.1`)
  return found.find(existsSync) ?? null
}

/** Path of the program that makes a file system to be mounted from a file, or null. */
export function mkfsPath() {
  return ['/usr/sbin/mkfs.ext4', '/sbin/mkfs.ext4'].find(existsSync) ?? null
}
