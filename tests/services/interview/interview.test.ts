import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic, type TopicAnswers } from '#app/services/interview/save-topic.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { findCase } from '#db/queries/case.server.ts'
import { readInterview } from '#db/queries/interview.server.ts'
import { readSupportLength } from '#db/queries/language-support.server.ts'
import type { Sealed } from '#db/schema.ts'
import { childKey } from '#db/sealing/records.server.ts'
import { appoint, counsel, done as unrefused } from '#tests/promises/steps.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const LANGUAGES: TopicAnswers = {
  topic: 'languages',
  languages: [{ language: 'uk' }, { language: 'ru' }],
  latinLiteracy: 'partly',
  germanLevel: 'A1',
}
const SCHOOLING: TopicAnswers = {
  topic: 'schooling',
  schooling: [{ country: 'UA', fromYear: 2021, toYear: 2025, years: 4 }],
}
const SIBLINGS: TopicAnswers = {
  topic: 'siblings',
  siblings: [{ schoolNumber: '180101' as SchoolNumber }],
}
const WISH: TopicAnswers = {
  topic: 'wish',
  wish: { schools: ['180101' as SchoolNumber], forms: ['15'], note: 'Schule der Schwester' },
}
const RECOMMENDATION: TopicAnswers = {
  topic: 'recommendation',
  recommendation: { form: '15', grade: 6, reason: 'Lernt schnell' },
}
const ALL = [LANGUAGES, SCHOOLING, SIBLINGS, WISH, RECOMMENDATION]

async function interviewOf({ database, keys }: World, caseId: CaseId) {
  const found = await findCase(database.db, [CENTRES.DN.id], caseId)
  return found === null ? null : readInterview(database.db, keys, found.pupilCase)
}

async function supportOf({ database, keys }: World, caseId: CaseId) {
  const found = await findCase(database.db, [CENTRES.DN.id], caseId)
  if (found === null) return null
  const { centreId, childId } = found.pupilCase
  const key = await childKey(database.db, keys, centreId, childId)
  return readSupportLength(database.db, key, found.pupilCase)
}

function row({ database }: World, id: CaseId) {
  return database.db.selectFrom('interview').selectAll().where('id', '=', id).executeTakeFirst()
}

function caseRow({ database }: World, id: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

async function fillIn(world: World, caseId: CaseId, topics: readonly TopicAnswers[] = ALL) {
  for (const [version, answers] of topics.entries()) {
    const saved = await saveTopic(world.as('counsellor'), { caseId, version, answers })
    if (!saved.ok) throw new Error(saved.error.code)
  }
}

describe('saving a topic of the Beratungsbogen', () => {
  test('keeps the other topics, seals everything and counts the version', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId)

    expect(await interviewOf(world, caseId)).toEqual({
      languages: [{ language: 'uk' }, { language: 'ru' }],
      latinLiteracy: 'partly',
      germanLevel: 'A1',
      schooling: [{ country: 'UA', fromYear: 2021, toYear: 2025, years: 4 }],
      siblings: [{ schoolNumber: '180101' }],
      wish: { schools: ['180101'], forms: ['15'], note: 'Schule der Schwester' },
      recommendation: { form: '15', grade: 6, reason: 'Lernt schnell' },
    })
    const stored = await row(world, caseId)
    expect(stored).toMatchObject({ version: 5, finished_at: null })
    expect(JSON.stringify(stored)).not.toContain('Lernt schnell')
  })

  test('each save is in the trail with its topic and nothing of its content', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId, [LANGUAGES])
    const entry = await world.database.db
      .selectFrom('audit_entry')
      .select(['facts', 'role'])
      .where('event', '=', 'interview_saved')
      .executeTakeFirstOrThrow()

    expect(entry.role).toBe('counsellor')
    expect(JSON.parse(entry.facts)).toMatchObject({ topic: 'languages', caseId })
    expect(entry.facts).not.toContain('partly')
  })

  test('over an older version is refused, and the newer answers stay', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId, [LANGUAGES])
    const colleague = world.asColleague()

    for (const version of [0, 2]) {
      const stale = await saveTopic(colleague, { caseId, version, answers: SCHOOLING })
      expect(stale).toEqual({ ok: false, error: { code: 'stale_case' } })
    }
    expect(await interviewOf(world, caseId)).toMatchObject({ schooling: null, germanLevel: 'A1' })
    expect((await saveTopic(colleague, { caseId, version: 1, answers: SCHOOLING })).ok).toBe(true)
  })

  test('the same form sent twice saves once', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'topic-1' }
    const command = { caseId, version: 0, answers: LANGUAGES }

    expect(await saveTopic(ctx, command)).toEqual(await saveTopic(ctx, command))
    expect(await row(world, caseId)).toMatchObject({ version: 1 })
  })

  test('years that cannot be are refused with their row', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const rows = [
      { country: 'UA', fromYear: 2021, toYear: 2023, years: 3 },
      { country: 'PL', fromYear: 2023, toYear: 2024, years: 5 },
    ]
    const saved = await saveTopic(world.as('counsellor'), {
      caseId,
      version: 0,
      answers: { topic: 'schooling', schooling: rows },
    })
    expect(saved).toEqual({
      ok: false,
      error: { code: 'schooling_years_too_many', most: 2, row: 1 },
    })
    expect(await row(world, caseId)).toBeUndefined()
  })

  test('with an unknown birth date only the order of the years is checked', async () => {
    const world = await makeWorld()
    const caseId = await registered(world, {
      child: { givenNames: 'Said', birthDate: { precision: 'unknown', date: null } },
    })
    const saved = await saveTopic(world.as('counsellor'), {
      caseId,
      version: 0,
      answers: {
        topic: 'schooling',
        schooling: [{ country: 'SO', fromYear: 2001, toYear: 2003, years: 3 }],
      },
    })
    expect(saved.ok).toBe(true)
  })

  test.each([
    { topic: 'siblings', siblings: [{ schoolNumber: '999999' as SchoolNumber }] },
    { topic: 'wish', wish: { schools: ['999999' as SchoolNumber], forms: [], note: '' } },
  ] as const)('a school nobody knows is refused: $topic', async (answers) => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const saved = await saveTopic(world.as('counsellor'), { caseId, version: 0, answers })
    expect(saved).toEqual({ ok: false, error: { code: 'school_not_found' } })
  })

  test('is refused after the counselling, to other centres and to other roles', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const command = { caseId, version: 0, answers: LANGUAGES }
    const others = [
      await saveTopic(world.as('counsellor', 'BOR'), command),
      await saveTopic(world.as('authority'), command),
      await saveTopic(world.as('auditor'), command),
    ]
    await counsel(world, { caseId, centre: 'DN' })
    const late = await saveTopic(world.as('counsellor'), { ...command, version: 6 })

    expect([...others, late].map((one) => !one.ok && one.error.code)).toEqual([
      'case_not_found',
      'case_not_found',
      'forbidden',
      'wrong_stage',
    ])
  })

  test('the engine refuses plain text in place of the envelope', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId, [LANGUAGES])
    await expect(
      world.database.write((tx) =>
        tx
          .updateTable('interview')
          .set({ sealed: '{}' as Sealed })
          .execute(),
      ),
    ).rejects.toThrow(/check constraint/i)
  })
})

describe('finishing the counselling', () => {
  const finishing = (caseId: CaseId, facts: object = {}) =>
    ({ caseId, version: 1, interviewVersion: 5, on: '2026-11-19', ...facts }) as const

  test('writes counselled and waiting, takes over the recommendation, closes the Bogen', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId)

    const done = await finishCounselling(
      world.as('counsellor'),
      finishing(caseId, { on: '2026-11-17' }),
    )

    expect(done).toEqual({ ok: true, value: { caseId } })
    expect(await caseRow(world, caseId)).toMatchObject({
      stage: 'waiting',
      counselled_on: '2026-11-17',
      form: '15',
      grade: 6,
      due_on: '2026-12-01',
      version: 2,
    })
    expect(await row(world, caseId)).toMatchObject({
      version: 6,
      finished_at: '2026-11-19T09:00:00.000Z',
    })
    const events = await world.database.db
      .selectFrom('case_event')
      .select(['event', 'stage', 'valid_on'])
      .where('event', '=', 'case_counselled')
      .orderBy('id')
      .execute()
    expect(events).toEqual([
      { event: 'case_counselled', stage: 'counselled', valid_on: '2026-11-17' },
      { event: 'case_counselled', stage: 'waiting', valid_on: '2026-11-17' },
    ])
  })

  test.each([
    ['yes', 24],
    ['partly', 24],
    ['no', 36],
  ] as const)(
    'seals how long support lasts beside it: literate %s, %d months',
    async (latinLiteracy, months) => {
      const world = await makeWorld()
      const caseId = await registered(world)
      await fillIn(world, caseId, [{ ...LANGUAGES, latinLiteracy }, ...ALL.slice(1)])
      expect(await supportOf(world, caseId)).toBeNull()
      unrefused(await finishCounselling(world.as('counsellor'), finishing(caseId)))
      expect(await supportOf(world, caseId)).toEqual({ supportMonths: months })
    },
  )

  test.each([
    ['2026-11-24', 'came'],
    ['2026-11-20', 'cancelled'],
  ])('a talk on %s leaves the appointment of 24.11. as %s', async (on, outcome) => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await appoint(world, { caseId, centre: 'DN' })
    await fillIn(world, caseId)
    world.clock.moveTo('2026-11-25')

    const done = await finishCounselling(
      world.as('counsellor'),
      finishing(caseId, { version: 2, on }),
    )

    expect(done.ok).toBe(true)
    const { outcome: stored } = await world.database.db
      .selectFrom('appointment_case')
      .select('outcome')
      .executeTakeFirstOrThrow()
    expect(stored).toBe(outcome)
  })

  test('an incomplete Bogen is refused with what is missing', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId, [LANGUAGES, SCHOOLING, SIBLINGS, WISH])

    const done = await finishCounselling(
      world.as('counsellor'),
      finishing(caseId, { interviewVersion: 4 }),
    )
    expect(done).toEqual({
      ok: false,
      error: {
        code: 'interview_incomplete',
        missing: [
          { topic: 'recommendation', field: 'grade' },
          { topic: 'recommendation', field: 'reason' },
        ],
      },
    })
    expect(await caseRow(world, caseId)).toMatchObject({ stage: 'registered', version: 1 })
  })

  test.each([
    [{ version: 9 }, 'stale_case'],
    [{ interviewVersion: 4 }, 'stale_case'],
    [{ on: '2026-11-20' }, 'date_in_future'],
    [{ on: '2026-11-08' }, 'date_before_registration'],
  ])('refuses %j with %s and leaves all as it was', async (facts, code) => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId)

    const done = await finishCounselling(world.as('counsellor'), finishing(caseId, facts))

    expect(done).toMatchObject({ ok: false, error: { code } })
    expect(await row(world, caseId)).toMatchObject({ version: 5, finished_at: null })
    expect(await caseRow(world, caseId)).toMatchObject({ stage: 'registered', version: 1 })
  })

  test('sent twice it happens once, and both answers are the same', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId)
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'finish-1' }

    expect(await finishCounselling(ctx, finishing(caseId))).toEqual(
      await finishCounselling(ctx, finishing(caseId)),
    )
    expect(await caseRow(world, caseId)).toMatchObject({ stage: 'waiting', version: 2 })
  })

  test('another form is too late, another centre knows nothing, an auditor may not', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId)
    const others = [
      await finishCounselling(world.as('counsellor', 'BOR'), finishing(caseId)),
      await finishCounselling(world.as('auditor'), finishing(caseId)),
    ]
    await finishCounselling(world.as('counsellor'), finishing(caseId))
    const late = await finishCounselling(
      world.as('counsellor'),
      finishing(caseId, { version: 2, interviewVersion: 6 }),
    )
    expect([...others, late].map((one) => !one.ok && one.error.code)).toEqual([
      'case_not_found',
      'forbidden',
      'wrong_stage',
    ])
  })

  test('of a child that is erased while the button is pressed: the case is not there', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await fillIn(world, caseId)
    const ctx = world.as('counsellor')
    const late: typeof ctx = {
      ...ctx,
      database: {
        ...ctx.database,
        write: async (work) => {
          unrefused(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))
          return ctx.database.write(work)
        },
      },
    }
    expect(await finishCounselling(late, finishing(caseId))).toEqual({
      ok: false,
      error: { code: 'case_not_found' },
    })
  })
})
