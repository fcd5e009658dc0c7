import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** Where a server listens (on 127.0.0.1), and what its address is for browsers. */
export type Door = { readonly port: number; readonly origin: string }

export type Fields = Readonly<Record<string, string>>

export type Asked = {
  readonly method?: string
  readonly path: string
  /** Win over what a browser would send; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly form?: Fields
  /** A body of another kind than a form, with its type. */
  readonly content?: { readonly type: string; readonly text: string }
}

export type Reply = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A browser without a screen: keeps cookies, says where it comes from, follows nothing by itself. */
export type Browser = {
  readonly door: Door
  readonly send: (asked: Asked) => Promise<Reply>
  readonly get: (path: string) => Promise<Reply>
  /** Sends a form as our own pages do: Origin, `_csrf` and a new `_idem` with the fields. */
  readonly post: (path: string, fields: Fields) => Promise<Reply>
  /** The token the forms of this browser's session carry. */
  readonly csrf: () => Promise<string>
  readonly cookies: ReadonlyMap<string, string>
}

const shared = new Agent({ keepAlive: true, maxSockets: 64 })
let forms = 0

/**
 * A new browser that has no cookies yet, or a copy of those of another one. All of a test share their
 * connections, unless one brings its own.
 */
export function openBrowser(
  door: Door,
  copied: Browser['cookies'] = new Map(),
  agent: Agent = shared,
): Browser {
  const cookies = new Map(copied)
  const send = async (asked: Asked) => {
    const reply = await sendRaw(door, cookies, agent, asked)
    keepCookies(cookies, reply.headers['set-cookie'] ?? [])
    return reply
  }
  const csrf = async () => {
    const reply = await send({ path: '/familie?_data=root' })
    return String((JSON.parse(reply.body) as { csrf?: unknown }).csrf)
  }
  return {
    door,
    cookies,
    send,
    csrf,
    get: (path) => send({ path }),
    post: async (path, fields) => {
      forms += 1
      // before anything is waited for: another form may be sent meanwhile
      const guard = { _idem: `form-${forms}`, _csrf: await csrf() }
      return send({ method: 'POST', path, form: { ...guard, ...fields } })
    },
  }
}

/** Signs somebody in at `/anmelden`. @throws when the answer is another than the way to a page. */
export async function signIn(door: Door, email: string, password: string): Promise<Browser> {
  const browser = openBrowser(door)
  const reply = await browser.post('/anmelden', { email, password })
  if (reply.status !== 303) throw new Error(`${email} is not signed in: ${reply.status}`)
  return browser
}

/** Signs a family in at `/familie` by short code and PIN. @throws when it is not let in. */
export async function signInFamily(door: Door, code: string, pin: string): Promise<Browser> {
  const browser = openBrowser(door)
  const reply = await browser.post('/familie', { code, pin })
  if (reply.status !== 303) throw new Error(`The family is not signed in: ${reply.status}`)
  return browser
}

async function sendRaw(
  door: Door,
  cookies: ReadonlyMap<string, string>,
  agent: Agent,
  { method = 'GET', path, headers = {}, form, content }: Asked,
): Promise<Reply> {
  const type = content?.type ?? 'application/x-www-form-urlencoded'
  const body = form === undefined ? (content?.text ?? null) : new URLSearchParams(form).toString()
  const usual = {
    host: new URL(door.origin).host,
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') || undefined,
    origin: method === 'GET' || method === 'HEAD' ? undefined : door.origin,
    'content-type': body === null ? undefined : type,
    'content-length': body === null ? undefined : String(Buffer.byteLength(body)),
  }
  const present = Object.entries({ ...usual, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port: door.port, method, path, agent, headers: toHeaders(present) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          const { statusCode = 0, headers: answered } = response
          resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks).toString() })
        })
      },
    )
    asking.once('error', reject)
    asking.end(body ?? undefined)
  })
}

function toHeaders(present: readonly [string, string][]): Record<string, string> {
  return Object.fromEntries(present)
}

function keepCookies(cookies: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split('=')
    if (attributes.includes('Max-Age=0')) cookies.delete(name)
    else cookies.set(name, value)
  }
}
