import { nameOf, newNameOf } from './fill.ts'
import { DESK_SCHOOLS, TABLE_SCHOOL } from './ground.ts'
import type { Session } from './sign-in.ts'

/** What is loaded: each request asks `next` for its address and body; `status` is the right answer. */
export type Target = {
  readonly name: string
  readonly status: 200 | 303
  readonly cookie: string | null
  readonly next: () => { readonly path: string; readonly body: string | null }
}

/** How many different names are searched for. */
const SEARCHES = 500

/** The floor first, then what is held against it. */
export async function targets(
  origin: string,
  session: Session,
  table: Session,
): Promise<readonly Target[]> {
  const cases = await casesOnList(origin, session)
  const family = await familySession(origin, session, cases[0] ?? '')
  const searches = await sealedNames(origin, session)
  let turn = 0
  const get = (name: string, path: () => string, cookie: string | null = null): Target => ({
    name,
    status: 200,
    cookie,
    next: () => ({ path: path(), body: null }),
  })
  const post = (name: string, path: string, fields: () => Record<string, string>): Target => ({
    name,
    status: 303,
    cookie: null,
    next: () => {
      turn += 1
      const body = new URLSearchParams({ _csrf: session.csrf, _idem: `bench-${turn}`, ...fields() })
      return { path, body: body.toString() }
    },
  })
  return [
    get('empty_page', () => '/leer'),
    post('empty_action', '/leer', () => ({})),
    get('work_list', () => '/arbeitsliste'),
    get('case_page', () => {
      turn += 1
      return `/faelle/${cases[turn % cases.length]}`
    }),
    get('name_search', () => {
      turn += 1
      return searches[turn % searches.length] ?? ''
    }),
    post('registration', '/faelle/neu', () => newChild(1_000_000 + turn)),
    get('family_page', () => '/familie', family),
    get('seat_table', () => `/schultisch?schule=${TABLE_SCHOOL}`, table.cookie),
  ]
}

/** Each of these admissions is confirmed once: as many answers as there are children. */
export function admissions(desk: Session, cases: readonly string[]): Target {
  const open = [...cases]
  return {
    ...{ name: 'admission', status: 303, cookie: desk.cookie },
    next: () => {
      const caseId = open.pop() ?? ''
      const body = new URLSearchParams({
        ...{ _csrf: desk.csrf, _idem: `admission-${caseId}`, intent: 'admit', version: '1' },
        ...{ plannedFirstDay: '', className: '7b', classKind: 'DF', courseKind: '' },
      })
      return { path: `/faelle/${caseId}/aufnahme`, body: body.toString() }
    },
  }
}

/** The children whose admission the desks of the bench's schools ask for, mixed as they would come. */
export async function assignedAtDesks(origin: string, desk: Session): Promise<readonly string[]> {
  const lists: string[][] = []
  for (const school of DESK_SCHOOLS) {
    const headers = { Cookie: desk.cookie }
    const page = await fetch(`${origin}/schultisch?schule=${school}`, { headers })
    const found = (await page.text()).matchAll(/href="\/faelle\/([0-9a-f-]{36})\/aufnahme"/g)
    lists.push([...new Set([...found].map(([, id]) => id ?? ''))])
  }
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat()
}

async function casesOnList(origin: string, session: Session): Promise<readonly string[]> {
  const response = await fetch(`${origin}/arbeitsliste`, { headers: { Cookie: session.cookie } })
  const html = await response.text()
  const ids = [...html.matchAll(/href="\/faelle\/([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '')
  if (ids.length === 0) throw new Error('The work list shows no case')
  return [...new Set(ids)]
}

/** The addresses of searches for many names, asked for beforehand: what is measured is the search. */
async function sealedNames(origin: string, session: Session): Promise<readonly string[]> {
  const addresses: string[] = []
  for (let at = 0; at < SEARCHES; at += 1) {
    const answer = await fetch(`${origin}/faelle`, {
      method: 'POST',
      body: new URLSearchParams({ _csrf: session.csrf, word: nameOf((at * 37) % 10_000).family }),
      headers: { Cookie: session.cookie, Origin: origin },
      redirect: 'manual',
    })
    const address = answer.headers.get('location')
    if (address === null) throw new Error(`The search answered ${answer.status}`)
    addresses.push(address)
  }
  return addresses
}

/** Prints a slip for a case and opens the family page with it. */
async function familySession(origin: string, session: Session, caseId: string): Promise<string> {
  const slip = await fetch(`${origin}/faelle/${caseId}/zettel`, {
    method: 'POST',
    body: new URLSearchParams({ _csrf: session.csrf, _idem: 'bench-slip' }),
    headers: { Cookie: session.cookie, Origin: origin },
  })
  const html = await slip.text()
  const code = /\b([0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5})\b/.exec(html)?.[1] ?? ''
  const pin = /\b(\d{4}[\s\u00a0\u202f]\d{4}|\d{8})\b/.exec(html)?.[1] ?? ''
  const door = await fetch(`${origin}/familie`)
  const before = door.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await door.text())?.[1] ?? ''
  const opened = await fetch(`${origin}/familie`, {
    method: 'POST',
    body: new URLSearchParams({ _csrf: csrf, intent: 'sign_in', code, pin }),
    headers: { Cookie: before, Origin: origin },
    redirect: 'manual',
  })
  if (opened.status !== 303) throw new Error(`The family page answered ${opened.status}`)
  return `${before}; ${opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')}`
}

function newChild(index: number): Record<string, string> {
  const { given, family } = newNameOf(index)
  return {
    givenNames: given,
    familyName: family,
    birthDay: String(1 + (index % 28)),
    birthMonth: String(1 + (Math.floor(index / 28) % 12)),
    birthYear: String(2009 + (Math.floor(index / 336) % 10)),
    birthPrecision: 'day',
    sex: 'w',
    language: 'ar',
    guardian1Name: `${family} Eltern`,
    guardian1Role: 'mother',
    street: 'Rurstraße 4',
    postcode: '52349',
    town: 'Düren',
    municipality: '05358008',
    phone: '0221 4710-833',
    channel: 'phone',
    registeredOn: new Date().toISOString().slice(0, 10),
  }
}
