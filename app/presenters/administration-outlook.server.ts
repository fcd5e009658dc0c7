import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresToAsk, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'

/** Pages that are not built yet, by the right to see them. */
export type ComingAction = 'appointment.list' | 'plan.view' | 'report.view'

/** Whether the person may see a page that will come, in any of their centres. Refused: `forbidden`. */
export function comingPage(
  { actor }: Context,
  action: ComingAction,
): Result<Readonly<Record<string, never>>, Forbidden> {
  return centresToAsk(actor).some((centreId) => authorize(actor, action, { centreId }).ok)
    ? ok({})
    : err({ code: 'forbidden', action })
}
