/** How many times larger `npm run soak` makes the load of the promises; 1 in `npm test`. */
const FACTOR = Number(process.env['SOAK_FACTOR'] ?? 1)

/** Whether this run is a soak: times are judged there, and only printed in `npm test`. */
export const isSoak = FACTOR > 1

/**
 * The size of a promise's load in this run: rounds, requests, children. A soak takes its factor, and
 * no less than the full load where one is named.
 */
export function sized(atLeast: number, full = atLeast): number {
  return isSoak ? Math.max(atLeast * FACTOR, full) : atLeast
}

/** How long a test with such a load may take before it counts as hanging; two hours in a soak. */
export function guard(milliseconds: number): number {
  return isSoak ? Math.max(milliseconds * FACTOR, 7_200_000) : milliseconds
}
