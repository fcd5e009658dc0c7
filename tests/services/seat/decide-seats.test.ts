import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import { shownSeats } from '#app/presenters/school-page-seats.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import type { Context } from '#app/services/context.server.ts'
import type { PoolDecision } from '#app/services/seat/checked-decision.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { listEntries, listPoolsOfSchool, lockPools } from '#db/queries/seat.server.ts'
import { counsel, done, propose, seatsAt, type Walker, withdraw } from '#tests/promises/steps.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const OWN = '180101' as SchoolNumber
const WITHOUT_ACCOUNT = '180105' as SchoolNumber

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

const grades5to6 = {
  poolId: null,
  schoolYear: 2026,
  gradeFrom: 5,
  gradeTo: 6,
  kind: 'support',
  seats: 4,
} as const

function decide(
  ctx: Context,
  schoolNumber: SchoolNumber,
  ...pools: readonly [PoolDecision, ...PoolDecision[]]
) {
  return decideSeats(ctx, { schoolNumber, reason: 'rooms', pools })
}

/** A centre in which schools decide on all their seats. */
async function letSchoolsDecide(): Promise<void> {
  await world.database.write((tx) =>
    tx.updateTable('centre').set({ regular_decided_by: 'school' }).execute(),
  )
}

async function open(pool: PoolDecision = grades5to6): Promise<SeatPoolId> {
  const { poolIds } = done(await decide(world.asSchool(OWN), OWN, pool))
  return poolIds[0] as SeatPoolId
}

function pools() {
  return world.database.db.selectFrom('seat_pool').selectAll().orderBy('grade_from').execute()
}

function decisions() {
  return world.database.db
    .selectFrom('seat_decision')
    .selectAll()
    .orderBy('decided_at')
    .orderBy('id')
    .execute()
}

describe('a school', () => {
  test('opens a pool: counted for its centre, with a decision and a line in the trail', async () => {
    const poolId = await open()
    expect(await pools()).toMatchObject([
      {
        centre_id: CENTRES.DN.id,
        id: poolId,
        school_number: OWN,
        school_year: 2026,
        grade_from: 5,
        grade_to: 6,
        kind: 'support',
        seats: 4,
        entered_for_school: 0,
        decided_by: 'account-school-180101',
      },
    ])
    expect(await decisions()).toMatchObject([
      { pool_id: poolId, seats: 4, reason_code: 'rooms', valid_from: '2026-11-19' },
    ])
    const trail = await world.database.db
      .selectFrom('audit_entry')
      .select(['event', 'role', 'facts'])
      .where('event', '=', 'seats_decided')
      .execute()
    expect(trail).toEqual([
      {
        event: 'seats_decided',
        role: 'school',
        facts: JSON.stringify({
          ...{ poolId, schoolNumber: OWN, seats: 4 },
          ...{ validFrom: '2026-11-19', validTo: null },
        }),
      },
    ])
  })

  test('changes a number: the pool follows, the earlier decision stays', async () => {
    const poolId = await open()
    world.clock.passDays(1)
    done(await decide(world.asSchool(OWN), OWN, { poolId, version: 1, seats: 7 }))
    expect(await pools()).toMatchObject([{ id: poolId, seats: 7, version: 2 }])
    expect((await decisions()).map(({ seats, valid_from }) => [seats, valid_from])).toEqual([
      [4, '2026-11-19'],
      [7, '2026-11-20'],
    ])
  })

  test('changes several at once or none', async () => {
    const first = await open()
    const second = await open({ ...grades5to6, gradeFrom: 7, gradeTo: 8 })
    const refused = await decide(
      world.asSchool(OWN),
      OWN,
      { poolId: first, version: 1, seats: 9 },
      { poolId: second, version: 1, seats: 9999 },
    )
    expect(refused).toEqual({
      ok: false,
      error: { code: 'seats_out_of_range', min: 0, max: 500, poolId: second },
    })
    expect((await pools()).map(({ seats }) => seats)).toEqual([4, 4])
  })

  test.each<[what: string, pool: PoolDecision, code: string]>([
    ['grades another pool holds', { ...grades5to6, gradeFrom: 6, gradeTo: 9 }, 'pool_overlaps'],
    ['grades it does not teach', { ...grades5to6, gradeFrom: 1, gradeTo: 4 }, 'grades_not_taught'],
    ['a range that ends first', { ...grades5to6, gradeFrom: 9, gradeTo: 8 }, 'grade_range_invalid'],
    ['half a seat', { ...grades5to6, gradeFrom: 9, gradeTo: 9, seats: 0.5 }, 'seats_out_of_range'],
    ['no such pool', { poolId: 'x' as SeatPoolId, version: 1, seats: 1 }, 'pool_not_found'],
  ])('is refused %s', async (_, pool, code) => {
    await open()
    const refused = await decide(world.asSchool(OWN), OWN, pool)
    expect(refused).toMatchObject({ ok: false, error: { code, poolId: pool.poolId } })
    expect(await pools()).toHaveLength(1)
  })

  test('opens the same grades for regular places and for the next school year', async () => {
    await open()
    await letSchoolsDecide()
    await open({ ...grades5to6, kind: 'regular' })
    await open({ ...grades5to6, schoolYear: 2027 })
    expect((await pools()).map(({ school_year, seats }) => [school_year, seats])).toEqual(
      expect.arrayContaining([
        [2026, 4],
        [2027, 4],
      ]),
    )
    expect(await pools()).toHaveLength(3)
  })

  test('decides on a later day, or until a day, and the number follows the calendar', async () => {
    const poolId = await open()
    const from = (
      version: number,
      seats: number,
      validFrom: CalendarDate,
      validTo: CalendarDate | null,
    ) =>
      decideSeats(world.asSchool(OWN), {
        ...{ schoolNumber: OWN, reason: 'teachers', validFrom, validTo },
        pools: [{ poolId, version, seats }],
      })
    done(await from(1, 9, '2026-11-21', '2026-11-22'))
    const seatsOn = async (day: CalendarDate) => {
      const [row] = await listPoolsOfSchool(world.database.db, CENTRES.DN.id, OWN, { day })
      return row?.seats
    }
    expect(await seatsOn('2026-11-20')).toBe(4)
    expect(await seatsOn('2026-11-21')).toBe(9)
    expect(await seatsOn('2026-11-23')).toBe(4)
    expect(await from(1, 8, '2026-12-01', null)).toMatchObject({ error: { code: 'stale_pool' } })
    expect(await from(2, 8, '2026-11-01', null)).toMatchObject({
      error: { code: 'validity_invalid', earliest: '2026-11-19', latest: '2027-07-31' },
    })
    world.clock.passDays(2)
    await world.database.write(async (tx) => {
      const {
        pools: [locked],
      } = await lockPools(tx, CENTRES.DN.id, [poolId], world.clock)
      expect(locked).toMatchObject({ seats: 9, changes_on: '2026-11-23' })
    })
    expect(await pools()).toMatchObject([{ seats: 9, changes_on: '2026-11-23' }])
  })

  /** The one pool of the school changed, over the version it has. */
  async function change(
    numbers: { readonly seats: number; readonly others?: number },
    validFrom: CalendarDate | null = null,
    validTo: CalendarDate | null = null,
  ) {
    const [pool] = await pools()
    const { id: poolId, version } = pool!
    return decideSeats(world.asSchool(OWN), {
      ...{ schoolNumber: OWN, reason: 'rooms', validFrom, validTo },
      pools: [{ poolId, version, ...numbers }],
    })
  }

  /** As many seats as the school's page, the ranking and a promise count as free today. */
  async function freeSeatsToday(): Promise<number> {
    const ctx = world.asSchool(OWN)
    const school = await findSchool(world.database.db, OWN)
    const { pools: shown } = await shownSeats(ctx, CENTRES.DN.id, school!, { withDecisions: false })
    return shown[0]!.free
  }

  /** The seats as a page of the school shows them. */
  async function shownOnPage(withDecisions = true) {
    const school = await findSchool(world.database.db, OWN)
    return shownSeats(world.asSchool(OWN), CENTRES.DN.id, school!, { withDecisions })
  }

  async function waiting(): Promise<Walker> {
    const walker = { caseId: await registered(world), centre: 'DN' } as const
    await counsel(world, walker)
    return walker
  }

  test('says where other children sit: a fact that no end of a decision takes back', async () => {
    await seatsAt(world, OWN, 27)
    done(await change({ seats: 27, others: 20 }))
    done(await change({ seats: 30, others: 28 }, null, '2026-11-30'))
    for (const days of [0, 12]) {
      world.clock.passDays(days)
      const day = today(world.clock)
      const [row] = await listPoolsOfSchool(world.database.db, CENTRES.DN.id, OWN, { day })
      expect(row).toMatchObject({ seats: days === 0 ? 30 : 27, others: 28 })
      expect(await freeSeatsToday()).toBe(0)
    }
    const child = await waiting()
    await expect(propose(world, child, OWN)).rejects.toThrow()
  })

  test('that corrects only what is so leaves the number its days, and what was decided for afterwards', async () => {
    await seatsAt(world, OWN, 10)
    done(await change({ seats: 12 }, null, '2026-11-30'))
    done(await change({ seats: 12, others: 3 }))
    expect(await pools()).toMatchObject([
      { seats: 12, lasting: 10, others: 3, changes_on: '2026-12-01' },
    ])
    done(await change({ seats: 8 }, '2027-02-01'))
    done(await change({ seats: 12, others: 4 }))
    expect(await pools()).toMatchObject([{ seats: 12, lasting: 8, changes_on: '2026-12-01' }])
    // another number is a decision anew: from today until somebody decides again
    done(await change({ seats: 11 }))
    expect(await pools()).toMatchObject([{ seats: 11, changes_on: null }])
  })

  test('in a pool that is too full decides as ever: who finds no seat stays where he is', async () => {
    await seatsAt(world, OWN, 3)
    for (let at = 0; at < 3; at += 1) await propose(world, await waiting(), OWN)
    done(await change({ seats: 5, others: 2 }, null, '2026-11-30'))
    // of three seats two are other children's from now on, and three are promised
    world.clock.moveTo('2026-12-01T09:00:00.000Z')
    await world.database.write((tx) =>
      tx.updateTable('seat_entry').set({ state: 'taken', hold_until: null }).execute(),
    )
    done(await change({ seats: 6 }, '2027-01-11'))
    const [pool] = await pools()
    expect(pool).toMatchObject({ seats: 3, others: 2 })
    const live = await listEntries(world.database.db, CENTRES.DN.id, [pool!.id])
    expect(live.map(({ seatNumber }) => seatNumber).toSorted()).toEqual([1, 2, 3])
    expect(await freeSeatsToday()).toBe(0)
  })

  test('announces fewer seats: those that will go are promised to nobody any more', async () => {
    await seatsAt(world, OWN, 4)
    for (let at = 0; at < 2; at += 1) await propose(world, await waiting(), OWN)
    expect(await change({ seats: 1 }, '2026-11-20')).toMatchObject({
      error: { code: 'capacity_below_taken', least: 2, held: 2 },
    })
    expect(await freeSeatsToday()).toBe(2)
    done(await change({ seats: 2 }, '2026-11-20'))
    expect(await pools()).toMatchObject([{ seats: 4, lasting: 2, changes_on: '2026-11-20' }])
    expect(await freeSeatsToday()).toBe(0)
    const third = await waiting()
    await expect(propose(world, third, OWN)).rejects.toThrow()
    world.clock.passDays(1)
    const [row] = await listPoolsOfSchool(world.database.db, CENTRES.DN.id, OWN, {
      day: '2026-11-20',
    })
    expect(row).toMatchObject({ seats: 2, lasting: null, changes_on: null })
    // control: with one seat more the same child gets it
    done(await change({ seats: 3 }))
    await propose(world, third, OWN)
    expect(await freeSeatsToday()).toBe(0)
  })

  test('promises nobody a seat that ends before the school year does', async () => {
    await seatsAt(world, OWN, 1)
    done(await change({ seats: 3 }, null, '2026-11-30'))
    expect(await freeSeatsToday()).toBe(1)
    done(await change({ seats: 3 }, null, '2027-07-31'))
    expect(await freeSeatsToday()).toBe(3)
  })

  test('replaces what it decided for later, and the page says so', async () => {
    await seatsAt(world, OWN, 10)
    done(await change({ seats: 20 }, '2027-02-01'))
    for (const withAll of [true, false]) expect((await shownOnPage(withAll)).overtaken).toEqual([])
    world.clock.passDays(1)
    done(await change({ seats: 11 }))
    const { decisions: shown, overtaken } = await shownOnPage()
    expect(overtaken.map(({ seats }) => seats)).toEqual([20])
    // the desk reads nothing else of what was decided, and says the same
    expect(await shownOnPage(false)).toMatchObject({ decisions: null, overtaken })
    expect(shown?.map(({ seats, replacedOn }) => [seats, replacedOn])).toEqual([
      [11, null],
      [20, '2026-11-20'],
      [10, '2026-11-20'],
    ])
  })

  test('shows the newest of all pools first, and of each who decided last', async () => {
    const first = await open()
    world.clock.passDays(1)
    const second = await open({ ...grades5to6, gradeFrom: 7, gradeTo: 8, seats: 7 })
    world.clock.passDays(1)
    const again = { poolId: first, version: 1, seats: 6 } as const
    done(await decide(world.asSchool(OWN), OWN, again))
    const { decisions: newestFirst, lastDecidedOn, pools: shown } = await shownOnPage()
    expect(newestFirst?.map(({ poolId, seats }) => [poolId, seats])).toEqual([
      [first, 6],
      [second, 7],
      [first, 4],
    ])
    expect(lastDecidedOn).toBe('2026-11-21')
    expect(shown.map(({ poolId, saved }) => [poolId, saved?.on])).toEqual([
      [first, '2026-11-21'],
      [second, '2026-11-20'],
    ])
  })

  test('changes seats of the next school year without naming a day', async () => {
    await open({ ...grades5to6, schoolYear: 2027 })
    done(await change({ seats: 5 }))
    expect((await decisions()).map(({ valid_from }) => valid_from)).toEqual([
      '2027-08-01',
      '2027-08-01',
    ])
  })

  test('makes a pool smaller: who sat beyond its last seat moves together with the others', async () => {
    await seatsAt(world, OWN, 3)
    const walkers = []
    for (let at = 0; at < 3; at += 1) {
      const walker = { caseId: await registered(world), centre: 'DN' } as const
      await counsel(world, walker)
      await propose(world, walker, OWN)
      walkers.push(walker)
    }
    await withdraw(world, walkers[0]!)
    const [pool] = await pools()
    const smaller = { poolId: pool!.id, version: 1, seats: 2 } as const
    done(await decide(world.asSchool(OWN), OWN, smaller))
    const live = await listEntries(world.database.db, CENTRES.DN.id, [pool!.id])
    expect(live.map(({ seatNumber }) => seatNumber).toSorted()).toEqual([1, 2])
  })

  test('is told when somebody was faster', async () => {
    const poolId = await open()
    const change = { poolId, version: 1, seats: 5 } as const
    done(await decide(world.asSchool(OWN), OWN, change))
    expect(await decide(world.asSchool(OWN), OWN, { ...change, seats: 6 })).toEqual({
      ok: false,
      error: { code: 'stale_pool', poolId },
    })
  })

  test('cannot take back a seat that is promised, but can once the hold has run out', async () => {
    await seatsAt(world, OWN, 2)
    const walker = { caseId: await registered(world), centre: 'DN' } as const
    await counsel(world, walker)
    await propose(world, walker, OWN)
    const [pool] = await pools()
    const none = { poolId: pool!.id, version: 1, seats: 0 } as const
    expect(await decide(world.asSchool(OWN), OWN, none)).toEqual({
      ok: false,
      error: {
        ...{ code: 'capacity_below_taken', poolId: pool!.id },
        ...{ least: 1, taken: 0, held: 1, reserve: 0 },
      },
    })
    world.clock.passDays(8)
    expect((await decide(world.asSchool(OWN), OWN, none)).ok).toBe(true)
  })
})

describe('for a school without an account', () => {
  test('a counsellor enters what it said, and that is stored with it', async () => {
    const ctx = world.as('counsellor')
    done(await decide(ctx, WITHOUT_ACCOUNT, grades5to6))
    expect(await pools()).toMatchObject([
      { entered_for_school: 1, decided_by: 'account-counsellor-dn' },
    ])
    expect(await decisions()).toMatchObject([{ entered_for_school: 1 }])
  })

  test('an invitation counts as an account while its link can be opened', async () => {
    done(
      await inviteAccount(world.as('lead'), {
        email: 'eingeladen@beispiel.example',
        name: 'Sekretariat',
        centreId: CENTRES.DN.id,
        invited: { role: 'school', schoolNumber: WITHOUT_ACCOUNT },
      }),
    )
    const counsellor = world.as('counsellor')
    world.clock.passHours(71)
    expect(await decide(counsellor, WITHOUT_ACCOUNT, grades5to6)).toEqual({
      ok: false,
      error: { code: 'school_enters_own_seats' },
    })
    world.clock.passHours(1)
    done(await decide(counsellor, WITHOUT_ACCOUNT, grades5to6))
  })

  test('a school with an account enters its own', async () => {
    expect(await decide(world.as('counsellor'), OWN, grades5to6)).toEqual({
      ok: false,
      error: { code: 'school_enters_own_seats' },
    })
  })
})

describe('regular places', () => {
  const regular = { ...grades5to6, kind: 'regular', others: 2, classes: 3, seats: 80 } as const

  test('are the owner’s: neither the school’s nor a counsellor’s', async () => {
    const ownSchools = world.as('owner')
    expect(await decide(world.asSchool(OWN), OWN, regular)).toMatchObject({
      error: { code: 'forbidden' },
    })
    expect(await decide(world.as('counsellor'), OWN, regular)).toEqual({
      ok: false,
      error: { code: 'owner_enters_own_seats' },
    })
    done(await decide(ownSchools, OWN, regular))
    expect(await pools()).toMatchObject([
      { kind: 'regular', seats: 80, others: 2, classes: 3, decided_by: 'account-owner-dn' },
    ])
    expect(await decide(world.as('owner', 'BOR'), OWN, regular)).toMatchObject({
      error: { code: 'forbidden' },
    })
  })

  test('a school that sends both kinds at once stores neither', async () => {
    const both = decide(world.asSchool(OWN), OWN, grades5to6, regular)
    expect(await both).toMatchObject({ error: { code: 'forbidden' } })
    expect(await pools()).toEqual([])
  })

  test('in a centre that swaps it, the school’s, and support places the owner’s', async () => {
    await letSchoolsDecide()
    await world.database.write((tx) =>
      tx.updateTable('centre').set({ support_decided_by: 'owner' }).execute(),
    )
    done(await decide(world.asSchool(OWN), OWN, regular))
    expect(await decide(world.asSchool(OWN), OWN, grades5to6)).toMatchObject({
      error: { code: 'forbidden' },
    })
    done(await decide(world.as('owner'), OWN, grades5to6))
  })
})

describe('nobody else', () => {
  test.each([
    ['authority', 'DN'],
    ['owner', 'DN'],
    ['coordinator', 'DN'],
    ['auditor', 'DN'],
    ['operator', 'DN'],
    ['counsellor', 'BOR'],
  ] as const)('%s of %s', async (role, centre) => {
    for (const number of [OWN, WITHOUT_ACCOUNT]) {
      const refused = await decide(world.as(role, centre), number, grades5to6)
      expect(refused).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    }
    expect(await pools()).toEqual([])
  })

  test('another school, or for a school that is not stored or in no centre', async () => {
    const other = world.asSchool('180103' as SchoolNumber)
    expect(await decide(other, OWN, grades5to6)).toMatchObject({ error: { code: 'forbidden' } })
    const unknown = '999999' as SchoolNumber
    expect(await decide(other, unknown, grades5to6)).toMatchObject({
      error: { code: 'school_not_found' },
    })
  })
})
