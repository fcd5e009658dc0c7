import type { CaseAt } from '#app/domain/case/pupil-case.ts'
import type { WhereaboutsAsked } from '#app/domain/follow-up/whereabouts.ts'
import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import type { Db, Row, Tx } from '../schema.ts'
import { toPupilCase } from './case-row.ts'

/**
 * Children of a school about whom it is asked whether they are still there: those it has not
 * answered for in this school year, and after them those it said are not, so that it can correct
 * itself.
 */
export async function listAskedWhereabouts(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  asked: WhereaboutsAsked,
  limit: number,
): Promise<readonly CaseAt<'attending'>[]> {
  const rows = await askedAbout(db, centreId, schoolNumber, asked)
    .selectAll()
    // a full page of children who are gone must not keep the others from being asked about
    .orderBy(({ eb }) => eb.case().when('gone_on', 'is', null).then(0).else(1).end())
    .orderBy('first_day')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toPupilCase).filter((one) => one.stage === 'attending')
}

/** How many children a school has not answered for in this school year. */
export async function countAskedWhereabouts(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  asked: WhereaboutsAsked,
): Promise<number> {
  const { n } = await askedAbout(db, centreId, schoolNumber, asked)
    .where('gone_on', 'is', null)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

function askedAbout(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  { schoolYear, startedBefore }: WhereaboutsAsked,
) {
  return db
    .selectFrom('pupil_case')
    .where('pupil_case.centre_id', '=', centreId)
    .where('pupil_case.school_number', '=', schoolNumber)
    .where('pupil_case.stage', '=', 'attending')
    .where(({ eb, or, and, not, exists, selectFrom }) =>
      or([
        eb('gone_on', 'is not', null),
        and([
          // no first day lies before the empty text
          eb('first_day', '<', startedBefore ?? ('' as never)),
          not(
            exists(
              selectFrom('whereabouts')
                .select('whereabouts.id')
                .whereRef('whereabouts.centre_id', '=', 'pupil_case.centre_id')
                .whereRef('whereabouts.case_id', '=', 'pupil_case.id')
                .where('whereabouts.school_year', '=', schoolYear),
            ),
          ),
        ]),
      ]),
    )
}

/** Stores the answer of a school year, over the one that was given before. */
export async function saveWhereabouts(tx: Tx, row: Row<'whereabouts'>): Promise<void> {
  const { is_here, answered_at, answered_by } = row
  await tx
    .insertInto('whereabouts')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['centre_id', 'case_id', 'school_year'])
        .doUpdateSet({ is_here, answered_at, answered_by }),
    )
    .execute()
}
