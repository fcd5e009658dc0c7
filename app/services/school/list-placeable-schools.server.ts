import type { Area } from '#app/domain/centre/area.ts'
import { isPlaceable, type School } from '#app/domain/school/school.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { listSchoolsInArea } from '#db/queries/school.server.ts'
import type { Context } from '../context.server.ts'

/**
 * The schools of an area at which children may be placed on a day, by number. Facts of the state's
 * published list: no right is needed to know them.
 */
export async function listPlaceableSchools(
  ctx: Context,
  area: Area,
  on: CalendarDate,
): Promise<readonly School[]> {
  const schools = await listSchoolsInArea(ctx.database.db, area)
  return schools.filter((school) => isPlaceable(school, on))
}
