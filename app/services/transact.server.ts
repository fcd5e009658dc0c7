import { type AuditEvent, casesOf, factsOf } from '#app/audit/events.ts'
import type { DraftPlace } from '#app/domain/draft/draft.ts'
import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { type Action, centresOf, type Permit } from '#app/policy/policy.ts'
import { type Actor, ROLES } from '#app/policy/roles.ts'
import { recordAudit } from '#db/queries/audit.server.ts'
import { claimCommand, findAnswer, finishCommand } from '#db/queries/command.server.ts'
import { deleteDraft, lockDraft } from '#db/queries/draft.server.ts'
import { takenBack } from '#db/savepoint.server.ts'
import { INSTALLATION, type Tx } from '#db/schema.ts'
import type { Context } from './context.server.ts'
import { forgetDraftKeys } from './draft/forget-draft-keys.server.ts'

/** What a piece of work changed: the caller's value (ids only: it is kept), and the trail's lines. */
export type Change<T> = {
  readonly value: T
  readonly events: readonly [AuditEvent, ...AuditEvent[]]
}

/**
 * The only way to write. Takes proof that the policy said yes, runs the work in one transaction,
 * and stores the audit entries in that same transaction: either all of it happened or none did.
 * A refusal rolls back, like a throw, but comes back as the value it is.
 *
 * A request that carries an idempotency key happens once: sent again, it answers with the value
 * of the first time and changes nothing. The draft of the form that was sent goes in the same
 * transaction, and its key after it.
 *
 * Do no network calls inside: SQLite has one writer, and everyone would wait for your socket.
 */
export async function transact<Outcome extends Result<Change<unknown>, unknown>>(
  ctx: Context,
  permit: Permit,
  centreId: CentreId,
  work: (tx: Tx) => Promise<Outcome>,
): Promise<Result<ValueOf<Outcome>, RefusalOf<Outcome>>> {
  let gone: readonly DraftPlace[] = []
  try {
    const value = await ctx.database.write(async (tx) => {
      await lockDraftOfForm(ctx, tx)
      const command = commandOf(ctx, permit, centreId)
      if (command !== null) {
        const earlier = await claimCommand(tx, command)
        if (earlier !== null) return JSON.parse(earlier) as ValueOf<Outcome>
      }
      const outcome = await work(tx)
      if (!outcome.ok) throw new Rollback(outcome.error)
      await recordAudit(tx, entriesOf(ctx, permit, centreId, outcome.value.events))
      gone = await deleteDraftOfForm(ctx, tx)
      if (command !== null) await finishCommand(tx, command, JSON.stringify(outcome.value.value))
      return outcome.value.value as ValueOf<Outcome>
    })
    await forgetDraftKeys(ctx, gone)
    return ok(value)
  } catch (thrown) {
    if (thrown instanceof Rollback) return err(thrown.refusal as RefusalOf<Outcome>)
    throw thrown
  }
}

/**
 * What `work` answers; when it refuses, what this very form answered when it was sent before. Needed
 * where the first time takes the right or the case away: a double click on "zuweisen" is not told
 * "forbidden", not even when the first is stored while the second is being looked at.
 */
export async function answeredOnce<T, E>(
  ctx: Context,
  action: Action,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E>> {
  const outcome = await work()
  if (outcome.ok || ctx.idempotencyKey === null) return outcome
  const id = commandId(ctx, action, ctx.idempotencyKey)
  const centres = [INSTALLATION, ...centresOf(ctx.actor, ROLES)]
  const answer = await findAnswer(ctx.database.db, centres, id)
  return answer === null ? outcome : ok(JSON.parse(answer) as T)
}

/** Whether this very form has done already what it is for: then there is nothing left to keep of it. */
export async function isDone(ctx: Context, tx: Tx, action: Action): Promise<boolean> {
  if (ctx.idempotencyKey === null) return false
  const id = commandId(ctx, action, ctx.idempotencyKey)
  return (await findAnswer(tx, centresOf(ctx.actor, ROLES), id)) !== null
}

/**
 * Writes down that somebody looked, before anything is sent: a page whose trail cannot be written
 * is not shown (P11).
 */
export async function recordRead(
  ctx: Context,
  permit: Permit,
  centreId: CentreId,
  event: AuditEvent,
): Promise<void> {
  await ctx.database.write((tx) => recordAudit(tx, entriesOf(ctx, permit, centreId, [event])))
}

/**
 * Writes down which children stood on a list, before it is sent (P11). A list on which nobody stood told
 * of nobody, and there is nothing to write (docs/decisions/0036). Not for lists that can be searched:
 * that somebody asked for a name, and found nobody, is a look by itself.
 */
export async function recordListRead(
  ctx: Context,
  permit: Permit,
  centreId: CentreId,
  seen: Omit<Extract<AuditEvent, { readonly event: 'list_viewed' }>, 'event'>,
): Promise<void> {
  if (seen.caseIds.length === 0) return
  await recordRead(ctx, permit, centreId, { event: 'list_viewed', ...seen })
}

/**
 * The work of {@link transact}, statement for statement and with its commit, of which nothing stays:
 * for a door that must not tell by how long it takes whether there is somebody behind it (P8, P10).
 */
export async function actAsIf(
  ctx: Context,
  permit: Permit,
  centreId: CentreId,
  work: (tx: Tx) => Promise<readonly AuditEvent[]>,
): Promise<void> {
  await ctx.database.write((tx) =>
    takenBack(tx, async () => recordAudit(tx, entriesOf(ctx, permit, centreId, await work(tx)))),
  )
}

type ValueOf<O> = O extends { readonly ok: true; readonly value: Change<infer T> } ? T : never
type RefusalOf<O> = O extends { readonly ok: false; readonly error: infer E } ? E : never

async function lockDraftOfForm({ actor, draft }: Context, tx: Tx): Promise<void> {
  if (draft === undefined || actor.kind !== 'staff') return
  await lockDraft(tx, { ...draft, accountId: actor.accountId })
}

async function deleteDraftOfForm(
  { actor, draft }: Context,
  tx: Tx,
): Promise<readonly DraftPlace[]> {
  if (draft === undefined || actor.kind !== 'staff') return []
  return deleteDraft(tx, { ...draft, accountId: actor.accountId })
}

function entriesOf(
  ctx: Context,
  permit: Permit,
  centreId: CentreId,
  events: readonly AuditEvent[],
) {
  return events.map((event) => ({
    id: ctx.newId(),
    centreId,
    at: instant(ctx.clock),
    accountId: ctx.actor.kind === 'staff' ? ctx.actor.accountId : null,
    role: permit.role,
    action: permit.action,
    requestId: ctx.requestId,
    event: event.event,
    facts: JSON.stringify(factsOf(event)),
    caseIds: casesOf(event),
  }))
}

function commandOf(ctx: Context, permit: Permit, centreId: CentreId) {
  if (ctx.idempotencyKey === null) return null
  return {
    centreId,
    id: commandId(ctx, permit.action, ctx.idempotencyKey),
    actorId: actorId(ctx.actor),
    action: permit.action,
    doneAt: instant(ctx.clock),
  }
}

function commandId(ctx: Context, action: Action, key: string): string {
  return ctx.keyed('command', `${actorId(ctx.actor)}|${action}|${key}`)
}

function actorId(actor: Actor): string {
  if (actor.kind === 'staff') return actor.accountId
  return actor.kind === 'family' ? actor.caseId : 'system'
}

class Rollback extends Error {
  readonly refusal: unknown
  constructor(refusal: unknown) {
    super('rolled back')
    this.refusal = refusal
  }
}
