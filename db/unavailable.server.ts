/**
 * Why a database that is sound did not do as asked: it may, a little later. `lost`: it broke off at the
 * commit, so it may have done it.
 */
export type Unavailable = 'busy' | 'full' | 'down' | 'lost'

/** How SQLite's extended result codes begin. */
const SQLITE: readonly (readonly [string, Unavailable])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_READONLY', 'down'],
  ['SQLITE_IOERR', 'down'],
  ['SQLITE_CANTOPEN', 'down'],
]

/**
 * How PostgreSQL's SQLSTATE begins: 08 connection, 25P03 idle too long in a transaction, 40 to be
 * tried again, 53100 disk full, 53 resources, 55P03 lock not available, 57 stopped from outside (57014:
 * took too long).
 */
const SQLSTATE: readonly (readonly [string, Unavailable])[] = [
  ['53100', 'full'],
  ['57014', 'busy'],
  ['08', 'down'],
  ['25006', 'down'],
  ['25P03', 'down'],
  ['40', 'busy'],
  ['53', 'busy'],
  ['55P03', 'busy'],
  ['57P', 'down'],
]

const SOCKET = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']

/** The driver gives these no code: the pool was waited for in vain, or the server went meanwhile. */
const POOL_EMPTY = 'timeout exceeded when trying to connect'
const GONE =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed)/

const SUBJECT_GONE = 'subject_gone'
const OUTCOME_UNKNOWN = 'outcome_unknown'

/** The connection broke after the last statement of a transaction, before its commit was answered. */
export class OutcomeUnknown extends Error {
  readonly code = OUTCOME_UNKNOWN
}

/**
 * What a child or a family is read by is gone: somebody erased it between two looks. Whoever asked
 * hears what they would have heard a moment later, that it is not there.
 */
export class SubjectGone extends Error {
  readonly code = SUBJECT_GONE
}

/** Whether this was thrown. Asked by its code: the server and its pages are bundled apart, and each has the class. */
export function isSubjectGone(accident: unknown): boolean {
  return accident instanceof Error && 'code' in accident && accident.code === SUBJECT_GONE
}

/** Says of what a read or write threw whether the database was only not to be had; null: an accident. */
export function unavailability(error: unknown): Unavailable | null {
  if (!(error instanceof Error)) return null
  if (error.message === POOL_EMPTY) return 'busy'
  if (GONE.test(error.message)) return 'down'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === OUTCOME_UNKNOWN) return 'lost'
  if (SOCKET.includes(code)) return 'down'
  const known = code.startsWith('SQLITE_') ? SQLITE : SQLSTATE
  return known.find(([start]) => code.startsWith(start))?.[1] ?? null
}
