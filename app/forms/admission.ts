import * as z from 'zod'
import { DECLINE_REASONS, NO_PLACE_REASONS } from '#app/domain/case/reasons.ts'
import {
  CLASS_KINDS,
  COURSE_KINDS,
  LONGEST_CLASS_NAME,
  type SchoolClass,
} from '#app/domain/school/school-class.ts'
import { dayField, versionField } from './case-fields.ts'

/** The school says that it can admit the child. */
const SayYes = z.object({ intent: z.literal('can_admit'), version: versionField })

const sentence = z
  .string('field.reason_required')
  .trim()
  .min(1, 'field.reason_required')
  .max(500, 'field.too_long')

type WithReason = { readonly reason: string; readonly sentence: string }

function toGivenReason<Command extends WithReason>({ reason, sentence, ...command }: Command) {
  return { ...command, reason: { code: reason as Command['reason'], sentence } }
}

/** The school says no, and why. */
export const Decline = z
  .object({
    intent: z.literal('decline'),
    version: versionField,
    reason: z.enum(DECLINE_REASONS, 'field.choose'),
    sentence,
  })
  .transform(toGivenReason)

/** The school has no place for a child that was assigned to it, and why. */
export const ReportCapacity = z
  .object({
    intent: z.literal('report_capacity'),
    version: versionField,
    reason: z.enum(NO_PLACE_REASONS, 'field.choose'),
    sentence,
  })
  .transform(toGivenReason)

const className = z.string('field.required').trim().max(LONGEST_CLASS_NAME, 'field.too_long')

/** Where the child learns: the name of the class may be left open, its kind not. */
const placed = {
  plannedFirstDay: z.preprocess((text) => text || null, dayField.nullable()),
  className: className.default(''),
  classKind: z.enum(CLASS_KINDS, 'field.choose'),
  courseKind: z.preprocess((key) => key || null, z.enum(COURSE_KINDS, 'field.choose').nullable()),
}

type Placed = { readonly className: string } & Omit<SchoolClass, 'className'>

function withClass<Command extends Placed>(command: Command) {
  const { className: name, classKind, courseKind, ...rest } = command
  return { ...rest, schoolClass: { className: name || null, classKind, courseKind } }
}

/** The school admits the child; the class and the first school day may be left open. */
export const Admit = z
  .object({ intent: z.literal('admit'), version: versionField, ...placed })
  .transform(withClass)

/** The school says, or corrects, where the child learns and, before it has come, its first day. */
export const SayClass = z
  .object({ intent: z.literal('class'), version: versionField, ...placed })
  .transform(withClass)

/** The child has come; by now its class has a name. */
export const Start = z
  .object({
    intent: z.literal('start'),
    version: versionField,
    firstDay: dayField,
    // another name than in the form of the class, which stands on the same page
    inClass: className.min(1, 'field.required'),
  })
  .transform(({ inClass, ...command }) => ({ ...command, className: inClass }))

/** The child has not come. */
const NotStarted = z.object({ intent: z.literal('not_started'), version: versionField })

/** Everything a school answers on the page of a case, told apart by `intent`. */
export const AdmissionForm = z.discriminatedUnion(
  'intent',
  [SayYes, Decline, ReportCapacity, Admit, SayClass, Start, NotStarted],
  'field.unknown',
)
