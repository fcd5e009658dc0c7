import { err, ok, type Result } from '#app/domain/result.ts'
import type { Context } from '../context.server.ts'

/** How long it holds that a person has proved again who they are: ten minutes. */
export const STEP_UP_HOURS = 1 / 6

export type StepUpNeeded = { readonly code: 'step_up_needed' }

/**
 * For what must not happen by an unattended screen or a stolen session (exports, deletion, somebody
 * else's account): the person proved again, at most ten minutes ago, who they are. Ask it after
 * `authorize`. Refused: `step_up_needed`; whoever shows the refusal offers the way to `/konto/bestaetigen`.
 */
export function requireStepUp(ctx: Context): Result<true, StepUpNeeded> {
  return ctx.steppedUp ? ok(true) : err({ code: 'step_up_needed' })
}
