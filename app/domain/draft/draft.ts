import type { CaseId, CentreId } from '../ids.ts'
import type { Topic } from '../interview/topics.ts'
import type { Instant } from '../time.ts'

/**
 * How long what was typed and not sent is kept, in hours after it was last typed (promises.md §6.3;
 * proposed, nobody has checked it).
 */
export const DRAFT_HOURS = 24

/** The forms that keep what is typed. Each part of the Beratungsbogen is a form of its own. */
export type DraftForm = 'registration' | `interview_${Topic}`

/** Which form a draft is of. With its person this names one draft: the newest takes its place. */
export type DraftSlot = {
  readonly form: DraftForm
  /** The case the form is about; at the Meldung a brother's or sister's. Null: about none. */
  readonly caseId: CaseId | null
}

/** One field as the form sends it; lists and boxes send a name several times. */
export type DraftField = readonly [name: string, value: string]

/**
 * Of two drafts of one page the one typed later counts, whichever arrives last: `order` grows from one
 * to the next, in milliseconds.
 */
export type TypedAt = { readonly page: string; readonly order: number }

/** What a person typed into a form and has not sent. */
export type Draft = {
  readonly savedAt: Instant
  readonly fields: readonly DraftField[]
}

/** The same for one of its rows, with where that stands. */
export type DraftPlace = { readonly centreId: CentreId; readonly id: string }
