import { describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { countSeats, type SeatState } from '#app/domain/seat/seat-entry.ts'
import { sumSeats } from '#app/domain/seat/seat-overview.ts'
import { addDays, addHours, type CalendarDate, dayOf, instant } from '#app/domain/time.ts'
import {
  insertEntry,
  insertPool,
  insertSeatDecision,
  listEntries,
  listPoolsOfYear,
  moveSeatEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import { countSeatGroups } from '#db/queries/seat-overview.server.ts'
import type { Row, Tx } from '#db/schema.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { poolRow } from '#tests/setup/pool-row.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN

/** Two pools of one Gesamtschule in Düren and one of a Realschule in Jülich; one of another year. */
const POOLS = [
  ['one', '180101', 2026, 5, 6, 9],
  ['small', '180101', 2026, 7, 10, 1],
  ['regular', '180101', 2026, 5, 10, 4],
  ['juelich', '180103', 2026, 5, 10, 3],
  ['later', '180101', 2027, 5, 6, 50],
] as const

/** In which pool each child has which seat; the last one is released, one hold has run out. */
const SEATS: readonly (readonly [pool: string, state: 'taken' | 'assigned' | 'live' | 'over'])[] = [
  ['one', 'taken'],
  ['one', 'assigned'],
  ['one', 'live'],
  ['one', 'over'],
  ['small', 'taken'],
  ['small', 'assigned'],
  ['juelich', 'live'],
  ['juelich', 'taken'],
]

async function furnish(world: World): Promise<void> {
  const now = instant(world.clock)
  const cases: CaseId[] = []
  for (const _ of SEATS) cases.push(await registered(world))
  await world.database.write(async (tx) => {
    for (const [id, school, year, from, to, seats] of POOLS) {
      await insertPool(
        tx,
        poolRow({
          ...{ id: id as SeatPoolId, school_number: school as SchoolNumber, school_year: year },
          // two children sit where a later number leaves one seat
          ...{ grade_from: from, grade_to: to, seats: id === 'small' ? 2 : seats },
          kind: id === 'regular' ? 'regular' : 'support',
        }),
      )
    }
    for (const [at, [pool, word]] of SEATS.entries()) {
      const id = `entry-${at}` as SeatEntryId
      const seatNumber = SEATS.slice(0, at + 1).filter(([other]) => other === pool).length
      const place = { id, poolId: pool as SeatPoolId, caseId: cases[at] as CaseId, seatNumber }
      await insertEntry(tx, centreId, { ...place, kind: 'support', ...stateOf(word, world) }, now)
    }
    const released = { entryId: 'entry-7' as SeatEntryId, to: 'released' } as const
    await moveSeatEntries(tx, centreId, cases[7] as CaseId, released, now)
    await change(tx, 'small', { seats: 1 })
  })
}

function change(tx: Tx, id: string, columns: Partial<Row<'seat_pool'>>): Promise<unknown> {
  const pool = tx.updateTable('seat_pool').set(columns).where('centre_id', '=', centreId)
  return pool.where('id', '=', id as SeatPoolId).execute()
}

function decisionOf(
  pool: string,
  { seats, others, on }: { seats: number; others: number; on: CalendarDate },
): Row<'seat_decision'> {
  return {
    ...{
      centre_id: centreId,
      id: `decision-${pool}`,
      pool_id: pool as SeatPoolId,
    },
    ...{
      seats,
      others,
      classes: null,
      reason_code: 'rooms',
      entered_for_school: 0,
      pool_version: 2,
    },
    ...{ valid_from: on, valid_to: null, decided_at: '2026-11-18T09:00:00.000Z' },
    decided_by: 'account-counsellor-dn' as AccountId,
  }
}

function stateOf(word: (typeof SEATS)[number][1], { clock }: World): SeatState {
  if (word === 'taken' || word === 'assigned') return { state: word, holdUntil: null }
  return { state: 'hold', holdUntil: addHours(instant(clock), word === 'live' ? 1 : 0) }
}

describe.each([
  { engine: 'sqlite' as const, isPresent: true },
  { engine: 'postgres' as const, isPresent: postgresPresent },
])('on $engine, seats by Gemeinde, form and kind', ({ engine, isPresent }) => {
  test.skipIf(!isPresent)('are counted as the domain counts pool by pool', async () => {
    const world = await makeWorld({ engine })
    await furnish(world)
    const { db } = world.database
    const now = instant(world.clock)
    const asked = { schoolYear: 2026, grade: null, now }
    const groups = await countSeatGroups(db, centreId, asked)
    const inDueren = { municipality: '05358008', form: '15', delistedOn: null }
    expect(groups).toHaveLength(3)
    expect(groups).toContainEqual(
      expect.objectContaining({
        ...{ ...inDueren, kind: 'support', decided: 10, taken: 4, held: 1, reserve: 0 },
        // 9 less 3 in the first; the second gave one more than it has, which is not the first's loss
        free: 6,
      }),
    )
    expect(groups).toContainEqual(
      expect.objectContaining({ ...inDueren, kind: 'regular', decided: 4, taken: 0, free: 4 }),
    )
    expect(groups).toContainEqual(
      expect.objectContaining({
        ...{ municipality: '05358024', form: '10', kind: 'support' },
        ...{ decided: 3, taken: 0, held: 1, free: 2 },
      }),
    )
    const ids = ['one', 'small'] as SeatPoolId[]
    const entries = await listEntries(db, centreId, ids)
    const free = [9, 1].map((seats, at) => {
      const pool = toSeatPool(poolRow({ id: ids[at] as SeatPoolId, seats }))
      return countSeats(pool, entries, now).free
    })
    expect(free).toEqual([6, 0])
    await world.close()
  })

  test.skipIf(!isPresent)(
    'leave out others’ seats and a living reserve, and follow a number that has come into force',
    async () => {
      const world = await makeWorld({ engine })
      await furnish(world)
      const { db } = world.database
      const now = instant(world.clock)
      const day = dayOf(now)
      await world.database.write(async (tx) => {
        await change(tx, 'one', { others: 2, reserve: 3, reserve_until: day })
        await change(tx, 'small', { reserve: 1, reserve_until: addDays(day, -1) })
        // nobody has locked this pool since its new number came
        await change(tx, 'juelich', { changes_on: day })
        await insertSeatDecision(tx, decisionOf('juelich', { seats: 8, others: 1, on: day }))
        // this one comes tomorrow
        await change(tx, 'regular', { changes_on: addDays(day, 1) })
        const tomorrow = { seats: 20, others: 0, on: addDays(day, 1) }
        await insertSeatDecision(tx, decisionOf('regular', tomorrow))
      })
      const asked = { schoolYear: 2026, grade: null, now }
      const groups = await countSeatGroups(db, centreId, asked)
      const inDueren = groups.filter(({ form }) => form === '15')
      expect(inDueren.find(({ kind }) => kind === 'support')).toMatchObject({
        ...{ decided: 10, taken: 6, held: 1, reserve: 3, free: 1 },
      })
      expect(inDueren.find(({ kind }) => kind === 'regular')).toMatchObject({ decided: 4, free: 4 })
      const inJuelich = groups.filter(({ form }) => form === '10')
      expect(inJuelich).toMatchObject([{ decided: 8, taken: 1, held: 1, reserve: 0, free: 6 }])
      // control: lists count the same
      const pools = await listPoolsOfYear(db, centreId, 2026, { day })
      const ids = pools.map(({ id }) => id)
      const entries = await listEntries(db, centreId, ids)
      const free = pools.map((row) => countSeats(toSeatPool(row), entries, now).free)
      expect(sumSeats(groups)?.free).toBe(free.reduce((sum, one) => sum + one, 0))
      expect(await countSeatGroups(db, centreId, { ...asked, grade: 4 })).toEqual([])
      await world.close()
    },
  )

  test.skipIf(!isPresent)('are narrowed to a grade; another centre sees none', async () => {
    const world = await makeWorld({ engine })
    await furnish(world)
    const { db } = world.database
    const now = instant(world.clock)
    const of = (grade: number | null, schoolYear = 2026) =>
      countSeatGroups(db, centreId, { schoolYear, grade, now })
    const decided = async (grade: number) =>
      (await of(grade))
        .filter(({ kind, form }) => kind === 'support' && form === '15')
        .map((group) => group.decided)
    expect(await decided(6)).toEqual([9])
    expect(await decided(7)).toEqual([1])
    expect(await of(11)).toEqual([])
    expect(await of(null, 2027)).toMatchObject([{ decided: 50 }])
    const there = { schoolYear: 2026, grade: null, now }
    expect(await countSeatGroups(db, CENTRES.BOR.id, there)).toEqual([])
    await world.close()
  })
})
