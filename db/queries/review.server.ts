import type { Review } from '#app/domain/follow-up/review.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { Db, Row, Tx } from '../schema.ts'

/** What is sealed of a review, under the child's key. */
export type ReviewRecord = Pick<Review, 'gerLevel' | 'b1'>

/** The reviews of a case, newest first. */
export async function listReviews(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<readonly Row<'review'>[]> {
  return db
    .selectFrom('review')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .orderBy('held_on', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** Adds a review. */
export async function insertReview(tx: Tx, review: Row<'review'>): Promise<void> {
  await tx.insertInto('review').values(review).execute()
}
