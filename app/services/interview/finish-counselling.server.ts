import {
  type FinishCounsellingRefusal,
  finishCounselling as finished,
} from '#app/domain/case/counsel.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import { EMPTY_INTERVIEW, isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { type FinishRefusal, recommendationOf } from '#app/domain/interview/topics.ts'
import { supportMonths } from '#app/domain/law/language-support.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, dayOf, type Instant, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { findPlannedAppointment, settleAppointment } from '#db/queries/appointment.server.ts'
import { lockCase } from '#db/queries/case.server.ts'
import { lockSettings } from '#db/queries/centre.server.ts'
import { findInterview, openInterview, saveInterview } from '#db/queries/interview.server.ts'
import { addSupportLength } from '#db/queries/language-support.server.ts'
import type { Row, Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey } from '#db/sealing/records.server.ts'
import { storeDecision } from '../case/store-decision.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type FinishRefusals =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | FinishRefusal
  | FinishCounsellingRefusal

/**
 * Finishes the counselling that was held on `on`: the Beratungsbogen is closed, the case takes over
 * its recommendation, is counselled and waits for a seat from that day on. How long language support
 * lasts is sealed beside it, for the school, which opens no Beratungsbogen. The appointment it was
 * booked for counts as kept, or as cancelled when the talk came before it. Refused:
 * `case_not_found`, `forbidden`, `interview_incomplete` with what is missing, `wrong_stage`, the
 * dates, `stale_case` when the case or the Beratungsbogen was changed since they were on screen.
 */
export async function finishCounselling(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly interviewVersion: number
    readonly on: CalendarDate
  },
): Promise<Result<{ readonly caseId: CaseId }, FinishRefusals>> {
  const { caseId, version, interviewVersion, on } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.interview', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const { centreId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, pupilCase.childId)
  const now = instant(ctx.clock)
  return transact(ctx, permit.value, centreId, async (tx) => {
    const filledIn = await lockFilledIn(tx, pupilCase, key)
    if (!filledIn.ok) return filledIn
    const { row, recommendation, months } = filledIn.value
    const decided = finished(pupilCase, { on, now, recommendation })
    if (!decided.ok) return decided
    const closed = await closeInterview(tx, row, interviewVersion, now)
    if (!closed.ok) return closed
    await addSupportLength(tx, key, pupilCase, { supportMonths: months })
    await settlePlanned(tx, centreId, caseId, on)
    const facts = { event: 'case_counselled', schoolNumber: null, key }
    const stored = await storeDecision(ctx, tx, permit.value, decided.value, facts)
    if (!stored.ok) return stored
    return ok({ value: { caseId }, events: [{ event: 'case_counselled', caseId, on }] })
  })
}

/**
 * The Beratungsbogen with what follows from it, and its case locked. The centre comes before its cases,
 * as where its targets change; the case before its Beratungsbogen, as where a topic is saved.
 */
async function lockFilledIn(
  tx: Tx,
  { centreId, id }: Pick<PupilCase, 'centreId' | 'id'>,
  key: SubjectKey,
) {
  await lockSettings(tx, centreId)
  if ((await lockCase(tx, centreId, id)) === null) return err({ code: 'case_not_found' })
  const row = await findInterview(tx, centreId, id)
  const interview = row === null ? EMPTY_INTERVIEW : openInterview(key, row)
  const recommended = recommendationOf(interview)
  if (!recommended.ok) return recommended
  const months = supportMonths(isLiterateInLatin(interview.latinLiteracy))
  return ok({ row, recommendation: recommended.value, months })
}

async function closeInterview(
  tx: Tx,
  row: Row<'interview'> | null,
  version: number,
  now: Instant,
): Promise<Result<null, { readonly code: 'stale_case' }>> {
  const isOpen = row !== null && row.finished_at === null
  const closed =
    isOpen && (await saveInterview(tx, { ...row, version, finished_at: now, changed_at: now }))
  return closed ? ok(null) : err({ code: 'stale_case' })
}

async function settlePlanned(
  tx: Tx,
  centreId: CentreId,
  caseId: CaseId,
  on: CalendarDate,
): Promise<void> {
  const planned = await findPlannedAppointment(tx, centreId, caseId)
  if (planned === null) return
  const outcome = dayOf(planned.starts_at) <= on ? 'came' : 'cancelled'
  await settleAppointment(tx, { centreId, appointmentId: planned.id, caseId, outcome })
}
