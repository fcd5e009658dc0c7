import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, ChildId, SchoolNumber } from '#app/domain/ids.ts'
import type { LatinLiteracy } from '#app/domain/interview/interview.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { casePage } from '#app/presenters/case-page.server.ts'
import { schoolChildren } from '#app/presenters/school-children.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { sayCaseClass } from '#app/services/case/say-class.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { readSchoolClass } from '#db/queries/school-class.server.ts'
import type { Sealed } from '#db/schema.ts'
import { Unreadable } from '#db/sealing/envelope.ts'
import {
  admit,
  assign,
  counsel,
  done,
  propose,
  seatsAt,
  start,
  versionOf,
} from '#tests/promises/steps.ts'
import { CENTRES, historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const DESK = { school: null, declined: null }
const CORRECTED = { className: '8c', classKind: 'RK', courseKind: null } as const

let world: World
beforeEach(async () => {
  world = await makeWorld()
  await seatsAt(world, SCHOOL, 40)
})
afterEach(() => world.close())

async function admitted(givenNames = 'Olena'): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames } })
  const walker = { caseId, centre: 'DN' } as const
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  await assign(world, walker)
  await admit(world, walker, SCHOOL)
  return caseId
}

async function attending(givenNames?: string): Promise<CaseId> {
  const caseId = await admitted(givenNames)
  await start(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

async function classOf(caseId: CaseId) {
  const { child_id } = await world.database.db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const of = { centreId: CENTRES.DN.id, id: caseId, childId: child_id as ChildId }
  return readSchoolClass(world.database.db, world.keys, of)
}

async function over(caseId: CaseId) {
  return { caseId, version: await versionOf(world, caseId) }
}

async function seatOf(caseId: CaseId) {
  const entry = await world.database.db
    .selectFrom('seat_entry')
    .select('state')
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow()
  return entry.state
}

const codeOf = (result: { ok: boolean; error?: { code: string } }) =>
  result.ok ? 'ok' : result.error?.code

describe('the class', () => {
  test('is said at the admission, sealed, with the length of language support', async () => {
    const caseId = await admitted()
    // the Beratungsbogen says that the child does not read Latin letters
    expect(await classOf(caseId)).toEqual({
      ...{ className: '7b', classKind: 'DF', courseKind: 'DFG' },
      supportMonths: 36,
    })
    const row = await world.database.db
      .selectFrom('school_class')
      .selectAll()
      .executeTakeFirstOrThrow()
    expect(Object.keys(row).sort()).toEqual(['centre_id', 'id', 'said_at', 'sealed'])
    expect(row.sealed).toMatch(/^v1\./)
  })

  test('is corrected while the child goes to the school; the history says so, not what', async () => {
    const caseId = await attending()
    const command = { ...(await over(caseId)), schoolClass: CORRECTED, plannedFirstDay: null }
    done(await sayCaseClass(world.asSchool(SCHOOL), command))
    expect(await classOf(caseId)).toEqual({ ...CORRECTED, supportMonths: 36 })
    expect((await historyOf(world, caseId)).at(-1)).toMatchObject({
      event: 'class_said',
      stage: null,
      reason: null,
      school_number: SCHOOL,
    })
    expect(codeOf(await sayCaseClass(world.asSchool(SCHOOL), command))).toBe('stale_case')
    expect(codeOf(await sayCaseClass(world.as('counsellor'), command))).toBe('forbidden')
  })

  test('another first day can be named until the child has come', async () => {
    const caseId = await admitted()
    const command = { ...(await over(caseId)), schoolClass: CORRECTED }
    done(await sayCaseClass(world.asSchool(SCHOOL), { ...command, plannedFirstDay: '2026-12-07' }))
    const { planned_first_day, stage } = await world.database.db
      .selectFrom('pupil_case')
      .select(['planned_first_day', 'stage'])
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    expect([stage, planned_first_day]).toEqual(['admitted', '2026-12-07'])
  })

  test('goes with the child', async () => {
    const caseId = await attending()
    done(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))
    for (const table of ['school_class', 'language_support'] as const) {
      expect(await world.database.db.selectFrom(table).selectAll().execute()).toEqual([])
    }
  })
})

describe('the length of language support', () => {
  const LENGTHS = [
    { latinLiteracy: 'yes', months: 24 },
    { latinLiteracy: 'partly', months: 24 },
    { latinLiteracy: 'no', months: 36 },
  ] as const

  test.each(LENGTHS)(
    'nothing a school does opens the Beratungsbogen: $months months where it says $latinLiteracy',
    async ({ latinLiteracy, months }) => {
      const { walker, caseId } = await assignedWith(latinLiteracy)
      await damage('interview', caseId)
      await admit(world, walker, SCHOOL)
      expect(await classOf(caseId)).toMatchObject({ className: '7b', supportMonths: months })
      await correct(caseId)
      expect(await classOf(caseId)).toEqual({ ...CORRECTED, supportMonths: months })
      await start(world, walker, SCHOOL)
      expect(await classOf(caseId)).toMatchObject({ className: '7b', supportMonths: months })
    },
  )

  test('control: what the school does read is opened, and opens only undamaged', async () => {
    const { walker, caseId } = await assignedWith('yes')
    await damage('language_support', caseId)
    await expect(admit(world, walker, SCHOOL)).rejects.toThrow(Unreadable)
    expect(await classOf(caseId)).toBeNull()
  })

  test.each(LENGTHS)(
    'of a counselling finished before it was stored, with $latinLiteracy: from the Beratungsbogen, once',
    async ({ latinLiteracy, months }) => {
      const { walker, caseId } = await assignedWith(latinLiteracy)
      await world.database.write((tx) =>
        tx.deleteFrom('language_support').where('id', '=', caseId).execute(),
      )
      await admit(world, walker, SCHOOL)
      expect(await classOf(caseId)).toMatchObject({ className: '7b', supportMonths: months })
      await damage('interview', caseId)
      await correct(caseId)
      expect(await classOf(caseId)).toEqual({ ...CORRECTED, supportMonths: months })
      await start(world, walker, SCHOOL)
      expect(await classOf(caseId)).toMatchObject({ className: '7b', supportMonths: months })
    },
  )

  async function assignedWith(latinLiteracy: LatinLiteracy) {
    const caseId = await registered(world)
    const walker = { caseId, centre: 'DN', latinLiteracy } as const
    await counsel(world, walker)
    await propose(world, walker, SCHOOL)
    await assign(world, walker)
    return { walker, caseId }
  }

  async function correct(caseId: CaseId) {
    const command = { ...(await over(caseId)), schoolClass: CORRECTED, plannedFirstDay: null }
    done(await sayCaseClass(world.asSchool(SCHOOL), command))
  }

  /** Whoever opens it from now on fails. */
  function damage(table: 'interview' | 'language_support', id: CaseId) {
    const sealed = 'v1.damaged' as Sealed
    return world.database.write((tx) =>
      tx.updateTable(table).set({ sealed }).where('id', '=', id).execute(),
    )
  }
})

describe('not started', () => {
  test('only once the day is over: the seat is free, the class forgotten, it is our turn', async () => {
    const caseId = await admitted()
    const early = await sayNotStarted(world.asSchool(SCHOOL), await over(caseId))
    expect(early).toEqual({
      ok: false,
      error: { code: 'first_day_not_over', firstDay: '2026-11-26' },
    })
    expect([await seatOf(caseId), (await classOf(caseId))?.className]).toEqual(['taken', '7b'])

    world.clock.passDays(8)
    done(await sayNotStarted(world.asSchool(SCHOOL), await over(caseId)))
    expect([await seatOf(caseId), await classOf(caseId)]).toEqual(['released', null])
    expect((await historyOf(world, caseId)).at(-1)).toMatchObject({
      event: 'school_not_started',
      stage: 'not_started',
      role: 'school',
    })
    const desk = done(await schoolDesk(world.asSchool(SCHOOL), DESK))
    expect(desk.rows).toMatchObject([{ caseId, asks: 'absence', isAnswered: true, dueOn: null }])
  })

  test('the counsellor proposes a school again, the same one or another', async () => {
    const caseId = await admitted()
    world.clock.passDays(8)
    done(await sayNotStarted(world.asSchool(SCHOOL), await over(caseId)))
    const command = { ...(await over(caseId)), schoolNumber: SCHOOL, deviation: null }
    done(await proposeSchool(world.as('counsellor'), command))
    const { stage, assigned_on } = await world.database.db
      .selectFrom('pupil_case')
      .select(['stage', 'assigned_on'])
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    expect([stage, assigned_on]).toEqual(['proposed', null])
  })
})

describe('the newcomers of a school', () => {
  test('the newest five at the desk, all on a page of their own, each written down', async () => {
    const ids: CaseId[] = []
    for (let n = 0; n < 6; n += 1) {
      ids.push(await attending(`Kind${'abcdef'[n]}`))
      world.clock.passDays(1)
    }
    const [oldest] = ids
    const ctx = world.asSchool(SCHOOL)
    const { newcomers } = done(await schoolDesk(ctx, DESK))
    expect(newcomers.total).toBe(6)
    expect(newcomers.rows.map(({ caseId }) => caseId)).toEqual(ids.toReversed().slice(0, 5))
    const page = done(await schoolChildren(ctx, { school: null, page: 1 }))
    expect(page.rows.map(({ caseId }) => caseId)).toEqual(ids.toReversed())
    expect(page.rows.at(-1)).toMatchObject({
      ...{ className: '7b', firstDay: '2026-11-19', level: null, task: 'review' },
      ...{ supportEndsOn: '2029-11-19', daysLeft: null },
    })
    const seen = await world.database.db
      .selectFrom('audit_case')
      .innerJoin('audit_entry', 'audit_entry.id', 'audit_case.entry_id')
      .select('facts')
      .where('case_id', '=', oldest as CaseId)
      .where('event', '=', 'list_viewed')
      .execute()
    expect(seen.map(({ facts }) => JSON.parse(facts).list)).toEqual(['school_children'])
  })

  test('another school sees none of them', async () => {
    await attending()
    const other = world.asSchool('180103' as SchoolNumber)
    expect(done(await schoolChildren(other, { school: null, page: 1 }))).toMatchObject({
      rows: [],
      total: 0,
    })
    expect(codeOf(await schoolChildren(other, { school: SCHOOL, page: 1 }))).toBe(
      'school_not_found',
    )
  })
})

describe('the yearly answer', () => {
  const answer = (isHere: boolean, of: { caseId: CaseId; version: number }) => ({
    answers: [{ ...of, isHere }],
  })
  const askedIds = async () =>
    done(await schoolChildren(world.asSchool(SCHOOL), { school: null, page: 1 })).asked.rows.map(
      ({ caseId }) => caseId,
    )
  const asks = async () => done(await schoolDesk(world.asSchool(SCHOOL), DESK)).askedWhereabouts

  async function nextOf(caseId: CaseId) {
    const { next } = unwrapPage(await casePage(world.as('counsellor'), caseId, { isWhole: false }))
    return next
  }

  test('is asked from the next 1 October on, once a school year', async () => {
    const caseId = await attending()
    expect([await asks(), await askedIds()]).toEqual([0, []])
    world.clock.moveTo('2027-09-30')
    expect(await asks()).toBe(0)
    world.clock.moveTo('2027-10-01')
    expect([await asks(), await askedIds()]).toEqual([1, [caseId]])
    done(await answerWhereabouts(world.asSchool(SCHOOL), answer(true, await over(caseId))))
    expect([await asks(), await askedIds()]).toEqual([0, []])
    world.clock.moveTo('2028-10-01')
    expect(await asks()).toBe(1)
  })

  test('a no is the counsellor’s turn that day; a later yes takes it back', async () => {
    const caseId = await attending()
    const due = async () =>
      world.database.db
        .selectFrom('pupil_case')
        .select(['due_on', 'gone_on', 'next_review_on'])
        .where('id', '=', caseId)
        .executeTakeFirstOrThrow()
    const before = await due()
    world.clock.passDays(1)
    done(await answerWhereabouts(world.asSchool(SCHOOL), answer(false, await over(caseId))))
    expect(await nextOf(caseId)).toEqual({ step: 'clarify_whereabouts', waitsFor: 'us' })
    expect(await due()).toEqual({
      ...{ due_on: '2026-11-20', gone_on: '2026-11-20', next_review_on: '2026-11-20' },
    })
    expect((await historyOf(world, caseId)).at(-1)).toMatchObject({ event: 'gone_from_school' })
    // the school is not asked again, and can correct itself
    expect([await asks(), await askedIds()]).toEqual([0, [caseId]])
    done(await answerWhereabouts(world.asSchool(SCHOOL), answer(true, await over(caseId))))
    expect([await due(), (await nextOf(caseId)).step]).toEqual([before, 'await_review'])
    const rows = await world.database.db.selectFrom('whereabouts').selectAll().execute()
    expect(rows).toMatchObject([{ case_id: caseId, school_year: 2026, is_here: 1 }])
  })

  test('many who are said to be gone keep nobody from being asked about', async () => {
    const [gone, asked] = [await attending('Olena'), await attending('Bohdan')]
    world.clock.moveTo('2027-10-01')
    done(await answerWhereabouts(world.asSchool(SCHOOL), answer(false, await over(gone))))
    // who is gone came first
    await world.database.write((tx) =>
      tx
        .updateTable('pupil_case')
        .set({ first_day: '2026-08-20' as CalendarDate })
        .where('id', '=', gone)
        .execute(),
    )
    expect([await asks(), await askedIds()]).toEqual([1, [asked, gone]])
  })

  test('one that is refused keeps back no other; sent twice they happen once', async () => {
    const [first, second] = [await attending('Olena'), await attending('Bohdan')]
    const ctx = { ...world.asSchool(SCHOOL), idempotencyKey: 'answers-1' }
    const { version } = await over(second)
    const answers = [
      { caseId: first, version: 0, isHere: true },
      { caseId: second, version, isHere: true },
    ]
    for (const _ of [1, 2]) {
      expect(codeOf(await answerWhereabouts(ctx, { answers }))).toBe('stale_case')
    }
    const rows = await world.database.db.selectFrom('whereabouts').select('case_id').execute()
    expect(rows).toEqual([{ case_id: second }])
    expect(await versionOf(world, second)).toBe(version + 1)
    const counsellor = world.as('counsellor')
    expect(codeOf(await answerWhereabouts(counsellor, { answers }))).toBe('forbidden')
  })

  test('goes with the child', async () => {
    const caseId = await attending()
    done(await answerWhereabouts(world.asSchool(SCHOOL), answer(true, await over(caseId))))
    done(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))
    expect(await world.database.db.selectFrom('whereabouts').selectAll().execute()).toEqual([])
  })
})

function unwrapPage(result: Awaited<ReturnType<typeof casePage>>) {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
