import type { CalendarDate } from '../time.ts'

/** Where a rule comes from, and the day a lawyer last held it against the text; null: not yet. */
export type LegalSource = { readonly citation: string; readonly checkedOn: CalendarDate | null }

/**
 * Every source a rule of this program cites; `docs/generated/law.md` lists them with the files that
 * use them. A local rule is a centre's practice and no law, and is called so on screen.
 */
export const LEGAL_SOURCES = {
  languageSupport: { citation: 'BASS 13-63 Nr. 3', checkedOn: null },
  schoolWay: { citation: '§ 5 SchfkVO', checkedOn: null },
  schoolAge: { citation: '§ 35 Abs. 1 SchulG', checkedOn: null },
  fullTimeSchooling: { citation: '§ 37 SchulG', checkedOn: null },
  vocationalSchooling: { citation: '§ 38 SchulG', checkedOn: null },
  seatDecision: { citation: '§ 46 Abs. 3 SchulG, OVG NRW 19 B 457/24', checkedOn: null },
  classSizePrimary: { citation: '§ 6a VO zu § 93 Abs. 2 SchulG', checkedOn: null },
  classSize: { citation: '§ 6 VO zu § 93 Abs. 2 SchulG', checkedOn: null },
  handOver: { citation: '§ 7 VO-DV I (entsprechend)', checkedOn: null },
  storageLimit: { citation: 'Art. 5 Abs. 1 Buchst. c und e DSGVO', checkedOn: null },
  erasure: { citation: 'Art. 17 DSGVO', checkedOn: null },
  tellRecipients: { citation: 'Art. 19 DSGVO', checkedOn: null },
  localRule: { citation: 'örtliche Regel', checkedOn: null },
} as const satisfies Readonly<Record<string, LegalSource>>

/** Whether a rule is only local practice ("örtliche Regel") and binds nobody by law. */
export function isLocalRule(source: LegalSource): boolean {
  return source.citation === LEGAL_SOURCES.localRule.citation
}
