import { BENCH_EMAIL, BENCH_PASSWORD } from './ground.ts'

/** Cookies and the token forms carry. */
export type Session = { readonly cookie: string; readonly csrf: string }

/** Signs somebody of the bench in, its counsellor unless told, as the page does. */
export async function signIn(origin: string, email = BENCH_EMAIL): Promise<Session> {
  const door = await fetch(`${origin}/anmelden`)
  const before = cookies(door)
  const form = new URLSearchParams({
    _csrf: tokenIn(await door.text()),
    email,
    password: BENCH_PASSWORD,
  })
  const answer = await fetch(`${origin}/anmelden`, {
    method: 'POST',
    body: form,
    headers: { Cookie: before, Origin: origin },
    redirect: 'manual',
  })
  if (answer.status !== 303) throw new Error(`Sign-in answered ${answer.status}`)
  const cookie = `${before}; ${cookies(answer)}`
  const page = await fetch(`${origin}/leer`, { headers: { Cookie: cookie } })
  return { cookie, csrf: tokenIn(await page.text()) }
}

/** The form token of a page (each page has the sign-out form at least). */
function tokenIn(html: string): string {
  const found = /name="_csrf" value="([^"]+)"/.exec(html)
  if (found?.[1] === undefined) throw new Error('The page has no form token')
  return found[1]
}

function cookies(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}
