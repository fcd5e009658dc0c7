import type {
  DeclineReason,
  GivenReason,
  NoPlaceReason,
  SendBackReason,
  WithdrawReason,
} from '#app/domain/case/reasons.ts'
import type { GerLevel } from '#app/domain/follow-up/ger-level.ts'
import type { ClockTime } from '#app/services/appointment/set-appointment.server.ts'

/** Days before (negative) or after the first start of the demo; weekends move, see `calendar.ts`. */
type Day = number

/** One thing that happened to a child on a day. */
export type Step = { readonly day: Day } & (
  | { readonly do: 'register' | 'miss' | 'begin_interview' | 'counsel' }
  | { readonly do: 'appoint'; readonly forDay: Day; readonly time: ClockTime }
  /** `rank` of the suggested schools, from 1. */
  | { readonly do: 'propose'; readonly rank: number }
  | { readonly do: 'can_admit' | 'assign' | 'start' | 'not_started' | 'gone' }
  | { readonly do: 'decline'; readonly reason: GivenReason<DeclineReason> }
  | { readonly do: 'send_back'; readonly reason: GivenReason<SendBackReason> }
  | { readonly do: 'no_place'; readonly reason: GivenReason<NoPlaceReason> }
  | { readonly do: 'withdraw'; readonly reason: GivenReason<WithdrawReason> }
  | { readonly do: 'admit'; readonly firstDay: Day | null }
  | { readonly do: 'review'; readonly level: GerLevel }
)

/** The child is registered (Meldung). */
export function register(day: Day): Step {
  return { do: 'register', day }
}

/** An appointment is booked on `day` for `forDay`. */
export function appoint(day: Day, forDay: Day, time: ClockTime): Step {
  return { do: 'appoint', day, forDay, time }
}

/** The Beratungsbogen is begun, its first topic saved. */
export function beginInterview(day: Day): Step {
  return { do: 'begin_interview', day }
}

/** Nobody came to the appointment. */
export function miss(day: Day): Step {
  return { do: 'miss', day }
}

/** The counselling is held and finished. */
export function counsel(day: Day): Step {
  return { do: 'counsel', day }
}

/** A school is proposed: the best suggested one, or the one of that rank. */
export function propose(day: Day, rank = 1): Step {
  return { do: 'propose', day, rank }
}

/** The school says that it can admit the child. */
export function canAdmit(day: Day): Step {
  return { do: 'can_admit', day }
}

/** The school says no. */
export function decline(day: Day, reason: GivenReason<DeclineReason>): Step {
  return { do: 'decline', day, reason }
}

/** The authority sends the proposal back. */
export function sendBack(day: Day, reason: GivenReason<SendBackReason>): Step {
  return { do: 'send_back', day, reason }
}

/** The counsellor takes the proposal back. */
export function withdraw(day: Day, reason: GivenReason<WithdrawReason>): Step {
  return { do: 'withdraw', day, reason }
}

/** The authority assigns the school. */
export function assign(day: Day): Step {
  return { do: 'assign', day }
}

/** The school has no place for a child that was assigned to it. */
export function noPlace(day: Day, reason: GivenReason<NoPlaceReason>): Step {
  return { do: 'no_place', day, reason }
}

/** The school confirms the admission; `firstDay` may stay open. */
export function admit(day: Day, firstDay: Day | null): Step {
  return { do: 'admit', day, firstDay }
}

/** The school confirms the first school day, on that day. */
export function start(day: Day): Step {
  return { do: 'start', day }
}

/** The school says that the child has not come. */
export function notCome(day: Day): Step {
  return { do: 'not_started', day }
}

/** The school says that the child is not there any more. */
export function gone(day: Day): Step {
  return { do: 'gone', day }
}

/** A half-yearly review is recorded. */
export function review(day: Day, level: GerLevel): Step {
  return { do: 'review', day, level }
}
