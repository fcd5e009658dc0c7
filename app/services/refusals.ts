import type { AppointmentTimeRefusal } from '#app/domain/appointment/appointment.ts'
import type { AnswerCapacityRefusal, ReportCapacityRefusal } from '#app/domain/case/capacity.ts'
import type {
  AppointRefusal,
  FinishCounsellingRefusal,
  MarkMissedRefusal,
} from '#app/domain/case/counsel.ts'
import type { EndRefusal } from '#app/domain/case/end.ts'
import type {
  AssignRefusal,
  ConfirmAdmissionRefusal,
  NotStartedRefusal,
  RecordReviewRefusal,
  SayClassRefusal,
  StartSchoolRefusal,
} from '#app/domain/case/place.ts'
import type {
  EndProposalRefusal,
  ProposeRefusal,
  SayCanAdmitRefusal,
} from '#app/domain/case/propose.ts'
import type { RegisterRefusal } from '#app/domain/case/register.ts'
import type { AreaRefusal } from '#app/domain/centre/area.ts'
import type { TargetRefusal } from '#app/domain/centre/centre.ts'
import type { ReviewRefusal } from '#app/domain/follow-up/review.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { SchoolingRefusal } from '#app/domain/interview/schooling.ts'
import type { FinishRefusal } from '#app/domain/interview/topics.ts'
import type { SchoolListComparisonRefusal } from '#app/domain/school/compare-school-list.ts'
import type { SchoolListRefusal } from '#app/domain/school/read-school-list.ts'
import type { SeatStayingRefusal } from '#app/domain/seat/seat-entry.ts'
import type { ReserveRefusal, SeatDecisionRefusal } from '#app/domain/seat/seat-pool.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { BackupRefusal } from './backup/refusals.ts'
import type { DecidedElsewhere } from './seat/seat-permit.server.ts'

/**
 * Every reason the program can give for not doing something. A use case's own type picks from here
 * (`Extract<Refusal, …>` or its own literal); a code without status or sentence does not compile.
 */
export type Refusal =
  | Forbidden
  | { readonly code: 'form_not_ours' }
  | { readonly code: 'page_not_found' }
  | { readonly code: 'case_not_found' }
  | { readonly code: 'school_not_found' }
  | { readonly code: 'pool_not_found' }
  | { readonly code: 'account_not_found' }
  | { readonly code: 'stale_case'; readonly by?: string; readonly at?: Instant }
  | { readonly code: 'index_filling' }
  /** The database could not be had just now; nothing was changed. */
  | { readonly code: 'database_busy' | 'database_down' | 'storage_full' | 'record_unreadable' }
  /** It broke off at a commit, which may have happened: whoever saved looks first. */
  | { readonly code: 'outcome_unknown' }
  | {
      readonly code: 'possible_duplicate'
      readonly children: readonly {
        readonly caseId: CaseId
        readonly caseNumber: string
        readonly name: string
        readonly born: string
        readonly registeredOn: CalendarDate
        /** `sibling`: the same family and birth date, another given name: rather a twin. */
        readonly kind: 'same_child' | 'sibling'
      }[]
    }
  | RegisterRefusal
  | { readonly code: 'outside_area'; readonly postcode: string }
  | { readonly code: 'sign_in_failed' }
  | { readonly code: 'too_many_tries'; readonly minutes: number }
  | { readonly code: 'link_expired' }
  | { readonly code: 'password_too_weak' }
  | { readonly code: 'password_wrong' }
  | { readonly code: 'proof_wrong' }
  | {
      readonly code:
        | 'provider_failed'
        | 'provider_not_linked'
        | 'provider_unlinked'
        | 'provider_taken'
    }
  | { readonly code: 'passkey_not_right' }
  | { readonly code: 'too_many_codes' }
  | { readonly code: 'step_up_needed' }
  | { readonly code: 'setup_not_begun' }
  | { readonly code: 'factor_not_found' }
  | { readonly code: 'last_factor' }
  | { readonly code: 'session_not_found' }
  | { readonly code: 'account_disabled' }
  | { readonly code: 'account_blocked' }
  | { readonly code: 'account_shared' }
  | { readonly code: 'email_taken' }
  | { readonly code: 'last_lead' }
  | { readonly code: 'own_account' }
  | { readonly code: 'school_outside_area' }
  | { readonly code: 'owner_not_found' }
  | { readonly code: 'centre_not_found' }
  | { readonly code: 'stale_centre' }
  | { readonly code: 'centre_code_invalid' }
  | { readonly code: 'centre_code_taken'; readonly centreCode: string }
  | AreaRefusal
  | TargetRefusal
  | { readonly code: 'area_overlaps'; readonly municipality: string }
  | { readonly code: 'area_unknown'; readonly prefix: string }
  | { readonly code: 'code_or_pin_wrong' }
  /** The slip asks the family to ring: without a number it is not printed. */
  | { readonly code: 'centre_phone_missing' }
  | AppointRefusal
  | AppointmentTimeRefusal
  /** `suggestion`: the same time an hour later, which exists. */
  | { readonly code: 'appointment_time_skipped'; readonly suggestion: string }
  | MarkMissedRefusal
  /** `row`: which row of the school biography, counted from 0. */
  | (SchoolingRefusal & { readonly row?: number })
  | FinishRefusal
  | FinishCounsellingRefusal
  | RecordReviewRefusal
  | ReviewRefusal
  | AssignRefusal
  | ProposeRefusal
  | {
      readonly code: 'no_pool' | 'school_not_suitable' | 'regular_place_missing'
    }
  /**
   * `next`: the best school that still has a seat; null: none has. `wasGiven`: somebody got the last
   * one; else the school has fewer now.
   */
  | {
      readonly code: 'seat_taken' | 'support_place_missing'
      readonly school: string
      readonly next: string | null
      readonly wasGiven: boolean
    }
  | ReportCapacityRefusal
  | AnswerCapacityRefusal
  | ConfirmAdmissionRefusal
  | StartSchoolRefusal
  | NotStartedRefusal
  | SayClassRefusal
  | EndProposalRefusal
  | EndRefusal
  | { readonly code: 'on_hold'; readonly until: CalendarDate }
  | { readonly code: 'erasure_running' }
  | { readonly code: 'hold_not_there' }
  | { readonly code: 'rule_not_found' }
  | { readonly code: 'own_proposal' }
  | { readonly code: 'centre_assigns' | 'second_person_needed' }
  | {
      readonly code: 'proposal_expired'
      readonly expiredOn: CalendarDate
      readonly next: string | null
    }
  | { readonly code: 'stale_rule' }
  | { readonly code: 'period_out_of_range'; readonly most: number }
  | { readonly code: 'recipient_not_found' }
  | { readonly code: 'erasure_not_found' }
  | { readonly code: 'hold_in_past'; readonly earliest: CalendarDate }
  | SayCanAdmitRefusal
  /** `poolId`: which pool of several it is about; null: the new one. */
  | (SeatDecisionRefusal & { readonly poolId?: string | null })
  | { readonly code: 'stale_pool' | 'nothing_to_carry_over' }
  /** A pool of the new school year, of these grades, has fewer free seats than children stay. */
  | (SeatStayingRefusal & {
      readonly poolId: string
      readonly from: number
      readonly to: number
    })
  | DecidedElsewhere
  | ReserveRefusal
  | SchoolListRefusal
  | SchoolListComparisonRefusal
  | { readonly code: 'file_missing' }
  | { readonly code: 'file_not_readable'; readonly file: string }
  | { readonly code: 'file_too_large' }
  | { readonly code: 'upload_gone' }
  | BackupRefusal
  | { readonly code: 'audit_head_unreadable'; readonly file: string }
  | {
      readonly code: 'trail_broken'
      readonly what: string
      readonly at: number
      readonly where: string
      readonly findings: number
    }

export type RefusalCode = Refusal['code']
