import {
  audienceOf,
  DESKS,
  type NoticeAudience,
  nextTryAt,
} from '#app/domain/notice/desk-notice.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import {
  type Delivery,
  LONGEST_HAND_OVER_MS,
  LONGEST_TRY_MS,
  type MailGateway,
} from '#app/gateways/mail.server.ts'
import { noticeMail } from '#app/gateways/notice-mail.ts'
import { findAccount } from '#db/queries/account.server.ts'
import { refusesMail, type Unread } from '#db/queries/desk-notice.server.ts'
import { claimDue, finishLeased, type Outcome, prolongLease } from '#db/queries/lease.server.ts'
import type { MessageRow } from '#db/queries/outbox.server.ts'
import type { Deps } from '../context.server.ts'
import { waitingFor } from './unreached.server.ts'

/**
 * Longer than a mail needs to be handed over: if it is not, the try is over by then. After that the
 * next mail has its turn, and the answer to this one is waited for beside it.
 */
const PATIENCE_MS = LONGEST_HAND_OVER_MS + 5_000
/**
 * How long a process may be at one mail before another takes it over: twice its patience and more, so
 * that who is only slow has ended the try, or said that it goes on with it, long before. Whoever died
 * holds a mail up no longer than that.
 */
const LEASE_MS = 3 * 60_000
/** The same, once only the answer is waited for: longer than that can last. */
const ANSWER_LEASE_MS = LONGEST_TRY_MS + 2 * 60_000
/** Mails of one look: the next look follows in seconds. */
const AT_ONCE = 50

/** How the sender waits: what stops it, and where it leaves a mail whose answer is slow. */
export type Waiting = {
  readonly stopping: AbortSignal
  /** Sees to it that such a mail is waited for. */
  readonly aside: (slow: Promise<unknown>) => void
  /** How long the next mail waits at most for one before it. */
  readonly patienceMs?: number
}

/**
 * Sends the mails that are due, one after the other. A mail counts as sent once the mail server has
 * said so and that is stored: a process that dies in between has it sent once more, under the same
 * Message-ID. Where the mail server cannot be reached the rest waits for the next look, and so does
 * what a stop breaks off. Where it takes a mail and does not say so, the next one has its turn
 * meanwhile. Nothing is done where the installation sends no mail. Returns how many were sent.
 */
export async function sendDueMails(deps: Deps, waiting: Waiting): Promise<number> {
  const { mail } = deps
  if (mail === null) return 0
  let sent = 0
  for (let turn = 0; turn < AT_ONCE && !waiting.stopping.aborted; turn += 1) {
    const message = await claimOne(deps)
    if (message === null) break
    const ending = await sendPatiently(deps, mail, message, waiting)
    if (ending === 'sent') sent += 1
    if (ending === 'unreachable') break
  }
  return sent
}

async function claimOne(deps: Deps): Promise<MessageRow | null> {
  const now = instant(deps.clock)
  const [message] = await deps.database.write((tx) =>
    claimDue(tx, 'outbox', {
      worker: deps.newId(),
      now,
      leaseUntil: afterMs(now, LEASE_MS),
      limit: 1,
    }),
  )
  return message ?? null
}

async function sendPatiently(
  deps: Deps,
  mail: MailGateway,
  message: MessageRow,
  { stopping, aside, patienceMs = PATIENCE_MS }: Waiting,
): Promise<Ending | 'slow'> {
  const sending = sendOne(deps, mail, message, stopping)
  const ending = await within(patienceMs, sending)
  if (ending === 'slow') {
    aside(sending)
    await holdOn(deps, message)
  }
  return ending
}

async function holdOn(deps: Deps, message: MessageRow): Promise<void> {
  const until = afterMs(instant(deps.clock), ANSWER_LEASE_MS)
  await deps.database.write((tx) => prolongLease(tx, 'outbox', message, until))
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

/** `unneeded`: there is nobody to tell, or nothing left to tell. */
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
