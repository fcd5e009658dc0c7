import { type AppLoadContext, redirect } from '@remix-run/node'
import './load-context.ts'
import { type StaffSession, staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { familySession } from '#app/services/family/family-session.server.ts'
import { refusedPage } from './respond.server.ts'
import { isCsrfToken, readCookie } from './session.server.ts'

type Args = { readonly request: Request; readonly context: AppLoadContext }

/** A form that was sent by the person who is signed in, from one of our pages. */
export type Command = { readonly ctx: Context; readonly form: FormData }

const looked = new WeakMap<AppLoadContext, Promise<StaffSession | null>>()

/** The signed-in person or null; looked up once a request, however many loaders ask. */
export function staffSessionOf({ request, context }: Args): Promise<StaffSession | null> {
  const earlier = looked.get(context)
  if (earlier !== undefined) return earlier
  const cookie = readCookie(request.headers.get('cookie'), context.deps, 'sid')
  const session = cookie === null ? Promise.resolve(null) : staffSession(context.deps, cookie)
  looked.set(context, session)
  return session
}

/** @throws a redirect to the sign-in page when the session proves nobody. */
export async function contextFor({ request, context }: Args): Promise<Context> {
  const session = await staffSessionOf({ request, context })
  if (session === null) throw redirect(signInPath(request), 303)
  return {
    ...context.deps,
    actor: session.actor,
    requestId: context.requestId,
    idempotencyKey: null,
  }
}

/** @throws a redirect to sign in, or 403 when the form's token is not of this session. */
export async function commandFor({ request, context }: Args): Promise<Command> {
  const session = await staffSessionOf({ request, context })
  if (session === null) throw redirect(signInPath(request), 303)
  const form = await request.formData()
  if (!isCsrfToken(context.deps, session.idHash, form.get('_csrf'))) {
    throw refusedPage({ code: 'form_not_ours' })
  }
  return {
    form,
    ctx: {
      ...context.deps,
      actor: session.actor,
      requestId: context.requestId,
      idempotencyKey: keyOf(request, form),
    },
  }
}

/** The family that is signed in by code and PIN, or null: its page then asks for both. */
export async function familyContextFor({ request, context }: Args): Promise<Context | null> {
  const cookie = readCookie(request.headers.get('cookie'), context.deps, 'fam')
  const session = cookie === null ? null : await familySession(context.deps, cookie)
  if (session === null) return null
  return {
    ...context.deps,
    actor: session.actor,
    requestId: context.requestId,
    idempotencyKey: null,
  }
}

/** Whether a form before sign-in carries the token of this browser's own page. */
export function isStrangerForm(context: AppLoadContext, form: FormData): boolean {
  return isCsrfToken(context.deps, context.preSession, form.get('_csrf'))
}

/** For the doors that open before anybody is signed in: the page's own cookie carries the token. */
export async function strangerCommandFor({ request, context }: Args): Promise<Command> {
  const form = await request.formData()
  if (!isStrangerForm(context, form)) throw refusedPage({ code: 'form_not_ours' })
  return { form, ctx: systemContext(context) }
}

/** The program itself as the one who acts: sign-in, invitation, family's PIN before they hold. */
export function systemContext(context: AppLoadContext): Context {
  return {
    ...context.deps,
    actor: { kind: 'system' },
    requestId: context.requestId,
    idempotencyKey: null,
  }
}

function signInPath(request: Request): string {
  const { pathname } = new URL(request.url)
  return request.method === 'GET' && pathname !== '/'
    ? `/anmelden?zurueck=${encodeURIComponent(pathname)}`
    : '/anmelden'
}

function keyOf(request: Request, form: FormData): string | null {
  const key = form.get('_idem')
  if (typeof key !== 'string' || key === '' || key.length > 200) return null
  return `${new URL(request.url).pathname}|${key}`
}
