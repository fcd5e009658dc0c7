import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'

/** Pages that are not built yet, by the right to see them. */
export type ComingAction = 'appointment.list' | 'plan.view' | 'report.view'

/** Whether the person may see a page that will come, in any of their centres. Refused: `forbidden`. */
export function comingPage(
  { actor }: Context,
  action: ComingAction,
): Result<Readonly<Record<string, never>>, Forbidden> {
  const centres = centresOf(actor, ROLES)
  // `state` works without a centre: the rule then looks at the role alone
  const asked = centres.length === 0 ? NO_CENTRE : centres
  return asked.some((centreId) => authorize(actor, action, { centreId }).ok)
    ? ok({})
    : err({ code: 'forbidden', action })
}

const NO_CENTRE = ['' as ReturnType<typeof centresOf>[number]] as const
