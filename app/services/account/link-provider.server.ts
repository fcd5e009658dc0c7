import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { lockAccount } from '#db/queries/account.server.ts'
import { deleteLinksOf, insertLink } from '#db/queries/provider-link.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import { newRequest, returnedRequest } from './provider-request.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

export type LinkRefusal =
  | Forbidden
  | StepUpNeeded
  | { readonly code: 'provider_failed' | 'provider_taken' | 'page_not_found' }

/** Where the browser goes to link the own account. Refused: `step_up_needed`, `provider_failed`. */
export async function goToLink(ctx: Context, idHash: string): Promise<Result<string, LinkRefusal>> {
  const allowed = mayLink(ctx)
  if (!allowed.ok) return allowed
  const address = await allowed.value.provider.addressFor(
    newRequest(ctx, { purpose: 'link', boundTo: idHash }),
  )
  return address === null ? err({ code: 'provider_failed' }) : ok(address)
}

/**
 * Links the own account to who came back from the provider: from then on that person signs in with
 * it. Refused: `provider_failed`, `provider_taken` (linked already, here or to another account),
 * `step_up_needed`, `forbidden`.
 */
export async function linkProvider(
  ctx: Context,
  came: { readonly url: string; readonly idHash: string },
): Promise<Result<null, LinkRefusal>> {
  const allowed = mayLink(ctx)
  if (!allowed.ok) return allowed
  const { provider, person, permit } = allowed.value
  const { accountId } = person
  const request = await returnedRequest(ctx, { purpose: 'link', boundTo: came.idHash }, came.url)
  const proven = request === null ? null : await provider.whoCameBack(came.url, request)
  if (proven === null) return err({ code: 'provider_failed' })
  const { issuer, subject } = proven
  return transact(ctx, permit, INSTALLATION, async (tx) => {
    const account = await lockAccount(tx, accountId)
    const link = { issuer, subject, account_id: accountId, created_at: instant(ctx.clock) }
    if (account?.state !== 'active' || !(await insertLink(tx, link))) {
      return err({ code: 'provider_taken' })
    }
    await noteOn(ctx, tx, accountId, 'provider_linked')
    return ok({ value: null, events: [{ event: 'provider_linked', accountId }] })
  })
}

/**
 * Unlinks the own account from the provider. Refused: `provider_unlinked` where it is linked to none
 * any more, `step_up_needed`, `forbidden`.
 */
export async function unlinkProvider(
  ctx: Context,
): Promise<Result<null, Forbidden | StepUpNeeded | { readonly code: 'provider_unlinked' }>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    if ((await deleteLinksOf(tx, accountId)) === 0) return err({ code: 'provider_unlinked' })
    await noteOn(ctx, tx, accountId, 'provider_unlinked')
    return ok({ value: null, events: [{ event: 'provider_unlinked', accountId }] })
  })
}

function mayLink(ctx: Context) {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  if (ctx.provider === null) return err({ code: 'page_not_found' } as const)
  const proven = requireStepUp(ctx)
  return proven.ok ? ok({ ...own.value, provider: ctx.provider }) : proven
}
