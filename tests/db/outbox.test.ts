import { expect, test } from 'vitest'
import { addHours, instant } from '#app/domain/time.ts'
import { claimDue, finishLeased } from '#db/queries/lease.server.ts'
import { insertMessage } from '#db/queries/outbox.server.ts'
import { sealRecord } from '#db/sealing/records.server.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

/** A message about a case, its words under the child's key. */
async function queued(world: World, eventId: string): Promise<void> {
  const caseId = await registered(world, { child: { familyName: eventId } })
  const centreId = CENTRES.DN.id
  const { child_id: id } = await world.database.db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const key = await world.keys.find({ kind: 'child', centreId, id })
  if (key === null) throw new Error('No key')
  const messageId = world.newId()
  const now = instant(world.clock)
  const message = {
    centre_id: centreId,
    id: messageId,
    event_id: eventId,
    channel: 'letter',
    account_id: null,
    case_id: caseId,
    sealed: sealRecord(key, 'outbox', centreId, messageId, { words: 'Ihr Termin' }),
    state: 'waiting',
    attempts: 0,
    run_at: now,
    lease_until: null,
    leased_by: null,
    created_at: now,
  } as const
  await world.database.write((tx) => insertMessage(tx, message))
  await world.database.write((tx) => insertMessage(tx, { ...message, id: world.newId() }))
}

test('one message per event and channel; one sender gets it, and a dead sender’s goes to the next', async () => {
  const world = await makeWorld()
  await queued(world, 'event-1')
  const now = instant(world.clock)
  const claim = (worker: string, at = now) =>
    world.database.write((tx) =>
      claimDue(tx, 'outbox', { worker, now: at, leaseUntil: addHours(at, 1), limit: 10 }),
    )
  const first = await claim('one')
  expect(first.map(({ event_id }) => event_id)).toEqual(['event-1'])
  expect(await claim('two')).toEqual([])
  const [taken] = await claim('two', addHours(now, 2))
  if (taken === undefined) throw new Error('Nobody took it over')
  const finished = await world.database.write((tx) =>
    finishLeased(tx, 'outbox', taken, { state: 'waiting', retryAt: addHours(now, 3) }),
  )
  expect(finished).toBe(true)
  expect(await claim('three', addHours(now, 2))).toEqual([])
  expect(await claim('three', addHours(now, 4))).toHaveLength(1)
})

test('a message in plain words is refused by the engine', async () => {
  const world = await makeWorld()
  await queued(world, 'event-2')
  const plain = world.database.write((tx) =>
    tx
      .updateTable('outbox')
      .set({ sealed: 'Ihr Termin' as never })
      .execute(),
  )
  await expect(plain).rejects.toThrow(/check constraint/i)
})
