import {
  audienceOf,
  DESKS,
  type NoticeAudience,
  nextTryAt,
} from '#app/domain/notice/desk-notice.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { type Delivery, LONGEST_TRY_MS, type MailGateway } from '#app/gateways/mail.server.ts'
import { noticeMail } from '#app/gateways/notice-mail.ts'
import { findAccount } from '#db/queries/account.server.ts'
import { refusesMail, type Unread } from '#db/queries/desk-notice.server.ts'
import { claimDue, finishLeased, type Outcome } from '#db/queries/lease.server.ts'
import type { MessageRow } from '#db/queries/outbox.server.ts'
import type { Deps } from '../context.server.ts'
import { waitingFor } from './unreached.server.ts'

/** How long a process may be at one mail before another takes it over: longer than a try can last. */
const LEASE_HOURS = (LONGEST_TRY_MS + 5 * 60_000) / 3_600_000
/** Mails of one look: the next look follows in seconds. */
const AT_ONCE = 50

/**
 * Sends the mails that are due, one after the other. A mail counts as sent once the mail server has
 * said so and that is stored: a process that dies in between has it sent once more, under the same
 * Message-ID. Where the mail server cannot be reached the rest waits for the next look, and so does
 * what a stop breaks off. Nothing is done where the installation sends no mail. Returns how many were
 * sent.
 */
export async function sendDueMails(deps: Deps, stopping: AbortSignal): Promise<number> {
  const { mail } = deps
  if (mail === null) return 0
  let sent = 0
  for (let turn = 0; turn < AT_ONCE && !stopping.aborted; turn += 1) {
    const message = await claimOne(deps)
    if (message === null) break
    const delivery = await deliver(deps, mail, message, stopping)
    await settle(deps, message, delivery)
    if (delivery === 'sent') sent += 1
    if (delivery === 'unreachable') break
  }
  return sent
}

async function claimOne(deps: Deps): Promise<MessageRow | null> {
  const now = instant(deps.clock)
  const [message] = await deps.database.write((tx) =>
    claimDue(tx, 'outbox', {
      worker: deps.newId(),
      now,
      leaseUntil: addHours(now, LEASE_HOURS),
      limit: 1,
    }),
  )
  return message ?? null
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
