import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { isPlaceable, phoneLabel, type School, schoolName } from '#app/domain/school/school.ts'
import { freeSeats } from '#app/domain/seat/seat-entry.ts'
import { type CalendarDate, instant, schoolYearOf, today } from '#app/domain/time.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { listSchoolsOfCentre } from '#db/queries/school.server.ts'
import { listPoolsOfYear, tallyEntries, toSeatPool } from '#db/queries/seat.server.ts'

/** Rows of a list page. */
const ROWS = 25

/** What the list says of a school. */
export type SchoolRow = {
  readonly number: SchoolNumber
  readonly name: string
  readonly form: SchoolForm
  readonly town: string
  readonly phone: string | null
  readonly isPlaceable: boolean
  /** Free support places of this school year; null: the school has reported none yet. */
  readonly free: number | null
}

/** The schools of the person's centres. */
export type SchoolsPage = {
  readonly rows: readonly SchoolRow[]
  readonly page: number
  readonly total: number
  readonly search: string
  readonly form: SchoolForm | null
  /** The forms there are, with how many schools the search leaves of each. */
  readonly forms: readonly { readonly form: SchoolForm; readonly count: number }[]
}

/** What the list is narrowed to; see `app/forms/school-list-query.ts`. */
type Query = {
  readonly search: string
  readonly form: SchoolForm | null
  readonly page: number
}

/**
 * The schools of the person's centres, those that take children today first. Facts of the state's
 * list and counts of seats, no child: nothing is written down. Refused: `forbidden`.
 */
export async function schoolsPage(
  ctx: Context,
  query: Query,
): Promise<Result<SchoolsPage, Forbidden>> {
  const centres = centresOf(ctx.actor, ROLES).filter(
    (centreId) => authorize(ctx.actor, 'school.list', { centreId }).ok,
  )
  if (centres.length === 0) return err({ code: 'forbidden', action: 'school.list' })
  const day = today(ctx.clock)
  const schools = (await Promise.all(centres.map((id) => schoolsIn(ctx, id, day)))).flat()
  const found = schools.filter(matches(query.search))
  const chosen = found.filter((school) => query.form === null || school.form === query.form)
  const sorted = chosen.toSorted(
    (a, b) => Number(b.isPlaceable) - Number(a.isPlaceable) || a.name.localeCompare(b.name, 'de'),
  )
  return ok({
    rows: sorted
      .slice((query.page - 1) * ROWS, query.page * ROWS)
      .map(({ words: _, ...row }) => row),
    page: query.page,
    total: chosen.length,
    search: query.search,
    form: query.form,
    forms: countForms(found),
  })
}

type Searchable = SchoolRow & { readonly words: string }

async function schoolsIn(
  ctx: Context,
  centreId: CentreId,
  day: CalendarDate,
): Promise<readonly Searchable[]> {
  const { db } = ctx.database
  const schools = await listSchoolsOfCentre(db, centreId)
  const free = await freeSupportPlaces(ctx, centreId, day)
  return schools.map((school) => ({
    number: school.number,
    name: school.shortName,
    form: school.form,
    town: school.town,
    phone: phoneLabel(school.phone),
    isPlaceable: isPlaceable(school, day),
    free: free.get(school.number) ?? null,
    words: wordsOf(school),
  }))
}

/** Free support places of the school year by school; a school without any pool is absent. */
async function freeSupportPlaces(
  ctx: Context,
  centreId: CentreId,
  day: CalendarDate,
): Promise<ReadonlyMap<SchoolNumber, number>> {
  const { db } = ctx.database
  const pools = await listPoolsOfYear(db, centreId, schoolYearOf(day), 'support')
  const entries = await tallyEntries(
    db,
    centreId,
    pools.map(({ id }) => id),
  )
  const now = instant(ctx.clock)
  const free = new Map<SchoolNumber, number>()
  for (const pool of pools) {
    const known = free.get(pool.school_number) ?? 0
    free.set(pool.school_number, known + freeSeats(toSeatPool(pool), entries, now))
  }
  return free
}

function wordsOf(school: School): string {
  const { number, shortName, town, street, postcode } = school
  return [number, shortName, schoolName(school), town, street, postcode].join(' ').toLowerCase()
}

/** Every word of the search somewhere in number, name or address. */
function matches(search: string): (school: Searchable) => boolean {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  return ({ words }) => wanted.every((word) => words.includes(word))
}

function countForms(schools: readonly SchoolRow[]): SchoolsPage['forms'] {
  const counts = new Map<SchoolForm, number>()
  for (const { form } of schools) counts.set(form, (counts.get(form) ?? 0) + 1)
  return [...counts]
    .map(([form, count]) => ({ form, count }))
    .toSorted((a, b) => a.form.localeCompare(b.form))
}
