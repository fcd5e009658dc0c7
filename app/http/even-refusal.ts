import { setTimeout as wait } from 'node:timers/promises'

/** A page that is not there is answered so long after its request came, or a multiple of it; ms. */
const STEP_MS = 20

/**
 * Keeps an answer back that says a page is not there, until the next step since its request came.
 * A case of somebody else is read before it is refused and one that never was is not; that takes a
 * fraction of a millisecond, which many requests would tell (P10). Any other answer goes at once.
 */
export async function keptEven(status: number, arrivedMs: number): Promise<void> {
  if (status !== 404) return
  const now = performance.now()
  const step = now + STEP_MS - ((now - arrivedMs) % STEP_MS)
  // a timer counts from the moment its turn of the event loop began, and may end that much too early
  for (let left = step - now; left > 0; left = step - performance.now()) await wait(left)
}
