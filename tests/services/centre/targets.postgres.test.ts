import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dueOn } from '#app/domain/case/clocks.ts'
import { DEFAULT_RULES } from '#app/domain/centre/centre.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { toPupilCase } from '#db/queries/case-row.ts'
import {
  appoint,
  assign,
  counsel,
  done,
  fillInInterview,
  propose,
  seatsAt,
} from '#tests/promises/steps.ts'
import { holdRows, untilWaiting } from '#tests/setup/held-rows.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const DN = CENTRES.DN.id
const SCHOOL = '180101' as SchoolNumber
const TARGETS = { counsellingDays: 11, assignmentDays: 22, firstDayDays: 5 }

describe('new targets while rows are held', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  afterAll(() => world.close())

  test('at the same moment as a registration and an assignment: every due day is by the new ones', async () => {
    await seatsAt(world, SCHOOL, 2)
    const assigned = await registered(world)
    await counsel(world, { caseId: assigned, centre: 'DN' })
    await propose(world, { caseId: assigned, centre: 'DN' }, SCHOOL)

    const letGo = await holdRows(world.database, async (tx) => {
      await sql`select 1 from pupil_case where id = ${assigned} for update`.execute(tx)
      await sql`select 1 from case_counter for update`.execute(tx)
    })
    const assigning = assign(world, { caseId: assigned, centre: 'DN' })
    const registering = registered(world, { child: { givenNames: 'Zweite' } })
    await untilWaiting(world.database, 2)
    const configuring = configureCentre(world.as('lead'), {
      ...{ centreId: DN, version: 1, targets: TARGETS, holdDays: 7, phone: null, address: null },
      rules: DEFAULT_RULES,
    })
    await untilWaiting(world.database, 3)
    await letGo()

    const [another] = await Promise.all([registering, assigning, configuring.then(done)])
    for (const caseId of [assigned, another]) {
      const { row, due } = await stored(caseId)
      expect(row.due_on).toBe(due)
    }
  })

  test('while an appointment is booked: neither ends the other', async () => {
    const caseId = await registered(world, { child: { givenNames: 'Dritte' } })
    const { family_id } = (await stored(caseId)).row
    // the booking has its case by then and goes on to its family
    const letGo = await holdRows(world.database, (tx) =>
      sql`select 1 from family where id = ${family_id} for update`.execute(tx),
    )
    const booking = appoint(world, { caseId, centre: 'DN' })
    await untilWaiting(world.database, 1)
    await retimedAmid(caseId, booking, letGo, { ...TARGETS, counsellingDays: 12 })
  })

  test('while a counselling is finished: neither ends the other', async () => {
    const caseId = await registered(world, { child: { givenNames: 'Vierte' } })
    const interviewVersion = await fillInInterview(world, { caseId, centre: 'DN' })
    const letGo = await holdRows(world.database, (tx) =>
      sql`select 1 from interview where id = ${caseId} for update`.execute(tx),
    )
    const finishing = finishCounselling(world.as('counsellor'), {
      ...{ caseId, version: 1, interviewVersion, on: today(world.clock) },
    }).then(done)
    await untilWaiting(world.database, 1)
    await retimedAmid(caseId, finishing, letGo, { ...TARGETS, counsellingDays: 13 })
  })

  async function retimedAmid(
    caseId: CaseId,
    writing: Promise<unknown>,
    letGo: () => Promise<void>,
    targets: typeof TARGETS,
  ): Promise<void> {
    const { version } = await world.database.db
      .selectFrom('centre')
      .select('version')
      .where('id', '=', DN)
      .executeTakeFirstOrThrow()
    const configuring = configureCentre(world.as('lead'), {
      ...{ centreId: DN, version, targets, holdDays: 7, phone: null, address: null },
      rules: DEFAULT_RULES,
    })
    await untilWaiting(world.database, 2)
    await letGo()
    await Promise.all([writing, configuring.then(done)])
    const { row, due } = await stored(caseId, targets)
    expect(row.due_on).toBe(due)
  }

  async function stored(caseId: CaseId, targets = TARGETS) {
    const row = await world.database.db
      .selectFrom('pupil_case')
      .selectAll()
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    return { row, due: dueOn(toPupilCase(row), targets) }
  }
})
