import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { countTry, giveTriesBack, type Limit } from '#db/queries/limits.server.ts'
import type { Context } from '../context.server.ts'

export type TooManyTries = { readonly code: 'too_many_tries'; readonly minutes: number }

/** A limit and what it counts for, in words of our own: hashed before it is stored. */
export type Counted = { readonly what: string; readonly limit: Limit }

/**
 * Counts one try under each limit in turn and stops at the first that is used up, so that a flood
 * from one address does not use up the limit of an account. Refused: `too_many_tries` with the
 * minutes a window lasts.
 */
export async function countTries(
  ctx: Context,
  counted: readonly Counted[],
): Promise<Result<null, TooManyTries>> {
  const keys = counted.map(({ what, limit }) => ({ key: limitKey(ctx, what), limit }))
  const usedUp = await countTry(ctx.database, keys, instant(ctx.clock))
  if (usedUp === null) return ok(null)
  ctx.log({ event: 'too_many_tries', requestId: ctx.requestId })
  return err({ code: 'too_many_tries', minutes: usedUp.minutes })
}

/**
 * What {@link countTries} counted was right: under `own` the person starts anew, elsewhere this try
 * counts for nothing, and gives a stranger who guesses no further one.
 */
export async function triedRightly(
  ctx: Context,
  counted: readonly Counted[],
  own: Counted,
): Promise<void> {
  const keys = counted.map(({ what }) => limitKey(ctx, what))
  await giveTriesBack(ctx.database, keys, limitKey(ctx, own.what))
}

/** The key under which tries are counted: says nothing of the address or e-mail it stands for. */
function limitKey(ctx: Context, what: string): string {
  return ctx.keyed('limit', what)
}
