import { err, ok, type Result } from '../result.ts'
import type { Instant } from '../time.ts'
import { type CaseAt, isAt, type PupilCase } from './pupil-case.ts'
import type { GivenReason, NoPlaceReason, ReasonRequired, TakeBackReason } from './reasons.ts'
import {
  checkDay,
  checkReason,
  coreOf,
  counselledOf,
  type DateRefusal,
  type Decided,
  type When,
  type WrongStage,
  wrongStage,
} from './transition.ts'

/** Whether the school has said that it has no place for the child, and nobody has decided yet. */
export function hasOpenReport(pupilCase: PupilCase): boolean {
  return pupilCase.stage === 'assigned' && pupilCase.capacityReport?.state === 'open'
}

export type ReportCapacityRefusal =
  | WrongStage
  | ReasonRequired
  | { readonly code: 'capacity_already_reported'; readonly at: Instant }

/**
 * The school says that it has no place for a child that was assigned to it (domain.md §1.3,
 * transition 14). The child stays assigned and keeps its seat until it is decided. Once the
 * assignment was kept, the school may report again. Refused: `wrong_stage`,
 * `reason_required`, `capacity_already_reported`.
 */
export function reportCapacity(
  pupilCase: PupilCase,
  facts: Pick<When, 'now'> & { readonly reason: GivenReason<NoPlaceReason> | null },
): Result<Decided<'assigned'>, ReportCapacityRefusal> {
  if (!isAt(pupilCase, ['assigned'])) return err(wrongStage(pupilCase, ['assigned']))
  const reason = checkReason(facts.reason, 'no_place')
  if (!reason.ok) return reason
  const { capacityReport } = pupilCase
  if (capacityReport?.state === 'open') {
    return err({ code: 'capacity_already_reported', at: capacityReport.at })
  }
  return ok({
    next: { ...pupilCase, capacityReport: { state: 'open', at: facts.now } },
    steps: [],
    reason: reason.value,
    seatMove: null,
  })
}

export type AnswerCapacityRefusal = WrongStage | { readonly code: 'capacity_not_reported' }

/**
 * The child is left where it was assigned to: the report is answered, the school admits the child. Refused: `wrong_stage`, `capacity_not_reported`.
 */
export function keepAssignment(
  pupilCase: PupilCase,
  facts: Pick<When, 'now'>,
): Result<Decided<'assigned'>, AnswerCapacityRefusal> {
  const reported = checkReported(pupilCase)
  if (!reported.ok) return reported
  return ok({
    next: { ...reported.value, capacityReport: { state: 'kept', at: facts.now } },
    steps: [],
    seatMove: null,
  })
}

/**
 * The assignment is taken back, with a reason: the seats are released and the case waits
 * again. Only a school's report opens this way. Refused: `wrong_stage`, `capacity_not_reported`, the
 * dates, `reason_required`.
 */
export function takeBackAssignment(
  pupilCase: PupilCase,
  facts: When & { readonly reason: GivenReason<TakeBackReason> | null },
): Result<Decided<'waiting'>, AnswerCapacityRefusal | DateRefusal | ReasonRequired> {
  const reported = checkReported(pupilCase)
  if (!reported.ok) return reported
  const day = checkDay(pupilCase, facts)
  if (!day.ok) return day
  const reason = checkReason(facts.reason, 'take_back')
  if (!reason.ok) return reason
  return ok({
    next: {
      ...coreOf(pupilCase),
      ...counselledOf(reported.value),
      stageSince: facts.on,
      stage: 'waiting',
    },
    steps: [{ stage: 'waiting', validOn: facts.on, reason: reason.value }],
    seatMove: { entryId: reported.value.placement.seatEntryId, to: 'released' },
  })
}

function checkReported(pupilCase: PupilCase): Result<CaseAt<'assigned'>, AnswerCapacityRefusal> {
  if (!isAt(pupilCase, ['assigned'])) return err(wrongStage(pupilCase, ['assigned']))
  if (!hasOpenReport(pupilCase)) return err({ code: 'capacity_not_reported' })
  return ok(pupilCase)
}
