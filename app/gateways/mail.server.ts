import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'

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

/**
 * Sends mail; says how that went and never throws. Once `stopping` says so, what is not handed over
 * is broken off, and an answer is waited for a few seconds more.
 */
export type MailGateway = {
  readonly send: (mail: Mail, stopping?: AbortSignal) => Promise<Delivery>
}

/** Where mail is handed over: `smtp://` (with STARTTLS, but for loopback) or `smtps://`. */
export type MailSettings = { readonly url: string; readonly from: string }

/** How long each phase of a try may last, in milliseconds. */
export type MailTimes = {
  /** Until the other side has greeted. */
  readonly greetingMs: number
  /** Until the whole mail is handed over; before that nobody has it, and another try costs nothing. */
  readonly handOverMs: number
  /** From then on, until the other side says that it took the mail. */
  readonly answerMs: number
  /** The same, where the service stops meanwhile. */
  readonly stopMs: number
}

/**
 * RFC 5321 section 4.5.3.2 gives a server five minutes each to greet and to answer MAIL and RCPT, two
 * for DATA, three for the text, and some that say EHLO, STARTTLS and AUTH need theirs too: one that is
 * as slow as that with every mail (a slow look-up of names, a scanner) would get none if it were left
 * earlier. To the end of DATA it has ten: whoever gives up earlier there is not told that the mail was
 * taken, and sends it again (4.5.3.2.6). The next mail waits half a minute behind it, and behind
 * two such mails until one is over (`send-mail.server.ts`).
 * A stop of the service takes less than its manager waits (`TimeoutStopSec`).
 */
const TIMES: MailTimes = {
  greetingMs: 5 * 60_000,
  handOverMs: 30 * 60_000,
  answerMs: 10 * 60_000,
  stopMs: 10_000,
}

/** One address and nothing beside it: no second one, no line of a head. */
const ADDRESS = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/

/** A mail server, spoken to anew for every mail. */
export function mailServer({ url, from }: MailSettings, times = TIMES): MailGateway {
  const { auth, ...server } = connectionTo(new URL(url))
  return {
    send: async ({ to, ...mail }, stopping = NEVER) => {
      if (!ADDRESS.test(to)) return 'never'
      const text = await composed({ ...mail, to, from })
      if (stopping.aborted) return 'unreachable'
      const connection = new SMTPConnection({
        ...server,
        connectionTimeout: times.greetingMs,
        greetingTimeout: times.greetingMs,
        dnsTimeout: times.greetingMs,
        // knows only silence, of whatever phase: no answer may take longer than the last one
        socketTimeout: times.answerMs,
      })
      const talk: Talk = { connection, auth, envelope: { from, to: [to] }, text }
      return withPatience(times, stopping, (handedOver) => handOver(talk, handedOver))
        .then(() => 'sent' as const, deliveryOf)
        .finally(() => connection.close())
    },
  }
}

/** Of whoever does not stop. */
const NEVER = new AbortController().signal

function composed(mail: Mail & { readonly from: string }): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: 'Einstieg', address: mail.from },
    to: { name: '', address: mail.to },
    messageId: mail.messageId,
    subject: mail.subject,
    text: mail.text,
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

type Talk = {
  readonly connection: SMTPConnection
  readonly auth: { readonly user: string; readonly pass: string } | null
  readonly envelope: { readonly from: string; readonly to: string[] }
  readonly text: Buffer
}

/** Resolves when the other side took the mail; calls `handedOver` once it was given all of it. */
function handOver(
  { connection, auth, envelope, text }: Talk,
  handedOver: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const unless = (next: () => void) => (accident?: Error | null) =>
      accident ? reject(accident) : next()
    const send = () => {
      const body = Readable.from([text]).once('end', handedOver)
      connection.send(envelope, body, unless(resolve))
    }
    const isLetIn = () => auth === null || !connection.allowsAuth
    connection.on('error', reject)
    connection.once('end', () => reject(new Error('The connection was closed')))
    connection.connect(
      unless(() => (isLetIn() ? send() : connection.login(auth ?? {}, unless(send)))),
    )
  })
}

/** Does something in its phases, and rejects when one of them lasts too long. */
function withPatience(
  { handOverMs, answerMs, stopMs }: MailTimes,
  stopping: AbortSignal,
  work: (handedOver: () => void) => Promise<void>,
): Promise<void> {
  let isHandedOver = false
  let timer: NodeJS.Timeout | undefined
  let giveUp = () => {}
  const within = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => giveUp(), ms)
  }
  const handedOver = () => {
    isHandedOver = true
    within(stopping.aborted ? stopMs : answerMs)
  }
  const stop = () => within(isHandedOver ? stopMs : 0)
  const worked = new Promise<void>((resolve, reject) => {
    giveUp = () => reject(new Error('It took too long'))
    work(handedOver).then(resolve, reject)
  })
  within(handOverMs)
  stopping.addEventListener('abort', stop, { once: true })
  return worked.finally(() => {
    clearTimeout(timer)
    stopping.removeEventListener('abort', stop)
  })
}

/** Whether a host is this very machine: nobody listens on the way. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname)
}

function connectionTo({ protocol, hostname, port, username, password }: URL) {
  const isSecure = protocol === 'smtps:'
  const auth =
    username === ''
      ? null
      : { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    // without encryption nothing is said to another machine, least of all a password
    ...(isLoopback(hostname) ? { ignoreTLS: true } : { requireTLS: true }),
    auth,
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
