import { createContext, useContext } from 'react'
import type { Instant } from '#app/domain/time.ts'

/** What a person had typed into this form and not sent, as the form reads it. */
export type OfferedDraft = {
  readonly savedAt: Instant
  readonly values: Readonly<Record<string, unknown>>
}

/** Null: nothing was left, or something has been sent since. */
export const DraftContext = createContext<OfferedDraft | null>(null)

/** What stands in the form instead of what is stored, when the page is opened. */
export function useDraft(): OfferedDraft | null {
  return useContext(DraftContext)
}
