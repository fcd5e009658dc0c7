import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, ChildId, SchoolNumber } from '#app/domain/ids.ts'
import { schoolChildren } from '#app/presenters/school-children.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { sayCaseClass } from '#app/services/case/say-class.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { readSchoolClass } from '#db/queries/school-class.server.ts'
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
    expect(await world.database.db.selectFrom('school_class').selectAll().execute()).toEqual([])
  })
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
