import type { LoaderFunctionArgs } from '@remix-run/node'
import { staffSessionOf, systemContext } from '#app/http/context.server.ts'
import { cameFromOurPage } from '#app/http/origin.ts'
import { awayTo, refusedPage, seeOther } from '#app/http/respond.server.ts'
import { setCookie } from '#app/http/session.server.ts'
import { visitFrom } from '#app/http/visit.server.ts'
import { goToProvider, signInByProvider } from '#app/services/account/sign-in-by-provider.server.ts'

/** Leads to the provider; and back from there, by its state, into the program. */
export async function loader(args: LoaderFunctionArgs) {
  const ctx = systemContext(args.context)
  const { url } = args.request
  const boundTo = args.context.preSession
  if (!new URL(url).searchParams.has('state')) {
    const isAsked = ctx.provider === null || cameFromOurPage(args.request)
    if (!isAsked) return seeOther('/anmelden')
    const way = await goToProvider(ctx, boundTo)
    if (!way.ok) throw refusedPage(way.error)
    return awayTo(way.value)
  }
  const from = await visitFrom(args, await staffSessionOf(args))
  const done = await signInByProvider(ctx, { url, boundTo, ...from })
  if (!done.ok) throw refusedPage(done.error)
  return seeOther(done.value.home, { 'Set-Cookie': setCookie(ctx, 'sid', done.value.token) })
}

/** Never shown; with it, a refusal is answered with a page instead of bare JSON. */
export default function SignInProvider() {
  return null
}
