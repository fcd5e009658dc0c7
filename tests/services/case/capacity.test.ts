import { beforeEach, describe, expect, test } from 'vitest'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { admissionPage } from '#app/presenters/admission-page.server.ts'
import { assignmentPage } from '#app/presenters/assignment-page.server.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { schoolYearPage } from '#app/presenters/school-year-page.server.ts'
import { workListPage } from '#app/presenters/work-list.server.ts'
import {
  keepCaseAssignment,
  takeBackCaseAssignment,
} from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { carryOverSeats } from '#app/services/seat/carry-over-seats.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import {
  admit,
  assign,
  counsel,
  done,
  propose,
  reportNoPlace,
  seatsAt,
  takeBack,
  versionOf,
  type Walker,
} from '#tests/promises/steps.ts'
import { historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const OTHER = '180103' as SchoolNumber
const FULL = { code: 'no_seat', sentence: 'Die Gruppe ist seit heute voll.' } as const
const BACK = { code: 'school_is_full', sentence: 'Dort fehlt der Platz.' } as const
const ALL = { narrow: null, page: 1, all: false } as const

let world: World
let walker: Walker
let caseId: CaseId

beforeEach(async () => {
  world = await makeWorld()
  await world.database.write((tx) =>
    tx.updateTable('centre').set({ regular_decided_by: 'school' }).execute(),
  )
  await seatsAt(world, SCHOOL, 3)
  await seatsAt(world, SCHOOL, 3, 'regular')
  await seatsAt(world, OTHER, 2)
  caseId = await registered(world)
  walker = { caseId, centre: 'DN' }
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  await assign(world, walker)
})

const command = async () => ({ caseId, version: await versionOf(world, caseId) })
const report = async () =>
  reportCaseCapacity(world.asSchool(SCHOOL), { ...(await command()), reason: FULL })
const takeBackAfterReport = async () => {
  done(await report())
  await takeBack(world, walker)
}
const seats = () =>
  world.database.db.selectFrom('seat_entry').select(['kind', 'state']).orderBy('kind').execute()
const rowOf = () =>
  world.database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
const KEPT = [
  { kind: 'regular', state: 'assigned' },
  { kind: 'support', state: 'assigned' },
]

describe('a school that has no place for a child assigned to it', () => {
  test('reports it: the child stays, its seats stay, the reason is sealed in the history', async () => {
    const { poolId } = done(await report())
    const row = await rowOf()
    expect(row).toMatchObject({ stage: 'assigned', school_number: SCHOOL, pool_id: poolId })
    expect([row.capacity_reported_at !== null, row.capacity_kept_at]).toEqual([true, null])
    expect(await seats()).toEqual(KEPT)
    const { reason, ...stored } = (await historyOf(world, caseId)).at(-1)!
    expect(stored).toMatchObject({ event: 'capacity_reported', stage: null, role: 'school' })
    expect(reason).toEqual(FULL)
    expect(JSON.stringify(stored)).not.toContain(FULL.sentence)
    expect(await violations(world)).toEqual([])
  })

  test('its desk says that the authority decides, and it may still admit the child', async () => {
    done(await report())
    const desk = done(await schoolDesk(world.asSchool(SCHOOL), { school: null, declined: null }))
    expect(desk.rows).toMatchObject([{ caseId, asks: 'capacity', isAnswered: true }])
    const page = done(await admissionPage(world.asSchool(SCHOOL), caseId))
    expect(page.capacityReport?.state).toBe('open')
    await admit(world, walker, SCHOOL)
    expect(await rowOf()).toMatchObject({ stage: 'admitted', capacity_reported_at: null })
  })

  test('where its own number says that places are free it is asked to correct it', async () => {
    const { poolId } = done(await report())
    const desk = done(await schoolDesk(world.asSchool(SCHOOL), { school: null, declined: poolId }))
    expect(desk.contradiction).toMatchObject({ free: 2, kind: 'support' })
  })

  describe('after 1 August', () => {
    const desk = async (declined: string | null) =>
      done(await schoolDesk(world.asSchool(SCHOOL), { school: null, declined }))
    /** The school enters support places of the new year for some grades. */
    const enter = async (schoolYear: number, gradeFrom: number, gradeTo: number, seats: number) => {
      const pool = { poolId: null, schoolYear, gradeFrom, gradeTo, kind: 'support', seats } as const
      const command = { schoolNumber: SCHOOL, reason: 'rooms', pools: [pool] } as const
      return done(await decideSeats(world.asSchool(SCHOOL), command)).poolIds[0]
    }

    test('it is asked to correct the number of this year, for the grade the child is in now', async () => {
      world.clock.moveTo('2027-07-30')
      const [seven, eight] = [await enter(2027, 5, 7, 9), await enter(2027, 8, 10, 4)]
      world.clock.moveTo('2027-08-02')
      const reported = done(await report())
      expect(reported).toEqual({ caseId, schoolNumber: SCHOOL, poolId: eight })
      expect(reported.poolId).not.toBe(seven)
      const { contradiction, missing } = await desk(reported.poolId)
      expect(contradiction).toEqual({ free: 4, gradeFrom: 8, gradeTo: 10, kind: 'support' })
      expect(missing).toBeNull()
    })

    test('a seat that was carried over is the one that counts', async () => {
      world.clock.moveTo('2027-07-30')
      const page = done(await schoolYearPage(world.asSchool(SCHOOL), SCHOOL))
      const pools = page.coming.map(({ poolId, version, decided, classes }) => ({
        ...{ poolId, version, seats: decided, others: 0, classes },
      }))
      const carried = { schoolNumber: SCHOOL, schoolYear: 2027, pools, existing: [] }
      const { poolIds } = done(await carryOverSeats(world.asSchool(SCHOOL), carried))
      world.clock.moveTo('2027-08-02')
      const { poolId } = done(await report())
      expect(poolIds).toContain(poolId)
      expect((await desk(poolId)).contradiction).toMatchObject({ free: 2, kind: 'support' })
    })

    test('where none is entered for this year, its desk says so and leads to where it is', async () => {
      world.clock.moveTo('2027-08-02')
      const { poolId } = done(await report())
      const { contradiction, missing } = await desk(poolId)
      expect(contradiction).toBeNull()
      expect(missing).toEqual({ kind: 'support', year: 2027, isTurn: true })
      // entered meanwhile: nothing is missing any more, and another school learns nothing
      const other = { school: null, declined: poolId }
      expect(done(await schoolDesk(world.asSchool(OTHER), other)).missing).toBeNull()
      await enter(2027, 5, 10, 3)
      expect((await desk(poolId)).missing).toBeNull()
    })

    test('a proposal that is declined asks for the same', async () => {
      world.clock.moveTo('2027-07-30')
      await takeBackAfterReport()
      await propose(world, walker, SCHOOL)
      const pool = await enter(2027, 5, 10, 4)
      world.clock.moveTo('2027-08-02')
      const declined = { ...(await command()), reason: FULL }
      expect(done(await declineProposal(world.asSchool(SCHOOL), declined)).poolId).toBe(pool)
    })
  })

  test('stands first on the desk of the authority, with seats, reason and other schools', async () => {
    expect(done(await authorityDesk(world.as('authority'), ALL)).reports).toEqual([])
    done(await report())
    const { reports } = done(await authorityDesk(world.as('authority'), ALL))
    expect(reports).toMatchObject([
      {
        caseId,
        report: {
          school: { number: SCHOOL },
          pool: { kind: 'support', decided: 3, free: 2 },
          regular: { decided: 3, free: 2 },
          reason: FULL,
          others: [{ number: OTHER, support: 2 }],
        },
      },
    ])
    const page = done(await assignmentPage(world.as('authority'), caseId))
    expect([page.report?.reason, page.canAnswerReport]).toEqual([FULL, true])
    // the centre sees how it stands, and decides nothing
    const own = done(await assignmentPage(world.as('counsellor'), caseId))
    expect([own.report?.reason, own.canAnswerReport]).toEqual([FULL, false])
  })

  test('is waited for no more: it is the authority’s turn, on the work list as well', async () => {
    const list = async () =>
      done(
        await workListPage(world.as('counsellor'), {
          ...{ centre: null, scope: 'all', narrow: 'authority', page: 1 },
          ...{ word: '', sealed: null, hasSearchEnded: false },
        }),
      ).groups.flatMap(({ rows }) => rows.map(({ waitsFor, next }) => [waitsFor, next]))
    expect(await list()).toEqual([])
    done(await report())
    expect(await list()).toEqual([['authority', 'await_capacity_decision']])
  })
})

describe('the authority', () => {
  beforeEach(async () => {
    await reportNoPlace(world, walker, SCHOOL)
  })

  test('leaves the child there: the report is answered, nothing moves, the school reads it', async () => {
    done(await keepCaseAssignment(world.as('authority'), await command()))
    const row = await rowOf()
    expect(row).toMatchObject({ stage: 'assigned', capacity_reported_at: null })
    expect(row.capacity_kept_at).not.toBeNull()
    expect(await seats()).toEqual(KEPT)
    expect(done(await authorityDesk(world.as('authority'), ALL)).reports).toEqual([])
    const desk = done(await schoolDesk(world.asSchool(SCHOOL), { school: null, declined: null }))
    expect(desk.rows).toMatchObject([{ caseId, asks: 'kept', isAnswered: false }])
    expect(done(await assignmentPage(world.as('authority'), caseId)).keptAt).not.toBeNull()
    // the school may say it again, when it becomes so once more
    await reportNoPlace(world, walker, SCHOOL)
    expect(await rowOf()).toMatchObject({ capacity_kept_at: null })
  })

  test('takes it back: the seats are free, the case waits, and the centre reads why', async () => {
    const ctx = world.as('authority')
    done(await takeBackCaseAssignment(ctx, { ...(await command()), reason: BACK }))
    expect(await rowOf()).toMatchObject({
      ...{ stage: 'waiting', school_number: null, seat_entry_id: null, assigned_on: null },
      ...{ capacity_reported_at: null, capacity_kept_at: null },
    })
    expect((await seats()).map(({ state }) => state)).toEqual(['released', 'released'])
    const list = done(
      await workListPage(world.asColleague(), {
        ...{ centre: null, scope: 'all', narrow: null, page: 1 },
        ...{ word: '', sealed: null, hasSearchEnded: false },
      }),
    )
    expect(list.groups[0]?.rows).toMatchObject([{ caseId, next: 'propose_school' }])
    expect((await historyOf(world, caseId)).at(-1)).toMatchObject({
      ...{ event: 'assignment_taken_back', stage: 'waiting', school_number: SCHOOL, reason: BACK },
    })
    expect(await violations(world)).toEqual([])
    // and a school can be proposed again, the same one or another
    await propose(world, walker, OTHER)
  })

  test('of both answers has one: the second comes too late, and sent twice each is done once', async () => {
    const ctx = { ...world.as('authority'), idempotencyKey: 'one form' }
    const answer = await command()
    done(await takeBackCaseAssignment(ctx, { ...answer, reason: BACK }))
    done(await takeBackCaseAssignment(ctx, { ...answer, reason: BACK }))
    const late = await keepCaseAssignment(world.as('authority'), answer)
    expect(late).toMatchObject({ ok: false, error: { code: 'case_not_found' } })
    const events = (await historyOf(world, caseId)).map(({ event }) => event)
    expect(events.filter((event) => event === 'assignment_taken_back')).toHaveLength(1)
    expect(events).not.toContain('assignment_kept')
  })

  test('decides alone: no school, no centre, no other authority, and not over an old version', async () => {
    const answer = await command()
    const refused = [
      await keepCaseAssignment(world.asSchool(SCHOOL), answer),
      await takeBackCaseAssignment(world.as('counsellor'), { ...answer, reason: BACK }),
      await takeBackCaseAssignment(world.as('lead'), { ...answer, reason: BACK }),
      await keepCaseAssignment(world.as('authority', 'BOR'), answer),
      await keepCaseAssignment(world.as('authority'), { ...answer, version: answer.version - 1 }),
      await reportCaseCapacity(world.asSchool(OTHER), { ...answer, reason: FULL }),
      await reportCaseCapacity(world.as('authority'), { ...answer, reason: FULL }),
      await report(),
    ]
    expect(refused.map((one) => !one.ok && one.error.code)).toEqual([
      ...['forbidden', 'forbidden', 'forbidden', 'case_not_found', 'stale_case'],
      ...['case_not_found', 'forbidden', 'capacity_already_reported'],
    ])
  })
})

describe('where the centre assigns for the authority', () => {
  const assignedBy = (who: AssignedBy) =>
    world.database.write((tx) => tx.updateTable('centre').set({ assigned_by: who }).execute())
  const kept = async (ctx: Context) => {
    const answer = await keepCaseAssignment(ctx, await command())
    return answer.ok ? 'done' : answer.error.code
  }
  const takenBack = async (ctx: Context) => {
    const answer = await takeBackCaseAssignment(ctx, { ...(await command()), reason: BACK })
    return answer.ok ? 'done' : answer.error.code
  }

  beforeEach(async () => {
    await reportNoPlace(world, walker, SCHOOL)
  })

  test('it answers, also who proposed; the trail says as whom', async () => {
    await assignedBy('centre')
    const page = done(await assignmentPage(world.as('counsellor'), caseId))
    expect(page).toMatchObject({
      ...{ canAnswerReport: true, decider: 'self' },
      report: { reason: { code: 'no_teacher' }, others: [{ number: OTHER }] },
    })
    expect(await kept(world.as('counsellor'))).toBe('done')
    await reportNoPlace(world, walker, SCHOOL)
    expect(await takenBack(world.as('lead'))).toBe('done')
    const events = (await historyOf(world, caseId)).map(({ event, role }) => [event, role])
    expect(events).toContainEqual(['assignment_kept', 'counsellor'])
    expect(events).toContainEqual(['assignment_taken_back', 'lead'])
    expect((await seats()).map(({ state }) => state)).toEqual(['released', 'released'])
  })

  test('where two do it not who proposed, and nobody where that is not known', async () => {
    await assignedBy('two_at_centre')
    const first = world.as('counsellor')
    expect(await kept(first)).toBe('second_person_needed')
    expect(await takenBack(first)).toBe('second_person_needed')
    const page = done(await assignmentPage(first, caseId))
    expect([page.canAnswerReport, page.decider]).toEqual([false, 'colleague'])
    expect(await kept(world.asColleague())).toBe('done')
    await reportNoPlace(world, walker, SCHOOL)
    expect(await takenBack(world.as('lead'))).toBe('done')
    // the next assignment has its own second person
    await propose({ ...world, as: () => world.asColleague() }, walker, OTHER)
    done(await assignSchool(world.as('lead'), await command()))
    await reportNoPlace(world, walker, OTHER)
    expect(await kept(world.asColleague())).toBe('second_person_needed')
    await world.database.write((tx) =>
      tx.updateTable('pupil_case').set({ proposed_by: null }).execute(),
    )
    for (const ctx of [world.as('counsellor'), world.asColleague(), world.as('lead')]) {
      expect(await kept(ctx)).toBe('second_person_needed')
    }
    expect(await kept(world.as('authority'))).toBe('done')
  })

  test('the authority keeps its right, and no school and no other centre has one', async () => {
    for (const who of ['centre', 'two_at_centre'] as const) {
      await assignedBy(who)
      expect(await kept(world.asSchool(SCHOOL))).toBe('forbidden')
      expect(await kept(world.as('counsellor', 'BOR'))).toBe('case_not_found')
      expect(done(await authorityDesk(world.as('authority'), ALL)).reports).toHaveLength(1)
      expect(await kept(world.as('authority'))).toBe('done')
      await reportNoPlace(world, walker, SCHOOL)
    }
  })

  test('it is waited for, and the work list says for whom it is something to do', async () => {
    await assignedBy('two_at_centre')
    const stepsOf = async (ctx: Context) => {
      const list = done(
        await workListPage(ctx, {
          ...{ centre: null, scope: 'all', narrow: 'us', page: 1 },
          ...{ word: '', sealed: null, hasSearchEnded: false },
        }),
      )
      return list.groups.flatMap(({ rows }) => rows.map(({ waitsFor, next }) => [waitsFor, next]))
    }
    expect(await stepsOf(world.asColleague())).toEqual([['us', 'answer_report']])
    expect(await stepsOf(world.as('counsellor'))).toEqual([['us', 'await_report_answer']])
  })

  test('nobody is named as proposing any more once the school has admitted the child', async () => {
    expect((await rowOf()).proposed_by).toBe('account-counsellor-dn')
    await admit(world, walker, SCHOOL)
    expect((await rowOf()).proposed_by).toBeNull()
  })
})

test('an erasure leaves nothing of the report', async () => {
  await reportNoPlace(world, walker, SCHOOL)
  await takeBack(world, walker)
  done(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))
  for (const table of ['pupil_case', 'case_event', 'desk_notice', 'seat_entry'] as const) {
    expect(await world.database.db.selectFrom(table).selectAll().execute()).toEqual([])
  }
})
