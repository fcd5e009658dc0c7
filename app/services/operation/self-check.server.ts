import { dirname } from 'node:path'
import {
  BACKUP_HOURS,
  type Check,
  checked,
  fileSystemOf,
  HEAD_HOURS,
  isClockBehind,
  isSpaceScarce,
} from '#app/domain/operation/self-check.ts'
import { RETENTION_CLASSES } from '#app/domain/privacy/retention.ts'
import { addDays, addHours, type Instant, instant, today } from '#app/domain/time.ts'
import { ledgerFile } from '#app/gateways/erasure-ledger-file.server.ts'
import {
  nearestFolder,
  placeAt,
  whyFileNotWritable,
  whyFolderNotWritable,
} from '#app/gateways/place.server.ts'
import { Damaged, type Reading } from '#db/open.server.ts'
import { lastBackups } from '#db/queries/backup.server.ts'
import { engineReport, type Shortcoming } from '#db/queries/engine.server.ts'
import {
  childrenByCentre,
  databaseBytes,
  hasTrail,
  newestEntryAt,
  oldestEntryAt,
  trailAheadUntil,
} from '#db/queries/operation.server.ts'
import { rulesOn } from '#db/queries/retention.server.ts'
import { readKek } from '#db/sealing/kek.server.ts'
import { unavailability } from '#db/unavailable.server.ts'
import { compareKeptHead } from '../audit/kept-head.server.ts'
import type { Deps, Whereabouts } from '../context.server.ts'
import { isClockDoubted } from '../privacy/due-children.server.ts'

type Stores = Pick<Deps, 'database' | 'keys'>

/**
 * Up to this size the start reads a SQLite file once from end to end for damage; `ki check` reads it
 * whatever its size (decision 0025: measured).
 */
const READ_AT_START_BYTES = 268_435_456

/** How far the database's clock may be from ours before it is said, in seconds. */
const SECONDS_APART = 60

/**
 * What can be said before anything is opened: key file, data folder, ledger, file system. Changes
 * nothing; a folder that is not there yet is judged by the one it would be made in.
 */
export function checkPlace(settings: Whereabouts): readonly Check[] {
  return [
    settings.origin === null
      ? checked('address_evaluation')
      : checked('address_set', { origin: settings.origin }),
    checkKeyFile(settings),
    ...checkFolder(settings),
    checkLedger(settings),
  ]
}

function checkKeyFile({ keyFile }: Whereabouts): Check {
  try {
    if (keyFile !== null) readKek(keyFile)
    return checked('key_file_fits')
  } catch (accident) {
    return checked('key_file_unfit', { said: saidBy(accident) })
  }
}

function checkFolder(settings: Whereabouts): readonly Check[] {
  const { dataDir, dataFiles } = settings
  const folder = nearestFolder(dataDir)
  const not = [
    whyFolderNotWritable(folder),
    ...(folder === dataDir ? dataFiles.map(whyFileNotWritable) : []),
  ].find((why) => why !== null)
  if (not !== undefined) return [checked('folder_not_writable', { ...not })]
  const place = placeAt(folder)
  return [
    folder === dataDir ? checkOwner(settings, place) : checked('folder_writable', { folder }),
    checkFileSystem(settings, place.type),
    checkSpace(place.freeBytes, 0),
  ]
}

function checkOwner(
  { dataDir, origin }: Whereabouts,
  { owner, account, mode }: ReturnType<typeof placeAt>,
): Check {
  const facts = { folder: dataDir, owner, account }
  if (owner !== account) return checked('folder_of_another', facts)
  const isOpen = origin !== null && (mode & 0o007) !== 0
  return checked(isOpen ? 'folder_open_to_others' : 'folder_writable', facts)
}

/** On PostgreSQL nothing in the folder needs the memory that SQLite's log shares. */
function checkFileSystem({ dataDir, dataFiles }: Whereabouts, type: number): Check {
  const { where, kind } = fileSystemOf(type)
  if (dataFiles.length === 0 || where === 'local') return checked('files_local', { kind })
  return checked(where === 'remote' ? 'files_remote' : 'files_unknown', { kind, folder: dataDir })
}

function checkSpace(freeBytes: number, databaseBytes: number): Check {
  const free = Math.floor(freeBytes / 1_048_576)
  return checked(isSpaceScarce(freeBytes, databaseBytes) ? 'space_scarce' : 'space_enough', {
    free,
  })
}

function checkLedger({ ledgerFile: file }: Whereabouts): Check {
  const not = whyFolderNotWritable(nearestFolder(dirname(file))) ?? whyFileNotWritable(file)
  if (not !== null) return checked('ledger_not_writable', { ...not, path: file })
  try {
    ledgerFile(file).read()
    return checked('ledger_usable', { file })
  } catch (accident) {
    return checked('ledger_unfit', { said: saidBy(accident) })
  }
}

/**
 * Reads data and keys for damage. `quick` leaves out what is larger than {@link READ_AT_START_BYTES}.
 * On PostgreSQL pages are checked by the server itself, where it was set up with checksums.
 */
export async function checkWhole({ database, keys }: Stores, how: Reading): Promise<Check> {
  if (database.engine === 'postgres') return checked('whole_by_engine')
  const bytes = await databaseBytes(database.db)
  const megabytes = Math.ceil(bytes / 1_048_576)
  try {
    await keys.assertSound(how)
    if (how === 'quick' && bytes > READ_AT_START_BYTES)
      return checked('whole_too_large', { megabytes })
    await database.assertSound(how)
    return checked('whole_read', { megabytes })
  } catch (accident) {
    return checkOfAccident(accident)
  }
}

/** What can be said of an open program: engine, keys, trail, clock, periods, backups. */
export async function checkOpened(deps: Deps): Promise<readonly Check[]> {
  return [
    ...(await checkEngine(deps)),
    await checkKeys(deps),
    await checkHead(deps),
    ...(await checkClock(deps)),
    ...(deps.isEvaluation ? [] : [await checkRules(deps), await checkBackup(deps)]),
  ]
}

/**
 * What speaks against touching the schema: an engine, a trail or a clock that refuses. Asked before
 * the migrations; a database that is new has neither trail nor clock to compare.
 */
export async function checkUntouched(deps: Deps): Promise<readonly Check[]> {
  const engine = await checkEngine(deps)
  if (!(await hasTrail(deps.database.db))) return engine
  return [...engine, await checkHead(deps), ...(await checkClockBehind(deps))]
}

/** All that can be said of a running program without reading the whole database. */
export async function checkRunning(deps: Deps): Promise<readonly Check[]> {
  return [...checkPlace(deps.settings), ...(await checkOpened(deps))]
}

async function checkEngine(deps: Deps): Promise<readonly Check[]> {
  const { version, shortcomings, now } = await engineReport(deps.database)
  const apart = now === null ? 0 : Math.abs(Date.parse(now) - deps.clock.now().getTime()) / 1000
  const short = shortcomings.map(({ weight, ...facts }) =>
    checked(isReasonToStop(deps, weight) ? 'engine_unfit' : 'engine_careless', facts),
  )
  return [
    ...(short.length === 0 ? [checked('engine_fits', { version })] : short),
    ...(apart > SECONDS_APART
      ? [checked('engine_time_apart', { seconds: Math.round(apart) })]
      : []),
  ]
}

/** An evaluation holds no real child: its database may be set up for speed. */
function isReasonToStop({ isEvaluation }: Deps, weight: Shortcoming['weight']): boolean {
  return weight === 'unusable' || (weight === 'risk' && !isEvaluation)
}

async function checkKeys({ database, keys }: Deps): Promise<Check> {
  const children = [...(await childrenByCentre(database.db)).values()]
  const missing = children.reduce((sum, count) => sum + count, 0) - (await keys.count('child'))
  return missing > 0 ? checked('keys_missing', { missing }) : checked('keys_fit')
}

async function checkHead(deps: Deps): Promise<Check> {
  const { auditHeadFile: file } = deps.settings
  if (file === null) return deps.isEvaluation ? checked('head_not_yet') : checked('head_not_kept')
  const head = await compareKeptHead(deps, file)
  switch (head.kind) {
    case 'missing':
      return checked(await headMissing(deps), { file })
    case 'unreadable':
      return checked('head_unreadable', { file })
    case 'not_ours':
      return checked('head_not_ours', { file })
    case 'fits':
      return checked(isOlder(deps, head.at, HEAD_HOURS) ? 'head_old' : 'head_fits', { at: head.at })
    default: {
      const { kind, centre, seq, at } = head
      return checked(kind === 'cut' ? 'head_cut' : 'head_rewritten', { centre, seq, at, file })
    }
  }
}

/** Once there is a trail of some hours, a file that is not there was taken away or is elsewhere. */
async function headMissing(deps: Deps): Promise<'head_gone' | 'head_not_yet'> {
  const first = await oldestEntryAt(deps.database.db)
  return first !== null && isOlder(deps, first, HEAD_HOURS) ? 'head_gone' : 'head_not_yet'
}

async function checkClock(deps: Deps): Promise<readonly Check[]> {
  const behind = await checkClockBehind(deps)
  if (behind.length > 0) return behind
  const now = instant(deps.clock)
  return [checked((await isClockDoubted(deps)) ? 'clock_jumped' : 'clock_fits', { now })]
}

async function checkClockBehind(deps: Deps): Promise<readonly Check[]> {
  const now = instant(deps.clock)
  const last = await newestEntryAt(deps.database.db)
  if (isClockBehind(now, last, null)) {
    const accepted = await trailAheadUntil(deps.database.db)
    if (isClockBehind(now, last, accepted))
      return [checked('clock_behind', { now, last: last ?? '' })]
  }
  return []
}

/** Rules are approved in the running program: without them it starts, and erases nobody by itself. */
async function checkRules({ database, clock }: Deps): Promise<Check> {
  const from = addDays(today(clock), 1)
  let centres = 0
  for (const centreId of (await childrenByCentre(database.db)).keys()) {
    const rules = await rulesOn(database.db, centreId, from)
    if (RETENTION_CLASSES.some((kind) => !rules.has(kind))) centres += 1
  }
  return centres === 0 ? checked('rules_approved') : checked('rules_missing', { centres })
}

async function checkBackup(deps: Deps): Promise<Check> {
  const { good } = await lastBackups(deps.database.db)
  if (good === null) return checked('backup_never')
  const isOld = isOlder(deps, good.ended_at, BACKUP_HOURS)
  return checked(isOld ? 'backup_old' : 'backup_recent', { at: good.ended_at })
}

function isOlder({ clock }: Pick<Deps, 'clock'>, at: Instant, hours: number): boolean {
  return at < addHours(instant(clock), -hours)
}

/** What opening the program threw, as something its operator can act on. */
export function checkOfAccident(accident: unknown): Check {
  const said = saidBy(accident)
  if (accident instanceof Damaged) return checked('opening_damaged', { said })
  const code = (accident as { readonly code?: unknown } | null)?.code
  if (typeof code !== 'string') {
    const isGone = unavailability(accident) !== null
    return checked(isGone ? 'opening_no_database' : 'opening_failed', { said })
  }
  const known = ACCIDENTS.find(([pattern]) => pattern.test(code))
  return checked(known?.[1] ?? 'opening_failed', { said, code })
}

const ACCIDENTS = [
  [/^SQLITE_(CORRUPT|NOTADB|FORMAT)/, 'opening_damaged'],
  [/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS)/, 'opening_not_writable'],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|53100)/, 'opening_no_space'],
  [/^(SQLITE_IOERR|EIO)/, 'opening_disk_failed'],
  [/^SQLITE_(BUSY|LOCKED)/, 'opening_locked'],
  [/^(E[A-Z]+|08...|28...|3D000|57P..)$/, 'opening_no_database'],
] as const

function saidBy(accident: unknown): string {
  return accident instanceof Error ? accident.message : String(accident)
}
