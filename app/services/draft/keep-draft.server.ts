import {
  DRAFT_HOURS,
  type DraftField,
  type DraftSlot,
  type TypedAt,
} from '#app/domain/draft/draft.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { findCase } from '#db/queries/case.server.ts'
import { lockChildChanges } from '#db/queries/child.server.ts'
import {
  deleteDraft,
  findDraft,
  insertDraft,
  lockDraft,
  overwriteDraft,
} from '#db/queries/draft.server.ts'
import type { Row, Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { draftSubject } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { isDone, transact } from '../transact.server.ts'
import { type DraftContent, openDraft, sealDraft } from './draft-content.server.ts'
import { type Drafting, type DraftRefusal, draftingOf, draftKey } from './drafting.server.ts'

/** What came of keeping a draft; `sent`: this very form has been saved, nothing is left to keep. */
type Kept = 'kept' | 'sent'

/** Two windows of one person may begin the same draft at once: the second then overwrites. */
const TRIES = 3

/**
 * Keeps what a person has typed into a form and not sent, sealed, for 24 hours: in the place of what
 * was kept of this form before. Nothing is checked and nothing else changes. The trail says that a
 * draft was begun; that it goes on is not worth a line every half minute (decision 0026). Refused, as
 * the form itself: `case_not_found`, `forbidden`.
 */
export async function keepDraft(ctx: Context, draft: Keeping): Promise<Result<Kept, DraftRefusal>> {
  const drafting = await draftingOf(ctx, draft)
  if (!drafting.ok) return drafting
  for (let tries = 0; tries < TRIES; tries += 1) {
    const kept = await keepOnce(ctx, drafting.value, draft)
    if (kept !== null) return kept
  }
  throw new Error('A draft could neither be begun nor overwritten')
}

/** `order`: when it was typed, in the order of its page; without it the page does not say. */
type Keeping = DraftSlot & {
  readonly fields: readonly DraftField[]
  readonly order?: number | null
}

/** No request is under way longer than this; what is older was typed on a clock since put back. */
const LATE_MS = 120_000

/** Null: another window was faster, try again. */
async function keepOnce(
  ctx: Context,
  drafting: Drafting,
  draft: Keeping,
): Promise<Result<Kept, DraftRefusal> | null> {
  const { accountId, centreId } = drafting
  const before = await findDraft(ctx.database.db, [centreId], { ...draft, accountId })
  const key = before === null ? null : await draftKey(ctx, drafting, before.id)
  if (before === null || key === null) return begin(ctx, drafting, draft, before?.id ?? null)
  const row = { ...before, ...content(ctx, key, before, draft) }
  const owner = { ...draft, accountId }
  const done = await ctx.database.write(async (tx): Promise<Kept | 'gone'> => {
    await lockDraft(tx, owner)
    if (await isDone(ctx, tx, drafting.permit.action)) return 'sent'
    const now = await findDraft(tx, [centreId], owner)
    if (now === null || now.id !== row.id) return 'gone'
    if (isOlderThan(openDraft(key, now), typedAt(ctx, draft))) return 'kept'
    return (await overwriteDraft(tx, row)) ? 'kept' : 'gone'
  })
  return done === 'gone' ? null : ok(done)
}

/** What of one page was typed later has arrived already. */
function isOlderThan(kept: DraftContent | null, typed: TypedAt | null): boolean {
  if (kept?.typedAt == null || typed === null || kept.typedAt.page !== typed.page) return false
  const behindMs = kept.typedAt.order - typed.order
  return behindMs > 0 && behindMs < LATE_MS
}

/** A page is known by the key its form is sent with. */
function typedAt({ idempotencyKey }: Context, { order = null }: Keeping): TypedAt | null {
  return idempotencyKey === null || order === null ? null : { page: idempotencyKey, order }
}

/** `unreadable`: the id of a draft that is there and whose key was destroyed; it makes room. */
async function begin(
  ctx: Context,
  drafting: Drafting,
  draft: Keeping,
  unreadable: string | null,
): Promise<Result<Kept, DraftRefusal> | null> {
  const { accountId, centreId, childId, permit } = drafting
  const { form, caseId } = draft
  const place = { centre_id: centreId, id: ctx.newId() }
  const key = childId === null ? await ownKey(ctx, place) : await draftKey(ctx, drafting, '')
  if (key === null) return err({ code: 'case_not_found' })
  const row: Row<'draft'> = {
    ...place,
    ...{ account_id: accountId, case_id: caseId, form },
    ...content(ctx, key, place, draft),
  }
  // without the form's own key: that is for when the form is sent
  const unkeyed: Context = { ...ctx, idempotencyKey: null }
  const begun = await transact(unkeyed, permit, centreId, async (tx) => {
    await lockDraft(tx, { form, caseId, accountId })
    if (await isDone(ctx, tx, permit.action)) return err({ code: 'sent' })
    return add(tx, row, unreadable)
  })
  if (begun.ok) return ok('kept')
  if (childId === null) await ctx.keys.destroy([draftSubject({ centreId, id: place.id })])
  const { code } = begun.error
  if (code === 'case_not_found') return err({ code })
  return code === 'sent' ? ok('sent') : null
}

async function add(tx: Tx, row: Row<'draft'>, unreadable: string | null) {
  const { centre_id: centreId, case_id: caseId, account_id: accountId, form } = row
  // an erasure of the child comes wholly before or wholly after
  await lockChildChanges(tx)
  if (caseId !== null && (await findCase(tx, [centreId], caseId)) === null) {
    return err({ code: 'case_not_found' })
  }
  const owner = { form, caseId, accountId }
  const before = await findDraft(tx, [centreId], owner)
  if (before !== null && before.id === unreadable) await deleteDraft(tx, owner)
  if (!(await insertDraft(tx, row))) return err({ code: 'begun_elsewhere' })
  const caseIds = caseId === null ? [] : [caseId]
  return ok({ value: null, events: [{ event: 'draft_kept', form, caseIds }] as const })
}

async function ownKey(
  ctx: Context,
  { centre_id, id }: Pick<Row<'draft'>, 'centre_id' | 'id'>,
): Promise<SubjectKey | null> {
  const subject = draftSubject({ centreId: centre_id, id })
  const [key] = await ctx.keys.create([subject], instant(ctx.clock))
  return key ?? null
}

function content(
  ctx: Context,
  key: SubjectKey,
  place: Pick<Row<'draft'>, 'centre_id' | 'id'>,
  draft: Keeping,
) {
  const now = instant(ctx.clock)
  return {
    sealed: sealDraft(key, place, { fields: draft.fields, typedAt: typedAt(ctx, draft) }),
    saved_at: now,
    kept_until: addHours(now, DRAFT_HOURS),
  }
}
