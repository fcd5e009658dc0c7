import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { counsel, propose, seatsAt, versionOf } from '#tests/promises/steps.ts'
import { historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const REASON = { code: 'family_moved', sentence: 'Die Familie zieht nach Jülich.' } as const

async function proposed(world: World): Promise<CaseId> {
  const caseId = await registered(world)
  const walker = { caseId, centre: 'DN' } as const
  await seatsAt(world, SCHOOL, 1)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  return caseId
}

async function entryState({ database }: World) {
  const { state } = await database.db
    .selectFrom('seat_entry')
    .select('state')
    .executeTakeFirstOrThrow()
  return state
}

describe('taking a proposal back', () => {
  test('releases the seat; the case waits again, with the reason sealed beside it', async () => {
    const world = await makeWorld()
    const caseId = await proposed(world)
    expect(await entryState(world)).toBe('hold')

    const version = await versionOf(world, caseId)
    const ctx = world.as('counsellor')
    const done = await withdrawProposal(ctx, { caseId, version, reason: REASON })

    expect(done.ok).toBe(true)
    expect(await entryState(world)).toBe('released')
    const { db } = world.database
    const row = await db
      .selectFrom('pupil_case')
      .select(['stage', 'school_number'])
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ stage: 'waiting', school_number: null })
    const { reason, ...stored } = (await historyOf(world, caseId)).at(-1)!
    expect(stored).toMatchObject({ event: 'proposal_withdrawn', school_number: SCHOOL })
    expect(reason).toEqual(REASON)
    for (const word of Object.values(REASON)) expect(JSON.stringify(stored)).not.toContain(word)
  })

  test('sent twice it happens once', async () => {
    const world = await makeWorld()
    const caseId = await proposed(world)
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'withdraw-1' }
    const command = { caseId, version: await versionOf(world, caseId), reason: REASON }

    expect(await withdrawProposal(ctx, command)).toEqual(await withdrawProposal(ctx, command))
    expect(await versionOf(world, caseId)).toBe(command.version + 1)
  })

  test('is refused without a sentence, over an old version, and to others', async () => {
    const world = await makeWorld()
    const caseId = await proposed(world)
    const version = await versionOf(world, caseId)
    const command = { caseId, version, reason: REASON }
    const counsellor = world.as('counsellor')
    const refused = [
      await withdrawProposal(counsellor, { ...command, reason: { ...REASON, sentence: ' ' } }),
      await withdrawProposal(counsellor, { ...command, reason: null }),
      await withdrawProposal(counsellor, { ...command, version: version - 1 }),
      await withdrawProposal(world.asSchool(SCHOOL), command),
      await withdrawProposal(world.as('counsellor', 'BOR'), command),
    ]
    expect(refused.map((one) => !one.ok && one.error.code)).toEqual([
      'reason_required',
      'reason_required',
      'stale_case',
      'forbidden',
      'case_not_found',
    ])
    expect(await entryState(world)).toBe('hold')
    await withdrawProposal(counsellor, command)
    const late = await withdrawProposal(counsellor, { ...command, version: version + 1 })
    expect(late).toMatchObject({ error: { code: 'wrong_stage' } })
  })
})
