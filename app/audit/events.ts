import type { Stage } from '#app/domain/case/stage.ts'
import type { RuleChange } from '#app/domain/centre/centre.ts'
import type { DraftForm } from '#app/domain/draft/draft.ts'
import type {
  AccountId,
  AppointmentId,
  CaseId,
  CentreId,
  SchoolNumber,
  SeatPoolId,
} from '#app/domain/ids.ts'
import type { ErasureGround } from '#app/domain/privacy/erasure.ts'
import type { RetentionClass } from '#app/domain/privacy/retention.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'

type OnCase = { readonly caseId: CaseId }
type OnCases = { readonly caseIds: readonly CaseId[] }
type OnAccount = { readonly accountId: AccountId }

/**
 * Everything the trail can say. Ids, dates, counts and codes only: no name, no note, no reason in
 * words is ever copied into it. `caseId` and `caseIds` become rows of their own, so that "who
 * looked at this child?" is one look-up.
 */
export type AuditEvent =
  | ({ readonly event: 'list_viewed'; readonly list: string } & OnCases)
  | ({
      readonly event: 'case_viewed'
      readonly page: string
      /** Other cases of the family that the page shows with it: brothers and sisters by name. */
      readonly alsoShown?: readonly CaseId[]
    } & OnCase)
  | ({ readonly event: 'duplicates_shown' } & OnCases)
  | ({ readonly event: 'case_registered'; readonly registeredOn: CalendarDate } & OnCase)
  | ({
      readonly event: 'family_appointed'
      readonly appointmentId: AppointmentId
      readonly on: CalendarDate
    } & OnCase)
  | ({
      readonly event: 'appointment_missed'
      readonly appointmentId: AppointmentId | null
    } & OnCase)
  | ({ readonly event: 'interview_saved'; readonly topic: string } & OnCase)
  | ({ readonly event: 'draft_kept' | 'draft_discarded'; readonly form: DraftForm } & OnCases)
  | ({ readonly event: 'case_counselled'; readonly on: CalendarDate } & OnCase)
  | ({
      readonly event: 'school_proposed'
      readonly schoolNumber: SchoolNumber
      readonly poolId: SeatPoolId
      /** Where the regular place for later is held; null: nowhere. */
      readonly regularPoolId: SeatPoolId | null
      readonly holdUntil: Instant
      readonly rank: number
    } & OnCase)
  | ({ readonly event: 'proposal_expired'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'proposal_declined'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'proposal_sent_back'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'proposal_withdrawn'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'school_can_admit'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'case_assigned'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({
      readonly event: 'capacity_reported' | 'assignment_kept' | 'assignment_taken_back'
      readonly schoolNumber: SchoolNumber
    } & OnCase)
  | ({ readonly event: 'admission_confirmed'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'class_said'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'school_not_started'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({
      readonly event: 'still_at_school' | 'gone_from_school'
      readonly schoolNumber: SchoolNumber
    } & OnCase)
  | ({
      readonly event: 'school_started'
      readonly schoolNumber: SchoolNumber
      readonly firstDay: CalendarDate
    } & OnCase)
  | ({ readonly event: 'review_recorded'; readonly on: CalendarDate } & OnCase)
  | ({ readonly event: 'case_ended'; readonly stage: Stage; readonly on: CalendarDate } & OnCase)
  | ({
      readonly event: 'regular_place_taken'
      readonly schoolNumber: SchoolNumber
      readonly poolId: SeatPoolId
    } & OnCase)
  | ({ readonly event: 'regular_place_missing'; readonly schoolNumber: SchoolNumber } & OnCase)
  | ({ readonly event: 'slip_printed' } & OnCase)
  | ({ readonly event: 'family_signed_in' } & OnCase)
  | ({ readonly event: 'family_signed_out' } & OnCase)
  | ({ readonly event: 'family_pin_wrong' } & OnCase)
  | ({ readonly event: 'family_access_locked' } & OnCase)
  | ({ readonly event: 'stage_corrected'; readonly stage: Stage } & OnCase)
  | ({ readonly event: 'hold_set'; readonly until: CalendarDate } & OnCase)
  | ({ readonly event: 'hold_lifted' } & OnCase)
  | ({
      readonly event: 'erasure_ordered' | 'child_erased'
      readonly erasureId: string
      readonly ground: ErasureGround
    } & OnCases)
  | { readonly event: 'erasure_finished'; readonly erasureId: string }
  | { readonly event: 'erasures_viewed' | 'retention_viewed'; readonly count: number }
  | { readonly event: 'recipient_told'; readonly erasureId: string }
  | {
      readonly event: 'retention_proposed' | 'retention_approved' | 'retention_stopped'
      readonly class: RetentionClass
      readonly months: number | null
    }
  /** `ahead`: the newest entry of the trail, where it is later than the clock that is right. */
  | { readonly event: 'retention_clock_confirmed'; readonly ahead: Instant | null }
  | { readonly event: 'retention_ran'; readonly erased: number; readonly accessesEnded: number }
  | { readonly event: 'retention_clock_doubted' }
  | {
      readonly event: 'seats_decided'
      readonly poolId: SeatPoolId
      readonly schoolNumber: SchoolNumber
      readonly seats: number
      /** From which day until which the number holds; null: until another decision. */
      readonly validFrom: CalendarDate
      readonly validTo: CalendarDate | null
    }
  | ({
      /** Children who stay have a seat in this pool of the school year that comes. */
      readonly event: 'seats_carried_over'
      readonly poolId: SeatPoolId
      readonly schoolNumber: SchoolNumber
      readonly schoolYear: number
    } & OnCases)
  | {
      readonly event: 'seats_reserved'
      readonly poolId: SeatPoolId
      readonly schoolNumber: SchoolNumber
      readonly seats: number
    }
  | {
      readonly event: 'schools_imported'
      readonly read: number
      readonly new: number
      readonly changed: number
      readonly closed: number
    }
  | { readonly event: 'municipalities_added'; readonly count: number }
  | { readonly event: 'demo_schools_added'; readonly count: number }
  | { readonly event: 'backup_created'; readonly at: Instant }
  | { readonly event: 'backup_failed'; readonly code: string }
  | { readonly event: 'backup_restored'; readonly at: Instant }
  /** Chains whose end kept elsewhere was given up knowingly, after a restore. */
  | { readonly event: 'trail_break_accepted'; readonly count: number }
  | { readonly event: 'keys_rotated'; readonly count: number }
  | { readonly event: 'centre_added'; readonly centre: CentreId }
  | { readonly event: 'targets_changed'; readonly days: readonly number[] }
  | { readonly event: 'contact_changed' }
  /** How a centre works; codes of what was set before and after. */
  | { readonly event: 'rules_changed'; readonly changes: readonly RuleChange[] }
  | ({ readonly event: 'account_invited'; readonly role: string } & OnAccount)
  | ({ readonly event: 'role_ended'; readonly role: string } & OnAccount)
  | ({ readonly event: 'account_reset' } & OnAccount)
  | ({ readonly event: 'account_disabled' } & OnAccount)
  | ({ readonly event: 'account_enabled' } & OnAccount)
  | ({ readonly event: 'password_set' } & OnAccount)
  | ({ readonly event: 'password_proven' } & OnAccount)
  | ({ readonly event: 'signed_in'; readonly factor?: string } & OnAccount)
  | ({ readonly event: 'proved_again'; readonly factor: string | null } & OnAccount)
  | ({ readonly event: 'factor_begun'; readonly factor: string } & OnAccount)
  | ({ readonly event: 'factor_added'; readonly factor: string } & OnAccount)
  | ({ readonly event: 'factor_removed'; readonly factor: string } & OnAccount)
  | ({ readonly event: 'recovery_codes_made' } & OnAccount)
  | ({ readonly event: 'provider_proven' } & OnAccount)
  | ({ readonly event: 'provider_linked' } & OnAccount)
  | ({ readonly event: 'provider_unlinked' } & OnAccount)
  | ({ readonly event: 'session_ended' } & OnAccount)
  | ({ readonly event: 'all_sessions_ended' } & OnAccount)
  | ({ readonly event: 'notices_acknowledged' } & OnAccount)
  | ({ readonly event: 'desk_notices_read' } & OnAccount)
  | ({ readonly event: 'mail_switched_on' | 'mail_switched_off' } & OnAccount)
  | ({ readonly event: 'signed_out' } & OnAccount)
  | ({ readonly event: 'other_sessions_ended' } & OnAccount)
  | { readonly event: 'accounts_viewed'; readonly count: number }
  | { readonly event: 'trail_viewed'; readonly count: number }

/** The cases an event names. */
export function casesOf(event: AuditEvent): readonly CaseId[] {
  if ('caseIds' in event) return event.caseIds
  if (!('caseId' in event)) return []
  return 'alsoShown' in event ? [event.caseId, ...event.alsoShown] : [event.caseId]
}

/** What the trail keeps of an event beside its name and cases: a list becomes its length. */
export function factsOf(event: AuditEvent): Readonly<Record<string, unknown>> {
  const { event: _named, ...facts } = event
  if ('caseIds' in facts) return { ...facts, caseIds: undefined, count: facts.caseIds.length }
  return 'alsoShown' in facts ? { ...facts, alsoShown: facts.alsoShown.length } : facts
}
