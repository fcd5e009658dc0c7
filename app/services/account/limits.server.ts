import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { countTry, type Limit } from '#db/queries/limits.server.ts'
import type { Context } from '../context.server.ts'

export type TooManyTries = { readonly code: 'too_many_tries'; readonly minutes: number }

/** A limit and what it counts for, in words of our own: hashed before it is stored. */
export type Counted = { readonly what: string; readonly limit: Limit }

/** The key under which tries are counted: says nothing of the address or e-mail it stands for. */
export function limitKey(ctx: Context, what: string): string {
  return ctx.keyed('limit', what)
}

/**
 * Counts one try under each limit in turn and stops at the first that is used up, so that a flood
 * from one address does not use up the limit of an account. Refused: `too_many_tries` with the
 * minutes a window lasts.
 */
export async function countTries(
  ctx: Context,
  counted: readonly Counted[],
): Promise<Result<null, TooManyTries>> {
  for (const { what, limit } of counted) {
    const now = instant(ctx.clock)
    if (!(await countTry(ctx.database, limitKey(ctx, what), limit, now))) {
      ctx.log({ event: 'too_many_tries', requestId: ctx.requestId })
      return err({ code: 'too_many_tries', minutes: limit.minutes })
    }
  }
  return ok(null)
}
