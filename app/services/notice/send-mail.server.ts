import type { AccountId } from '#app/domain/ids.ts'
import {
  audienceOf,
  DESKS,
  type DeskNoticeKind,
  type NoticeAudience,
  nextTryAt,
} from '#app/domain/notice/desk-notice.ts'
import { addHours, instant } from '#app/domain/time.ts'
import type { Delivery, MailGateway } from '#app/gateways/mail.server.ts'
import { noticeMail } from '#app/gateways/notice-mail.ts'
import { type AccountRow, findAccount } from '#db/queries/account.server.ts'
import { findCase } from '#db/queries/case.server.ts'
import { listUnreadKinds, refusesMail } from '#db/queries/desk-notice.server.ts'
import { claimDue, finishLeased, type Outcome } from '#db/queries/lease.server.ts'
import type { MessageRow } from '#db/queries/outbox.server.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { childKey, openRecord } from '#db/sealing/records.server.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import type { Deps } from '../context.server.ts'
import type { MailRecord } from './tell.server.ts'

/** How long a process may be at one mail before another takes it over, in hours; a try takes half a minute. */
const LEASE_HOURS = 5 / 60
/** Mails of one look: the next look follows in seconds. */
const AT_ONCE = 50

/**
 * Sends the mails that are due, one after the other. A mail counts as sent once the mail server has
 * said so and that is stored: a process that dies in between has it sent once more, under the same
 * Message-ID. Where the mail server cannot be reached the rest waits for the next look. Nothing is
 * done where the installation sends no mail. Returns how many were sent.
 */
export async function sendDueMails(deps: Deps, stopping: AbortSignal): Promise<number> {
  const { mail } = deps
  if (mail === null) return 0
  let sent = 0
  for (let turn = 0; turn < AT_ONCE && !stopping.aborted; turn += 1) {
    const message = await claimOne(deps)
    if (message === null) break
    const delivery = await deliver(deps, mail, message)
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

async function deliver(deps: Deps, mail: MailGateway, message: MessageRow): Promise<Ending> {
  const to = await recipientOf(deps, message)
  if (to === null) return 'never'
  const account = await findAccount(deps.database.db, to)
  if (account === null || !(await wantsMail(deps, account))) return 'unneeded'
  const desks = desksOf(await listUnreadKinds(deps.database.db, to))
  if (desks.length === 0) return 'unneeded'
  const links = desks.map((desk) => `${deps.origin}${DESKS[desk]}`)
  return mail.send({
    messageId: `<${message.id}@${new URL(deps.origin).hostname}>`,
    to: account.email,
    ...noticeMail(links),
  })
}

/** To whom the envelope says it goes; null where it does not open any more. */
async function recipientOf(deps: Deps, message: MessageRow): Promise<AccountId | null> {
  const { database, keys } = deps
  const { centre_id: centreId, case_id: caseId, id, sealed } = message
  const found = caseId === null ? null : await findCase(database.db, [centreId], caseId)
  if (found === null) return null
  try {
    const key = await childKey(database.db, keys, centreId, found.pupilCase.childId)
    return openRecord<MailRecord>(key, 'outbox', centreId, id, sealed).to
  } catch (accident) {
    if (isUnreadable(accident) || isSubjectGone(accident)) return null
    throw accident
  }
}

async function wantsMail({ database }: Deps, { id, state }: AccountRow): Promise<boolean> {
  return state === 'active' && !(await refusesMail(database.db, id))
}

function desksOf(kinds: readonly DeskNoticeKind[]): readonly NoticeAudience[] {
  return [...new Set(kinds.map(audienceOf))].toSorted()
}

async function settle(deps: Deps, message: MessageRow, ending: Ending): Promise<void> {
  const outcome = outcomeOf(deps, message, ending)
  await deps.database.write((tx) => finishLeased(tx, 'outbox', message, outcome))
  if (ending !== 'unneeded') {
    deps.log({ event: 'mail', code: `${ending} ${outcome.state}`, count: message.attempts })
  }
}

function outcomeOf({ clock }: Deps, message: MessageRow, ending: Ending): Outcome {
  if (ending === 'sent' || ending === 'unneeded') return { state: 'done' }
  if (ending === 'never') return { state: 'failed' }
  const retryAt = nextTryAt(message.attempts, message.created_at, instant(clock))
  return retryAt === null ? { state: 'failed' } : { state: 'waiting', retryAt }
}
