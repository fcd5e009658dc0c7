import { dueReview } from '#app/domain/case/place.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { REVIEW_SOURCE } from '#app/domain/follow-up/review.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { isLiterateInLatin, type LatinLiteracy } from '#app/domain/interview/interview.ts'
import { languageSupport } from '#app/domain/law/language-support.ts'
import { err, ok } from '#app/domain/result.ts'
import { today } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { findCaseSurroundings } from '#db/queries/case-page.server.ts'
import { readInterview } from '#db/queries/interview.server.ts'
import { listReviews, type ReviewRecord } from '#db/queries/review.server.ts'
import { childKey, openRecord, readChild } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

/**
 * The follow-up of one child: when language support ends and by which rule, which review is due,
 * the reviews so far. Reading it is written down first. Refused: `case_not_found`, `forbidden`.
 */
export async function followUpPage(ctx: Context, caseId: CaseId) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.review', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId } = pupilCase
  const { db } = ctx.database
  const day = today(ctx.clock)
  const child = await readChild(db, ctx.keys, centreId, childId)
  const key = await childKey(db, ctx.keys, centreId, childId)
  const interview = await readInterview(db, ctx.keys, pupilCase)
  const surroundings = await findCaseSurroundings(db, centreId, caseId)
  const reviews = (await listReviews(db, centreId, caseId)).map((row) => ({
    id: row.id,
    on: row.held_on,
    ...openRecord<ReviewRecord>(key, 'review', centreId, row.id, row.sealed),
  }))
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'follow_up', caseId })
  return ok({
    ...caseHead(pupilCase, child, day),
    today: day,
    school: surroundings?.school_name ?? null,
    followUp: followUpOf(pupilCase, interview?.latinLiteracy ?? null),
    canRecord: pupilCase.stage === 'attending',
    reviews,
  })
}

function followUpOf(pupilCase: PupilCase, literacy: LatinLiteracy | null) {
  if (!('firstDay' in pupilCase)) return null
  const { firstDay, lastReviewOn, stage } = pupilCase
  return {
    firstDay,
    literacy,
    support: languageSupport(firstDay, isLiterateInLatin(literacy)),
    lastReviewOn,
    nextReviewOn: stage === 'attending' ? dueReview(pupilCase) : null,
    reviewSource: REVIEW_SOURCE,
  }
}
