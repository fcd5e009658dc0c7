import type { Decider } from '#app/domain/case/clocks.ts'
import { type CaseFacts, can } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'

/**
 * Who decides about the proposal of a case, or about its school's report, as seen by who looks: the
 * policy says who may.
 */
export function deciderFor({ actor }: Context, facts: CaseFacts): Decider {
  const action = facts.stage === 'assigned' ? 'case.decide_capacity' : 'case.assign'
  if (can(actor, action, facts)) return 'self'
  // a report that nobody of the centre can answer, because who proposed is not known
  const isTheirs = facts.stage === 'assigned' && facts.proposedBy === null
  return isTheirs || facts.assignedBy === 'authority' ? 'authority' : 'colleague'
}
