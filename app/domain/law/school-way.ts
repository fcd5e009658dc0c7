import { LEGAL_SOURCES, type LegalSource } from './legal-source.ts'

export type WayLimit = { readonly metres: number; readonly source: LegalSource }

/**
 * The one-way walk beyond which travel costs may be borne: 2 km in grades 1 to 4, 3.5 km in 5 to
 * 10, 5 km from 11 on. § 5 SchfkVO (`checkedOn: null`). It is measured to the nearest school of the
 * chosen form; here it serves as the yardstick for a long way.
 */
export function wayLimit(grade: number): WayLimit {
  return { metres: limitMetres(grade), source: LEGAL_SOURCES.schoolWay }
}

function limitMetres(grade: number): number {
  if (grade <= 4) return 2_000
  return grade <= 10 ? 3_500 : 5_000
}
