import { type EntryContext, json, redirect } from '@remix-run/node'
import { isRouteErrorResponse } from '@remix-run/react'
import type { Result } from '#app/domain/result.ts'
import { type FormFailure, toTree } from '#app/forms/form.ts'
import type { Deps } from '#app/services/context.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { setCookie } from './session.server.ts'
import { STATUS } from './status.ts'
import { retryAfter } from './unavailable.server.ts'

/** What an action tells its form when it did not do as asked. */
export type Answer = {
  readonly values: Readonly<Record<string, unknown>>
  readonly errors: FormFailure['errors']
  readonly refusal: Refusal | null
  /** All of them, where more than the first is told. */
  readonly refusals?: readonly Refusal[]
}

/** A page's data, or the nearest error boundary with the refusal's sentence. */
export function page<T>(result: Result<T, Refusal>) {
  if (!result.ok) throw refusedPage(result.error)
  return json(result.value)
}

/** For loaders: there is no page to stay on, so throw it and the nearest error boundary shows it. */
export function refusedPage(refusal: Refusal): Response {
  return json({ refusal }, { status: STATUS[refusal.code] })
}

/** The form is not filled in: 422, the messages at their fields, the values kept. */
export function invalid({ values, errors }: FormFailure) {
  return json<Answer>({ values, errors, refusal: null }, { status: 422 })
}

/** The rule said no: its status, its sentence at the form, the values kept. */
export function refused(refusal: Refusal, form: FormData) {
  return json<Answer>(
    { values: toTree(form), errors: {}, refusal },
    { status: STATUS[refusal.code] },
  )
}

/**
 * What would come of a form, on the page that sent it, the values kept; `isShown` false: the values
 * alone. Refused with all that is in the way, and the status of the first.
 */
export function reviewed<T>(
  result: Result<T, readonly [Refusal, ...Refusal[]]>,
  form: FormData,
  isShown: boolean,
) {
  if (!result.ok) {
    const [refusal] = result.error
    const said: Answer = { values: toTree(form), errors: {}, refusal, refusals: result.error }
    return json(said, { status: STATUS[refusal.code] })
  }
  const answer: Answer = { values: toTree(form), errors: {}, refusal: null }
  return json({ ...answer, review: isShown ? result.value : null })
}

/** Done: 303 to where the next thing is. */
export function seeOther(path: string, headers: HeadersInit = {}) {
  return redirect(path, { status: 303, headers })
}

/** To another system: the one redirect that leads away from our own pages. */
export function awayTo(address: string) {
  return redirect(address, { status: 303 })
}

/** The session ended: its cookie goes, and what the browser kept of its pages. */
export function signedOut(deps: Deps) {
  // not "cookies": every answer on the way to the next page would make its own pre-session
  return seeOther('/anmelden', {
    'Set-Cookie': setCookie(deps, 'sid', ''),
    'Clear-Site-Data': '"cache", "storage"',
  })
}

/** The whole of an action: refused at its form, or on to the next page. */
export function answer<T>(result: Result<T, Refusal>, form: FormData, next: (value: T) => string) {
  return result.ok ? seeOther(next(result.value)) : refused(result.error, form)
}

/**
 * What came of one decision about several things, each with its own result: on the page that sent it.
 * Where nothing at all was done, with the status of the first refusal.
 */
export function results<
  T extends { readonly rows: readonly { readonly refusal: Refusal | null }[] },
>(result: T) {
  const [first] = result.rows
  const isDone = result.rows.some(({ refusal }) => refusal === null)
  const status = isDone || !first?.refusal ? 200 : STATUS[first.refusal.code]
  return json({ result }, { status })
}

/** Codes that leave no page of the case: it is not there, or is the centre's again. */
const NO_PAGE: readonly Refusal['code'][] = ['case_not_found', 'proposal_expired']

/**
 * As {@link answer}, for a form about a case: when that is gone there is no page to show the refusal
 * on, so it takes the place of the page, with the sentences that were typed. They are shown this
 * once (F13).
 */
export function answerOnCase<T>(
  result: Result<T, Refusal>,
  form: FormData,
  next: (value: T) => string,
) {
  if (result.ok || !NO_PAGE.includes(result.error.code)) return answer(result, form, next)
  const typed = [...form].flatMap(([name, value]) =>
    typeof value === 'string' && !name.startsWith('_') && /\S\s+\S/.test(value) ? [value] : [],
  )
  throw json({ refusal: result.error, typed }, { status: STATUS[result.error.code] })
}

/**
 * The status of a whole page. Remix lets the action's win, 422 say, over a page around it that
 * failed: an error page has its own, a refusal that of its sentence and an accident 500.
 */
export function documentStatus({
  statusCode,
  errors,
}: EntryContext['staticHandlerContext']): number {
  const [failed] = Object.values(errors ?? {})
  if (failed === undefined) return statusCode
  return isRouteErrorResponse(failed) ? failed.status : 500
}

/** The `Retry-After` of a whole page, when it was refused by something that passes; or null. */
export function retryAfterOf({ errors }: EntryContext['staticHandlerContext']): string | null {
  const [failed] = Object.values(errors ?? {})
  return isRouteErrorResponse(failed) ? retryAfter(failed.data?.refusal) : null
}
