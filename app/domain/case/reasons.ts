/** Why a school says no to a proposal. */
export const DECLINE_REASONS = [
  'no_seat',
  'no_support_group',
  'grade_does_not_fit',
  'form_does_not_fit',
  'other',
] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** Why the authority sends a proposal back to the counsellor. */
export const SEND_BACK_REASONS = [
  'other_school',
  'form_does_not_fit',
  'grade_does_not_fit',
  'way_too_long',
  'facts_missing',
  'other',
] as const
export type SendBackReason = (typeof SEND_BACK_REASONS)[number]

/** Why a school cannot admit a child that was assigned to it. */
export const NO_PLACE_REASONS = ['no_seat', 'no_support_group', 'no_teacher', 'other'] as const
export type NoPlaceReason = (typeof NO_PLACE_REASONS)[number]

/** Why who assigns takes an assignment back. */
export const TAKE_BACK_REASONS = ['school_is_full', 'other_school', 'other'] as const
export type TakeBackReason = (typeof TAKE_BACK_REASONS)[number]

/** Why the counsellor takes a proposal back. */
export const WITHDRAW_REASONS = [
  'family_wish',
  'family_moved',
  'better_school',
  'entered_by_mistake',
  'other',
] as const
export type WithdrawReason = (typeof WITHDRAW_REASONS)[number]

/** Why the counsellor proposes another school than the first of the list. */
export const DEVIATION_REASONS = [
  'family_wish',
  'sibling',
  'after_school_care',
  'educational',
  'seat_promised',
  'other',
] as const
export type DeviationReason = (typeof DEVIATION_REASONS)[number]

/** Why a case ends. Which of them fit a stage, and where they lead, is `end.ts`'s. */
export const END_REASONS = [
  'other_municipality',
  'long_at_german_school',
  'not_of_school_age',
  'enrols_itself',
  'follow_up_over',
  'moved_away',
  'moved_unknown',
  'left_country',
  'schooling_over',
  'consent_withdrawn',
  'entered_by_mistake',
  'other',
] as const
export type EndReason = (typeof END_REASONS)[number]

/** What the program itself notes beside a step: how a family was invited, that a hold ran out. */
export type NotedReason = 'by_phone' | 'hold_expired'

/** Every code that can stand beside a stage step. */
export type StepReasonCode =
  | DeclineReason
  | SendBackReason
  | NoPlaceReason
  | TakeBackReason
  | WithdrawReason
  | DeviationReason
  | EndReason
  | NotedReason

/** A reason as a person gives it: a code for the figures and a sentence for the next reader. */
export type GivenReason<Code extends StepReasonCode = StepReasonCode> = {
  readonly code: Code
  /** The person's own words, at least one. Sealed where it is stored, together with the code. */
  readonly sentence: string
}

/** What a reason was asked for. */
export type ReasonOccasion =
  | 'decline'
  | 'send_back'
  | 'no_place'
  | 'take_back'
  | 'withdraw'
  | 'deviation'
  | 'end'
  | 'hold'

export type ReasonRequired = { readonly code: 'reason_required'; readonly for: ReasonOccasion }
