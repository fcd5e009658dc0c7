import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { commandFor, contextFor, staffSessionOf } from '#app/http/context.server.ts'
import { refusedPage, seeOther } from '#app/http/respond.server.ts'
import { setCookie } from '#app/http/session.server.ts'
import { signOut } from '#app/services/account/sign-out.server.ts'

/** Whoever opens the address by hand is not signed out by it. */
export async function loader(args: LoaderFunctionArgs) {
  await contextFor(args)
  return seeOther('/')
}

export async function action(args: ActionFunctionArgs) {
  const { ctx } = await commandFor(args)
  const session = await staffSessionOf(args)
  const done = await signOut(ctx, session?.idHash ?? '')
  if (!done.ok) throw refusedPage(done.error)
  // not "cookies": every answer on the way to the next page would make its own pre-session
  return seeOther('/anmelden', {
    'Set-Cookie': setCookie(ctx, 'sid', ''),
    'Clear-Site-Data': '"cache", "storage"',
  })
}

/** Never shown; with it, a refused form is answered with a page instead of bare JSON. */
export default function SignOut() {
  return null
}
