import { describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { countSeats, type SeatState } from '#app/domain/seat/seat-entry.ts'
import { addHours, instant } from '#app/domain/time.ts'
import {
  findEntryOfCase,
  insertEntry,
  insertPool,
  listEntries,
  moveSeatEntry,
  tallyEntries,
} from '#db/queries/seat.server.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN
const POOLS = ['pool-1', 'pool-2'] as SeatPoolId[]
const SEATS = 9
const RELEASED = 'entry-6' as SeatEntryId

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
      await insertPool(tx, {
        centre_id: centreId,
        id,
        school_number: '180101' as SchoolNumber,
        school_year: 2026 + at,
        grade_from: 5,
        grade_to: 6,
        kind: 'support',
        seats: SEATS,
        entered_for_school: 0,
        decided_by: 'account-counsellor-dn' as AccountId,
        decided_at: now,
        version: 1,
      })
    }
    for (const [at, state] of states.entries()) {
      const id = `entry-${at}` as SeatEntryId
      const poolId = POOLS[at % 3 === 0 ? 1 : 0] as SeatPoolId
      await insertEntry(tx, centreId, { id, poolId, caseId: cases[at] as CaseId, ...state }, now)
    }
    await moveSeatEntry(tx, centreId, { entryId: RELEASED, to: 'released' }, now)
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
    const [one, other] = POOLS.map((id) => countSeats({ id, decided: SEATS }, entries, now))
    expect(one).toEqual({ decided: SEATS, held: 1, assigned: 1, taken: 1, free: 6 })
    expect(other).toEqual({ decided: SEATS, held: 1, assigned: 0, taken: 1, free: 7 })
    for (const [at, id] of POOLS.entries()) {
      expect(countSeats({ id, decided: SEATS }, tallies, now)).toEqual([one, other][at])
    }
    expect(await tallyEntries(db, centreId, [])).toEqual([])
  })

  test.skipIf(!isPresent)('a case finds its own entry, and none that was released', async () => {
    const world = await makeWorld({ engine })
    const cases = await withEntries(world)
    const found = await Promise.all(
      cases.map((id) => findEntryOfCase(world.database.db, centreId, id)),
    )
    expect(found.map((entry) => entry?.state ?? null)).toEqual([
      ...['taken', 'taken', 'assigned', 'hold', 'hold', 'hold'],
      null,
    ])
  })
})
