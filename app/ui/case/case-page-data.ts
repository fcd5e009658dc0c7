import type { NextStep, WaitsFor } from '#app/domain/case/clocks.ts'
import type { Proposal } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { Channel, GuardianRole } from '#app/domain/family/family.ts'
import type { GerLevel } from '#app/domain/follow-up/ger-level.ts'
import type { Wish } from '#app/domain/interview/interview.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { SchoolClass } from '#app/domain/school/school-class.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { ShownClock } from './three-clocks.tsx'
import type { OriginalName } from './words.tsx'

/** What stands at the head of every page of a case. */
export type CaseHead = {
  readonly caseId: string
  readonly caseNumber: string
  readonly version: number
  readonly stage: Stage
  readonly name: string
  readonly original: OriginalName | null
  /** The birth date with its doubt in words. */
  readonly born: string
  readonly isBirthDateKnown: boolean
  /** Whole years; null when the birth date is unknown. */
  readonly age: number | null
}

/** One entry of the history; `stage` is null where the stage stayed. */
export type HistoryEntry = {
  readonly id: string
  readonly event: string
  readonly stage: Stage | null
  readonly validOn: CalendarDate
  readonly recordedAt: Instant
  readonly who: string | null
  readonly role: string
  readonly school: string | null
  readonly reasonCode: string | null
  readonly sentence: string | null
}

/** Another case of the family. */
export type Sibling = {
  readonly caseId: string
  readonly name: string
  readonly age: number | null
  readonly stage: Stage
  /** An earlier or later case of the child itself. */
  readonly isSameChild: boolean
  readonly hasSchool: boolean
  /** Null where there is none, and with an address lock. */
  readonly school: string | null
  readonly grade: number | null
}

/** The file of a case as counsellors see it. */
export type CaseFile = CaseHead & {
  /** The centre whose work list the case stands in; null where the person has but one. */
  readonly listOf: string | null
  readonly language: string
  /** Null with an address lock. */
  readonly municipality: string | null
  readonly isLocked: boolean
  readonly today: CalendarDate
  readonly registeredOn: CalendarDate
  readonly stageSince: CalendarDate
  readonly endedOn: CalendarDate | null
  readonly counselledOn: CalendarDate | null
  readonly proposal: Pick<Proposal, 'proposedOn' | 'holdUntil' | 'canAdmitAt'> | null
  readonly plannedFirstDay: CalendarDate | null
  readonly firstDay: CalendarDate | null
  /** Since when its school says that the child is not there any more. */
  readonly goneOn: CalendarDate | null
  readonly counsellor: string | null
  readonly clocks: readonly [ShownClock, ShownClock, ShownClock]
  readonly next: { readonly step: NextStep; readonly waitsFor: WaitsFor }
  readonly appointment: { readonly startsAt: Instant } | null
  readonly school: { readonly name: string; readonly phone: string | null } | null
  /** Where in the school the child learns, as the school says; null: it has not said. */
  readonly schoolClass: SchoolClass | null
  readonly followUp: {
    readonly supportEndsOn: CalendarDate
    readonly nextReviewOn: CalendarDate
  } | null
  readonly recommendation: {
    readonly form: SchoolForm | null
    readonly grade: number
    readonly germanLevel: GerLevel | null
    readonly reason: string
    readonly wish: Wish | null
  } | null
  readonly history: { readonly total: number; readonly entries: readonly HistoryEntry[] }
  readonly slipPrintedAt: Instant | null
  readonly family: {
    readonly guardians: readonly { readonly name: string; readonly role: GuardianRole }[]
    readonly readsLanguages: readonly string[]
    readonly contact: {
      readonly phone: string
      readonly email: string
      readonly channel: Channel
    }
    /** On one line; null with an address lock. */
    readonly address: string | null
  }
  readonly siblings: readonly Sibling[]
  readonly may: { readonly withdraw: boolean; readonly printSlip: boolean }
}
