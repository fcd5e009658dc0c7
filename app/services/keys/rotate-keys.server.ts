import { setTimeout as wait } from 'node:timers/promises'
import { ok } from '#app/domain/result.ts'
import { authorize, type Permit } from '#app/policy/policy.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Wrapping } from '#db/sealing/keys.server.ts'
import type { Context, Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { transact } from '../transact.server.ts'

/** Small, so that requests come between two of them: one is some milliseconds of work. */
const AT_ONCE = 100
/** Whoever waits for SQLite looks every 100 ms: they must find it free between two chunks. */
const PAUSE_MS = 120
/** Each of them waits for readers for some seconds by itself. */
const SCRUB_TRIES = 5

/** What a change of the key-encryption key did, and what is left to do. */
export type Rotation = {
  readonly rotated: number
  readonly left: number
  readonly keys: readonly Wrapping[]
}

/** Which key-encryption keys are in use, and how many keys each of them wraps. */
export async function keyStatus(deps: Pick<Deps, 'keys'>): Promise<Rotation> {
  const keys = await deps.keys.wrappings()
  const left = keys.filter(({ isPresent }) => !isPresent)
  return { rotated: 0, left: left.reduce((sum, { count }) => sum + count, 0), keys }
}

/**
 * Wraps every key that stands under a retired key-encryption key anew, chunk by chunk, while others
 * read and write. Cut off at any point it goes on where it stopped when it is called again; the
 * sealed data is not touched. Once nothing is left, the retired keys open nothing any more. A server
 * that stops says so by `stopping` and waits for one chunk, not for all of them.
 */
export async function rotateKeys(deps: Deps, stopping?: AbortSignal): Promise<Rotation> {
  const before = await keyStatus(deps)
  if (before.left === 0) return before
  const ctx = systemContext(deps)
  const permit = authorize(ctx.actor, 'installation.maintain', null)
  if (!permit.ok) throw new Error('The program may not maintain itself')
  for (let after = '', isOver = false; !isOver && !stopping?.aborted; ) {
    const { last, isEnd } = await ctx.keys.rewrap(after, AT_ONCE)
    after = last
    isOver = isEnd
    if (isEnd) await scrub(ctx)
    else await wait(PAUSE_MS)
  }
  const status = await keyStatus(ctx)
  await record(ctx, permit.value, before.left - status.left)
  return { ...status, rotated: before.left - status.left }
}

/** Whoever reads the keys at this moment keeps their earlier form in the file: tried until nobody does. */
async function scrub({ keys }: Context): Promise<void> {
  for (let tries = 0; tries < SCRUB_TRIES; tries += 1) {
    if (await keys.scrub()) return
    await wait(PAUSE_MS)
  }
}

async function record(ctx: Context, permit: Permit, count: number): Promise<void> {
  await transact(ctx, permit, INSTALLATION, async () =>
    ok({ value: null, events: [{ event: 'keys_rotated', count }] }),
  )
}
