import type { Sex } from '#app/domain/child/child.ts'
import type { Channel, GuardianRole } from '#app/domain/family/family.ts'
import type { GerLevel } from '#app/domain/follow-up/ger-level.ts'
import type { LatinLiteracy } from '#app/domain/interview/interview.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { PlaceName } from './places.ts'
import type { WayName } from './ways.ts'

/** Where a family comes from: nationality (Destatis), country of schooling (ISO), first language. */
export type Origin = {
  readonly nationality: string
  readonly country: string
  readonly language: string
}

/** An invented family. Nobody of this name is meant. */
export type DemoFamily = Origin & {
  readonly home: PlaceName
  readonly guardians: Readonly<Partial<Record<GuardianRole, string>>>
  readonly channel?: Channel
  /** Instead of a street: where a shelter's house and room, or a host, are all there is. */
  readonly lodging?: string
  /** Oldest first: brothers and sisters join the family of the first. */
  readonly children: readonly [DemoChild, ...DemoChild[]]
}

export type DemoChild = ChildDetails & {
  readonly sex: Sex
  readonly given: string
  readonly family: string
  /** The name in the family's own script, given name first; null where that is Latin. */
  readonly script: readonly [given: string, family: string] | null
  /** The grade of its age in the school year of the first start: gives the year of birth. */
  readonly grade: number
  /** Month and day of birth. */
  readonly born: string
  readonly way: WayName
}

/** What is not as usual. */
export type ChildDetails = {
  /** What is known of the birth date; `day` unless said. */
  readonly known?: 'month' | 'year'
  /** Days by which the way lies further back than written, so that not all came on the same day. */
  readonly earlier?: number
  readonly speaks?: readonly string[]
  readonly literacy?: LatinLiteracy
  readonly german?: GerLevel
  /** Recommended form; null: left open. */
  readonly form?: SchoolForm | null
  readonly addressLock?: true
  /** The family whose slip has the fixed short code and PIN. */
  readonly hasFixedSlip?: true
}

/** The parts of a name; the last two in the family's own script. Either of two may be empty. */
type NameParts =
  | readonly [given: string, family: string]
  | readonly [given: string, family: string, originalGiven: string, originalFamily: string]

type ChildOf = (
  name: NameParts,
  grade: number,
  born: string,
  way: WayName,
  details?: ChildDetails,
) => DemoChild

/** A line of the tables: name, grade of its age, month and day of birth, what happens to it. */
export const girl: ChildOf = (...line) => childOf('w', line)

/** As {@link girl}. */
export const boy: ChildOf = (...line) => childOf('m', line)

function childOf(sex: Sex, [name, grade, born, way, details]: Parameters<ChildOf>): DemoChild {
  const [given, family, originalGiven, originalFamily] = name
  const script: DemoChild['script'] =
    originalGiven === undefined || originalFamily === undefined
      ? null
      : [originalGiven, originalFamily]
  return { sex, given, family, script, grade, born, way, ...details }
}
