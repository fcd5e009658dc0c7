import type { CentreId } from '#app/domain/ids.ts'
import type { OperatingKey, School } from '#app/domain/school/school.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import type { SeatGroup } from '#app/domain/seat/seat-overview.ts'
import { type CalendarDate, dayOf, type Instant } from '#app/domain/time.ts'
import type { Db, Row } from '../schema.ts'
import { inForce, tallyEntries, toSeatPool } from './seat.server.ts'

/** Seats of schools that are alike, and what tells whether these schools are in operation. */
export type CountedGroup = SeatGroup & Pick<School, 'status' | 'statusOn' | 'delistedOn'>

/** Which seats are counted, and when; a grade of null counts all. */
export type Counted = {
  readonly schoolYear: number
  readonly grade: number | null
  readonly now: Instant
}

/**
 * The seats of a centre's schools in a school year by Gemeinde, school form and kind, counted as
 * `countSeats` does: as many rows as there are such groups, however many children have a seat, and one
 * more for each pool whose row has not yet taken on the decision in force. No case is read.
 */
export async function countSeatGroups(
  db: Db,
  centreId: CentreId,
  counted: Counted,
): Promise<readonly CountedGroup[]> {
  const settled = await countSettled(db, centreId, counted)
  return [...settled, ...(await countDue(db, centreId, counted))]
}

/** Pools whose rows carry the numbers in force. */
async function countSettled(
  db: Db,
  centreId: CentreId,
  counted: Counted,
): Promise<readonly CountedGroup[]> {
  const rows = await db
    .selectFrom(poolsOf(db, centreId, counted).as('pool'))
    .innerJoin('school', 'school.number', 'pool.school_number')
    .select(SCHOOL)
    .select('pool.kind')
    .select(({ fn, eb }) => {
      const others = eb.ref('pool.others')
      const occupied = eb('pool.given', '+', others)
      const gone = eb(eb(occupied, '+', eb.ref('pool.held')), '+', eb.ref('pool.reserve'))
      return [
        fn.sum<number>('pool.seats').as('decided'),
        fn.sum<number>(occupied).as('taken'),
        fn.sum<number>('pool.held').as('held'),
        fn.sum<number>('pool.reserve').as('reserve'),
        // pool by pool: what one has too many is not another's seat
        fn
          .sum<number>(
            eb
              .case()
              .when(eb('pool.lasting', '>', gone))
              .then(eb('pool.lasting', '-', eb.parens(gone)))
              .else(eb.lit(0))
              .end(),
          )
          .as('free'),
      ]
    })
    .groupBy([...SCHOOL, 'pool.kind'])
    .execute()
  return rows.map((row) => {
    const { kind, decided, taken, held, reserve, free } = row
    return { ...groupOf(row), kind, decided, taken, held, reserve, free }
  })
}

/**
 * Pools another decision has come into force for since somebody last locked them: few at any time,
 * each brought up to date as lists do it.
 */
async function countDue(
  db: Db,
  centreId: CentreId,
  { schoolYear, grade, now }: Counted,
): Promise<readonly CountedGroup[]> {
  const day = dayOf(now)
  const due = await db
    .selectFrom('seat_pool')
    .innerJoin('school', 'school.number', 'seat_pool.school_number')
    .selectAll('seat_pool')
    .select(SCHOOL)
    .where('seat_pool.centre_id', '=', centreId)
    .where('seat_pool.school_year', '=', schoolYear)
    .where('seat_pool.changes_on', '<=', day)
    .execute()
  const asked = due.filter(
    ({ grade_from, grade_to }) => grade === null || (grade_from <= grade && grade <= grade_to),
  )
  const ids = asked.map(({ id }) => id)
  const tallies = await tallyEntries(db, centreId, ids)
  const pools = await inForce(db, asked, day)
  return pools.map((row) => {
    const seats = countSeats(toSeatPool(row), tallies, now)
    const { decided, others, held, reserve, free } = seats
    const taken = others + seats.assigned + seats.taken
    return { ...groupOf(row), kind: row.kind, decided, taken, held, reserve, free }
  })
}

const SCHOOL = [
  'school.municipality_key',
  'school.form',
  'school.status',
  'school.status_on',
  'school.delisted_on',
] as const

type SchoolColumns = Pick<
  Row<'school'>,
  'municipality_key' | 'form' | 'status' | 'status_on' | 'delisted_on'
>

function groupOf(row: SchoolColumns) {
  return {
    municipality: row.municipality_key,
    form: row.form,
    // only saveSchools writes this column, and a School has no other keys
    status: row.status as OperatingKey,
    statusOn: row.status_on,
    delistedOn: row.delisted_on,
  }
}

const POOL = [
  'seat_pool.id',
  'seat_pool.school_number',
  'seat_pool.kind',
  'seat_pool.seats',
  'seat_pool.lasting',
  'seat_pool.others',
  'seat_pool.reserve',
  'seat_pool.reserve_until',
] as const

/** Each settled pool with its entries counted, read from one index. */
function poolsOf(db: Db, centreId: CentreId, { schoolYear, grade, now }: Counted) {
  const day: CalendarDate = dayOf(now)
  const pools = db
    .selectFrom('seat_pool')
    .leftJoin('seat_entry', (join) =>
      join
        .onRef('seat_entry.centre_id', '=', 'seat_pool.centre_id')
        .onRef('seat_entry.pool_id', '=', 'seat_pool.id'),
    )
    .select(['seat_pool.id', 'seat_pool.school_number', 'seat_pool.kind'])
    .select(['seat_pool.seats', 'seat_pool.others'])
    .select(({ fn, eb, and }) => [
      fn.coalesce('seat_pool.lasting', 'seat_pool.seats').as('lasting'),
      // it ends with its last day; without one there is none
      eb
        .case()
        .when('seat_pool.reserve_until', '>=', day)
        .then(eb.ref('seat_pool.reserve'))
        .else(eb.lit(0))
        .end()
        .as('reserve'),
      fn
        .sum<number>(
          eb
            .case()
            .when('seat_entry.state', 'in', ['assigned', 'taken'])
            .then(eb.lit(1))
            .else(eb.lit(0))
            .end(),
        )
        .as('given'),
      fn
        .sum<number>(
          eb
            .case()
            .when(and([eb('seat_entry.state', '=', 'hold'), eb('seat_entry.hold_until', '>', now)]))
            .then(eb.lit(1))
            .else(eb.lit(0))
            .end(),
        )
        .as('held'),
    ])
    .where('seat_pool.centre_id', '=', centreId)
    .where('seat_pool.school_year', '=', schoolYear)
    .where(({ eb, or }) =>
      or([eb('seat_pool.changes_on', 'is', null), eb('seat_pool.changes_on', '>', day)]),
    )
    .groupBy(POOL)
  if (grade === null) return pools
  return pools.where('seat_pool.grade_from', '<=', grade).where('seat_pool.grade_to', '>=', grade)
}
