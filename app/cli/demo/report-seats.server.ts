import type { Instant } from '#app/domain/time.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { done } from './done.ts'
import type { Cast } from './found-centre.server.ts'
import type { Past } from './past.server.ts'
import { type DemoPool, POOLS } from './pools.ts'

/** The schools report their support places of a school year; without an account, by telephone. */
export async function reportSeats(
  past: Past,
  cast: Cast,
  schoolYear: number,
  at: Instant,
): Promise<void> {
  for (const { school, reason, pools } of POOLS) {
    const ctx = past(cast.ofSchool(school) ?? cast.as('beratung'), at)
    const [first, ...others] = pools
    const toDecision = (pool: DemoPool) =>
      ({ ...pool, poolId: null, schoolYear, kind: 'support' }) as const
    const decisions = [toDecision(first), ...others.map(toDecision)] as const
    done(await decideSeats(ctx, { schoolNumber: school, reason, pools: decisions }), 'seats')
  }
}
