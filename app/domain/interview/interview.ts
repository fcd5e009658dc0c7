import type { GerLevel } from '../follow-up/ger-level.ts'
import type { SchoolNumber } from '../ids.ts'
import type { SchoolForm } from '../school/form.ts'

/** Whether the child reads and writes Latin script. */
export type LatinLiteracy = 'yes' | 'partly' | 'no'

/** A language the child speaks, BCP 47 code. */
export type ChildLanguage = { readonly language: string }

/** Years at schools of one country. */
export type SchoolingRow = {
  /** ISO 3166-1 alpha-2, capital letters. */
  readonly country: string
  readonly fromYear: number
  readonly toYear: number
  /** Whole years of schooling in that time: less than its length where school was interrupted. */
  readonly years: number
}

/** What the family wishes, best first; all of it may be empty: then it has no wish. */
export type Wish = {
  readonly schools: readonly SchoolNumber[]
  readonly forms: readonly SchoolForm[]
  readonly note: string
}

/** A brother or sister who already goes to a school here. */
export type SiblingAtSchool = { readonly schoolNumber: SchoolNumber }

/** The counsellor's recommendation while it is being written; `form` null: left open on purpose. */
export type DraftRecommendation = {
  readonly form: SchoolForm | null
  readonly grade: number | null
  readonly reason: string
}

/**
 * The core of the Beratungsbogen, complete or not. It says much of a child: it is stored sealed, and
 * only counsellors and leads read it. Null means "not asked yet"; an empty list is an answer
 * (never at a school, no siblings at a school).
 */
export type Interview = {
  /** The language the child speaks best comes first. */
  readonly languages: readonly ChildLanguage[]
  readonly latinLiteracy: LatinLiteracy | null
  readonly germanLevel: GerLevel | null
  readonly schooling: readonly SchoolingRow[] | null
  readonly siblings: readonly SiblingAtSchool[] | null
  readonly wish: Wish | null
  readonly recommendation: DraftRecommendation | null
}

/** The Beratungsbogen before the first question. */
export const EMPTY_INTERVIEW: Interview = {
  languages: [],
  latinLiteracy: null,
  germanLevel: null,
  schooling: null,
  siblings: null,
  wish: null,
  recommendation: null,
}

/**
 * Whether the child counts as literate in Latin script for the length of language support. Only a
 * plain "no" lengthens it (BASS 13-63 Nr. 3); "partly" opens no literacy group. Null: not asked.
 */
export function isLiterateInLatin(literacy: LatinLiteracy | null): boolean {
  return literacy !== 'no'
}
