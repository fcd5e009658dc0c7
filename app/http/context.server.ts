import { type AppLoadContext, redirect } from '@remix-run/node'
import './load-context.ts'
import type { DraftSlot } from '#app/domain/draft/draft.ts'
import { draftFields, draftOrder } from '#app/forms/draft.ts'
import {
  expiredSession,
  prolongSession,
  type StaffSession,
  type Standing,
  staffSession,
  untouchedSession,
} from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { discardDraft } from '#app/services/draft/discard-draft.server.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { familySession } from '#app/services/family/family-session.server.ts'
import { answer, refusedPage, seeOther } from './respond.server.ts'
import { isCsrfToken, readCookie } from './session.server.ts'

type Args = { readonly request: Request; readonly context: AppLoadContext }

/** A form that was sent by the person who is signed in, from one of our pages. */
export type Command = { readonly ctx: Context; readonly form: FormData }

/** By this alone the open page knows that its text was kept: a redirect may lead to any door. */
const DRAFT_KEPT = { 'X-Draft': 'kept' }

const looked = new WeakMap<AppLoadContext, Promise<StaffSession | null>>()

/**
 * The signed-in person or null; looked up once a request, however many loaders ask. Opening a page
 * prolongs the session; sending a form does once its token has been found to be of this session.
 */
export function staffSessionOf({ request, context }: Args): Promise<StaffSession | null> {
  const earlier = looked.get(context)
  if (earlier !== undefined) return earlier
  const cookie = readCookie(request.headers.get('cookie'), context.deps, 'sid')
  const look = context.sentForm ? untouchedSession : staffSession
  const session = cookie === null ? Promise.resolve(null) : look(context.deps, cookie)
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
  return sessionContext(context, session, null)
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
  await prolongSession(context.deps, session)
  return {
    form,
    ctx: sessionContext(context, session, keyOf(request, form)),
  }
}

/**
 * As {@link commandFor}, for a form whose text is kept until it is sent (decision 0026): sent by a
 * session that has run out, nothing is done, what was typed is kept as a draft of that person, and
 * the way leads back here after signing in. `_draft` in the form keeps (`keep`) or throws away
 * (`discard`) without sending. An answer is for the browser; a command is the form that was sent.
 * @throws as {@link commandFor}
 */
export async function draftedCommandFor(
  args: Args,
  slot: DraftSlot,
): Promise<(Command & { readonly ctx: SessionContext }) | Response> {
  if ((await staffSessionOf(args)) === null) return signInFirst(args, slot)
  const { ctx, form } = await commandFor(args)
  const stay = () => wayBack(args.request)
  switch (form.get('_draft')) {
    case 'keep': {
      const done = await keepDraft(ctx, draftIn(slot, form))
      return done.ok && done.value === 'kept'
        ? seeOther(stay(), DRAFT_KEPT)
        : answer(done, form, stay)
    }
    case 'discard':
      return answer(await discardDraft(ctx, slot), form, stay)
    default:
      return { form, ctx: { ...ctx, draft: slot } }
  }
}

/**
 * A form of a session that ran out by itself, with its token; null when it is anything else. For
 * keeping a draft and for ending the session alone: it proves nobody any more.
 */
export async function expiredCommandFor(
  args: Args,
): Promise<(Command & { readonly ctx: SessionContext }) | null> {
  const { request, context } = args
  if ((await staffSessionOf(args)) !== null) return null
  const cookie = readCookie(request.headers.get('cookie'), context.deps, 'sid')
  const session = cookie === null ? null : await expiredSession(context.deps, cookie)
  if (session === null) return null
  const form = await request.formData()
  if (!isCsrfToken(context.deps, session.idHash, form.get('_csrf'))) return null
  return {
    form,
    ctx: sessionContext(context, session, keyOf(request, form)),
  }
}

function draftIn(slot: DraftSlot, form: FormData) {
  return { ...slot, fields: draftFields(slot.form, form), order: draftOrder(form) }
}

/** To the door, and back to the form with what was typed, where the session had merely run out. */
async function signInFirst(args: Args, slot: DraftSlot): Promise<Response> {
  const sent = await expiredCommandFor(args)
  if (sent === null) return seeOther('/anmelden')
  const { ctx, form } = sent
  const door = `/anmelden?zurueck=${encodeURIComponent(wayBack(args.request))}`
  if (form.get('_draft') === 'discard') return seeOther(door)
  const done = await keepDraft(ctx, draftIn(slot, form))
  return done.ok && done.value === 'kept'
    ? seeOther(`${door}&entwurf=ja`, DRAFT_KEPT)
    : seeOther(door)
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

function sessionContext(
  context: AppLoadContext,
  session: StaffSession,
  idempotencyKey: string | null,
): SessionContext {
  return {
    ...context.deps,
    session,
    actor: session.actor,
    requestId: context.requestId,
    steppedUp: session.steppedUp,
    idempotencyKey,
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
  const back = wayBack(request)
  return request.method === 'GET' && back !== '/'
    ? `${door}?zurueck=${encodeURIComponent(back)}`
    : door
}

/** What of an address names the form, not what somebody looks for in a list. */
const PARTS_OF_FORMS = ['thema', 'geschwister']

function wayBack(request: Request): string {
  const { pathname, searchParams } = new URL(request.url)
  const kept = [...searchParams].filter(([name]) => PARTS_OF_FORMS.includes(name))
  return kept.length === 0 ? pathname : `${pathname}?${new URLSearchParams(kept)}`
}

function keyOf(request: Request, form: FormData): string | null {
  const key = form.get('_idem')
  if (typeof key !== 'string' || key === '' || key.length > 200) return null
  return `${new URL(request.url).pathname}|${key}`
}
