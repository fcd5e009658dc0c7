import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { addHours, dayOf, instant } from '#app/domain/time.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { schoolsWithSeats } from '#app/services/suggestion/suggest-for-case.server.ts'
import { assign, counsel, propose, seatsAt, versionOf } from '#tests/promises/steps.ts'
import { CENTRES, historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const WEEK = 7 * 24

let world: World
beforeEach(async () => {
  world = await makeWorld()
  await seatsAt(world, SCHOOL, 1)
})
afterEach(() => world.close())

async function waiting(): Promise<CaseId> {
  const caseId = await registered(world)
  await counsel(world, { caseId, centre: 'DN' })
  return caseId
}

const proposeTo = (caseId: CaseId) => propose(world, { caseId, centre: 'DN' }, SCHOOL)

async function standing(caseId: CaseId) {
  const { db } = world.database
  const { stage, stage_since } = await db
    .selectFrom('pupil_case')
    .select(['stage', 'stage_since'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const entries = await db
    .selectFrom('seat_entry')
    .select('state')
    .where('case_id', '=', caseId)
    .orderBy('made_at')
    .execute()
  return { stage, since: stage_since, seats: entries.map(({ state }) => state) }
}

async function trail(caseId: CaseId) {
  const rows = await world.database.db
    .selectFrom('audit_entry')
    .innerJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
    .select(['event', 'account_id', 'role'])
    .where('audit_case.case_id', '=', caseId)
    .where('event', '=', 'proposal_expired')
    .execute()
  return rows
}

describe('a hold that runs out', () => {
  test('is ended also where the key of an older one’s child is lost', async () => {
    await seatsAt(world, '180103' as SchoolNumber, 1)
    const [lost, other] = [await waiting(), await waiting()]
    await proposeTo(lost)
    world.clock.passHours(1)
    await propose(world, { caseId: other, centre: 'DN' }, '180103' as SchoolNumber)
    world.clock.passHours(WEEK)
    const { child_id } = await world.database.db
      .selectFrom('pupil_case')
      .select('child_id')
      .where('id', '=', lost)
      .executeTakeFirstOrThrow()
    await world.keys.destroy([{ kind: 'child', centreId: CENTRES.DN.id, id: child_id }])
    expect(await expireHolds(world)).toBe(1)
    expect((await standing(other)).stage).toBe('waiting')
    expect((await standing(lost)).stage).toBe('proposed')
  })

  test('is written down by the job: the child waits again since that day, the seat is released', async () => {
    const caseId = await waiting()
    await proposeTo(caseId)
    const ends = addHours(instant(world.clock), WEEK)
    world.clock.passHours(WEEK + 30)
    expect(await expireHolds(world)).toBe(1)
    expect(await standing(caseId)).toEqual({
      ...{ stage: 'waiting', since: dayOf(ends), seats: ['released'] },
    })
    const { reason, ...step } = (await historyOf(world, caseId)).at(-1)!
    expect(step).toMatchObject({ event: 'proposal_expired', stage: 'waiting', account_id: null })
    expect(reason).toMatchObject({ code: 'hold_expired' })
    expect(await trail(caseId)).toEqual([
      { event: 'proposal_expired', account_id: null, role: 'system' },
    ])
    // once is enough
    expect(await expireHolds(world)).toBe(0)
  })

  test('control: not a moment earlier, and nothing that was assigned in time', async () => {
    const [caseId, other] = [await waiting(), await waiting()]
    await proposeTo(caseId)
    world.clock.passHours(WEEK - 0.001)
    expect(await expireHolds(world)).toBe(0)
    expect((await standing(caseId)).stage).toBe('proposed')
    await assign(world, { caseId, centre: 'DN' })
    world.clock.passHours(WEEK)
    expect(await expireHolds(world)).toBe(0)
    expect(await standing(caseId)).toMatchObject({ stage: 'assigned', seats: ['assigned'] })
    expect((await standing(other)).stage).toBe('waiting')
  })

  test('is free by the clock alone: the next child gets the seat before the job has run', async () => {
    const [first, second] = [await waiting(), await waiting()]
    await proposeTo(first)
    world.clock.passHours(WEEK)
    await proposeTo(second)
    expect(await standing(second)).toMatchObject({ stage: 'proposed', seats: ['hold'] })
    expect(await standing(first)).toMatchObject({ stage: 'proposed', seats: ['released'] })
    // the job then says of the first what is so, and leaves the second alone
    expect(await expireHolds(world)).toBe(1)
    expect((await standing(first)).stage).toBe('waiting')
    expect(await standing(second)).toMatchObject({ stage: 'proposed', seats: ['hold'] })
  })

  test('can still be withdrawn, and proposed again, where the seat has gone to another child', async () => {
    const [first, second, third] = [await waiting(), await waiting(), await waiting()]
    await proposeTo(first)
    world.clock.passHours(WEEK)
    await proposeTo(second)
    const withdrawn = await withdrawProposal(world.as('counsellor'), {
      ...{ caseId: first, version: await versionOf(world, first) },
      reason: { code: 'other', sentence: 'Ein anderer Weg.' },
    })
    expect(withdrawn.ok).toBe(true)
    expect(await standing(first)).toMatchObject({ stage: 'waiting', seats: ['released'] })
    world.clock.passHours(WEEK)
    await proposeTo(third)
    await seatsAt(world, '180103' as SchoolNumber, 1)
    await propose(world, { caseId: second, centre: 'DN' }, '180103' as SchoolNumber)
    expect(await standing(second)).toMatchObject({ stage: 'proposed', seats: ['released', 'hold'] })
  })
})

describe('the regular place for later', () => {
  async function withRegular(seats: number): Promise<void> {
    await world.database.write((tx) =>
      tx.updateTable('centre').set({ regular_decided_by: 'school' }).execute(),
    )
    await seatsAt(world, SCHOOL, seats, 'regular')
  }
  const kinds = async (caseId: CaseId) => {
    const rows = await world.database.db
      .selectFrom('seat_entry')
      .select(['kind', 'state'])
      .where('case_id', '=', caseId)
      .execute()
    return rows.map(({ kind, state }) => `${kind} ${state}`).toSorted()
  }

  test('is held with the support place, kept with it, and free with it', async () => {
    await withRegular(1)
    const caseId = await waiting()
    await proposeTo(caseId)
    expect(await kinds(caseId)).toEqual(['regular hold', 'support hold'])
    const { tallies } = await schoolsWithSeats(world.as('counsellor'), CENTRES.DN.id, [])
    expect(tallies).toHaveLength(2)
    world.clock.passHours(WEEK)
    expect(await expireHolds(world)).toBe(1)
    expect(await kinds(caseId)).toEqual(['regular released', 'support released'])
    await proposeTo(caseId)
    await assign(world, { caseId, centre: 'DN' })
    expect(await kinds(caseId)).toEqual([
      ...['regular assigned', 'regular released'],
      ...['support assigned', 'support released'],
    ])
  })

  test('where the centre only warns, a support place is held without it', async () => {
    await withRegular(0)
    const caseId = await waiting()
    await proposeTo(caseId)
    expect(await kinds(caseId)).toEqual(['support hold'])
  })
})
