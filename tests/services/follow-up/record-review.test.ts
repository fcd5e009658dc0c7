import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { recordReview } from '#app/services/follow-up/record-review.server.ts'
import { listReviews, type ReviewRecord } from '#db/queries/review.server.ts'
import type { Sealed } from '#db/schema.ts'
import { childKey, openRecord } from '#db/sealing/records.server.ts'
import { admit, assign, counsel, propose, seatsAt, start } from '#tests/promises/steps.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const DN = CENTRES.DN.id

/** A child whose first school day is today (19.11.2026). */
async function attending(world: World): Promise<CaseId> {
  const caseId = await registered(world)
  const walker = { caseId, centre: 'DN' } as const
  await seatsAt(world, SCHOOL, 3)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  await assign(world, walker)
  await admit(world, walker, SCHOOL)
  await start(world, walker, SCHOOL)
  return caseId
}

function caseRow({ database }: World, id: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

describe('recording a review', () => {
  test('is sealed but for its day, and the next one is due by the local rule', async () => {
    const world = await makeWorld()
    const caseId = await attending(world)
    const { version, child_id, next_review_on } = await caseRow(world, caseId)
    expect(next_review_on).toBe('2027-01-31')
    world.clock.moveTo('2027-01-20')

    const review = { on: '2027-01-18', gerLevel: 'A1+', b1: false } as const
    const done = await recordReview(world.as('counsellor'), { caseId, version, review })

    expect(done.ok).toBe(true)
    expect(await caseRow(world, caseId)).toMatchObject({
      stage: 'attending',
      last_review_on: '2027-01-18',
      next_review_on: '2027-07-31',
      due_on: '2027-07-31',
      version: version + 1,
    })
    const [row, ...others] = await listReviews(world.database.db, DN, caseId)
    const key = await childKey(world.database.db, world.keys, DN, child_id)
    expect(others).toEqual([])
    expect(row?.held_on).toBe('2027-01-18')
    expect(openRecord<ReviewRecord>(key, 'review', DN, row!.id, row!.sealed)).toEqual({
      gerLevel: 'A1+',
      b1: false,
    })
  })

  test('sent twice it is recorded once', async () => {
    const world = await makeWorld()
    const caseId = await attending(world)
    const { version } = await caseRow(world, caseId)
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'review-1' }
    const command = {
      caseId,
      version,
      review: { on: '2026-11-19', gerLevel: 'A1', b1: false },
    } as const

    expect(await recordReview(ctx, command)).toEqual(await recordReview(ctx, command))
    expect(await listReviews(world.database.db, DN, caseId)).toHaveLength(1)
  })

  test.each([
    [{ on: '2026-11-20' }, 'date_in_future'],
    [{ on: '2026-11-18' }, 'review_too_early'],
    [{ b1: true }, 'review_contradicts_level'],
    [{ gerLevel: 'B2' }, 'review_contradicts_level'],
  ] as const)('refuses %j with %s', async (facts, code) => {
    const world = await makeWorld()
    const caseId = await attending(world)
    const { version } = await caseRow(world, caseId)
    const review = { on: '2026-11-19', gerLevel: 'A1', b1: false, ...facts } as const

    const done = await recordReview(world.as('counsellor'), { caseId, version, review })
    expect(done).toMatchObject({ ok: false, error: { code } })
    expect(await listReviews(world.database.db, DN, caseId)).toEqual([])
    expect(await caseRow(world, caseId)).toMatchObject({ version })
  })

  test('refuses an old version, an early stage, the school and other centres', async () => {
    const world = await makeWorld()
    const caseId = await attending(world)
    const waiting = await registered(world, {
      child: { givenNames: 'Zahra', familyName: 'Rahimi' },
    })
    const { version } = await caseRow(world, caseId)
    const review = { on: '2026-11-19', gerLevel: 'A1', b1: false } as const
    const refused = [
      await recordReview(world.as('counsellor'), { caseId, version: version - 1, review }),
      await recordReview(world.as('counsellor'), { caseId: waiting, version: 1, review }),
      await recordReview(world.asSchool(SCHOOL), { caseId, version, review }),
      await recordReview(world.as('counsellor', 'BOR'), { caseId, version, review }),
    ]
    expect(refused.map((one) => !one.ok && one.error.code)).toEqual([
      'stale_case',
      'wrong_stage',
      'forbidden',
      'case_not_found',
    ])
  })

  test('the engine refuses plain text in place of the envelope', async () => {
    const world = await makeWorld()
    const caseId = await attending(world)
    const plain = {
      centre_id: DN,
      id: 'r' as never,
      case_id: caseId,
      held_on: '2026-11-19',
    } as const
    await expect(
      world.database.write((tx) =>
        tx
          .insertInto('review')
          .values({ ...plain, sealed: 'A1' as Sealed })
          .execute(),
      ),
    ).rejects.toThrow(/check constraint/i)
  })
})
