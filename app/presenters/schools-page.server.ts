import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { isPlaceable, phoneLabel, type School, schoolName } from '#app/domain/school/school.ts'
import { freeSeats } from '#app/domain/seat/seat-entry.ts'
import { type CalendarDate, instant, schoolYearOf, today } from '#app/domain/time.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  listSchoolLabels,
  listSchoolsByNumber,
  listSchoolsOfCentre,
  type SchoolLabel,
} from '#db/queries/school.server.ts'
import { listPoolsOfSchools, tallyEntries, toSeatPool } from '#db/queries/seat.server.ts'

/** Rows of a list page. */
const ROWS = 25

const GERMAN = new Intl.Collator('de')

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
  const found = (await Promise.all(centres.map((id) => foundIn(ctx, id, query.search)))).flat()
  const chosen = found.filter(({ form }) => query.form === null || form === query.form)
  const sorted = placeableFirst(chosen, day)
  return ok({
    rows: await rowsOf(ctx, sorted.slice((query.page - 1) * ROWS, query.page * ROWS), day),
    page: query.page,
    total: chosen.length,
    search: query.search,
    form: query.form,
    forms: countForms(found),
  })
}

type Listed = SchoolLabel & { readonly centreId: CentreId }

/** Whole rows are read where the words of an address are looked for, else the labels alone. */
async function foundIn(
  { database: { db } }: Context,
  centreId: CentreId,
  search: string,
): Promise<readonly Listed[]> {
  const found =
    search === ''
      ? await listSchoolLabels(db, centreId)
      : (await listSchoolsOfCentre(db, centreId)).filter(matches(search))
  return found.map((school) => ({ ...school, centreId }))
}

function placeableFirst(schools: readonly Listed[], day: CalendarDate): readonly Listed[] {
  const byName = schools.toSorted((a, b) => GERMAN.compare(a.shortName, b.shortName))
  const places = byName.filter((school) => isPlaceable(school, day))
  return [...places, ...byName.filter((school) => !isPlaceable(school, day))]
}

/** The rows of one page, with all that is shown of these few. */
async function rowsOf(
  ctx: Context,
  listed: readonly Listed[],
  day: CalendarDate,
): Promise<readonly SchoolRow[]> {
  const numbers = listed.map(({ number }) => number)
  const schools = await listSchoolsByNumber(ctx.database.db, numbers)
  const byNumber = new Map(schools.map((school) => [school.number, school]))
  const free = await freeSupportPlaces(ctx, listed, day)
  return listed.flatMap(({ number }) => {
    const school = byNumber.get(number)
    return school === undefined ? [] : [rowOf(school, free.get(number) ?? null, day)]
  })
}

function rowOf(school: School, free: number | null, day: CalendarDate): SchoolRow {
  return {
    number: school.number,
    name: school.shortName,
    form: school.form,
    town: school.town,
    phone: phoneLabel(school.phone),
    isPlaceable: isPlaceable(school, day),
    free,
  }
}

/** Free support places of the school year by school; a school without any pool is absent. */
async function freeSupportPlaces(
  ctx: Context,
  listed: readonly Listed[],
  day: CalendarDate,
): Promise<ReadonlyMap<SchoolNumber, number>> {
  const { db } = ctx.database
  const now = instant(ctx.clock)
  const free = new Map<SchoolNumber, number>()
  for (const centreId of new Set(listed.map((school) => school.centreId))) {
    const numbers = listed.filter((one) => one.centreId === centreId).map(({ number }) => number)
    const pools = await listPoolsOfSchools(db, centreId, numbers, {
      ...{ schoolYear: schoolYearOf(day), kind: 'support', day },
    })
    const poolIds = pools.map(({ id }) => id)
    const entries = await tallyEntries(db, centreId, poolIds)
    for (const pool of pools) {
      const known = free.get(pool.school_number) ?? 0
      free.set(pool.school_number, known + freeSeats(toSeatPool(pool), entries, now))
    }
  }
  return free
}

/** Every word of the search somewhere in number, name or address. */
function matches(search: string): (school: School) => boolean {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  return (school) => {
    const words = wordsOf(school)
    return wanted.every((word) => words.includes(word))
  }
}

function wordsOf(school: School): string {
  const { number, shortName, town, street, postcode } = school
  return [number, shortName, schoolName(school), town, street, postcode].join(' ').toLowerCase()
}

function countForms(schools: readonly Listed[]): SchoolsPage['forms'] {
  const counts = new Map<SchoolForm, number>()
  for (const { form } of schools) counts.set(form, (counts.get(form) ?? 0) + 1)
  return [...counts]
    .map(([form, count]) => ({ form, count }))
    .toSorted((a, b) => a.form.localeCompare(b.form))
}
