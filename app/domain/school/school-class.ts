import type { SupportLength } from '../law/language-support.ts'
import type { SeatKind } from '../seat/seat-pool.ts'

/**
 * Klassenart by the keys of the state's school software (SVWS, ASD): `DF` Deutschförderung ohne
 * Bildungsgangzuordnung (BASS 13-63 Nr. 3), since 2024; `RK` Regelklasse.
 */
export const CLASS_KINDS = ['DF', 'RK'] as const

export type ClassKind = (typeof CLASS_KINDS)[number]

/** Kursart by the same keys: `DFK` Deutschförderklasse, `DFG` Deutschfördergruppe. */
export const COURSE_KINDS = ['DFK', 'DFG'] as const

export type CourseKind = (typeof COURSE_KINDS)[number]

/** How long the name of a class may be. Ours: it catches a sentence typed into the field. */
export const LONGEST_CLASS_NAME = 10

/** Where in the school a child learns, as the school says. */
export type SchoolClass = {
  /** As the school writes it, like "5b"; null: not named yet. */
  readonly className: string | null
  readonly classKind: ClassKind
  /** Null: no course in German. */
  readonly courseKind: CourseKind | null
}

/** What is stored of it; the length of language support stands beside it, without its reason. */
export type PlacedClass = SchoolClass & SupportLength

/** What the school itself said of it. */
export function saidOf({ className, classKind, courseKind }: PlacedClass): SchoolClass {
  return { className, classKind, courseKind }
}

/** What a form begins with where the school has said nothing yet: it follows the kind of seat. */
export function usualClass(seat: SeatKind | null): SchoolClass {
  return seat === 'regular'
    ? { className: null, classKind: 'RK', courseKind: null }
    : { className: null, classKind: 'DF', courseKind: 'DFG' }
}
