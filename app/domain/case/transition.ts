import type { SeatEntryId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { type CalendarDate, dayOf, type Instant } from '../time.ts'
import type { CaseAt, CaseCore, Counselled, PupilCase } from './pupil-case.ts'
import type { GivenReason, ReasonOccasion, ReasonRequired, StepReasonCode } from './reasons.ts'
import type { Stage } from './stage.ts'

/** When a transition is recorded (`now`) and since which Berlin day it is valid (`on`). */
export type When = { readonly on: CalendarDate; readonly now: Instant }

/** Why a step was taken; `sentence` is null where the program noted the reason by itself. */
export type StepReason = { readonly code: StepReasonCode; readonly sentence: string | null }

/** One stage passed: the caller stores each as a case event, in this order. */
export type StageStep = {
  readonly stage: Stage
  readonly validOn: CalendarDate
  readonly reason: StepReason | null
}

/**
 * What becomes of the seat entries that exist already; making the entry of a new hold is the
 * caller's. `regular`: support is over, its place is given back and the regular place stays taken.
 */
export type SeatMove = {
  readonly entryId: SeatEntryId
  readonly to: 'assigned' | 'taken' | 'released' | 'regular'
}

/** The outcome of a transition: the case to save, the steps to store, the seat entry to move. */
export type Decided<S extends Stage> = {
  readonly next: CaseAt<S>
  /** Empty when the stage stayed (a review, "können aufnehmen"). */
  readonly steps: readonly StageStep[]
  /** Why, where the stage stayed and a reason was given all the same. */
  readonly reason?: StepReason
  readonly seatMove: SeatMove | null
}

export type WrongStage = {
  readonly code: 'wrong_stage'
  readonly stage: Stage
  /** The stages from which the step is possible. */
  readonly needs: readonly Stage[]
}

export type DateRefusal =
  | { readonly code: 'date_in_future'; readonly latest: CalendarDate }
  | { readonly code: 'date_before_registration'; readonly earliest: CalendarDate }
  | { readonly code: 'date_before_stage'; readonly earliest: CalendarDate; readonly stage: Stage }

/** The refusal of a step the case is not ready for, or past. */
export function wrongStage(pupilCase: PupilCase, needs: readonly Stage[]): WrongStage {
  return { code: 'wrong_stage', stage: pupilCase.stage, needs }
}

/**
 * Since when a step may be valid: from the day of the Meldung and of the present stage on, and up
 * to today in Berlin. Refused: `date_in_future`, `date_before_registration`, `date_before_stage`.
 */
export function checkDay(pupilCase: PupilCase, when: When): Result<CalendarDate, DateRefusal> {
  const today = dayOf(when.now)
  if (when.on > today) return err({ code: 'date_in_future', latest: today })
  if (when.on < pupilCase.registeredOn) {
    return err({ code: 'date_before_registration', earliest: pupilCase.registeredOn })
  }
  if (when.on < pupilCase.stageSince) {
    const { stageSince: earliest, stage } = pupilCase
    return err({ code: 'date_before_stage', earliest, stage })
  }
  return ok(when.on)
}

/** The reason with its sentence trimmed. Refused without a sentence: `reason_required`. */
export function checkReason<Code extends StepReasonCode>(
  reason: GivenReason<Code> | null,
  occasion: ReasonOccasion,
): Result<GivenReason<Code>, ReasonRequired> {
  const sentence = reason?.sentence.trim() ?? ''
  if (reason === null || sentence === '') return err({ code: 'reason_required', for: occasion })
  return ok({ code: reason.code, sentence })
}

/** One step without a reason. */
export function step(stage: Stage, validOn: CalendarDate): StageStep {
  return { stage, validOn, reason: null }
}

/** What every stage carries, without what only the present stage knows. */
export function coreOf(pupilCase: PupilCase): Omit<CaseCore, 'stageSince'> {
  return {
    id: pupilCase.id,
    centreId: pupilCase.centreId,
    childId: pupilCase.childId,
    familyId: pupilCase.familyId,
    caseNumber: pupilCase.caseNumber,
    version: pupilCase.version,
    registeredOn: pupilCase.registeredOn,
    counsellorId: pupilCase.counsellorId,
    municipality: pupilCase.municipality,
    language: pupilCase.language,
    nationality: pupilCase.nationality,
    arrivalMonth: pupilCase.arrivalMonth,
  }
}

/** What stands since the counselling. */
export function counselledOf(pupilCase: PupilCase & Counselled): Counselled {
  return { counselledOn: pupilCase.counselledOn, recommendation: pupilCase.recommendation }
}
