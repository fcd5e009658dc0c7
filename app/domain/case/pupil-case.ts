import type {
  AccountId,
  CaseId,
  CentreId,
  ChildId,
  FamilyId,
  MunicipalityKey,
  SchoolNumber,
  SeatEntryId,
  SeatPoolId,
} from '../ids.ts'
import type { SchoolForm } from '../school/form.ts'
import type { CalendarDate, Instant } from '../time.ts'
import type { Stage } from './stage.ts'

/**
 * What every stage of a case carries. All of it stands in plain columns: nothing here says more of
 * a child than lists and figures need. `version` counts saves; see `saveCase`.
 */
export type CaseCore = {
  readonly id: CaseId
  readonly centreId: CentreId
  readonly childId: ChildId
  readonly familyId: FamilyId
  /** Centre code, year of Meldung, running number: `DN-2026-0412`. Never in an address. */
  readonly caseNumber: string
  readonly version: number
  /** Day of the Meldung: the first clock starts here. */
  readonly registeredOn: CalendarDate
  /** Day since which the present stage is valid. */
  readonly stageSince: CalendarDate
  readonly counsellorId: AccountId | null
  /** Gemeinde the child lives in. */
  readonly municipality: MunicipalityKey
  /** BCP 47 code of the language the family speaks and reads best. */
  readonly language: string
  /** Destatis key of the nationality, three digits; null: not asked yet. */
  readonly nationality: string | null
  /** Month of arrival in Germany, `YYYY-MM`; null: not known. */
  readonly arrivalMonth: string | null
}

/** The counsellor's recommendation: which kind of school, which grade. */
export type Recommendation = { readonly form: SchoolForm | null; readonly grade: number }

/** What stands once the counselling is finished. */
export type Counselled = {
  readonly counselledOn: CalendarDate
  readonly recommendation: Recommendation
}

/** A school asked for one seat, and until when that seat is held. */
export type Proposal = {
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId
  readonly seatEntryId: SeatEntryId
  readonly proposedOn: CalendarDate
  /** Who proposed; null: not known. */
  readonly proposedBy: AccountId | null
  readonly holdUntil: Instant
  /** When the school said "können aufnehmen"; the authority sees it and does not wait for it. */
  readonly canAdmitAt: Instant | null
}

/** Where the child goes to school, by whose decision the seat is kept. */
export type Placement = {
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId
  readonly seatEntryId: SeatEntryId
  readonly assignedOn: CalendarDate
}

/**
 * What became of the school's word that it has no place for a child that was assigned to it: `open`
 * since it reported so, `kept` since who answers it decided that the assignment stays.
 */
export type CapacityReport = { readonly state: 'open' | 'kept'; readonly at: Instant }

type Admitted = { readonly placement: Placement; readonly admittedOn: CalendarDate }

/** The first school day as the school named it at admission; null: not named yet. */
type Planned = { readonly plannedFirstDay: CalendarDate | null }

type Attending = Admitted & {
  readonly firstDay: CalendarDate
  /** Last review held, if any, and the day the next is due. */
  readonly lastReviewOn: CalendarDate | null
  readonly nextReviewOn: CalendarDate
  /** Since when its school says that the child is not there any more; null: it says no such thing. */
  readonly goneOn: CalendarDate | null
}

/** One child's way from registration to the regular class. The stage says what is known. */
export type PupilCase =
  | (CaseCore & { readonly stage: 'registered' | 'not_responsible' | 'self_enrolment' | 'invited' })
  | (CaseCore & { readonly stage: 'appointed' | 'missed'; readonly appointmentOn: CalendarDate })
  | (CaseCore & Counselled & { readonly stage: 'counselled' | 'waiting' })
  | (CaseCore & Counselled & { readonly stage: 'proposed'; readonly proposal: Proposal })
  | (CaseCore &
      Counselled & {
        readonly stage: 'assigned'
        readonly placement: Placement
        /** Who proposed the school; null: not known. Gone once the school has admitted the child. */
        readonly proposedBy: AccountId | null
        readonly capacityReport: CapacityReport | null
      })
  | (CaseCore & Counselled & Admitted & Planned & { readonly stage: 'admitted' | 'not_started' })
  | (CaseCore & Counselled & Attending & { readonly stage: 'attending' })
  | (CaseCore & Counselled & Attending & { readonly stage: 'regular_class' | 'completed' })
  | (CaseCore & {
      readonly stage: 'closed'
      readonly endedOn: CalendarDate
      readonly closeReason: string
    })

/** The case as it is known at one stage (or one of several). */
export type CaseAt<S extends Stage> = PupilCase & { readonly stage: S }

/** Whether the case stands at one of the stages; narrows it to what is known there. */
export function isAt<S extends Stage>(
  pupilCase: PupilCase,
  stages: readonly S[],
): pupilCase is CaseAt<S> {
  return (stages as readonly Stage[]).includes(pupilCase.stage)
}
