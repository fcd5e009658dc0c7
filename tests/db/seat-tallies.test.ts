import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { countSeats, type SeatState } from '#app/domain/seat/seat-entry.ts'
import { addHours, instant } from '#app/domain/time.ts'
import {
  insertEntry,
  insertPool,
  listEntries,
  listEntriesOfCase,
  moveSeatEntries,
  tallyEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { poolRow } from '#tests/setup/pool-row.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN
const POOLS = ['pool-1', 'pool-2'] as SeatPoolId[]
const SEATS = 9
/** Whose the pools are; see {@link poolRow}. */
const SCHOOL = '180101' as SchoolNumber
const RELEASED = 'entry-6' as SeatEntryId

const poolOf = (id: SeatPoolId, at: number) => poolRow({ id, school_year: 2026 + at, seats: SEATS })

/** Entries in two pools, each of a case of its own, the last one released; returns the cases. */
async function withEntries(world: World): Promise<readonly CaseId[]> {
  const now = instant(world.clock)
  const states: readonly SeatState[] = [
    { state: 'taken', holdUntil: null },
    { state: 'taken', holdUntil: null },
    { state: 'assigned', holdUntil: null },
    { state: 'hold', holdUntil: addHours(now, 1) },
    { state: 'hold', holdUntil: addHours(now, 1) },
    { state: 'hold', holdUntil: now },
    { state: 'assigned', holdUntil: null },
  ]
  const cases: CaseId[] = []
  for (const _ of states) cases.push(await registered(world))
  await world.database.write(async (tx) => {
    for (const [at, id] of POOLS.entries()) {
      await insertPool(tx, poolOf(id, at))
    }
    for (const [at, state] of states.entries()) {
      const id = `entry-${at}` as SeatEntryId
      const poolId = POOLS[at % 3 === 0 ? 1 : 0] as SeatPoolId
      const caseId = cases[at] as CaseId
      const seat = { id, poolId, caseId, kind: 'support', seatNumber: at + 1 } as const
      await insertEntry(tx, centreId, { ...seat, ...state }, now)
    }
    const last = cases.at(-1) as CaseId
    await moveSeatEntries(tx, centreId, last, { entryId: RELEASED, to: 'released' }, now)
  })
  return cases
}

describe.each([
  { engine: 'sqlite' as const, isPresent: true },
  { engine: 'postgres' as const, isPresent: postgresPresent },
])('on $engine', ({ engine, isPresent }) => {
  test.skipIf(!isPresent)('tallies count as the entries they stand for', async () => {
    const world = await makeWorld({ engine })
    await withEntries(world)
    const { db } = world.database
    const now = instant(world.clock)
    const entries = await listEntries(db, centreId, POOLS)
    const tallies = await tallyEntries(db, centreId, POOLS)
    const pools = POOLS.map((id, at) => toSeatPool(poolOf(id, at)))
    const [one, other] = pools.map((pool) => countSeats(pool, entries, now))
    const rest = { decided: SEATS, others: 0, reserve: 0 }
    expect(one).toEqual({ ...rest, held: 1, assigned: 1, taken: 1, free: 6 })
    expect(other).toEqual({ ...rest, held: 1, assigned: 0, taken: 1, free: 7 })
    for (const [at, pool] of pools.entries()) {
      expect(countSeats(pool, tallies, now)).toEqual([one, other][at])
    }
    expect(await tallyEntries(db, centreId, [])).toEqual([])

    const school = { schoolNumber: SCHOOL, fromYear: 2026 }
    const byPool = (all: typeof tallies) => all.toSorted((a, b) => (a.poolId < b.poolId ? -1 : 1))
    expect(byPool(await tallyEntries(db, centreId, school)).map(({ poolId }) => poolId)).toEqual(
      byPool(tallies).map(({ poolId }) => poolId),
    )
    const later = await tallyEntries(db, centreId, { ...school, fromYear: 2027 })
    expect(new Set(later.map(({ poolId }) => poolId))).toEqual(new Set([POOLS[1]]))
    const elsewhere = { ...school, schoolNumber: '180102' as SchoolNumber }
    expect(await tallyEntries(db, centreId, elsewhere)).toEqual([])
  })

  test.skipIf(!isPresent)('a case finds its own entry, and none that was released', async () => {
    const world = await makeWorld({ engine })
    const cases = await withEntries(world)
    const found = await Promise.all(
      cases.map((id) => listEntriesOfCase(world.database.db, centreId, id)),
    )
    expect(found.map(([entry]) => entry?.state ?? null)).toEqual([
      ...['taken', 'taken', 'assigned', 'hold', 'hold', 'hold'],
      null,
    ])
  })
})
