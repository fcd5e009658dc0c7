import { type SayWhereaboutsRefusal, sayWhereabouts } from '#app/domain/case/place.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, schoolYearOf, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { saveWhereabouts } from '#db/queries/whereabouts.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import { storeDecision } from '../case/store-decision.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/** What a school says of one child. */
export type WhereaboutsAnswer = {
  readonly caseId: CaseId
  readonly version: number
  readonly isHere: boolean
}

export type AnswerWhereaboutsRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | SayWhereaboutsRefusal

/**
 * The school answers whether children are still there. Each answer is stored on its own: one that is
 * refused keeps back no other, and the first refusal is the answer. Refused: `case_not_found`,
 * `forbidden`, `wrong_stage`, `stale_case`.
 */
export async function answerWhereabouts(
  ctx: Context,
  command: { readonly answers: readonly WhereaboutsAnswer[] },
): Promise<Result<{ readonly caseIds: readonly CaseId[] }, AnswerWhereaboutsRefusal>> {
  const refusals: AnswerWhereaboutsRefusal[] = []
  const caseIds: CaseId[] = []
  for (const answer of command.answers) {
    const stored = await answerForOne(forOne(ctx, answer.caseId), answer)
    if (stored.ok) caseIds.push(answer.caseId)
    else refusals.push(stored.error)
  }
  const [first] = refusals
  return first === undefined ? ok({ caseIds }) : err(first)
}

/** The form is one, its commands are several: each has a key of its own. */
function forOne(ctx: Context, caseId: CaseId): Context {
  const { idempotencyKey } = ctx
  return idempotencyKey === null ? ctx : { ...ctx, idempotencyKey: `${idempotencyKey}|${caseId}` }
}

async function answerForOne(
  ctx: Context,
  { caseId, version, isHere }: WhereaboutsAnswer,
): Promise<Result<{ readonly caseId: CaseId }, AnswerWhereaboutsRefusal>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.answer_whereabouts', found.facts)
  if (!permit.ok) return permit
  const { actor } = ctx
  if (actor.kind !== 'staff') throw new Error('Only a school answers')
  const pupilCase = { ...found.pupilCase, version }
  const { centreId, childId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  const event = isHere ? 'still_at_school' : 'gone_from_school'
  return transact(ctx, permit.value, centreId, async (tx) => {
    const now = instant(ctx.clock)
    const said = sayWhereabouts(pupilCase, { now, isHere })
    if (!said.ok) return said
    const { schoolNumber } = said.value.next.placement
    const facts = { event, schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, said.value, facts)
    if (!stored.ok) return stored
    await saveWhereabouts(tx, {
      centre_id: centreId,
      id: ctx.newId(),
      case_id: caseId,
      school_year: schoolYearOf(today(ctx.clock)),
      is_here: isHere ? 1 : 0,
      answered_at: now,
      answered_by: actor.accountId,
    })
    return ok({ value: { caseId }, events: [{ event, caseId, schoolNumber }] })
  })
}
