import { addHours, type Instant } from '../time.ts'

/** What one thing the program looks at may be: as it should be, worth a look, or a reason not to start. */
export type CheckState = 'ok' | 'hint' | 'refused'

/**
 * Everything a self-check can say, with what it means for a start: the whole of it, for the operator
 * to read (decision 0025). The sentences stand in the catalogue under the same codes.
 */
export const CHECKS = {
  address_set: ['address', 'ok'],
  address_evaluation: ['address', 'ok'],
  key_file_fits: ['key_file', 'ok'],
  key_file_unfit: ['key_file', 'refused'],
  folder_writable: ['folder', 'ok'],
  folder_not_writable: ['folder', 'refused'],
  folder_of_another: ['folder', 'hint'],
  folder_open_to_others: ['folder', 'hint'],
  ledger_usable: ['ledger', 'ok'],
  ledger_not_writable: ['ledger', 'refused'],
  ledger_unfit: ['ledger', 'refused'],
  files_local: ['files', 'ok'],
  files_remote: ['files', 'refused'],
  files_unknown: ['files', 'hint'],
  space_enough: ['space', 'ok'],
  space_scarce: ['space', 'hint'],
  engine_fits: ['engine', 'ok'],
  engine_unfit: ['engine', 'refused'],
  engine_careless: ['engine', 'hint'],
  engine_time_apart: ['engine', 'hint'],
  whole_read: ['whole', 'ok'],
  whole_by_engine: ['whole', 'ok'],
  whole_too_large: ['whole', 'hint'],
  keys_fit: ['keys', 'ok'],
  keys_missing: ['keys', 'hint'],
  head_fits: ['head', 'ok'],
  head_not_yet: ['head', 'ok'],
  head_not_kept: ['head', 'hint'],
  head_gone: ['head', 'hint'],
  head_old: ['head', 'hint'],
  head_unreadable: ['head', 'hint'],
  head_cut: ['head', 'refused'],
  head_rewritten: ['head', 'refused'],
  head_not_ours: ['head', 'refused'],
  clock_fits: ['clock', 'ok'],
  clock_behind: ['clock', 'refused'],
  clock_jumped: ['clock', 'hint'],
  rules_approved: ['rules', 'ok'],
  rules_missing: ['rules', 'hint'],
  backup_recent: ['backup', 'ok'],
  backup_old: ['backup', 'hint'],
  backup_never: ['backup', 'hint'],
  opening_damaged: ['opening', 'refused'],
  opening_not_writable: ['opening', 'refused'],
  opening_no_space: ['opening', 'refused'],
  opening_disk_failed: ['opening', 'refused'],
  opening_locked: ['opening', 'refused'],
  opening_no_database: ['opening', 'refused'],
  opening_failed: ['opening', 'refused'],
} as const satisfies Readonly<Record<string, readonly [string, CheckState]>>

export type CheckCode = keyof typeof CHECKS
export type CheckName = (typeof CHECKS)[CheckCode][0]

/** One thing that was looked at: what it is called, how it is, and the facts its sentence needs. */
export type Check = {
  readonly name: CheckName
  readonly state: CheckState
  readonly code: CheckCode
  readonly facts: Readonly<Record<string, string | number>>
}

/** A check with the state its code stands for. */
export function checked(code: CheckCode, facts: Check['facts'] = {}): Check {
  const [name, state] = CHECKS[code]
  return { name, state, code, facts }
}

/**
 * Types of file systems as statfs(2) names them, on which another computer may hold the file. SQLite's
 * log needs memory that all its processes share: "WAL does not work over a network filesystem"
 * (sqlite.org/wal.html, read 2026-11-22). Numbers: linux/magic.h and the statfs(2) page.
 */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
])

/** These pass everything on to a program or to the host of a virtual machine: it may be local or not. */
const UNKNOWN: ReadonlyMap<number, string> = new Map([
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
])

/** What a file system's type says of where its files lie; a type nobody named here is taken for a disk. */
export function fileSystemOf(type: number): {
  readonly where: 'local' | 'remote' | 'unknown'
  readonly kind: string
} {
  // some platforms give the number with its sign
  const unsigned = type >>> 0
  const remote = REMOTE.get(unsigned)
  if (remote !== undefined) return { where: 'remote', kind: remote }
  const unknown = UNKNOWN.get(unsigned)
  if (unknown !== undefined) return { where: 'unknown', kind: unknown }
  return { where: 'local', kind: `0x${unsigned.toString(16)}` }
}

/**
 * How far a clock may be behind the trail's last entry. Corrections by NTP are seconds; from ten
 * minutes on, `audit verify` takes an entry that is older than the one before it for an inserted one.
 */
const CLOCK_TOLERANCE_HOURS = 1 / 6

/**
 * Whether something that is past lies ahead of the clock, by more than clocks err: it was put back. What
 * ends by the clock does not hold meanwhile, else it would live for as much longer (F5).
 */
export function isAheadOf(now: Instant, past: Instant): boolean {
  return past > addHours(now, CLOCK_TOLERANCE_HOURS)
}

/**
 * Whether the clock is behind the last entry of the trail. `accepted`: up to where a person has said
 * that the trail is ahead because the clock had been wrong.
 */
export function isClockBehind(now: Instant, last: Instant | null, accepted: Instant | null) {
  if (last === null || !isAheadOf(now, last)) return false
  return accepted === null || last > accepted
}

/** Hours after which a backup, and an end of the trail that is kept elsewhere, are older than they should be. */
export const BACKUP_HOURS = 36
export const HEAD_HOURS = 3

/** A backup needs twice the database's size for a moment, and a database room to go on. */
export function isSpaceScarce(freeBytes: number, databaseBytes: number): boolean {
  return freeBytes < Math.max(1_073_741_824, 2 * databaseBytes)
}
