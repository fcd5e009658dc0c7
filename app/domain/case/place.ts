import { nextReview } from '../follow-up/review.ts'
import { err, ok, type Result } from '../result.ts'
import { addDays, addMonths, type CalendarDate, dayOf } from '../time.ts'
import { type HoldExpired, isHeld } from './propose.ts'
import { type CaseAt, isAt, type PupilCase } from './pupil-case.ts'
import {
  checkDay,
  coreOf,
  counselledOf,
  type DateRefusal,
  type Decided,
  step,
  type When,
  type WrongStage,
  wrongStage,
} from './transition.ts'

export type AssignRefusal = WrongStage | DateRefusal | HoldExpired

/**
 * Assigns the proposed school (Zuweisung) and keeps the held seat. Who assigns need not wait
 * for the school's word. Refused: `wrong_stage`, `hold_expired` (the seat is free again: somebody
 * else may have it), the dates.
 */
export function assign(
  pupilCase: PupilCase,
  when: When,
): Result<Decided<'assigned'>, AssignRefusal> {
  if (!isAt(pupilCase, ['proposed'])) return err(wrongStage(pupilCase, ['proposed']))
  const { schoolNumber, poolId, seatEntryId, holdUntil, proposedBy } = pupilCase.proposal
  if (!isHeld(pupilCase.proposal, when.now)) return err({ code: 'hold_expired', holdUntil })
  const day = checkDay(pupilCase, when)
  if (!day.ok) return day
  return ok({
    next: {
      ...coreOf(pupilCase),
      ...counselledOf(pupilCase),
      stageSince: when.on,
      stage: 'assigned',
      placement: { schoolNumber, poolId, seatEntryId, assignedOn: when.on },
      proposedBy,
      capacityReport: null,
    },
    steps: [step('assigned', when.on)],
    seatMove: { entryId: seatEntryId, to: 'assigned' },
  })
}

/** How far after today a planned first school day may lie, in months. Ours: it catches a typo. */
const LATEST_FIRST_DAY_MONTHS = 12

export type FirstDayRefusal =
  | { readonly code: 'first_day_before_assignment'; readonly earliest: CalendarDate }
  | { readonly code: 'first_day_too_late'; readonly latest: CalendarDate }

export type ConfirmAdmissionRefusal = WrongStage | DateRefusal | FirstDayRefusal

/**
 * The school confirms the admission (Aufnahme); the seat is taken and the sender's responsibility
 * ends (as § 7 VO-DV I orders between schools; here by analogy). `plannedFirstDay` may stay open.
 * Refused: `wrong_stage`, the dates, `first_day_before_assignment`, `first_day_too_late`.
 */
export function confirmAdmission(
  pupilCase: PupilCase,
  facts: When & { readonly plannedFirstDay: CalendarDate | null },
): Result<Decided<'admitted'>, ConfirmAdmissionRefusal> {
  if (!isAt(pupilCase, ['assigned'])) return err(wrongStage(pupilCase, ['assigned']))
  const day = checkDay(pupilCase, facts)
  if (!day.ok) return day
  const { placement } = pupilCase
  const { on, plannedFirstDay } = facts
  const planned = checkPlanned(plannedFirstDay, placement.assignedOn, dayOf(facts.now))
  if (!planned.ok) return planned
  return ok({
    next: {
      ...coreOf(pupilCase),
      ...counselledOf(pupilCase),
      stageSince: on,
      stage: 'admitted',
      placement,
      admittedOn: on,
      plannedFirstDay,
    },
    steps: [step('admitted', on)],
    seatMove: { entryId: placement.seatEntryId, to: 'taken' },
  })
}

function checkPlanned(
  day: CalendarDate | null,
  earliest: CalendarDate,
  today: CalendarDate,
): Result<CalendarDate | null, FirstDayRefusal> {
  const latest = addMonths(today, LATEST_FIRST_DAY_MONTHS)
  if (day !== null && day < earliest) {
    return err({ code: 'first_day_before_assignment', earliest })
  }
  if (day !== null && day > latest) return err({ code: 'first_day_too_late', latest })
  return ok(day)
}

export type StartSchoolRefusal =
  | WrongStage
  | { readonly code: 'first_day_before_assignment'; readonly earliest: CalendarDate }
  | { readonly code: 'first_day_in_future'; readonly latest: CalendarDate }

/**
 * The school confirms the first school day (`on`) once it has come; the third clock stops and the
 * first review is due. It may lie before the day the admission was confirmed; the stage then counts
 * from that confirmation. A day still ahead is `plannedFirstDay` of the admission. Refused:
 * `wrong_stage`, `first_day_in_future`, `first_day_before_assignment`.
 */
export function startSchool(
  pupilCase: PupilCase,
  when: When,
): Result<Decided<'attending'>, StartSchoolRefusal> {
  if (!isAt(pupilCase, ['admitted'])) return err(wrongStage(pupilCase, ['admitted']))
  const day = checkFirstDay(pupilCase, when)
  if (!day.ok) return day
  // a school that confirms the admission late still names the real first day
  const since = laterOf(when.on, pupilCase.stageSince)
  return ok({
    next: {
      ...coreOf(pupilCase),
      ...counselledOf(pupilCase),
      stageSince: since,
      stage: 'attending',
      placement: pupilCase.placement,
      admittedOn: pupilCase.admittedOn,
      firstDay: when.on,
      lastReviewOn: null,
      nextReviewOn: nextReview(when.on),
      goneOn: null,
    },
    steps: [step('attending', since)],
    seatMove: null,
  })
}

export type NotStartedRefusal =
  | WrongStage
  | { readonly code: 'first_day_not_named' }
  /** `firstDay` is still ahead, or today: the child can still come. */
  | { readonly code: 'first_day_not_over'; readonly firstDay: CalendarDate }

/**
 * The school says that the child has not come (nicht angetreten): only once the first day it named
 * is over. The seat is released; the centre finds out why, and may propose a school again. Refused:
 * `wrong_stage`, `first_day_not_named`, `first_day_not_over`.
 */
export function notStarted(
  pupilCase: PupilCase,
  { now }: Pick<When, 'now'>,
): Result<Decided<'not_started'>, NotStartedRefusal> {
  if (!isAt(pupilCase, ['admitted'])) return err(wrongStage(pupilCase, ['admitted']))
  const { plannedFirstDay, placement } = pupilCase
  const today = dayOf(now)
  if (plannedFirstDay === null) return err({ code: 'first_day_not_named' })
  if (plannedFirstDay >= today) {
    return err({ code: 'first_day_not_over', firstDay: plannedFirstDay })
  }
  return ok({
    next: { ...pupilCase, stage: 'not_started', stageSince: today },
    steps: [step('not_started', today)],
    seatMove: { entryId: placement.seatEntryId, to: 'released' },
  })
}

export type SayClassRefusal =
  | WrongStage
  | FirstDayRefusal
  /** A child that attends is in a class: its name can change and not be forgotten. */
  | { readonly code: 'class_not_named' }

/**
 * The school says (again) where in it the child learns; until the child has come it may also name
 * another first day and leave the name of the class open; later the day stays as it is and the class
 * keeps a name. The stage stays. Refused: `wrong_stage`, `class_not_named`,
 * `first_day_before_assignment`, `first_day_too_late`.
 */
export function sayClass(
  pupilCase: PupilCase,
  facts: Pick<When, 'now'> & {
    readonly plannedFirstDay: CalendarDate | null
    readonly className: string | null
  },
): Result<Decided<'admitted' | 'attending'>, SayClassRefusal> {
  if (pupilCase.stage === 'attending') {
    return facts.className === null ? err({ code: 'class_not_named' }) : ok(staying(pupilCase))
  }
  if (!isAt(pupilCase, ['admitted'])) return err(wrongStage(pupilCase, ['admitted', 'attending']))
  const planned = checkPlanned(
    facts.plannedFirstDay,
    pupilCase.placement.assignedOn,
    dayOf(facts.now),
  )
  if (!planned.ok) return planned
  return ok(staying({ ...pupilCase, plannedFirstDay: planned.value }))
}

function staying<At extends PupilCase>(next: At) {
  return { next, steps: [], seatMove: null }
}

function laterOf(one: CalendarDate, other: CalendarDate): CalendarDate {
  if (one < other) return other
  return one
}

function checkFirstDay(
  pupilCase: CaseAt<'admitted'>,
  when: When,
): Result<CalendarDate, StartSchoolRefusal> {
  const earliest = pupilCase.placement.assignedOn
  const latest = dayOf(when.now)
  if (when.on > latest) return err({ code: 'first_day_in_future', latest })
  if (when.on < earliest) return err({ code: 'first_day_before_assignment', earliest })
  return ok(when.on)
}

export type SayWhereaboutsRefusal = WrongStage

/**
 * The school says whether the child is still there (Verbleib). A no makes it the centre's turn that
 * very day; a yes takes an earlier no back, and the next review is due as it was. Refused:
 * `wrong_stage`.
 */
export function sayWhereabouts(
  pupilCase: PupilCase,
  { now, isHere }: Pick<When, 'now'> & { readonly isHere: boolean },
): Result<Decided<'attending'>, SayWhereaboutsRefusal> {
  if (!isAt(pupilCase, ['attending'])) return err(wrongStage(pupilCase, ['attending']))
  if (isHere) return ok(staying({ ...pupilCase, goneOn: null, nextReviewOn: dueReview(pupilCase) }))
  const goneOn = pupilCase.goneOn ?? dayOf(now)
  return ok(staying({ ...pupilCase, goneOn, nextReviewOn: goneOn }))
}

/**
 * The day the next review is due by the last one, or by the first school day: also where the case
 * itself is due earlier, because its school says that the child is gone.
 */
export function dueReview({
  lastReviewOn,
  firstDay,
}: Pick<CaseAt<'attending'>, 'lastReviewOn' | 'firstDay'>): CalendarDate {
  return nextReview(lastReviewOn ?? firstDay)
}

export type RecordReviewRefusal =
  | WrongStage
  | { readonly code: 'date_in_future'; readonly latest: CalendarDate }
  | { readonly code: 'review_too_early'; readonly earliest: CalendarDate }

/**
 * A review was held on `on`: the next one is due. The stage stays, so no step is passed; level and
 * B1 are the review's own record. A review may be held before it is due. Refused: `wrong_stage`,
 * `date_in_future`, `review_too_early` (before the first school day, or not after the last
 * review).
 */
export function recordReview(
  pupilCase: PupilCase,
  when: When,
): Result<Decided<'attending'>, RecordReviewRefusal> {
  if (!isAt(pupilCase, ['attending'])) return err(wrongStage(pupilCase, ['attending']))
  const today = dayOf(when.now)
  const { firstDay, lastReviewOn } = pupilCase
  const earliest = lastReviewOn === null ? firstDay : addDays(lastReviewOn, 1)
  if (when.on > today) return err({ code: 'date_in_future', latest: today })
  if (when.on < earliest) return err({ code: 'review_too_early', earliest })
  return ok({
    // whoever is reviewed is there
    next: {
      ...pupilCase,
      lastReviewOn: when.on,
      nextReviewOn: nextReview(when.on),
      goneOn: null,
    },
    steps: [],
    seatMove: null,
  })
}
