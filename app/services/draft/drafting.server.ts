import type { DraftForm, DraftSlot } from '#app/domain/draft/draft.ts'
import type { AccountId, CentreId, ChildId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresWhere, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { draftSubject } from '#db/sealing/records.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'

/** What sending the form needs: whoever may not send it keeps no draft of it either. */
const ACTION = {
  registration: 'case.register',
  interview_languages: 'case.interview',
  interview_schooling: 'case.interview',
  interview_siblings: 'case.interview',
  interview_wish: 'case.interview',
  interview_recommendation: 'case.interview',
} as const satisfies Readonly<Record<DraftForm, 'case.register' | 'case.interview'>>

/** Where a person's draft of a form belongs, with the permit for the form. */
export type Drafting = {
  readonly accountId: AccountId
  readonly centreId: CentreId
  /** The child of the case, whose key seals the draft; null: the draft has a key of its own. */
  readonly childId: ChildId | null
  readonly permit: Permit<'case.register' | 'case.interview'>
}

export type DraftRefusal = Forbidden | { readonly code: 'case_not_found' }

/** Whether somebody may keep a draft of a form. Refused: `case_not_found`, `forbidden`. */
export async function draftingOf(
  ctx: Context,
  { form, caseId }: DraftSlot,
): Promise<Result<Drafting, DraftRefusal>> {
  const { actor } = ctx
  const action = ACTION[form]
  if (actor.kind !== 'staff') return err({ code: 'forbidden', action })
  const { accountId } = actor
  if (caseId === null) {
    const [centreId] = centresWhere(actor, 'case.register')
    if (centreId === undefined || action !== 'case.register') {
      return err({ code: 'forbidden', action })
    }
    const permit = authorize(actor, action, { centreId })
    return permit.ok ? ok({ accountId, centreId, childId: null, permit: permit.value }) : permit
  }
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(actor, action, found.facts)
  if (!permit.ok) return permit
  const { centreId, childId } = found.pupilCase
  return ok({ accountId, centreId, childId, permit: permit.value })
}

/** What seals a draft; null when that was destroyed: then nobody reads the draft any more. */
export function draftKey(
  { keys }: Context,
  { centreId, childId }: Pick<Drafting, 'centreId' | 'childId'>,
  id: string,
): Promise<SubjectKey | null> {
  return childId === null
    ? keys.find(draftSubject({ centreId, id }))
    : keys.find({ kind: 'child', centreId, id: childId })
}
