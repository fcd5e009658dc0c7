/** Fewer than so many people are not counted out loud outside the centre (product.md §8). */
export const FEWEST_SHOWN = 5

/**
 * A number of people as others than the centre may read it: null for one to four. None is shown: it is
 * about nobody.
 */
export function shownNumber(count: number): number | null {
  return count === 0 || count >= FEWEST_SHOWN ? count : null
}

/** The sum of such numbers; null as soon as one of them is not shown, because it would follow. */
export function shownSum(shown: readonly (number | null)[]): number | null {
  return shown.reduce<number | null>(
    (sum, one) => (sum === null || one === null ? null : sum + one),
    0,
  )
}
