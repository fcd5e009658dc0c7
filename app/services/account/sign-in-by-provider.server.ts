import { err, ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { homeOf } from '#app/policy/roles.ts'
import { lockAccount } from '#db/queries/account.server.ts'
import { findLinkedAccount } from '#db/queries/provider-link.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { accountActor } from './account-actor.server.ts'
import { addressBlock } from './address-block.ts'
import { beginSession } from './begin-session.server.ts'
import { countTries, type TooManyTries } from './limits.server.ts'
import { ownAccount } from './own-account.server.ts'
import { newRequest, returnedRequest } from './provider-request.server.ts'
import type { SignedIn } from './sign-in.server.ts'

const PER_ADDRESS = { tries: 120, minutes: 15 } as const

export type ProviderRefusal =
  | Forbidden
  | TooManyTries
  | { readonly code: 'provider_failed' | 'provider_not_linked' | 'page_not_found' }

/** Where the browser goes to sign in at the provider. Refused: `page_not_found`, `provider_failed`. */
export async function goToProvider(
  ctx: Context,
  boundTo: string,
): Promise<Result<string, ProviderRefusal>> {
  if (ctx.provider === null) return err({ code: 'page_not_found' })
  const request = newRequest(ctx, { purpose: 'sign_in', boundTo })
  const address = await ctx.provider.addressFor(request)
  return address === null ? err({ code: 'provider_failed' }) : ok(address)
}

/**
 * Signs in who comes back from the provider, when its issuer and subject are linked to an account
 * that may be used: it never makes one and knows no roles. The account's own second factor is asked
 * for unless the provider says it had one. Refused: `provider_failed` for every answer that does not
 * hold, `provider_not_linked` (the same for an account that is disabled or reset), `too_many_tries`.
 */
export async function signInByProvider(
  ctx: Context,
  came: {
    readonly url: string
    readonly boundTo: string
    readonly address: string
    readonly browser: string | null
    readonly replaces: string | null
  },
): Promise<Result<SignedIn, ProviderRefusal>> {
  if (ctx.provider === null) return err({ code: 'page_not_found' })
  const what = `provider|address|${addressBlock(came.address)}`
  const mayTry = await countTries(ctx, [{ what, limit: PER_ADDRESS }])
  if (!mayTry.ok) return mayTry
  const errand = { purpose: 'sign_in', boundTo: came.boundTo } as const
  const request = await returnedRequest(ctx, errand, came.url)
  const person = request === null ? null : await ctx.provider.whoCameBack(came.url, request)
  if (person === null) return err({ code: 'provider_failed' })
  const account = await findLinkedAccount(ctx.database.db, person)
  if (account?.state !== 'active') return err({ code: 'provider_not_linked' })
  const actor = await accountActor(ctx.database.db, account)
  const own = ownAccount(actor)
  if (!own.ok) return own
  const token = ctx.secrets.token()
  const { accountId } = actor
  const opened = await transact({ ...ctx, actor }, own.value.permit, INSTALLATION, async (tx) => {
    const now = await lockAccount(tx, accountId)
    const linked = await findLinkedAccount(tx, person)
    if (now?.state !== 'active' || linked?.id !== accountId) {
      return err({ code: 'provider_not_linked' })
    }
    const factor = person.hasSecondFactor ? 'provider' : null
    const { replaces, browser } = came
    await beginSession(ctx, tx, { accountId, token, replaces, browser, factor })
    return ok({ value: null, events: [{ event: 'provider_proven', accountId }] })
  })
  return opened.ok ? ok({ token, home: homeOf(actor), known: null }) : opened
}
