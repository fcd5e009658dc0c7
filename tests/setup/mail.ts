import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Delivery, Mail, MailGateway } from '#app/gateways/mail.server.ts'

/** A mail server of the test: keeps what it is given and answers as it is told. */
export type MemoryMail = MailGateway & {
  readonly sent: readonly Mail[]
  /** What the next tries end as; `sent` again afterwards. */
  readonly answer: (...deliveries: readonly Delivery[]) => void
}

/** A mail gateway that sends nothing. */
export function memoryMail(): MemoryMail {
  const sent: Mail[] = []
  let answers: Delivery[] = []
  return {
    sent,
    answer: (...deliveries) => {
      answers = [...deliveries]
    },
    send: async (mail) => {
      const [next = 'sent', ...others] = answers
      answers = others
      if (next === 'sent') sent.push(mail)
      return next
    },
  }
}

/** What a server was given in full, whatever it said to it afterwards. */
export type Taken = { readonly to: readonly string[]; readonly raw: string }

/** How a server treats a mail: takes it, refuses the recipient or the text, or never says a word more. */
export type Treatment = 'take' | 'hang' | { readonly rcpt: number } | { readonly data: number }

export type FakeSmtp = {
  readonly port: number
  readonly taken: readonly Taken[]
  /** How often somebody connected. */
  readonly connections: () => number
  /** How many of them are open now. */
  readonly open: () => number
  /** How the mails to an address are treated from now on; `take` unless told. */
  readonly treat: (address: string, treatment: Treatment) => void
  /** Called with each mail that is taken, before the server says 250. */
  readonly beforeAnswer: (react: (mail: Taken) => void | Promise<void>) => void
  readonly close: () => Promise<void>
}

/** A mail server on loopback that does as it is told. */
export async function fakeSmtp(port = 0): Promise<FakeSmtp> {
  const taken: Taken[] = []
  const treatments = new Map<string, Treatment>()
  let count = 0
  let open = 0
  let react: (mail: Taken) => void | Promise<void> = () => undefined
  const of = (address: string) => treatments.get(address) ?? 'take'
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, done) => {
      count += 1
      open += 1
      done()
    },
    onClose: () => {
      open -= 1
    },
    onRcptTo: ({ address }, _session, done) => {
      const treatment = of(address)
      done(typeof treatment === 'object' && 'rcpt' in treatment ? said(treatment.rcpt) : null)
    },
    onData: (stream, { envelope }, done) => {
      const to = envelope.rcptTo.map(({ address }) => address)
      let raw = ''
      stream.on('data', (chunk) => {
        raw += chunk
      })
      stream.on('end', async () => {
        const treatment = of(to[0] ?? '')
        if (treatment === 'hang') return
        if (typeof treatment === 'object' && 'data' in treatment) return done(said(treatment.data))
        const mail = { to, raw }
        taken.push(mail)
        await react(mail)
        done()
      })
    },
  })
  // whoever is killed in the middle breaks the connection off
  server.on('error', () => undefined)
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    connections: () => count,
    open: () => open,
    treat: (address, treatment) => void treatments.set(address, treatment),
    beforeAnswer: (next) => {
      react = next
    },
    close: () => new Promise((done) => server.close(() => done())),
  }
}

function said(responseCode: number): Error {
  return Object.assign(new Error('as the test told it'), { responseCode })
}

/** The value of a mail's header; null where it has none. */
export function headerOf({ raw }: Taken, name: string): string | null {
  const head = raw.split('\r\n\r\n')[0] ?? ''
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`))
  return line === undefined ? null : line.slice(name.length + 1).trim()
}

/** The names of all headers of a mail, in small letters. */
export function headersOf({ raw }: Pick<Taken, 'raw'>): readonly string[] {
  return unfolded(raw).map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
}

/** What a reader sees of a mail: its subject, then the text of its body. */
export function textsOf({ raw }: Pick<Taken, 'raw'>): readonly [subject: string, body: string] {
  const head = unfolded(raw)
  const headerNamed = (name: string) =>
    head
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
  if (/multipart/i.test(headerNamed('content-type') ?? '')) throw new Error('More than one body')
  const read = READS[headerNamed('content-transfer-encoding')?.toLowerCase() ?? ''] ?? String
  return [withWords(headerNamed('subject') ?? ''), read(body).replaceAll('\r\n', '\n')]
}

const READS: Readonly<Record<string, (body: string) => string>> = {
  base64: fromBase64,
  'quoted-printable': fromQuotedPrintable,
}

/** The lines of the head, each continued one whole. */
function unfolded(raw: string): readonly string[] {
  const [head = ''] = raw.split('\r\n\r\n')
  return head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
}

/** Encoded words (RFC 2047) as a reader sees them. */
function withWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? fromBase64(text)
        : fromQuotedPrintable(text.replaceAll('_', ' ')),
    )
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}

function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
