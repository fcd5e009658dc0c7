import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { Child } from '#app/domain/child/child.ts'
import { sortName } from '#app/domain/child/name.ts'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import type { Database } from '../open.server.ts'
import {
  type IndexedChild,
  lastChildChange,
  listChildChanges,
  listChildren,
  listChildrenAfter,
} from '../queries/child.server.ts'
import { caseIdsOfChildren } from '../queries/name-index.server.ts'
import type { Db, Row } from '../schema.ts'
import type { SubjectKey } from './envelope.ts'
import type { KeyStore } from './keys.server.ts'
import { createNameIndex, type NameEntry, type NameIndex } from './name-index.ts'
import { openForList } from './records.server.ts'

/** The name index with what keeps it true: it is filled once and then follows `child_change`. */
export type NameIndexFeed = {
  /**
   * Ask it only after {@link NameIndexFeed.catchUp}, and rely on "nothing found" only once it is full.
   * Keep it no longer than that: `refill` puts another in its place.
   */
  readonly index: NameIndex
  readonly state: () => NameIndex['state']
  /** Begins to fill it in the background; the program listens meanwhile. */
  readonly start: () => void
  /** Whether it was full within the time: at once when it is, false when the time ran out. */
  readonly whenFull: (timeoutMs: number) => Promise<boolean>
  /**
   * Takes in what any process committed since (terminal, other servers). One cheap look-up when
   * nothing changed; does nothing before the index was full once. With a transaction it sees what that
   * transaction sees: call it before the transaction changes a child itself.
   */
  readonly catchUp: (db: Db) => Promise<void>
  /**
   * A child this process itself has just committed as change `seq`: taken in without reading it
   * back, when nothing else came between. Otherwise `catchUp` will read it with the rest.
   */
  readonly takeIn: (seq: number, entry: NameEntry) => void
  /**
   * Reads everything anew, beside the index that is there: lists go on with its names until the new
   * one is full. Due when a transaction in which one caught up was not committed: it may have shown
   * children that waited for the same commit (`writeTogether`) and never came to be.
   */
  readonly refill: () => void
  readonly stop: () => void
}

/** How long a search or a registration waits for the names after a start; then it says so (issue: 10 s). */
export const NAMES_WAIT_MS = 10_000

/** Children a page while filling; between two pages requests are answered. */
const PAGE = 200
/** How long filling pauses after it failed: a database that is restarting comes back. */
const RETRY_MS = 1_000

/** An empty index and the means to keep it true. `report` hears why filling had to begin anew. */
export function nameIndexFeed(
  database: Database,
  keys: KeyStore,
  report: (failure: unknown) => void = () => undefined,
): NameIndexFeed {
  let index = createNameIndex()
  const stopping = new AbortController()
  let filled: Promise<void> | null = null
  let refillsDue = 0
  const stateNow = () => (refillsDue > 0 ? 'filling' : index.state)

  const fillUntilDone = async (index: NameIndex) => {
    let from: number | null = null
    while (index.state === 'filling' && !stopping.signal.aborted) {
      try {
        // kept over a retry: who was erased since the first try must still be taken out
        from ??= await lastChildChange(database.db)
        index.position = from
        await fill(database.db, keys, index, stopping.signal)
      } catch (failure) {
        report(failure)
        await wait(RETRY_MS, undefined, { ref: false })
      }
    }
  }
  const fillAnother = async () => {
    const another = createNameIndex()
    await fillUntilDone(another)
    if (another.state === 'filling') return
    index = another
    refillsDue -= 1
  }
  return {
    get index() {
      return index
    },
    state: stateNow,
    start: () => {
      filled ??= fillUntilDone(index)
    },
    whenFull: async (timeoutMs) => {
      if (stateNow() === 'full') return true
      const late = new AbortController()
      const timeout = wait(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined)
      await Promise.race([filled ?? timeout, timeout])
      late.abort()
      return stateNow() === 'full'
    },
    catchUp: async (db) => {
      if (index.state === 'full') await follow(db, keys, index)
    },
    takeIn: (seq, entry) => {
      if (index.state !== 'full' || index.position !== seq - 1) return
      index.put(entry)
      index.position = seq
    },
    refill: () => {
      refillsDue += 1
      filled = (filled ?? Promise.resolve()).then(fillAnother)
    },
    stop: () => stopping.abort(),
  }
}

async function fill(db: Db, keys: KeyStore, index: NameIndex, stopping: AbortSignal) {
  let after = { centreId: '', id: '' }
  while (!stopping.aborted) {
    const rows = await listChildrenAfter(db, after, PAGE)
    const last = rows.at(-1)
    if (last === undefined) break
    for (const entry of await readEntries(db, keys, rows)) index.put(entry)
    after = { centreId: last.centre_id, id: last.id }
    await nextTurn()
  }
  if (stopping.aborted) return
  await follow(db, keys, index)
  index.state = 'full'
}

/**
 * Applies the changes after the index's position. What was read is applied in one go, and only when
 * nobody else moved the position meanwhile: so an older reading never replaces a newer one, without
 * a lock that a transaction could wait for.
 */
async function follow(db: Db, keys: KeyStore, index: NameIndex): Promise<void> {
  for (;;) {
    const from = index.position
    const changes = await listChildChanges(db, from)
    const last = changes.at(-1)
    if (last === undefined) return
    const updates = await readChanged(db, keys, changes)
    if (index.position !== from) continue
    for (const update of updates) update(index)
    index.position = Number(last.seq)
    return
  }
}

type Update = (index: NameIndex) => void

async function readChanged(
  db: Db,
  keys: KeyStore,
  changes: readonly Row<'child_change'>[],
): Promise<readonly Update[]> {
  const updates: Update[] = []
  for (const [centreId, ids] of byCentre(changes)) {
    const rows = await listChildren(db, centreId, [...ids])
    const entries = await readEntries(db, keys, rows)
    const found = new Map(entries.map((entry) => [entry.childId, entry]))
    for (const id of ids) {
      const entry = found.get(id)
      updates.push((index) => (entry ? index.put(entry) : index.remove(centreId, id)))
    }
  }
  return updates
}

function byCentre(changes: readonly Row<'child_change'>[]) {
  const children = new Map<CentreId, Set<ChildId>>()
  for (const { centre_id, child_id } of changes) {
    children.set(centre_id, (children.get(centre_id) ?? new Set()).add(child_id))
  }
  return children
}

/**
 * The entries of the children. One that does not open, or has lost its key, stands there without a
 * name: no list leaves it out. One that is being erased is taken out by the change that noted it.
 */
async function readEntries(
  db: Db,
  keys: KeyStore,
  rows: readonly IndexedChild[],
): Promise<readonly NameEntry[]> {
  const entries: NameEntry[] = []
  for (const centreId of new Set(rows.map(({ centre_id }) => centre_id))) {
    const children = rows.filter(({ centre_id }) => centre_id === centreId)
    const ids = children.map(({ id }) => id)
    const found = await keys.findMany('child', centreId, ids)
    const cases = await caseIdsOfChildren(db, centreId, ids)
    for (const row of children) {
      entries.push(toEntry(row, found.get(row.id) ?? null, cases.get(row.id) ?? []))
    }
  }
  return entries
}

function toEntry(
  { centre_id: centreId, id: childId, sealed }: IndexedChild,
  key: SubjectKey | null,
  caseIds: readonly CaseId[],
): NameEntry {
  const child = key && openForList<Child>(key, 'child', centreId, childId, sealed)
  return child === null
    ? { ...NAMELESS, centreId, childId, caseIds }
    : nameEntry(centreId, childId, child, caseIds)
}

/** What is known of a child that cannot be read. */
const NAMELESS: Omit<NameEntry, 'centreId' | 'childId' | 'caseIds'> = {
  ...{ given: '', family: '', originalGiven: '', originalFamily: '', sortKey: '' },
  birthDate: { precision: 'unknown', date: null },
}

/** What the index keeps of a child. */
export function nameEntry(
  centreId: CentreId,
  childId: ChildId,
  child: Child,
  caseIds: readonly CaseId[],
): NameEntry {
  return {
    centreId,
    childId,
    caseIds,
    given: child.givenNames,
    family: child.familyName,
    originalGiven: child.originalScript?.given ?? '',
    originalFamily: child.originalScript?.family ?? '',
    birthDate: child.birthDate,
    sortKey: sortName(child),
  }
}
