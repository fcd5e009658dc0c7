import type { AccountId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { turnYear } from '#app/domain/seat/turn.ts'
import { instant, today } from '#app/domain/time.ts'
import { insertPool } from '#db/queries/seat.server.ts'
import type { Fields } from '#tests/setup/session.ts'
import { CENTRES, type World } from '#tests/setup/world.ts'

/** A primary school of Düren without seats, which decides on its support places. */
export const TURNING_SCHOOL = '180102' as SchoolNumber
export const TURNING_ACCOUNT = 'school-180102'

/**
 * Support places of the school year before, for one grade that the school year which comes does not have
 * yet, and the form with which the school carries them over.
 */
export async function formOfYearBefore(
  { clock, database }: Pick<World, 'clock' | 'database'>,
  grade: number,
): Promise<Fields> {
  const year = turnYear(today(clock))
  const existing = await database.db
    .selectFrom('seat_pool')
    .select(['id', 'version'])
    .where('school_number', '=', TURNING_SCHOOL)
    .where('school_year', '=', year)
    .execute()
  const poolId = `pool of the year before ${grade}` as SeatPoolId
  await database.write((tx) =>
    insertPool(tx, {
      ...{ centre_id: CENTRES.DN.id, id: poolId, school_number: TURNING_SCHOOL, version: 1 },
      ...{ school_year: year - 1, grade_from: grade, grade_to: grade, kind: 'support', seats: 4 },
      lasting: null,
      ...{ others: 0, classes: null, reserve: 0, reserve_until: null, changes_on: null },
      ...{ entered_for_school: 0, decided_by: `account-${TURNING_ACCOUNT}` as AccountId },
      decided_at: instant(clock),
    }),
  )
  const known = existing.flatMap(({ id, version }, index) => [
    [`existing.${index}.poolId`, id],
    [`existing.${index}.version`, String(version)],
  ])
  return {
    ...{ schoolNumber: TURNING_SCHOOL, schoolYear: String(year), 'pools.0.seats': '3' },
    ...{ 'pools.0.poolId': poolId, 'pools.0.version': '1' },
    ...Object.fromEntries(known),
  }
}
