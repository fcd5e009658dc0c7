import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { endSession, endSessionsOf, listLiveSessions } from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import { sessionName } from './session-name.server.ts'
import { idleSince } from './staff-session.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

type Ended = { readonly idHash: string }
type EndSessionRefusal = Forbidden | StepUpNeeded | { readonly code: 'session_not_found' }

/**
 * Ends one of the own sessions, by the name a page gave it; any but this one (`here`: its hashed id)
 * only for who has proved again who they are (ASVS 7.5.2). Refused: `session_not_found`,
 * `step_up_needed`, `forbidden`.
 */
export async function endOwnSession(
  ctx: Context,
  name: string,
  here: string,
): Promise<Result<Ended, EndSessionRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = name === sessionName(ctx, here) ? ok(true) : requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  return answeredOnce<Ended, EndSessionRefusal>(ctx, own.value.permit.action, () =>
    transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
      const now = instant(ctx.clock)
      const live = await listLiveSessions(tx, accountId, now, idleSince(now))
      const ended = live.find(({ id_hash }) => sessionName(ctx, id_hash) === name)
      if (ended === undefined) return err({ code: 'session_not_found' })
      await endSession(tx, ended.id_hash, now)
      return ok({
        value: { idHash: ended.id_hash },
        events: [{ event: 'session_ended', accountId }],
      })
    }),
  )
}

/** Signs the person out everywhere, here as well. Refused: `step_up_needed`, `forbidden`. */
export async function signOutEverywhere(
  ctx: Context,
): Promise<Result<null, Forbidden | StepUpNeeded>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await endSessionsOf(tx, accountId, instant(ctx.clock))
    await noteOn(ctx, tx, accountId, 'signed_out_everywhere')
    return ok({ value: null, events: [{ event: 'all_sessions_ended', accountId }] })
  })
}
