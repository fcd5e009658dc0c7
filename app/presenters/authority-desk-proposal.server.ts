import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { DeviationReason } from '#app/domain/case/reasons.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import type { Reason } from '#app/domain/suggestion/reason.ts'
import { type CalendarDate, type Instant, instant, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  type SchoolsWithSeats,
  suggestForCase,
} from '#app/services/suggestion/suggest-for-case.server.ts'
import { openReason } from '#db/queries/case.server.ts'
import { findProposalEvent } from '#db/queries/placement.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { findPool, tallyEntries, toSeatPool } from '#db/queries/seat.server.ts'
import { childKey } from '#db/sealing/records.server.ts'

/** A proposal as the authority weighs it: the school, its seats, and what speaks for it. */
export type ShownProposal = {
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
    /** Besides the one held for this child. */
    readonly free: number
  }
  readonly reasons: readonly Reason[]
  /** Why it is not the first of the list; null when it was. */
  readonly deviation: { readonly code: DeviationReason; readonly sentence: string } | null
  readonly proposedOn: CalendarDate
  readonly holdUntil: Instant
  readonly canAdmitAt: Instant | null
}

type Proposed = Extract<PupilCase, { readonly stage: 'proposed' }>

/** How many seats are left stands beside the school; a way tells where the family lives. */
const SEAT_REASONS: readonly Reason['kind'][] = ['seats_free', 'last_seat']
const WAY_REASONS: readonly Reason['kind'][] = ['nearest', 'way_short', 'way_long', 'way_unknown']

/**
 * The proposal of a case, its reasons as they stand today; `address` is what `addressForOthers` tells
 * of the family's, `known` what a page with many proposals has read already. The caller has authorised.
 */
export async function shownProposal(
  ctx: Context,
  pupilCase: Proposed,
  address: string | null,
  known?: SchoolsWithSeats,
): Promise<ShownProposal> {
  const { db } = ctx.database
  const { centreId, proposal } = pupilCase
  const school = await findSchool(db, proposal.schoolNumber)
  const row = await findPool(db, centreId, proposal.poolId, { day: today(ctx.clock) })
  if (school === null || row === null) throw new Error(`Case ${pupilCase.id} has no such seat`)
  const entries = await tallyEntries(db, centreId, [row.id])
  const { decided, free } = countSeats(toSeatPool(row), entries, instant(ctx.clock))
  return {
    school: { number: school.number, name: school.shortName, form: school.form },
    pool: { kind: row.kind, gradeFrom: row.grade_from, gradeTo: row.grade_to, decided, free },
    reasons: await reasonsFor(ctx, pupilCase, address, known),
    deviation: await deviationOf(ctx, pupilCase),
    proposedOn: proposal.proposedOn,
    holdUntil: proposal.holdUntil,
    canAdmitAt: proposal.canAdmitAt,
  }
}

/** Without an address to show there are no ways: those left out under a lock would tell of it. */
async function reasonsFor(
  ctx: Context,
  pupilCase: Proposed,
  address: string | null,
  known: SchoolsWithSeats | undefined,
): Promise<readonly Reason[]> {
  const { suggestions } = await suggestForCase(ctx, pupilCase, known)
  const { schoolNumber } = pupilCase.proposal
  const suggested = suggestions.suggested.find(({ number }) => number === schoolNumber)
  const hidden = address === null ? [...SEAT_REASONS, ...WAY_REASONS] : SEAT_REASONS
  return (suggested?.reasons ?? []).filter(({ kind }) => !hidden.includes(kind))
}

async function deviationOf(
  ctx: Context,
  { id, centreId, childId }: Proposed,
): Promise<ShownProposal['deviation']> {
  const event = await findProposalEvent(ctx.database.db, centreId, id)
  if (event === null) return null
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  const reason = openReason(key, event)
  if (reason === null || reason.sentence === null) return null
  // the row of a proposal carries no other reason than that of a deviation
  return { code: reason.code as DeviationReason, sentence: reason.sentence }
}
