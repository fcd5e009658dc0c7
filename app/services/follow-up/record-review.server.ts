import { type RecordReviewRefusal, recordReview as reviewed } from '#app/domain/case/place.ts'
import { checkReview, type Review, type ReviewRefusal } from '#app/domain/follow-up/review.ts'
import type { CaseId, ReviewId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { insertReview, type ReviewRecord } from '#db/queries/review.server.ts'
import { childKey, sealRecord } from '#db/sealing/records.server.ts'
import { storeDecision } from '../case/store-decision.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type RecordCaseReviewRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | ReviewRefusal
  | RecordReviewRefusal

/**
 * Records a half-yearly review (Lernstand): day, level, whether B1 is reached. The next one is due
 * from then on. Refused: `case_not_found`, `forbidden`, `review_contradicts_level`, `wrong_stage`,
 * `date_in_future`, `review_too_early`, `stale_case`.
 */
export async function recordReview(
  ctx: Context,
  command: { readonly caseId: CaseId; readonly version: number; readonly review: Review },
): Promise<Result<{ readonly reviewId: ReviewId }, RecordCaseReviewRefusal>> {
  const { caseId, version, review } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.review', found.facts)
  if (!permit.ok) return permit
  const checked = checkReview(review)
  if (!checked.ok) return checked
  const pupilCase = { ...found.pupilCase, version }
  const { centreId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, pupilCase.childId)
  const reviewId = ctx.newId() as ReviewId
  const record: ReviewRecord = { gerLevel: review.gerLevel, b1: review.b1 }
  return transact(ctx, permit.value, centreId, async (tx) => {
    const decided = reviewed(pupilCase, { on: review.on, now: instant(ctx.clock) })
    if (!decided.ok) return decided
    const facts = { event: 'review_recorded', schoolNumber: null, key }
    const stored = await storeDecision(ctx, tx, permit.value, decided.value, facts)
    if (!stored.ok) return stored
    await insertReview(tx, {
      centre_id: centreId,
      id: reviewId,
      case_id: caseId,
      held_on: review.on,
      sealed: sealRecord(key, 'review', centreId, reviewId, record),
    })
    return ok({
      value: { reviewId },
      events: [{ event: 'review_recorded', caseId, on: review.on }],
    })
  })
}
