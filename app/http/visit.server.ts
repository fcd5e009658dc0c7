import type { AppLoadContext } from '@remix-run/node'
import './load-context.ts'
import type { StaffSession } from '#app/services/account/staff-session.server.ts'
import { browserName } from './browser-name.ts'
import { readCookie } from './session.server.ts'

/** Where a sign-in comes from, and which session of this browser it takes the place of. */
export function visitFrom(
  { request, context }: { readonly request: Request; readonly context: AppLoadContext },
  before: StaffSession | null,
) {
  return {
    address: context.address,
    browser: browserName(request.headers.get('user-agent')),
    replaces: before?.idHash ?? null,
    known: readCookie(request.headers.get('cookie'), context.deps, 'known'),
  }
}
