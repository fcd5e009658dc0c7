import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { School } from '#app/domain/school/school.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { ownerHasAccount, schoolHasAccount } from '#db/queries/account.server.ts'
import { type CentreRow, findCentre } from '#db/queries/centre.server.ts'
import type { Context } from '../context.server.ts'

export type SeatPermit = Permit<'seat.decide'> | Permit<'seat.enter_for_school'>

/** Somebody else decides on seats of this kind, and has an account to do it with. */
export type DecidedElsewhere = {
  readonly code: 'school_enters_own_seats' | 'owner_enters_own_seats'
}

/** Who decides how many seats of a kind there are: what the centre has set. */
function deciderOf(
  centre: Pick<CentreRow, 'support_decided_by' | 'regular_decided_by'>,
  kind: SeatKind,
): 'school' | 'owner' {
  return kind === 'support' ? centre.support_decided_by : centre.regular_decided_by
}

/**
 * The permits to decide on seats of some kinds at a school: for whom the centre has named for the
 * kind, or for a counsellor instead of somebody without an account. Refused when one of them is:
 * `forbidden`, {@link DecidedElsewhere}.
 */
export async function permitsToDecide(
  ctx: Context,
  centreId: CentreId,
  school: Pick<School, 'number' | 'ownerNumber'>,
  kinds: readonly SeatKind[],
): Promise<
  Result<
    { readonly first: SeatPermit; readonly ofKind: ReadonlyMap<SeatKind, SeatPermit> },
    Forbidden | DecidedElsewhere
  >
> {
  const ofKind = new Map<SeatKind, SeatPermit>()
  for (const [kind, permit] of await permitOfEach(ctx, centreId, school, kinds)) {
    if (!permit.ok) return permit
    ofKind.set(kind, permit.value)
  }
  const [first] = ofKind.values()
  if (first === undefined) throw new Error('A command without a kind of seat decides nothing')
  return ok({ first, ofKind })
}

/** Those of the kinds of seat at a school on which this person decides, or which it enters for others. */
export async function kindsDecided(
  ctx: Context,
  centreId: CentreId,
  school: Pick<School, 'number' | 'ownerNumber'>,
  kinds: readonly SeatKind[],
): Promise<readonly SeatKind[]> {
  const permits = await permitOfEach(ctx, centreId, school, kinds)
  return permits.flatMap(([kind, permit]) => (permit.ok ? [kind] : []))
}

async function permitOfEach(
  ctx: Context,
  centreId: CentreId,
  school: Pick<School, 'number' | 'ownerNumber'>,
  kinds: readonly SeatKind[],
) {
  const centre = await findCentre(ctx.database.db, centreId)
  const permits: (readonly [SeatKind, Awaited<ReturnType<typeof permitFor>>])[] = []
  for (const kind of kinds) {
    const decidedBy = centre === null ? 'school' : deciderOf(centre, kind)
    permits.push([kind, await permitFor(ctx, { centreId, school, decidedBy })])
  }
  return permits
}

async function permitFor(
  ctx: Context,
  {
    centreId,
    school,
    decidedBy,
  }: {
    readonly centreId: CentreId
    readonly school: Pick<School, 'number' | 'ownerNumber'>
    readonly decidedBy: 'school' | 'owner'
  },
): Promise<Result<SeatPermit, Forbidden | DecidedElsewhere>> {
  const { number: schoolNumber, ownerNumber } = school
  const facts = { centreId, schoolNumber, ownerNumber, decidedBy }
  const own = authorize(ctx.actor, 'seat.decide', facts)
  if (own.ok) return own
  const instead = authorize(ctx.actor, 'seat.enter_for_school', facts)
  if (!instead.ok) return instead
  const { db } = ctx.database
  const now = instant(ctx.clock)
  if (decidedBy === 'school') {
    return (await schoolHasAccount(db, schoolNumber, now))
      ? err({ code: 'school_enters_own_seats' })
      : instead
  }
  return (await ownerHasAccount(db, centreId, ownerNumber, now))
    ? err({ code: 'owner_enters_own_seats' })
    : instead
}
