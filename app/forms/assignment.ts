import * as z from 'zod'
import { SEND_BACK_REASONS, TAKE_BACK_REASONS } from '#app/domain/case/reasons.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { versionField } from './case-fields.ts'

/** Who decides assigns the proposed school. */
const Assign = z.object({ intent: z.literal('assign'), version: versionField })

const sentence = z
  .string('field.reason_required')
  .trim()
  .min(1, 'field.reason_required')
  .max(500, 'field.too_long')

const reasonFields = { reason: z.enum(SEND_BACK_REASONS, 'field.choose'), sentence }

/** Who decides sends the proposal back, and why. */
export const SendBack = z
  .object({ intent: z.literal('send_back'), version: versionField, ...reasonFields })
  .transform(toGivenReason)

/** The assignment stays, although the school reported that it has no place. */
const Keep = z.object({ intent: z.literal('keep'), version: versionField })

/** The authority takes the assignment back because of it, and why. */
export const TakeBack = z
  .object({
    intent: z.literal('take_back'),
    version: versionField,
    reason: z.enum(TAKE_BACK_REASONS, 'field.choose'),
    sentence,
  })
  .transform(toGivenReason)

function toGivenReason<T extends { readonly reason: string; readonly sentence: string }>({
  reason,
  sentence,
  ...command
}: T) {
  return { ...command, reason: { code: reason as T['reason'], sentence } }
}

/** What is decided on the page of a case, told apart by `intent`. */
export const AssignmentForm = z.discriminatedUnion(
  'intent',
  [Assign, SendBack, Keep, TakeBack],
  'field.unknown',
)

/** At most the rows of a page. */
const MOST_CHOSEN = 25

/** A ticked row: the id of the case and the version that was on screen, `id:version`. */
const chosenField = z.string().transform((text, ctx): ChosenRow => {
  const [, caseId, version] = /^([^:]+):(\d{1,9})$/.exec(text) ?? []
  if (caseId !== undefined) return { caseId: caseId as CaseId, version: Number(version) }
  ctx.addIssue({ code: 'custom', message: 'field.choose_child' })
  return z.NEVER
})

type ChosenRow = { readonly caseId: CaseId; readonly version: number }

/** What a ticked row of the desk sends. */
export function chosenValue({ caseId, version }: ChosenRow): string {
  return `${caseId}:${version}`
}

/** A list of one arrives as its one text; a row ticked twice counts once. */
const chosenRows = z.preprocess(
  (sent) => (typeof sent === 'string' ? [sent] : sent),
  z
    .array(z.string(), 'field.choose_child')
    .min(1, 'field.choose_child')
    .max(MOST_CHOSEN, 'field.choose_child')
    .transform((rows) => [...new Set(rows)])
    .pipe(z.array(chosenField)),
)

/** Several proposals of the desk, assigned. */
const AssignChosen = z.object({ intent: z.literal('assign'), chosen: chosenRows })

/** Several proposals of the desk, sent back for one reason. */
const SendBackChosen = z
  .object({ intent: z.literal('send_back'), chosen: chosenRows, ...reasonFields })
  .transform(toGivenReason)

/** What the authority decides at its desk about the ticked children, told apart by `intent`. */
export const DeskForm = z.discriminatedUnion(
  'intent',
  [AssignChosen, SendBackChosen],
  'field.unknown',
)
