import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import { appendLines, readLastLines, readLines } from '#app/gateways/head-file.server.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { findSeal } from '#db/queries/audit-seal.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  type Reading,
  readHeads,
  type SignedHead,
  signOf,
  standingHeads,
  trailHeads,
} from './verify-trail.server.ts'

/** How the newest heads that are kept elsewhere compare with the trail. */
export type KeptHead =
  /** Nobody has written the file yet: the first head comes within the hour. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable' }
  /** It has lines, and not one was signed with this installation's root secret. */
  | { readonly kind: 'not_ours' }
  | { readonly kind: 'fits'; readonly at: Instant }
  /** `cut`: the chain ends before it. `rewritten`: another link stands there. */
  | {
      readonly kind: 'cut' | 'rewritten'
      readonly centre: CentreId
      readonly seq: number
      readonly at: Instant
    }

type HeadFileRefusal = { readonly code: 'audit_head_unreadable'; readonly file: string }

/** Enough for the newest head of some thousand centres. */
const TAIL_BYTES = 1_048_576

/**
 * Compares the newest head of every centre with the link that stands in its place: a look-up per
 * centre, however long the trail is. `audit verify` walks all of it. A line that a crash cut off, or
 * that somebody else wrote, is passed over as long as one of ours is left.
 */
export async function compareKeptHead(deps: Reading, file: string): Promise<KeptHead> {
  const lines = await readLastLines(file, TAIL_BYTES)
  if (lines === 'missing' || lines === 'unreadable') return { kind: lines }
  const heads = standingHeads(readHeads(deps, lines).heads)
  const newest = furthest(heads)
  if (newest.size === 0) return { kind: lines.length === 0 ? 'missing' : 'not_ours' }
  for (const head of newest.values()) {
    const what = await wrongWithHead(deps, head)
    if (what !== null) return { kind: what, centre: head.centre, seq: head.seq, at: head.at }
  }
  const at = [...newest.values()].reduce(
    (last, one) => (one.at > last ? one.at : last),
    '' as Instant,
  )
  return { kind: 'fits', at }
}

/** Of every centre: not the last, since whoever may append can put an old line behind it. */
function furthest(heads: readonly SignedHead[]): ReadonlyMap<CentreId, SignedHead> {
  const found = new Map<CentreId, SignedHead>()
  for (const head of heads) {
    if (head.seq >= (found.get(head.centre)?.seq ?? 0)) found.set(head.centre, head)
  }
  return found
}

/**
 * A person says that the trail rightly does not reach up to the heads kept elsewhere: an older backup
 * was put back. For every chain that does not fit, the file gets a signed line that says up to where
 * the earlier heads still count; no line is removed, and the trail notes it. Returns for how many.
 * Refused: `forbidden`, `audit_head_unreadable`.
 */
export async function acceptHead(
  ctx: Context,
  file: string,
): Promise<Result<number, Forbidden | HeadFileRefusal>> {
  const permit = authorize(ctx.actor, 'installation.maintain', null)
  if (!permit.ok) return permit
  const lines = await readLines(file)
  if (lines === null) return err({ code: 'audit_head_unreadable', file })
  const signed = readHeads(ctx, lines).heads
  const heads = standingHeads(signed)
  const broken = await brokenChains(ctx, heads)
  // as the start reads it, which looks at the end of the file only
  const isOurs = (await compareKeptHead(ctx, file)).kind !== 'not_ours'
  if (broken.size === 0 && isOurs) return ok(0)
  const noted = await transact(ctx, permit.value, INSTALLATION, async () => {
    const event = { event: 'trail_break_accepted', count: broken.size } as const
    return ok({ value: null, events: [event] })
  })
  if (!noted.ok) return noted
  await appendLines(file, await acceptances(ctx, broken, signed.at(-1)?.sign ?? null))
  return ok(Math.max(1, broken.size))
}

/** Of every chain that does not fit its newest head: the last head that does; 0: none. */
async function brokenChains(
  deps: Reading,
  heads: readonly SignedHead[],
): Promise<ReadonlyMap<CentreId, number>> {
  const broken = new Map<CentreId, number>()
  for (const centre of new Set(heads.map((head) => head.centre))) {
    const own = heads.filter((head) => head.centre === centre).toReversed()
    const fitting = await firstFitting(deps, own)
    if (fitting !== own[0]) broken.set(centre, fitting?.seq ?? 0)
  }
  return broken
}

async function firstFitting(
  deps: Reading,
  newestFirst: readonly SignedHead[],
): Promise<SignedHead | null> {
  for (const head of newestFirst) if ((await wrongWithHead(deps, head)) === null) return head
  return null
}

async function acceptances(
  ctx: Context,
  broken: ReadonlyMap<CentreId, number>,
  after: string | null,
): Promise<readonly string[]> {
  const now = await trailHeads(ctx)
  let prev = after
  const at = instant(ctx.clock)
  // a chain that is gone altogether has no end to sign
  const gone = [...broken.keys()]
    .filter((centre) => !now.some((head) => head.centre === centre))
    .map((centre) => ({ at, centre, seq: 0, hmac: '' }))
  return [...now, ...gone].map(({ at: made, centre, seq, hmac }) => {
    const keeps = broken.get(centre)
    const head = { at: made, centre, seq, hmac, prev, ...(keeps === undefined ? {} : { keeps }) }
    const sign = signOf(ctx, head)
    prev = sign
    return JSON.stringify({ ...head, sign })
  })
}

async function wrongWithHead(
  { database }: Reading,
  { centre, seq, hmac }: SignedHead,
): Promise<'cut' | 'rewritten' | null> {
  if (seq === 0) return null
  const link = await findSeal(database.db, centre, seq)
  if (link === null) return 'cut'
  return link.hmac === hmac ? null : 'rewritten'
}
