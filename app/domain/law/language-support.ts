import { addMonths, type CalendarDate } from '../time.ts'
import { LEGAL_SOURCES, type LegalSource } from './legal-source.ts'

/** How long first language support (Erstförderung) lasts, in months from the first school day. */
const SUPPORT_MONTHS = 24

/** What a child who is not literate in Latin script gets on top, in months. */
const LITERACY_MONTHS = 12

/** How many months before the end somebody is reminded. */
const SUPPORT_ALERT_MONTHS = [6, 3] as const

/** How long it lasts from the first school day, without its reason: what a school reads of it. */
export type SupportLength = { readonly supportMonths: number }

export type LanguageSupport = {
  readonly endsOn: CalendarDate
  readonly months: number
  /** The days to remind somebody, earliest first. */
  readonly alertsOn: readonly CalendarDate[]
  readonly source: LegalSource
}

/**
 * When language support ends: 24 months after the first school day, 36 when the child is not
 * literate in Latin script, with alerts six and three months before. BASS 13-63 Nr. 3 of
 * 15.10.2018, changed 06.12.2023 (`checkedOn: null`). An extension is a person's decision.
 */
export function languageSupport(firstDay: CalendarDate, literateInLatin: boolean): LanguageSupport {
  return supportOver(firstDay, supportMonths(literateInLatin))
}

/** How long language support lasts: see {@link languageSupport}. */
export function supportMonths(literateInLatin: boolean): number {
  return literateInLatin ? SUPPORT_MONTHS : SUPPORT_MONTHS + LITERACY_MONTHS
}

/** The same where its length is known already, and not why it is that long. */
export function supportOver(firstDay: CalendarDate, months: number): LanguageSupport {
  const endsOn = addMonths(firstDay, months)
  return {
    endsOn,
    months,
    alertsOn: SUPPORT_ALERT_MONTHS.map((before) => addMonths(endsOn, -before)),
    source: LEGAL_SOURCES.languageSupport,
  }
}
