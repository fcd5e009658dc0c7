import { type AppLoadContext, json, type ServerBuild } from '@remix-run/node'
import type { Refusal } from '#app/services/refusals.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { isSubjectGone, type Unavailable, unavailability } from '#db/unavailable.server.ts'
import { STATUS } from './status.ts'

/** What a person is told, and in how many seconds it is worth another try. */
const REFUSALS: Readonly<
  Record<Unavailable, { readonly refusal: Refusal; readonly retryAfter: number }>
> = {
  busy: { refusal: { code: 'database_busy' }, retryAfter: 5 },
  full: { refusal: { code: 'storage_full' }, retryAfter: 300 },
  down: { refusal: { code: 'database_down' }, retryAfter: 30 },
  lost: { refusal: { code: 'outcome_unknown' }, retryAfter: 30 },
}

type Door = (args: { readonly context: AppLoadContext }) => unknown

/**
 * The build with every loader and action behind one guard: a database that cannot be had just now is
 * no accident but a refusal, with its sentence and its status; so is a record that is damaged, and a
 * child that was erased between two looks is not there. What the transaction had begun is rolled back
 * by then.
 */
export function withUnavailable(build: ServerBuild): ServerBuild {
  const routes = Object.entries(build.routes).map(([id, route]) => {
    if (route === undefined) return [id, route] as const
    const { loader, action } = route.module
    const guardedDoors = {
      ...(loader === undefined ? {} : { loader: guarded(loader as Door) }),
      ...(action === undefined ? {} : { action: guarded(action as Door) }),
    }
    return [id, { ...route, module: { ...route.module, ...guardedDoors } }] as const
  })
  return { ...build, routes: Object.fromEntries(routes) as ServerBuild['routes'] }
}

/** The seconds after which a page that was refused with this status is worth another try; or null. */
export function retryAfter(refusal: unknown): string | null {
  const known = Object.values(REFUSALS).find(({ refusal: { code } }) => code === codeOf(refusal))
  return known === undefined ? null : String(known.retryAfter)
}

function codeOf(refusal: unknown): unknown {
  return typeof refusal === 'object' && refusal !== null && 'code' in refusal ? refusal.code : null
}

function guarded(door: Door): Door {
  return async (args) => {
    try {
      return await door(args)
    } catch (accident) {
      const known = answerTo(accident)
      if (known === null) throw accident
      const { deps, requestId } = args.context
      deps.log({ ...known.logged, requestId })
      throw json({ refusal: known.refusal }, { status: STATUS[known.refusal.code], ...known.init })
    }
  }
}

/** What a person is told of what was thrown, and what the log says; null: it is an accident. */
function answerTo(accident: unknown) {
  if (isSubjectGone(accident)) {
    return answer({ event: 'erased_meanwhile' }, { code: 'case_not_found' })
  }
  if (isUnreadable(accident)) {
    return answer({ event: 'record_unreadable' }, { code: 'record_unreadable' })
  }
  const why = unavailability(accident)
  if (why === null) return null
  const { refusal, retryAfter: seconds } = REFUSALS[why]
  const headers = { 'Retry-After': String(seconds) }
  return answer({ event: 'database_unavailable', code: why }, refusal, { headers })
}

function answer(
  logged: { readonly event: string; readonly code?: string },
  refusal: Refusal,
  init: { readonly headers?: Readonly<Record<string, string>> } = {},
) {
  return { logged, refusal, init }
}
