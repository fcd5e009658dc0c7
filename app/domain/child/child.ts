import type { BirthDate } from './birth-date.ts'
import type { ChildName } from './name.ts'

/** Entry of sex as the school register knows it: m, w, divers, ohne Angabe (VO-DV I § 7 Nr. 3, `checkedOn: null`). */
export const SEXES = ['m', 'w', 'd', 'x'] as const

export type Sex = (typeof SEXES)[number]

/** The German word staff read for each entry of sex. */
export const SEX_NAMES: Readonly<Record<Sex, string>> = {
  m: 'männlich',
  w: 'weiblich',
  d: 'divers',
  x: 'ohne Angabe',
}

/**
 * What is known of a child whoever asks: personal data, so all of it is sealed under the child's key.
 * Data minimisation (domain.md §2): residence status, passport numbers, faith and diagnoses have no place here.
 */
export type Child = ChildName & {
  readonly birthDate: BirthDate
  readonly sex: Sex
  /** Languages of the child beside the family's first one (which is the case's), BCP 47 codes, most used first. */
  readonly furtherLanguages: readonly string[]
  /**
   * Auskunfts- oder Adresssperre: the address is shown to nobody who does not need it and stays out of lists,
   * maps and letters to third parties (domain.md §2.1; § 51 BMG, `checkedOn: null`).
   */
  readonly addressLock: boolean
}
