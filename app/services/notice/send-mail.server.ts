import {
  audienceOf,
  DESKS,
  type NoticeAudience,
  nextTryAt,
} from '#app/domain/notice/desk-notice.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import type { Delivery, MailGateway } from '#app/gateways/mail.server.ts'
import { noticeMail } from '#app/gateways/notice-mail.ts'
import { findAccount } from '#db/queries/account.server.ts'
import { refusesMail, type Unread } from '#db/queries/desk-notice.server.ts'
import { claimDue, finishLeased, type Outcome, prolongLease } from '#db/queries/lease.server.ts'
import type { MessageRow } from '#db/queries/outbox.server.ts'
import type { Deps } from '../context.server.ts'
import { waitingFor } from './unreached.server.ts'

/**
 * A mail that is not out after so long is set aside: the next one has its turn while this one's try
 * goes on, for as long as the gateway lets it.
 */
export const MAIL_PATIENCE_MS = 30_000
/** Mails aside at once: a mail server that answers nothing collects no more connections than these. */
const MOST_ASIDE = 2
/**
 * How long a process may say nothing of a mail before another takes it over: whoever died holds it up
 * no longer than that. A process that is still at it says so with every look and every turn, of which
 * none takes much longer than its patience.
 */
const LEASE_MS = 3 * 60_000
/** Mails of one look: the next look follows in seconds. */
const AT_ONCE = 50

/**
 * The mails a process has set aside, each with what resolves when its try is over, stored or logged as
 * not to be stored. It never rejects.
 */
export type Aside = Map<MessageRow, Promise<void>>

/** How the sender waits: what stops it, and where it leaves a mail whose server takes its time. */
export type Waiting = {
  readonly stopping: AbortSignal
  /** One for all looks of a process: what is in it is not claimed again. */
  readonly aside: Aside
  /** How long the next mail waits at most for one before it. */
  readonly patienceMs?: number
}

/**
 * Sends the mails that are due, one after the other. A mail counts as sent once the mail server has
 * said so and that is stored: a process that dies in between has it sent once more, under the same
 * Message-ID. Where the mail server cannot be reached the rest waits for the next look, and so does
 * what a stop breaks off. Where it takes its time, the next one has its turn meanwhile; with two mails
 * aside the rest waits until one of them is over. Nothing is done where the installation sends no
 * mail. Returns how many were sent, of those that were not set aside.
 */
export async function sendDueMails(deps: Deps, waiting: Waiting): Promise<number> {
  const { mail } = deps
  if (mail === null) return 0
  let sent = 0
  for (let turn = 0; turn < AT_ONCE && !waiting.stopping.aborted; turn += 1) {
    const message = await nextMail(deps, waiting.aside)
    if (message === null) break
    const ending = await sendPatiently(deps, mail, message, waiting)
    if (ending === 'sent') sent += 1
    if (ending === 'unreachable') break
  }
  return sent
}

/** Claims the next mail that is due; null where none is, or too many are aside. */
async function nextMail(deps: Deps, aside: Aside): Promise<MessageRow | null> {
  const mine = [...aside.keys()]
  for (const message of mine) await holdOn(deps, message)
  return mine.length < MOST_ASIDE ? claimOne(deps, mine) : null
}

async function claimOne(deps: Deps, mine: readonly MessageRow[]): Promise<MessageRow | null> {
  const now = instant(deps.clock)
  const [message] = await deps.database.write((tx) =>
    claimDue(tx, 'outbox', {
      worker: deps.newId(),
      now,
      leaseUntil: afterMs(now, LEASE_MS),
      limit: 1,
      // where a lease was lost (a clock that jumps ahead) the try goes on all the same
      except: mine.map(({ id }) => id),
    }),
  )
  return message ?? null
}

async function sendPatiently(
  deps: Deps,
  mail: MailGateway,
  message: MessageRow,
  { stopping, aside, patienceMs = MAIL_PATIENCE_MS }: Waiting,
): Promise<Ending | 'slow'> {
  const sending = sendOne(deps, mail, message, stopping)
  const ending = await within(patienceMs, sending)
  if (ending === 'slow') setAside(deps, aside, message, sending)
  return ending
}

function setAside(deps: Deps, aside: Aside, message: MessageRow, sending: Promise<unknown>): void {
  const failed = (accident: unknown) => {
    const code = accident instanceof Error ? accident.name : 'unknown'
    deps.log({ event: 'jobs_failed', code })
  }
  const over = sending.then(() => undefined, failed).finally(() => aside.delete(message))
  aside.set(message, over)
}

/** Says that this process is still at a mail; false where another has taken it over. */
function holdOn({ database, clock }: Deps, message: MessageRow): Promise<boolean> {
  const until = afterMs(instant(clock), LEASE_MS)
  return database.write((tx) => prolongLease(tx, 'outbox', message, until))
}

function afterMs(now: Instant, ms: number): Instant {
  return addHours(now, ms / 3_600_000)
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | 'slow'> {
  let timer: NodeJS.Timeout | undefined
  const slow = new Promise<'slow'>((resolve) => {
    timer = setTimeout(() => resolve('slow'), ms)
  })
  return Promise.race([work, slow]).finally(() => clearTimeout(timer))
}

async function sendOne(
  deps: Deps,
  mail: MailGateway,
  message: MessageRow,
  stopping: AbortSignal,
): Promise<Ending> {
  const ending = await deliver(deps, mail, message, stopping)
  await settle(deps, message, ending)
  return ending
}

/** `unneeded`: there is nobody to tell, nothing left to tell, or another sees to it by now. */
type Ending = Delivery | 'unneeded'

async function deliver(
  deps: Deps,
  mail: MailGateway,
  message: MessageRow,
  stopping: AbortSignal,
): Promise<Ending> {
  const email = await addressOf(deps, message)
  const desks = desksOf(await toldBy(deps, message))
  if (email === null || desks.length === 0) return 'unneeded'
  const links = desks.map((desk) => `${deps.origin}${DESKS[desk]}`)
  const told = {
    messageId: `<${message.id}@${new URL(deps.origin).hostname}>`,
    to: email,
    ...noticeMail(links),
  }
  // whoever was halted since the claim may find that it lost the mail meanwhile
  if (!(await holdOn(deps, message))) return 'unneeded'
  return mail.send(told, stopping)
}

/** Where the person is reached now; null: nowhere, or they want no mail. */
async function addressOf({ database }: Deps, { account_id }: MessageRow): Promise<string | null> {
  const account = account_id === null ? null : await findAccount(database.db, account_id)
  if (account === null || account.state !== 'active') return null
  return (await refusesMail(database.db, account.id)) ? null : account.email
}

/** What a message would tell of: it may also be for nobody of the staff. */
async function toldBy({ database }: Deps, { account_id }: MessageRow): Promise<readonly Unread[]> {
  return account_id === null ? [] : waitingFor(database.db, account_id)
}

function desksOf(unread: readonly Unread[]): readonly NoticeAudience[] {
  return [...new Set(unread.map(({ kind }) => audienceOf(kind)))].toSorted()
}

async function settle(deps: Deps, message: MessageRow, ending: Ending): Promise<void> {
  const outcome = await outcomeOf(deps, message, ending)
  await deps.database.write((tx) => finishLeased(tx, 'outbox', message, outcome))
  if (ending !== 'unneeded') {
    deps.log({ event: 'mail', code: `${ending} ${outcome.state}`, count: message.attempts })
  }
}

async function outcomeOf(deps: Deps, message: MessageRow, ending: Ending): Promise<Outcome> {
  if (ending === 'sent' || ending === 'unneeded') return { state: 'done' }
  if (ending === 'never') return { state: 'failed' }
  const made = (await toldBy(deps, message)).map(({ newest }) => newest)
  const newest = [message.created_at, ...made].toSorted().at(-1) ?? message.created_at
  const retryAt = nextTryAt(message.attempts, newest, instant(deps.clock))
  return retryAt === null ? { state: 'failed' } : { state: 'waiting', retryAt }
}
