import { setTimeout as wait } from 'node:timers/promises'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import type { CaseId, CentreId, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { type ProposeSchool, proposeSchool } from '#app/services/case/propose-school.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { insertEntry, listEntries } from '#db/queries/seat.server.ts'

/** One attempt on a seat, as the test tells a racer to make it at the same moment as the others. */
export type Attempt = {
  /** Milliseconds of the system's clock at which to begin. */
  readonly startAt: number
  /** What the program's clock says meanwhile. */
  readonly now: string
  readonly actor: Actor
  readonly command: ProposeSchool
  /** The control: count first, insert afterwards, as a program without the promise would. */
  readonly naive: { readonly centreId: CentreId; readonly poolId: SeatPoolId } | null
}

/** `seat` or the code of the refusal. */
export type AttemptEnd = { readonly outcome: string }

/** A process of its own over the same database: settings come by the environment, orders by message. */
async function main(): Promise<void> {
  const deps = await makeDeps(readEnv())
  process.on('message', (attempt: Attempt) => {
    attemptSeat({ ...deps, clock: { now: () => new Date(attempt.now) } }, attempt).then(
      (outcome) => process.send?.({ outcome }),
      (accident: unknown) => process.send?.({ outcome: String(accident) }),
    )
  })
  process.once('disconnect', () => process.exit(0))
  process.send?.({ outcome: 'ready' })
}

async function attemptSeat(
  deps: Awaited<ReturnType<typeof makeDeps>>,
  { startAt, actor, command, naive }: Attempt,
): Promise<string> {
  await wait(Math.max(0, startAt - Date.now() - 2))
  while (Date.now() < startAt);
  if (naive !== null) return countThenInsert(deps, command.caseId, naive)
  const ctx: Context = { ...deps, actor, requestId: 'race', steppedUp: true, idempotencyKey: null }
  const done = await proposeSchool(ctx, command)
  return done.ok ? 'seat' : done.error.code
}

async function countThenInsert(
  { database, clock, newId }: Awaited<ReturnType<typeof makeDeps>>,
  caseId: CaseId,
  { centreId, poolId }: NonNullable<Attempt['naive']>,
): Promise<string> {
  const now = instant(clock)
  const taken = await listEntries(database.db, centreId, [poolId])
  if (taken.length > 0) return 'seat_taken'
  const id = newId() as SeatEntryId
  const seat = { id, poolId, caseId, kind: 'support', seatNumber: 1 } as const
  const entry = { ...seat, state: 'assigned', holdUntil: null } as const
  await database.write((tx) => insertEntry(tx, centreId, entry, now))
  return 'seat'
}

await main()
