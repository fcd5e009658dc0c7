import { timingSafeEqual } from 'node:crypto'
import type { ProviderRequest } from '#app/gateways/provider.server.ts'
import type { Context } from '../context.server.ts'
import { countTries } from './limits.server.ts'

/** How long a person may take at the provider, in minutes; the state is remembered for longer. */
const MINUTES = 10
const ONCE = { tries: 1, minutes: 2 * MINUTES } as const

/** What somebody goes to the provider for: an answer for one is none for the other. */
export type Errand = {
  readonly purpose: 'sign_in' | 'link'
  /** What only this browser has: its session, or the cookie it had before. */
  readonly boundTo: string
}

const PATHS = { sign_in: '/anmelden/dienststelle', link: '/konto/dienststelle' } as const

/**
 * A request to the provider. Its state carries when it was made and our own mark for this browser
 * and errand, so that nothing is kept of people who never come back.
 */
export function newRequest(ctx: Context, errand: Errand): ProviderRequest {
  const told = `${ctx.secrets.token()}.${ctx.clock.now().getTime().toString(36)}`
  return requestOf(ctx, errand, `${told}.${markOf(ctx, errand, told)}`)
}

/** The request a browser comes back from, used up by this; null: not ours, too old or used. */
export async function returnedRequest(
  ctx: Context,
  errand: Errand,
  url: string,
): Promise<ProviderRequest | null> {
  const state = new URL(url).searchParams.get('state') ?? ''
  const [token = '', madeAt = '', mark = ''] = state.split('.')
  const told = `${token}.${madeAt}`
  if (!isSame(mark, markOf(ctx, errand, told))) return null
  const age = ctx.clock.now().getTime() - Number.parseInt(madeAt, 36)
  if (!(age >= 0 && age < MINUTES * 60_000)) return null
  const isFirst = await countTries(ctx, [{ what: `provider-state|${state}`, limit: ONCE }])
  return isFirst.ok ? requestOf(ctx, errand, state) : null
}

function requestOf(ctx: Context, { purpose }: Errand, state: string): ProviderRequest {
  return {
    redirectTo: `${ctx.origin}${PATHS[purpose]}`,
    state,
    nonce: ctx.keyed('provider-nonce', state),
    verifier: ctx.keyed('provider-verifier', state),
  }
}

function markOf(ctx: Context, { purpose, boundTo }: Errand, told: string): string {
  return ctx.keyed('provider-state', `${purpose}|${boundTo}|${told}`)
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
