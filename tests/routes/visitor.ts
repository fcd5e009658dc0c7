import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { cookieName, csrfToken } from '#app/http/session.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

type Door<Args> = (args: Args) => unknown
type Fields = Readonly<Record<string, string | readonly string[]>>
type Visit = { readonly path: string; readonly params?: Readonly<Record<string, string>> }

/** A browser that calls loaders and actions as functions, with real cookies and a real CSRF token. */
export type Visitor = {
  /** Opens a page; a response that is thrown is an answer as well. */
  readonly open: (loader: Door<LoaderFunctionArgs>, visit: Visit | string) => Promise<Response>
  /** Sends a form; `_csrf` and `_idem` are filled in unless the fields bring their own. */
  readonly send: (
    action: Door<ActionFunctionArgs>,
    visit: Visit | string,
    fields: Fields,
  ) => Promise<Response>
  /** Takes over the cookies of an answer, as a browser does. */
  readonly keep: (answer: Response) => void
  readonly sessionToken: () => string | null
}

/** Of every browser that has not signed in. */
export const PRE_SESSION = 'pre-session-of-the-tests-0001'

/** Somebody who has not signed in. */
export function stranger(world: World, address = '192.0.2.7'): Visitor {
  return visitor(world, null, address)
}

/** Somebody whom a page of another site sends here, with the session they have. */
export function ledHither(world: World, token: string | null): Visitor {
  return visitor(world, token, '192.0.2.7', 'cross-site')
}

/** Somebody signed in with an account of the world, by its e-mail address. */
export async function signedIn(
  world: World,
  email: string,
  address = '192.0.2.7',
): Promise<Visitor> {
  const proof = { email, password: WORLD_PASSWORD, address, replaces: null }
  const done = await signIn(world.asSystem(), proof)
  if (!done.ok) throw new Error(`${email}: ${done.error.code}`)
  return visitor(world, done.value.token, address)
}

function visitor(
  world: World,
  token: string | null,
  address: string,
  site = 'same-origin',
): Visitor {
  let sid = token
  let forms = 0

  function argsFor(visit: Visit | string, form: FormData | null) {
    const { path, params = {} } = typeof visit === 'string' ? { path: visit } : visit
    const headers = new Headers({ 'Sec-Fetch-Site': site })
    if (sid !== null) headers.set('Cookie', `${cookieName(world, 'sid')}=${sid}`)
    const request = new Request(`http://127.0.0.1:3000${path}`, {
      headers,
      ...(form === null ? {} : { method: 'POST', body: form }),
    })
    const context = {
      deps: world,
      cspNonce: 'nonce',
      sentForm: request.method === 'POST',
      requestId: 'request-of-the-tests',
      arrivedMs: performance.now(),
      preSession: PRE_SESSION,
      address,
    }
    return { request, context, params }
  }

  function formOf(fields: Fields): FormData {
    forms += 1
    const form = new FormData()
    const owner = sid === null ? PRE_SESSION : world.keyed('session', sid)
    const guard = { _csrf: csrfToken(world, owner), _idem: `form-${forms}` }
    for (const [name, value] of Object.entries({ ...guard, ...fields })) {
      for (const one of [value].flat()) form.append(name, String(one))
    }
    return form
  }

  return {
    open: (loader, visit) => answerOf(() => loader(argsFor(visit, null))),
    send: (action, visit, fields) => answerOf(() => action(argsFor(visit, formOf(fields)))),
    keep: (answer) => {
      const name = `${cookieName(world, 'sid')}=`
      const cookie = answer.headers.getSetCookie().find((one) => one.startsWith(name))
      if (cookie !== undefined) sid = cookie.slice(name.length).split(';')[0] || null
    },
    sessionToken: () => sid,
  }
}

async function answerOf(ask: () => unknown): Promise<Response> {
  try {
    const answer = await ask()
    if (answer instanceof Response) return answer
    throw new Error('A loader or action of ours answers with a Response')
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    throw thrown
  }
}
