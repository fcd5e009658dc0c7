import { err, type Result } from '#app/domain/result.ts'
import { authorize, type CaseFacts, can, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { Actor } from '#app/policy/roles.ts'

/** Somebody else decides about the proposal, and who asks is told who that is. */
export type AssignedElsewhere = {
  readonly code: 'centre_assigns' | 'second_person_needed'
}

/** What is decided by whoever assigns. */
export type Deciding = 'case.assign' | 'case.send_back' | 'case.decide_capacity'

/**
 * The permit to decide about a proposal, or about a reported lack of places. Refused:
 * `centre_assigns` for the authority where the centre decides about the proposals for it,
 * `second_person_needed` for who proposed where two people of the centre assign,
 * `forbidden` for everybody else.
 */
export function permitToDecide<A extends Deciding>(
  actor: Actor,
  action: A,
  facts: CaseFacts,
): Result<Permit<A>, Forbidden | AssignedElsewhere> {
  const permit = authorize(actor, action, facts)
  if (permit.ok || facts.assignedBy === 'authority') return permit
  // the same question with one fact changed: would it have been allowed but for the setting?
  const wouldDecide = (assignedBy: CaseFacts['assignedBy']) =>
    can<Deciding>(actor, action, { ...facts, assignedBy })
  if (wouldDecide('centre')) return err({ code: 'second_person_needed' })
  return wouldDecide('authority') ? err({ code: 'centre_assigns' }) : permit
}
