/**
 * Levels of the Common European Framework of Reference (GeR), ascending: the 14 keys of the
 * state's school software (SVWS, Sprachreferenzniveau), before them `none` for "keine".
 */
export const GER_LEVELS = [
  'none',
  'Pre-A1',
  'A1',
  'A1+',
  'A1/A2',
  'A2',
  'A2+',
  'A2/B1',
  'B1',
  'B1+',
  'B1/B2',
  'B2',
  'B2/C1',
  'C1',
  'C2',
] as const

export type GerLevel = (typeof GER_LEVELS)[number]

/** Whether a level is B1 or above: what BASS 13-63 Nr. 3 calls sufficient for the regular class. */
export function reachesB1(level: GerLevel): boolean {
  return GER_LEVELS.indexOf(level) >= GER_LEVELS.indexOf('B1')
}
