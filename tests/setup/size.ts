/** How many times larger `npm run soak` makes the load of the promises; 1 in `npm test`. */
const FACTOR = Number(process.env['SOAK_FACTOR'] ?? 1)

/** The size of a promise's load in this run: rounds, requests, children. */
export function sized(atLeast: number): number {
  return atLeast * FACTOR
}

/** How long a test with such a load may take before it counts as hanging: as many times longer. */
export function guard(milliseconds: number): number {
  return milliseconds * FACTOR
}

/** Whether this run is a soak: times are judged there, and only printed in `npm test`. */
export const isSoak = FACTOR > 1
