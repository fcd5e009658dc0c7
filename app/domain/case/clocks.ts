import type { AssignedBy, Targets } from '../centre/centre.ts'
import {
  addDays,
  berlinInstant,
  type CalendarDate,
  dayOf,
  daysBetween,
  type Instant,
} from '../time.ts'
import { hasOpenReport } from './capacity.ts'
import { isHeld } from './propose.ts'
import type { PupilCase } from './pupil-case.ts'
import { isOpen } from './stage.ts'

/** The three clocks: Meldung to Beratung, Beratung to Zuweisung, Zuweisung to first school day. */
export const CLOCKS = ['counselling', 'assignment', 'first_day'] as const

export type ClockName = (typeof CLOCKS)[number]

/** The days between which the clocks run; null: not reached. */
export type ClockDates = {
  readonly registeredOn: CalendarDate
  readonly counselledOn: CalendarDate | null
  readonly assignedOn: CalendarDate | null
  readonly firstDay: CalendarDate | null
  /** The day the case ended without a first school day; it stops the clock that runs. */
  readonly endedOn: CalendarDate | null
}

/** One clock on a given day. `days` and `target` are calendar days. */
export type CaseClock =
  | { readonly name: ClockName; readonly state: 'not_started'; readonly target: number }
  | {
      readonly name: ClockName
      readonly state: 'running'
      readonly from: CalendarDate
      readonly days: number
      readonly target: number
      readonly dueOn: CalendarDate
      /** Days beyond the target, 0 within it. */
      readonly overBy: number
    }
  | {
      readonly name: ClockName
      readonly state: 'stopped'
      readonly from: CalendarDate
      readonly to: CalendarDate
      readonly days: number
      readonly target: number
      readonly dueOn: CalendarDate
      readonly overBy: number
    }

export type RunningClock = Extract<CaseClock, { readonly state: 'running' }>

/**
 * The days of the clocks as the case itself knows them. A closed case no longer knows its
 * counselling and assignment; whoever needs them takes them from the case's events.
 */
export function clockDates(pupilCase: PupilCase): ClockDates {
  return {
    registeredOn: pupilCase.registeredOn,
    counselledOn: 'counselledOn' in pupilCase ? pupilCase.counselledOn : null,
    assignedOn: 'placement' in pupilCase ? pupilCase.placement.assignedOn : null,
    firstDay: 'firstDay' in pupilCase ? pupilCase.firstDay : null,
    endedOn: isOpen(pupilCase.stage) ? null : endOf(pupilCase),
  }
}

function endOf(pupilCase: PupilCase): CalendarDate {
  return pupilCase.stage === 'closed' ? pupilCase.endedOn : pupilCase.stageSince
}

/** The three clocks in their order, as they stand on `today`. */
export function clocks(
  dates: ClockDates,
  targets: Targets,
  today: CalendarDate,
): readonly [CaseClock, CaseClock, CaseClock] {
  const { registeredOn, counselledOn, assignedOn, firstDay, endedOn } = dates
  const at = (
    name: ClockName,
    from: CalendarDate | null,
    to: CalendarDate | null,
    target: number,
  ): CaseClock => clock({ name, from, to: to ?? endedOn, target, today })
  return [
    at('counselling', registeredOn, counselledOn, targets.counsellingDays),
    at('assignment', counselledOn, assignedOn, targets.assignmentDays),
    at('first_day', assignedOn, firstDay, targets.firstDayDays),
  ]
}

function clock(facts: {
  readonly name: ClockName
  readonly from: CalendarDate | null
  readonly to: CalendarDate | null
  readonly target: number
  readonly today: CalendarDate
}): CaseClock {
  const { name, from, to, target, today } = facts
  if (from === null) return { name, state: 'not_started', target }
  const days = Math.max(0, daysBetween(from, to ?? today))
  const counted = { name, from, days, target, dueOn: addDays(from, target) }
  const overBy = Math.max(0, days - target)
  return to === null
    ? { ...counted, overBy, state: 'running' }
    : { ...counted, overBy, state: 'stopped', to }
}

/** The clock that runs, or null when none does: at most one runs at a time. */
export function runningClock(all: readonly CaseClock[]): RunningClock | null {
  return all.find((one): one is RunningClock => one.state === 'running') ?? null
}

/**
 * The day the case is due: when the running clock reaches its target; at `attending` the next
 * review; null when nothing is due. It does not depend on today, so it is stored beside the case
 * and counted anew whenever the case or the targets change.
 */
export function dueOn(pupilCase: PupilCase, targets: Targets): CalendarDate | null {
  if (pupilCase.stage === 'attending') return pupilCase.nextReviewOn
  const { registeredOn } = pupilCase
  return runningClock(clocks(clockDates(pupilCase), targets, registeredOn))?.dueOn ?? null
}

/** Who has to act before the case moves on. */
export type WaitsFor =
  | 'us'
  | 'family'
  | 'school'
  | 'authority'
  | 'seat'
  | 'health_office'
  | 'nobody'

/** How long before a review is due it becomes our turn, in days. */
export const REVIEW_NOTICE_DAYS = 14

/**
 * Who is waited for, and how that changes by itself as time goes by: `before` until `turnsAt`,
 * `after` from then on. Where nothing turns, `turnsAt` is null. Neither depends on now, so a list can filter by
 * stored columns. The seat and the health office are never waited for yet: whether a fitting seat
 * is free is not known here, and the examination is not recorded yet.
 */
export type Turn = {
  readonly before: WaitsFor
  readonly after: WaitsFor
  readonly turnsAt: Instant | null
}

/**
 * Whose turn it is at this stage: the family's until the day of the appointment begins; while a hold
 * lives, and while a school has reported that it has no place, the authority's, or ours where the
 * centre assigns for it; ours again {@link REVIEW_NOTICE_DAYS} days before a review.
 */
export function turnOf(pupilCase: PupilCase, assignedBy: AssignedBy): Turn {
  const { before, after, turnsOn, turnsAt } = turning(pupilCase, assignedBy)
  return { before, after, turnsAt: turnsOn === null ? turnsAt : startOf(turnsOn) }
}

/** As {@link Turn}, the day that turns it still a day: comparing days is cheaper than finding midnights. */
type Turning = Turn & { readonly turnsOn: CalendarDate | null }

function turning(pupilCase: PupilCase, assignedBy: AssignedBy): Turning {
  switch (pupilCase.stage) {
    case 'registered':
    case 'missed':
    case 'counselled':
    case 'waiting':
    case 'not_started':
      return always('us')
    case 'invited':
      return always('family')
    case 'appointed':
      return turnsOnDay('family', pupilCase.appointmentOn)
    case 'proposed':
      return assignedBy === 'authority'
        ? { ...always('authority'), after: 'us', turnsAt: pupilCase.proposal.holdUntil }
        : always('us')
    case 'assigned':
      if (!hasOpenReport(pupilCase)) return always('school')
      return assignedBy === 'authority' ? always('authority') : always('us')
    case 'admitted':
      return always('school')
    case 'attending':
      return turnsOnDay('nobody', noticedOn(pupilCase.nextReviewOn))
    case 'regular_class':
    case 'not_responsible':
    case 'self_enrolment':
    case 'completed':
    case 'closed':
      return always('nobody')
  }
}

function always(who: WaitsFor): Turning {
  return { before: who, after: who, turnsAt: null, turnsOn: null }
}

function turnsOnDay(before: WaitsFor, turnsOn: CalendarDate): Turning {
  return { before, after: 'us', turnsAt: null, turnsOn }
}

function startOf(day: CalendarDate): Instant {
  const midnight = berlinInstant(day, '00:00')
  if (midnight === null) throw new Error(`No midnight in Berlin on ${day}`)
  return midnight
}

/** Who is waited for at `now`, in a centre where `assignedBy` assigns. */
export function waitsFor(pupilCase: PupilCase, now: Instant, assignedBy: AssignedBy): WaitsFor {
  const { before, after, turnsOn, turnsAt } = turning(pupilCase, assignedBy)
  if (turnsOn !== null) return turnsOn <= dayOf(now) ? after : before
  return turnsAt !== null && turnsAt <= now ? after : before
}

/** What the counsellor does next, as a code; `nothing` when the case is no longer ours to move. */
export type NextStep =
  | 'make_appointment'
  | 'await_booking'
  | 'prepare_appointment'
  | 'record_counselling'
  | 'offer_new_appointment'
  | 'propose_school'
  | 'await_assignment'
  | 'assign_school'
  | 'await_colleague'
  | 'propose_again'
  | 'await_admission'
  | 'await_capacity_decision'
  | 'answer_report'
  | 'await_report_answer'
  | 'await_first_day'
  | 'await_review'
  | 'record_review'
  | 'clarify_absence'
  | 'clarify_whereabouts'
  | 'nothing'

/**
 * Who decides about the proposal of a case, or about a reported lack of places, as seen by whoever
 * asks: the authority; they themselves, for it; or somebody of the centre, for it, who is not they.
 */
export type Decider = 'authority' | 'self' | 'colleague'

const ASSIGNING = {
  authority: 'await_assignment',
  self: 'assign_school',
  colleague: 'await_colleague',
} as const satisfies Readonly<Record<Decider, NextStep>>

const ANSWERING = {
  authority: 'await_capacity_decision',
  self: 'answer_report',
  colleague: 'await_report_answer',
} as const satisfies Readonly<Record<Decider, NextStep>>

/** The counsellor's next step at `now`, where `decider` decides about a proposal or a report. */
export function nextStep(pupilCase: PupilCase, now: Instant, decider: Decider): NextStep {
  switch (pupilCase.stage) {
    case 'registered':
      return 'make_appointment'
    case 'invited':
      return 'await_booking'
    case 'appointed':
      return dayOf(now) < pupilCase.appointmentOn ? 'prepare_appointment' : 'record_counselling'
    case 'missed':
      return 'offer_new_appointment'
    case 'counselled':
    case 'waiting':
      return 'propose_school'
    case 'proposed':
      return isHeld(pupilCase.proposal, now) ? ASSIGNING[decider] : 'propose_again'
    default:
      return stepAfterProposal(pupilCase, now, decider)
  }
}

function noticedOn(reviewOn: CalendarDate): CalendarDate {
  return addDays(reviewOn, -REVIEW_NOTICE_DAYS)
}

function isReviewDue(reviewOn: CalendarDate, now: Instant): boolean {
  return noticedOn(reviewOn) <= dayOf(now)
}

function stepAfterProposal(pupilCase: PupilCase, now: Instant, decider: Decider): NextStep {
  switch (pupilCase.stage) {
    case 'assigned':
      return hasOpenReport(pupilCase) ? ANSWERING[decider] : 'await_admission'
    case 'admitted':
      return 'await_first_day'
    case 'attending':
      if (pupilCase.goneOn !== null) return 'clarify_whereabouts'
      return isReviewDue(pupilCase.nextReviewOn, now) ? 'record_review' : 'await_review'
    case 'not_started':
      return 'clarify_absence'
    default:
      return 'nothing'
  }
}
