import type { CentreId } from '#app/domain/ids.ts'

export type CentreName = { readonly id: CentreId; readonly name: string }

type ChosenCentre<C extends CentreName> = {
  readonly centre: C
  /** What one may change between; empty when there is only one. */
  readonly centres: readonly CentreName[]
}

/**
 * Which of the person's centres a page shows: the one the address asks for, or the first. One that
 * is not theirs counts as not asked for. Null: they have none.
 */
export function chosenCentre<C extends CentreName>(
  own: readonly C[],
  wanted: string | null,
): ChosenCentre<C> | null {
  const centre = own.find(({ id }) => id === wanted) ?? own[0]
  if (centre === undefined) return null
  return { centre, centres: own.length > 1 ? own.map(({ id, name }) => ({ id, name })) : [] }
}
