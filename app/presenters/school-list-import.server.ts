import type { SchoolNumber } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import type { SchoolListChanges, SchoolListCounts } from '#app/domain/school/compare-school-list.ts'
import { isPlaceable } from '#app/domain/school/school.ts'
import { type Instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { findLastImport, listSchools } from '#db/queries/school.server.ts'

/** Most closing schools named on the page; the rest is counted. */
const MOST_NAMED = 100

type NamedSchool = { readonly number: SchoolNumber; readonly name: string }

/** The page of the official school list: what is stored, and what an uploaded file would change. */
export type SchoolListPage = {
  readonly stored: { readonly all: number; readonly placeable: number }
  readonly last: {
    readonly at: Instant
    readonly read: number
    readonly new: number
    readonly changed: number
    readonly closed: number
  } | null
  readonly preview: {
    readonly token: string
    readonly counts: SchoolListCounts
    readonly implausible: readonly NamedSchool[]
    readonly closing: readonly (NamedSchool & { readonly isMissing: boolean })[]
    readonly tooManyClosures: { readonly closing: number; readonly open: number } | null
  } | null
  /** A preview was asked for, but its file is no longer kept. */
  readonly isGone: boolean
}

type Upload = {
  readonly changes: SchoolListChanges
  readonly tooManyClosures: { readonly closing: number; readonly open: number } | null
}

/** For the operator. `token` is the preview asked for, `upload` what is kept of it. */
export async function schoolListPage(
  ctx: Context,
  token: string | null,
  upload: Upload | null,
): Promise<Result<SchoolListPage, Forbidden>> {
  const permit = authorize(ctx.actor, 'school.import', null)
  if (!permit.ok) return permit
  const { db } = ctx.database
  const schools = await listSchools(db)
  const day = today(ctx.clock)
  const last = await findLastImport(db)
  const names = new Map(schools.map((school) => [school.number, school.shortName]))
  return ok({
    stored: {
      all: schools.length,
      placeable: schools.filter((school) => isPlaceable(school, day)).length,
    },
    last: last === null ? null : { at: last.at, ...JSON.parse(last.facts) },
    preview: token === null || upload === null ? null : previewOf(token, upload, names),
    isGone: token !== null && upload === null,
  })
}

function previewOf(
  token: string,
  { changes, tooManyClosures }: Upload,
  stored: ReadonlyMap<SchoolNumber, string>,
): SchoolListPage['preview'] {
  const listed = new Map(changes.inserts.map((school) => [school.number, school.shortName]))
  return {
    token,
    counts: changes.counts,
    implausible: changes.counts.implausible.map((number) => ({
      number,
      name: stored.get(number) ?? listed.get(number) ?? 'keine Schule (Schulaufsicht oder Seminar)',
    })),
    closing: changes.closures.slice(0, MOST_NAMED).map(({ before, after }) => ({
      number: before.number,
      name: before.shortName,
      isMissing: after.delistedOn !== null,
    })),
    tooManyClosures,
  }
}
