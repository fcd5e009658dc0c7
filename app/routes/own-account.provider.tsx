import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { cameFromOurPage } from '#app/http/origin.ts'
import { answer, awayTo, refusedPage, seeOther } from '#app/http/respond.server.ts'
import {
  goToLink,
  linkProvider,
  unlinkProvider,
} from '#app/services/account/link-provider.server.ts'

/** Leads to the provider when a page of ours asks, and links the account to whoever comes back. */
export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const { url } = args.request
  const { idHash } = ctx.session
  const isBack = new URL(url).searchParams.has('state')
  const isAsked = isBack || ctx.provider === null || cameFromOurPage(args.request)
  if (!isAsked) return seeOther('/konto')
  const done = isBack ? await linkProvider(ctx, { url, idHash }) : await goToLink(ctx, idHash)
  if (!done.ok && done.error.code === 'step_up_needed') {
    return seeOther('/konto/bestaetigen?zurueck=%2Fkonto%2Fdienststelle')
  }
  if (!done.ok) throw refusedPage(done.error)
  return done.value === null ? seeOther('/konto?fertig=verbunden') : awayTo(done.value)
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  return answer(await unlinkProvider(ctx), form, () => '/konto?fertig=getrennt')
}

/** Never shown; with it, a refusal is answered with a page instead of bare JSON. */
export default function OwnAccountProvider() {
  return null
}
