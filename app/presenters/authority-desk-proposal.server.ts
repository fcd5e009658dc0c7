import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { DeviationReason } from '#app/domain/case/reasons.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { countSeats, daysOfHold, endsSoon, isLive } from '#app/domain/seat/seat-entry.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import type { Reason } from '#app/domain/suggestion/reason.ts'
import { type CalendarDate, type Instant, instant, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  type SuggestedForCase,
  suggestForCase,
} from '#app/services/suggestion/suggest-for-case.server.ts'
import { openReason } from '#db/queries/case.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { findPool, tallyEntries, toSeatPool } from '#db/queries/seat.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import {
  type KnownOfCentre,
  type OtherSchool,
  otherSchools,
  type RegularSeats,
  regularSeatsAt,
} from './authority-desk-seats.server.ts'

/** The school of a child with its seats. */
export type SchoolOfChild = {
  readonly school: {
    readonly number: SchoolNumber
    readonly name: string
    readonly form: SchoolForm
  }
  readonly pool: {
    readonly kind: SeatKind
    readonly gradeFrom: number
    readonly gradeTo: number
    readonly decided: number
    /** Besides the one held or kept for this child. */
    readonly free: number
  }
  /** Regular places in the same grade; null: the school has reported none. */
  readonly regular: RegularSeats | null
}

/** A proposal as the authority weighs it: the school, its seats, and what speaks for it. */
export type ShownProposal = SchoolOfChild & {
  /**
   * The regular place for later: whether one is held for this child, and from when it is needed. Null
   * where the centre looks for none, and once the hold has run out.
   */
  readonly later: { readonly isKept: boolean; readonly from: CalendarDate } | null
  /** The estimated way; null without an address that may be shown. */
  readonly wayMetres: number | null
  readonly reasons: readonly Reason[]
  /** Why it is not the first of the list; null when it was. */
  readonly deviation: { readonly code: DeviationReason; readonly sentence: string } | null
  readonly proposedOn: CalendarDate
  readonly holdUntil: Instant
  /** In how many days a hold that is about to run out does; null: it is not, or has done so. */
  readonly endsInDays: number | null
  /** The next schools of the list, two at most. */
  readonly others: readonly OtherSchool[]
  readonly canAdmitAt: Instant | null
}

type Proposed = Extract<PupilCase, { readonly stage: 'proposed' }>

/** How many seats are left stands beside the school; a way tells where the family lives. */
const SEAT_REASONS: readonly Reason['kind'][] = ['seats_free', 'last_seat']
const WAY_REASONS: readonly Reason['kind'][] = ['nearest', 'way_short', 'way_long', 'way_unknown']

/** How many other schools stand beside the proposed one. */
const OTHERS = 2

/**
 * The proposal of a case, its reasons as they stand today; `known` is what a page with many proposals
 * has read for all of them, `opened` the child as it has opened it. The caller has authorised.
 */
export async function shownProposal(
  ctx: Context,
  pupilCase: Proposed,
  known: KnownOfCentre,
  opened?: Child,
): Promise<ShownProposal> {
  const { proposal, recommendation } = pupilCase
  const found = await suggestForCase(ctx, pupilCase, known.seats, opened)
  const { grade } = recommendation
  const at = await schoolOfChild(ctx, { ...pupilCase, seat: proposal, grade }, known)
  const now = instant(ctx.clock)
  return {
    ...at,
    later: laterOf(pupilCase, known, found, now),
    ...reasonsFor(pupilCase, found),
    deviation: await deviationOf(ctx, pupilCase, known),
    proposedOn: proposal.proposedOn,
    holdUntil: proposal.holdUntil,
    endsInDays: endsInDays(proposal.holdUntil, now, today(ctx.clock)),
    others: otherSchools(ctx, known, found, {
      ...{ grade, except: at.school.number, atMost: OTHERS },
    }),
    canAdmitAt: proposal.canAdmitAt,
  }
}

type WithSeat = Pick<PupilCase, 'id' | 'centreId'> & {
  readonly seat: Pick<Proposed['proposal'], 'schoolNumber' | 'poolId'>
  readonly grade: number
}

/** The school at which a child has a seat, and how many there are. The caller has authorised. */
export async function schoolOfChild(
  ctx: Context,
  of: WithSeat,
  known: KnownOfCentre,
): Promise<SchoolOfChild> {
  const { school, row, entries } = await seatOf(ctx, of, known)
  const now = instant(ctx.clock)
  const { decided, free } = countSeats(toSeatPool(row), entries, now)
  return {
    school: { number: school.number, name: school.shortName, form: school.form },
    pool: { kind: row.kind, gradeFrom: row.grade_from, gradeTo: row.grade_to, decided, free },
    regular: regularSeatsAt(known, school, of.grade, now),
  }
}

function laterOf(
  { id, proposal }: Proposed,
  { seats: { own, secondSeat } }: KnownOfCentre,
  { regularFrom: from }: SuggestedForCase,
  now: Instant,
): ShownProposal['later'] {
  if (secondSeat === 'off' || proposal.holdUntil <= now) return null
  const isKept = own.some(
    (entry) => entry.caseId === id && entry.kind === 'regular' && isLive(entry, now),
  )
  return { isKept, from }
}

/** The school and its pool; looked up by themselves where they are not of this year or this area. */
async function seatOf(
  { database: { db }, clock }: Context,
  { id, centreId, seat: { schoolNumber, poolId } }: WithSeat,
  { seats: { schools, pools, tallies, own } }: KnownOfCentre,
) {
  // of a child that was placed last school year and carried over the seat of this one
  const seats = own.filter(({ caseId, kind }) => caseId === id && kind === 'support')
  const carried = pools.find((one) => seats.some((seat) => seat.poolId === one.id))
  const pool = carried ?? pools.find((one) => one.id === poolId)
  const school =
    schools.find(({ number }) => number === schoolNumber) ?? (await findSchool(db, schoolNumber))
  const row = pool ?? (await findPool(db, centreId, poolId, { day: today(clock) }))
  if (school === null || row === null) throw new Error(`Case ${id} has no such seat`)
  const entries = pool === undefined ? await tallyEntries(db, centreId, [poolId]) : tallies
  return { school, row, entries }
}

/** Without an address to show there are no ways: those left out under a lock would tell of it. */
function reasonsFor(
  { proposal: { schoolNumber } }: Proposed,
  { suggestions, address }: SuggestedForCase,
): Pick<ShownProposal, 'reasons' | 'wayMetres'> {
  const suggested = suggestions.suggested.find(({ number }) => number === schoolNumber)
  const hidden = address === null ? [...SEAT_REASONS, ...WAY_REASONS] : SEAT_REASONS
  return {
    reasons: (suggested?.reasons ?? []).filter(({ kind }) => !hidden.includes(kind)),
    wayMetres: address === null ? null : (suggested?.wayMetres ?? null),
  }
}

async function deviationOf(
  ctx: Context,
  { id, centreId, childId }: Proposed,
  { proposals, keys }: KnownOfCentre,
): Promise<ShownProposal['deviation']> {
  const event = proposals.get(id)
  if (event === undefined) return null
  const key = keys.get(childId) ?? (await childKey(ctx.database.db, ctx.keys, centreId, childId))
  const reason = openReason(key, event)
  if (reason === null || reason.sentence === null) return null
  // the row of a proposal carries no other reason than that of a deviation
  return { code: reason.code as DeviationReason, sentence: reason.sentence }
}

function endsInDays(until: Instant, now: Instant, day: CalendarDate): number | null {
  return until > now && endsSoon(until, day) ? daysOfHold(until, day) : null
}
