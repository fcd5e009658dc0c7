import type { AppLoadContext } from '@remix-run/node'
import './load-context.ts'
import { expiredSession, type StaffSession } from '#app/services/account/staff-session.server.ts'
import { browserName } from './browser-name.ts'
import { readCookie } from './session.server.ts'

/**
 * Where a sign-in comes from, and which session of this browser it takes the place of: also one that
 * has run out, which would still keep drafts (decision 0026).
 */
export async function visitFrom(
  { request, context }: { readonly request: Request; readonly context: AppLoadContext },
  before: StaffSession | null,
) {
  const sid = readCookie(request.headers.get('cookie'), context.deps, 'sid')
  const replaced = before ?? (sid === null ? null : await expiredSession(context.deps, sid))
  return {
    address: context.address,
    browser: browserName(request.headers.get('user-agent')),
    replaces: replaced?.idHash ?? null,
    known: readCookie(request.headers.get('cookie'), context.deps, 'known'),
  }
}
