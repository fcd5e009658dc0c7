import type { ReasonOccasion } from '#app/domain/case/reasons.ts'
import type { StepReason } from '#app/domain/case/transition.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { DraftForm } from '#app/domain/draft/draft.ts'
import type { Family } from '#app/domain/family/family.ts'
import type { Interview } from '#app/domain/interview/interview.ts'
import type { SupportLength } from '#app/domain/law/language-support.ts'
import type { PlacedClass } from '#app/domain/school/school-class.ts'
import type { HoldRecord } from '#app/services/privacy/hold.server.ts'
import type { AppointmentRecord } from '#db/queries/appointment.server.ts'
import type { ReviewRecord } from '#db/queries/review.server.ts'
import type { Schema } from '#db/schema.ts'
import type { ABOUT_SOMEBODY, PERSONAL } from '#tests/db/plain-columns.ts'

/**
 * The name of every field that is stored of a child, a family or a case, taken from the types the
 * program stores: `child.birthDate.date`, `interview.schooling.0.years`, `pupil_case.nationality`. A
 * new table, column or sealed field is a new name here, and `field-table.ts` does not compile without
 * it.
 */
export type StoredField = SealedField | PlainField

/** Tables with an envelope; one that has no record below does not compile. */
type SealedTable = {
  [Table in keyof Schema]: 'sealed' extends keyof Schema[Table] ? Table : never
}[keyof Schema]

/** What the envelope of each table holds, by the name its fields have in `FIELDS`. */
type Records = {
  child: { child: Child }
  family: { family: Family }
  interview: { interview: Interview }
  appointment: { appointment: AppointmentRecord }
  review: { review: ReviewRecord }
  language_support: { language_support: SupportLength }
  school_class: { school_class: PlacedClass }
  case_event: { reason: Readonly<Record<Occasion, StepReason>> }
  family_access: { access: { readonly code: string } }
  legal_hold: { legal_hold: HoldRecord }
  draft: { draft: Readonly<Record<DraftForm, string>> }
  /** Of a member of staff. */
  second_factor: Nothing
  /** A letter, as a later issue will send them; mails to staff have no envelope. */
  outbox: Nothing
}

/** Why a step was taken; an appointment notes how the family was invited. */
type Occasion = Exclude<ReasonOccasion, 'hold'> | 'family_appointed'

type Nothing = Readonly<Record<never, never>>

type SealedField = { [Table in SealedTable]: PathsOf<Records[Table]> }[SealedTable]

type PlainField = {
  [Table in keyof typeof ABOUT_SOMEBODY]: `${Table}.${PersonalIn<(typeof ABOUT_SOMEBODY)[Table]>}`
}[keyof typeof ABOUT_SOMEBODY]

type PersonalIn<Columns> = {
  [Column in keyof Columns]: Columns[Column] extends (typeof PERSONAL)[number] ? Column : never
}[keyof Columns] &
  string

/** Every leaf of a record; the first of a list stands for all. */
type PathsOf<Value> = {
  [Name in keyof Value & string]: Leaf<NonNullable<Value[Name]>, Name>
}[keyof Value & string]

type Leaf<Value, Path extends string> = Value extends string | number | boolean
  ? Path
  : Value extends readonly (infer One)[]
    ? Leaf<One, `${Path}.0`>
    : `${Path}.${PathsOf<Value>}`
