import type { CentreId } from '#app/domain/ids.ts'
import type { OperatingKey } from '#app/domain/school/school.ts'
import type { SeatGroup } from '#app/domain/seat/seat-overview.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { Db } from '../schema.ts'

/** Seats of schools that are alike, and what tells whether these schools are in operation. */
export type CountedGroup = SeatGroup & {
  readonly status: OperatingKey
  readonly statusOn: CalendarDate
  readonly delistedOn: CalendarDate | null
}

/** Which seats are counted, and when; a grade of null counts all. */
export type Counted = {
  readonly schoolYear: number
  readonly grade: number | null
  readonly now: Instant
}

/**
 * The seats of a centre's schools in a school year by Gemeinde, school form and kind: as many rows as
 * there are such groups, however many children have a seat. No case is read.
 */
export async function countSeatGroups(
  db: Db,
  centreId: CentreId,
  counted: Counted,
): Promise<readonly CountedGroup[]> {
  const rows = await db
    .selectFrom(poolsOf(db, centreId, counted).as('pool'))
    .innerJoin('school', 'school.number', 'pool.school_number')
    .select(['school.municipality_key', 'school.form', 'pool.kind'])
    .select(['school.status', 'school.status_on', 'school.delisted_on'])
    .select(({ fn, eb }) => [
      fn.sum<number>('pool.seats').as('decided'),
      fn.sum<number>('pool.given').as('given'),
      fn.sum<number>('pool.held').as('held'),
      // pool by pool: what one has too many is not another's seat
      fn
        .sum<number>(
          eb
            .case()
            .when(eb('pool.seats', '>', eb('pool.given', '+', eb.ref('pool.held'))))
            .then(eb('pool.seats', '-', eb.parens(eb('pool.given', '+', eb.ref('pool.held')))))
            .else(eb.lit(0))
            .end(),
        )
        .as('free'),
    ])
    .groupBy(['school.municipality_key', 'school.form', 'pool.kind'])
    .groupBy(['school.status', 'school.status_on', 'school.delisted_on'])
    .execute()
  return rows.map((row) => ({
    municipality: row.municipality_key,
    form: row.form,
    kind: row.kind,
    // only saveSchools writes this column, and a School has no other keys
    status: row.status as OperatingKey,
    statusOn: row.status_on,
    delistedOn: row.delisted_on,
    decided: row.decided,
    taken: row.given,
    held: row.held,
    free: row.free,
  }))
}

/** Each pool with its entries counted, read from one index. */
function poolsOf(db: Db, centreId: CentreId, { schoolYear, grade, now }: Counted) {
  const pools = db
    .selectFrom('seat_pool')
    .leftJoin('seat_entry', (join) =>
      join
        .onRef('seat_entry.centre_id', '=', 'seat_pool.centre_id')
        .onRef('seat_entry.pool_id', '=', 'seat_pool.id'),
    )
    .select(['seat_pool.id', 'seat_pool.school_number', 'seat_pool.kind', 'seat_pool.seats'])
    .select(({ fn, eb, and }) => [
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
    .groupBy(['seat_pool.id', 'seat_pool.school_number', 'seat_pool.kind', 'seat_pool.seats'])
  if (grade === null) return pools
  return pools.where('seat_pool.grade_from', '<=', grade).where('seat_pool.grade_to', '>=', grade)
}
