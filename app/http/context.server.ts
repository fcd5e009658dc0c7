import { type AppLoadContext, redirect } from '@remix-run/node'
import './load-context.ts'
import {
  type StaffSession,
  type Standing,
  staffSession,
} from '#app/services/account/staff-session.server.ts'
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

/** A signed-in person's request, with the session it comes from. */
export type SessionContext = Context & { readonly session: StaffSession }

/**
 * The person who asks, for what they may do: a session that still lacks its second factor opens the
 * pages alone that name it in `also`.
 * @throws a redirect to the sign-in page when the session proves nobody, or to its missing step.
 */
export async function contextFor(
  { request, context }: Args,
  also: readonly Standing[] = [],
): Promise<SessionContext> {
  const session = await sessionFor({ request, context }, also)
  return {
    ...context.deps,
    session,
    actor: session.actor,
    requestId: context.requestId,
    steppedUp: session.steppedUp,
    idempotencyKey: null,
  }
}

/** @throws as {@link contextFor}, or 403 when the form's token is not of this session. */
export async function commandFor(
  { request, context }: Args,
  also: readonly Standing[] = [],
): Promise<Command & { readonly ctx: SessionContext }> {
  const session = await sessionFor({ request, context }, also)
  const form = await request.formData()
  if (!isCsrfToken(context.deps, session.idHash, form.get('_csrf'))) {
    throw refusedPage({ code: 'form_not_ours' })
  }
  return {
    form,
    ctx: {
      ...context.deps,
      session,
      actor: session.actor,
      requestId: context.requestId,
      steppedUp: session.steppedUp,
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
    steppedUp: false,
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
    steppedUp: false,
    idempotencyKey: null,
  }
}

async function sessionFor(args: Args, also: readonly Standing[]): Promise<StaffSession> {
  const session = await staffSessionOf(args)
  if (session === null) throw redirect(andBack('/anmelden', args.request), 303)
  const { standing } = session
  if (standing === 'open' || also.includes(standing)) return session
  throw redirect(
    standing === 'prove' ? andBack('/anmelden/bestaetigen', args.request) : '/konto/zwei-schritte',
    303,
  )
}

/** The way to a door that leads back to the page one came for. */
function andBack(door: string, request: Request): string {
  const { pathname } = new URL(request.url)
  return request.method === 'GET' && pathname !== '/'
    ? `${door}?zurueck=${encodeURIComponent(pathname)}`
    : door
}

function keyOf(request: Request, form: FormData): string | null {
  const key = form.get('_idem')
  if (typeof key !== 'string' || key === '' || key.length > 200) return null
  return `${new URL(request.url).pathname}|${key}`
}
