import type { CaseAt } from '#app/domain/case/pupil-case.ts'
import type { CaseId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import type { Db, Row } from '../schema.ts'
import { toPupilCase } from './case-row.ts'

/** A page of the children that go to a school in its first language support, the newest first. */
export async function listNewcomers(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  page: { readonly limit: number; readonly offset: number },
): Promise<readonly CaseAt<'attending'>[]> {
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('school_number', '=', schoolNumber)
    .where('stage', '=', 'attending')
    .orderBy('first_day', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(toPupilCase).filter((one) => one.stage === 'attending')
}

/** How many children go to a school so. */
export async function countNewcomers(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
): Promise<number> {
  const { n } = await db
    .selectFrom('pupil_case')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('centre_id', '=', centreId)
    .where('school_number', '=', schoolNumber)
    .where('stage', '=', 'attending')
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** The last review of each of some cases, sealed as it stands. */
export async function listLastReviews(
  db: Db,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<ReadonlyMap<CaseId, Row<'review'>>> {
  if (caseIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('review')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    .orderBy('held_on')
    .orderBy('id')
    .execute()
  return new Map(rows.map((row) => [row.case_id, row]))
}
