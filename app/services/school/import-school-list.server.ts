import type { Borders } from '#app/domain/geo/borders.ts'
import type { MunicipalityKey } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import {
  compareSchoolList,
  type SchoolListChanges,
  type SchoolListComparisonRefusal,
  type SchoolListCounts,
} from '#app/domain/school/compare-school-list.ts'
import type { SchoolList, SchoolListRefusal } from '#app/domain/school/read-school-list.ts'
import { today } from '#app/domain/time.ts'
import { readSchoolListFile } from '#app/gateways/school-list-file.server.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { listMunicipalities } from '#db/queries/centre.server.ts'
import { listSchools, saveSchools } from '#db/queries/school.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type ImportRefusal = Forbidden | SchoolListRefusal | SchoolListComparisonRefusal

/**
 * Takes over the state's school list as it is published: new schools are added, changed ones
 * replaced, those the list marks closed or names no more are kept as closed, so that every school
 * with a case stays. All of it in one transaction, or nothing. The same file again changes nothing.
 *
 * Refused: `forbidden`; every complaint of the reader (also a Gemeinde nobody knows);
 * `too_many_closures` unless `acceptClosures`; `school_number_in_demo`.
 */
export async function importSchoolList(
  ctx: Context,
  command: { readonly bytes: Uint8Array; readonly acceptClosures: boolean },
): Promise<Result<SchoolListCounts, ImportRefusal>> {
  const permit = authorize(ctx.actor, 'school.import', null)
  if (!permit.ok) return permit
  const list = await readListFor(ctx, command.bytes)
  if (!list.ok) return list
  const borders = judgedBefore(ctx.borders(), list.value)
  return transact(ctx, permit.value, INSTALLATION, async (tx) => {
    const compared = compareSchoolList({
      stored: await listSchools(tx),
      list: list.value,
      borders,
      day: today(ctx.clock),
      acceptClosures: command.acceptClosures,
    })
    if (!compared.ok) return compared
    const { counts, inserts, updates, closures } = compared.value
    await saveSchools(tx, [...inserts, ...[...updates, ...closures].map(({ after }) => after)])
    const { read, new: added, changed, closed } = counts
    return ok({
      value: counts,
      events: [{ event: 'schools_imported', read, new: added, changed, closed }],
    })
  })
}

/** What an import would do, and whether somebody must say first that so many schools may close. */
export type SchoolListPreview = {
  readonly changes: SchoolListChanges
  readonly tooManyClosures: { readonly closing: number; readonly open: number } | null
}

/** Shows what {@link importSchoolList} would do with a file, and changes nothing. Refused as there. */
export async function previewSchoolList(
  ctx: Context,
  bytes: Uint8Array,
): Promise<Result<SchoolListPreview, ImportRefusal>> {
  const permit = authorize(ctx.actor, 'school.import', null)
  if (!permit.ok) return permit
  const list = await readListFor(ctx, bytes)
  if (!list.ok) return list
  const comparison = {
    stored: await listSchools(ctx.database.db),
    list: list.value,
    borders: ctx.borders(),
    day: today(ctx.clock),
  }
  const careful = compareSchoolList({ ...comparison, acceptClosures: false })
  if (careful.ok) return ok({ changes: careful.value, tooManyClosures: null })
  if (careful.error.code !== 'too_many_closures') return careful
  const { closing, open } = careful.error
  const accepted = compareSchoolList({ ...comparison, acceptClosures: true })
  return accepted.ok
    ? ok({ changes: accepted.value, tooManyClosures: { closing, open } })
    : accepted
}

/** A school in a Gemeinde that is not stored cannot be: every Gemeinde of the state is. */
async function readListFor(
  ctx: Context,
  bytes: Uint8Array,
): Promise<Result<SchoolList, SchoolListRefusal>> {
  const stored = await listMunicipalities(ctx.database.db)
  const known = new Set(stored.map(({ key }) => key))
  return readSchoolListFile(bytes, (municipality) => known.has(municipality))
}

/** Thousands of points are held against their borders before the one writer is taken, not inside. */
function judgedBefore(borders: Borders, list: SchoolList): Borders {
  const judged = new Map(
    [...list.schools, ...list.notSchools].map((point) => [
      keyOf(point.municipality, point),
      borders.metresOutside(point.municipality, point),
    ]),
  )
  return {
    ...borders,
    metresOutside: (municipality, point) => judged.get(keyOf(municipality, point)) ?? null,
  }
}

function keyOf(
  municipality: MunicipalityKey,
  point: { readonly east: number; readonly north: number },
) {
  return `${municipality}|${point.east}|${point.north}`
}
