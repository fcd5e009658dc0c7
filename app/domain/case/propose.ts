import type { AccountId, SchoolNumber, SeatEntryId, SeatPoolId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { dayOf, type Instant } from '../time.ts'
import { type CaseAt, isAt, type Proposal, type PupilCase } from './pupil-case.ts'
import type {
  DeclineReason,
  DeviationReason,
  GivenReason,
  ReasonOccasion,
  ReasonRequired,
  SendBackReason,
  StepReasonCode,
  WithdrawReason,
} from './reasons.ts'
import {
  checkDay,
  checkReason,
  coreOf,
  counselledOf,
  type DateRefusal,
  type Decided,
  type StageStep,
  type When,
  type WrongStage,
  wrongStage,
} from './transition.ts'

export type HoldExpired = { readonly code: 'hold_expired'; readonly holdUntil: Instant }

/** Whether the seat of a proposal is still held: a hold that ends at `now` has ended. */
export function isHeld(proposal: Pick<Proposal, 'holdUntil'>, now: Instant): boolean {
  return proposal.holdUntil > now
}

export type ProposeFacts = When & {
  /** Who proposes; null: nobody with an account. */
  readonly by: AccountId | null
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId
  /** The hold the caller makes in the same transaction, and when it ends (`holdUntil` in seat/). */
  readonly seatEntryId: SeatEntryId
  readonly holdUntil: Instant
  /** The school that stood first in the list; null when the list was empty. */
  readonly firstSuggestion: SchoolNumber | null
  /** Why it is not the first one; null when it is. */
  readonly deviation: GivenReason<DeviationReason> | null
}

export type ProposeRefusal =
  | WrongStage
  | DateRefusal
  | ReasonRequired
  | {
      readonly code: 'already_proposed'
      readonly schoolNumber: SchoolNumber
      readonly holdUntil: Instant
    }

const PROPOSABLE = ['waiting', 'proposed', 'not_started'] as const

/**
 * Proposes a school (Vorschlag) and holds a seat there. From `proposed` only when the hold has run
 * out: the case then waited again since that day, which is stored as a step of its own, and the old
 * seat entry is released. From `not_started` too: there the
 * seat went back already. Another school than the first of the list needs a reason. Refused:
 * `wrong_stage`, `already_proposed` while a hold lives, the dates, `reason_required`.
 */
export function propose(
  pupilCase: PupilCase,
  facts: ProposeFacts,
): Result<Decided<'proposed'>, ProposeRefusal> {
  if (!isAt(pupilCase, PROPOSABLE)) return err(wrongStage(pupilCase, PROPOSABLE))
  const expired = expiredProposal(pupilCase, facts.now)
  if (!expired.ok) return expired
  const day = checkDay(waitingAgain(pupilCase, expired.value), facts)
  if (!day.ok) return day
  const deviation = checkDeviation(facts)
  if (!deviation.ok) return deviation
  const { on, by, schoolNumber, poolId, seatEntryId, holdUntil } = facts
  return ok({
    next: {
      ...coreOf(pupilCase),
      ...counselledOf(pupilCase),
      stageSince: on,
      stage: 'proposed',
      proposal: {
        schoolNumber,
        poolId,
        seatEntryId,
        proposedOn: on,
        proposedBy: by,
        holdUntil,
        canAdmitAt: null,
      },
    },
    steps: [
      ...expiredSteps(expired.value),
      { stage: 'proposed', validOn: on, reason: deviation.value },
    ],
    seatMove: expired.value && { entryId: expired.value.seatEntryId, to: 'released' },
  })
}

function expiredProposal(
  pupilCase: CaseAt<(typeof PROPOSABLE)[number]>,
  now: Instant,
): Result<Proposal | null, ProposeRefusal> {
  if (pupilCase.stage !== 'proposed') return ok(null)
  const { proposal } = pupilCase
  if (!isHeld(proposal, now)) return ok(proposal)
  const { schoolNumber, holdUntil } = proposal
  return err({ code: 'already_proposed', schoolNumber, holdUntil })
}

export type ExpireHoldRefusal =
  | WrongStage
  | { readonly code: 'hold_not_over'; readonly holdUntil: Instant }

/**
 * The hold of a proposal has run out: the case waits again since that day and its seats are released.
 * Nobody decides this, the clock does. Refused: `wrong_stage`, `hold_not_over`.
 */
export function expireHold(
  pupilCase: PupilCase,
  now: Instant,
): Result<
  { readonly decided: Decided<'waiting'>; readonly schoolNumber: SchoolNumber },
  ExpireHoldRefusal
> {
  if (!isAt(pupilCase, ['proposed'])) return err(wrongStage(pupilCase, ['proposed']))
  const { proposal } = pupilCase
  const { holdUntil, schoolNumber, seatEntryId } = proposal
  if (isHeld(proposal, now)) return err({ code: 'hold_not_over', holdUntil })
  return ok({
    schoolNumber,
    decided: {
      next: {
        ...coreOf(pupilCase),
        ...counselledOf(pupilCase),
        stageSince: dayOf(holdUntil),
        stage: 'waiting',
      },
      steps: expiredSteps(proposal),
      seatMove: { entryId: seatEntryId, to: 'released' },
    },
  })
}

/** The case as it has stood since its hold ran out; unchanged where none did. */
function waitingAgain(pupilCase: PupilCase, expired: Proposal | null): PupilCase {
  return expired === null ? pupilCase : { ...pupilCase, stageSince: dayOf(expired.holdUntil) }
}

function expiredSteps(expired: Proposal | null): readonly StageStep[] {
  if (expired === null) return []
  const reason = { code: 'hold_expired', sentence: null } as const
  return [{ stage: 'waiting', validOn: dayOf(expired.holdUntil), reason }]
}

function checkDeviation(
  facts: ProposeFacts,
): Result<GivenReason<DeviationReason> | null, ReasonRequired> {
  if (facts.schoolNumber === facts.firstSuggestion) return ok(null)
  return checkReason(facts.deviation, 'deviation')
}

export type EndProposalRefusal = WrongStage | DateRefusal | ReasonRequired

/** The counsellor takes the proposal back; the seat is released. Refused as {@link decline}. */
export function withdraw(
  pupilCase: PupilCase,
  facts: When & { readonly reason: GivenReason<WithdrawReason> | null },
): Result<Decided<'waiting'>, EndProposalRefusal> {
  return endProposal(pupilCase, facts, 'withdraw')
}

/**
 * The school says no, with a reason; the seat is released and the case waits again. An expired
 * proposal can still be declined: the answer is worth keeping. Refused: `wrong_stage`, the dates,
 * `reason_required`.
 */
export function decline(
  pupilCase: PupilCase,
  facts: When & { readonly reason: GivenReason<DeclineReason> | null },
): Result<Decided<'waiting'>, EndProposalRefusal> {
  return endProposal(pupilCase, facts, 'decline')
}

/** Who assigns sends the proposal back, with a reason; the rest is as with {@link decline}. */
export function sendBack(
  pupilCase: PupilCase,
  facts: When & { readonly reason: GivenReason<SendBackReason> | null },
): Result<Decided<'waiting'>, EndProposalRefusal> {
  return endProposal(pupilCase, facts, 'send_back')
}

function endProposal(
  pupilCase: PupilCase,
  facts: When & { readonly reason: GivenReason<StepReasonCode> | null },
  occasion: ReasonOccasion,
): Result<Decided<'waiting'>, EndProposalRefusal> {
  if (!isAt(pupilCase, ['proposed'])) return err(wrongStage(pupilCase, ['proposed']))
  const day = checkDay(pupilCase, facts)
  if (!day.ok) return day
  const reason = checkReason(facts.reason, occasion)
  if (!reason.ok) return reason
  return ok({
    next: {
      ...coreOf(pupilCase),
      ...counselledOf(pupilCase),
      stageSince: facts.on,
      stage: 'waiting',
    },
    steps: [{ stage: 'waiting', validOn: facts.on, reason: reason.value }],
    seatMove: { entryId: pupilCase.proposal.seatEntryId, to: 'released' },
  })
}

export type SayCanAdmitRefusal =
  | WrongStage
  | HoldExpired
  | { readonly code: 'can_admit_already_said'; readonly at: Instant }

/**
 * The school says "können aufnehmen". The stage stays: the authority sees it and does not wait for
 * it. Refused: `wrong_stage`, `hold_expired`, `can_admit_already_said`.
 */
export function sayCanAdmit(
  pupilCase: PupilCase,
  facts: Pick<When, 'now'>,
): Result<Decided<'proposed'>, SayCanAdmitRefusal> {
  if (!isAt(pupilCase, ['proposed'])) return err(wrongStage(pupilCase, ['proposed']))
  const { proposal } = pupilCase
  if (!isHeld(proposal, facts.now)) {
    return err({ code: 'hold_expired', holdUntil: proposal.holdUntil })
  }
  if (proposal.canAdmitAt !== null) {
    return err({ code: 'can_admit_already_said', at: proposal.canAdmitAt })
  }
  return ok({
    next: { ...pupilCase, proposal: { ...proposal, canAdmitAt: facts.now } },
    steps: [],
    seatMove: null,
  })
}
