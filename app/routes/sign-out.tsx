import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { commandFor, contextFor, expiredCommandFor } from '#app/http/context.server.ts'
import { refusedPage, seeOther, signedOut } from '#app/http/respond.server.ts'
import { signOut } from '#app/services/account/sign-out.server.ts'

/** Whoever opens the address by hand is not signed out by it. */
export async function loader(args: LoaderFunctionArgs) {
  await contextFor(args)
  return seeOther('/')
}

export async function action(args: ActionFunctionArgs) {
  // one that ran out by itself is ended as well: until then it keeps drafts (decision 0026)
  const { ctx } = (await expiredCommandFor(args)) ?? (await commandFor(args, ['prove', 'set_up']))
  const done = await signOut(ctx, ctx.session.idHash)
  if (!done.ok) throw refusedPage(done.error)
  return signedOut(ctx)
}

/** Never shown; with it, a refused form is answered with a page instead of bare JSON. */
export default function SignOut() {
  return null
}
