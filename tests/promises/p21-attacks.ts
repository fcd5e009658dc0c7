import type { Browser, Fields, Reply } from '#tests/setup/session.ts'

/** The tokens an attack can try: the right one and those that must not do. */
export type Tokens = {
  readonly own: string
  /** Of another person’s session. */
  readonly foreign: string
  /** Of an earlier session of the same person. */
  readonly old: string
}

/** A request that looks like the form of the page and is not, or did not come, from it. */
export type Attack = {
  readonly name: string
  /** Headers beside those a browser on our own page would send; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly csrf?: (tokens: Tokens) => string | null
  readonly method?: string
}

/** Every way in which a form can come from elsewhere, for an installation at `origin`. */
export function attacksOn(origin: string): readonly Attack[] {
  const { host } = new URL(origin)
  return [
    { name: 'no Origin', headers: { origin: undefined } },
    { name: 'Origin null', headers: { origin: 'null' } },
    { name: 'empty Origin', headers: { origin: '' } },
    { name: 'foreign Origin', headers: { origin: 'https://boese.example' } },
    { name: 'sub-domain', headers: { origin: `https://boese.${host}` } },
    { name: 'name that begins like ours', headers: { origin: `https://${host}.boese.example` } },
    { name: 'other scheme', headers: { origin: `http://${host}` } },
    { name: 'other port', headers: { origin: `https://${host}:8443` } },
    { name: 'ours with a path', headers: { origin: `${origin}/` } },
    { name: 'two Origins in one', headers: { origin: `${origin}, https://boese.example` } },
    {
      name: 'spoofed X-Forwarded-Host',
      headers: { origin: 'https://boese.example', 'x-forwarded-host': 'boese.example' },
    },
    {
      name: 'spoofed Host',
      headers: { origin: 'https://boese.example', host: 'boese.example' },
    },
    {
      name: 'only a Referer of ours',
      headers: { origin: undefined, referer: `${origin}/arbeitsliste` },
    },
    { name: 'Sec-Fetch-Site cross-site', headers: { 'sec-fetch-site': 'cross-site' } },
    { name: 'Sec-Fetch-Site same-site', headers: { 'sec-fetch-site': 'same-site' } },
    { name: 'no token', csrf: () => null },
    { name: 'empty token', csrf: () => '' },
    { name: 'made-up token', csrf: ({ own }) => own.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) },
    { name: 'foreign token', csrf: ({ foreign }) => foreign },
    { name: 'old token', csrf: ({ old }) => old },
    { name: 'PUT without Origin', method: 'PUT', headers: { origin: undefined } },
    { name: 'GET instead of POST', method: 'GET' },
  ]
}

/** The fields of an attack: those of the form, with the token it tries. */
export function fieldsOf({ csrf }: Attack, fields: Fields, tokens: Tokens): Fields {
  const token = csrf === undefined ? tokens.own : csrf(tokens)
  return { ...fields, _idem: 'one-form', ...(token === null ? {} : { _csrf: token }) }
}

/** Sends a form as an attack would; one that is only read has its fields in the address. */
export function sendAs(
  browser: Browser,
  path: string,
  { method = 'POST', headers = {} }: Attack,
  fields: Fields,
): Promise<Reply> {
  if (method !== 'GET') return browser.send({ method, path, headers, form: fields })
  const query = new URLSearchParams(fields)
  return browser.send({ path: `${path}${path.includes('?') ? '&' : '?'}${query}`, headers })
}
