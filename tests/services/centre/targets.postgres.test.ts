import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dueOn } from '#app/domain/case/clocks.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import { toPupilCase } from '#db/queries/case-row.ts'
import type { Tx } from '#db/schema.ts'
import { assign, counsel, done, propose, seatsAt } from '#tests/promises/steps.ts'
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

    const letGo = await holdRows(async (tx) => {
      await sql`select 1 from pupil_case where id = ${assigned} for update`.execute(tx)
      await sql`select 1 from case_counter for update`.execute(tx)
    })
    const assigning = assign(world, { caseId: assigned, centre: 'DN' })
    const registering = registered(world, { child: { givenNames: 'Zweite' } })
    await waiting(2)
    const configuring = configureCentre(world.as('lead'), {
      ...{ centreId: DN, version: 1, targets: TARGETS, holdDays: 7, phone: null, address: null },
    })
    await waiting(3)
    await letGo()

    const [another] = await Promise.all([registering, assigning, configuring.then(done)])
    for (const caseId of [assigned, another]) {
      const { row, due } = await stored(caseId)
      expect(row.due_on).toBe(due)
    }
  })

  /** Holds rows in a transaction of its own until it is told to let them go. */
  async function holdRows(lock: (tx: Tx) => Promise<unknown>): Promise<() => Promise<void>> {
    return new Promise((held, failed) => {
      const over = world.database.write(async (tx) => {
        await lock(tx)
        await new Promise<void>((letGo) => {
          held(() => {
            letGo()
            return over
          })
        })
      })
      over.catch(failed)
    })
  }

  /** Until so many connections wait for a lock. */
  async function waiting(count: number): Promise<void> {
    for (;;) {
      const { rows } = await sql<{ n: number }>`
        select count(distinct pid)::int as n from pg_locks where not granted`.execute(
        world.database.db,
      )
      if ((rows[0]?.n ?? 0) >= count) return
      await wait(20)
    }
  }

  async function stored(caseId: CaseId) {
    const row = await world.database.db
      .selectFrom('pupil_case')
      .selectAll()
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    return { row, due: dueOn(toPupilCase(row), TARGETS) }
  }
})
