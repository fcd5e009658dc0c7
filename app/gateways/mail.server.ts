import { createTransport } from 'nodemailer'

/** A mail to one person. */
export type Mail = {
  /** The same for every try: whoever gets it twice can tell. */
  readonly messageId: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * How a try ended. `later`: the other side says "not now"; `unreachable`: it could not be asked, or
 * does not let us in; `never`: it does not take this mail.
 */
export type Delivery = 'sent' | 'later' | 'unreachable' | 'never'

/** Sends mail; says how that went and never throws. */
export type MailGateway = { readonly send: (mail: Mail) => Promise<Delivery> }

/** Where mail is handed over: `smtp://` (with STARTTLS, but for loopback) or `smtps://`. */
export type MailSettings = { readonly url: string; readonly from: string }

const CONNECT_MS = 10_000
const GREETING_MS = 10_000
/** The other side says nothing at all for so long. */
const SILENCE_MS = 15_000
/** However slowly the other side goes on, after so long the try is over; a stop of the service waits for it. */
const LONGEST_MS = 30_000

/** One address and nothing beside it: no second one, no line of a head. */
const ADDRESS = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/

/** A mail server, spoken to anew for every mail. */
export function mailServer({ url, from }: MailSettings): MailGateway {
  const transport = createTransport({
    ...connectionTo(new URL(url)),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    dnsTimeout: CONNECT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async ({ messageId, to, subject, text }) => {
      if (!ADDRESS.test(to)) return 'never'
      const sending = transport.sendMail({
        envelope: { from, to: [to] },
        from: { name: 'Einstieg', address: from },
        to: { name: '', address: to },
        messageId,
        subject,
        text,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      return within(sending.then(() => 'sent' as const, deliveryOf))
    },
  }
}

/** Whether a host is this very machine: nobody listens on the way. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname)
}

function connectionTo({ protocol, hostname, port, username, password }: URL) {
  const isSecure = protocol === 'smtps:'
  const auth =
    username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    // without encryption nothing is said to another machine, least of all a password
    ...(isLoopback(hostname) ? { ignoreTLS: true } : { requireTLS: true }),
    ...auth,
  }
}

async function within(sending: Promise<Delivery>): Promise<Delivery> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<Delivery>((resolve) => {
    timer = setTimeout(() => resolve('unreachable'), LONGEST_MS)
  })
  try {
    return await Promise.race([sending, tooLong])
  } finally {
    clearTimeout(timer)
  }
}

/** What is said about this sender or recipient, or about the mail itself; all else is about us. */
const ABOUT_THE_MAIL = ['EENVELOPE', 'EMESSAGE']

function deliveryOf(accident: unknown): Delivery {
  const { code = '', responseCode } = accident as {
    readonly code?: string
    readonly responseCode?: number
  }
  if (!ABOUT_THE_MAIL.includes(code)) return 'unreachable'
  // an address that cannot be one is not even asked about
  return responseCode === undefined || responseCode >= 500 ? 'never' : 'later'
}
