import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { schoolYearPage } from '#app/presenters/school-year-page.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  type CarriedPool,
  type CarryOverSeats,
  carryOverSeats,
} from '#app/services/seat/carry-over-seats.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { addSupportLength } from '#db/queries/language-support.server.ts'
import { admit, assign, counsel, done, propose, start, versionOf } from '#tests/promises/steps.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const { id: centreId } = CENTRES.DN
/** Well before the turn, and on either side of it. */
const [SPRING, JULY, AUGUST] = ['2027-03-01', '2027-07-30', '2027-08-02'] as const

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

/** Seats at the school in the present school year; gives the pool. */
async function seats(
  number: number,
  grades: readonly [number, number] = [5, 10],
  more: { readonly kind?: SeatKind; readonly schoolYear?: number } = {},
): Promise<SeatPoolId> {
  const { kind = 'support', schoolYear = 2026 } = more
  const by = kind === 'support' ? world.asSchool(SCHOOL) : world.as('owner')
  const [gradeFrom, gradeTo] = grades
  const pool = { poolId: null, schoolYear, gradeFrom, gradeTo, kind, seats: number } as const
  const command = { schoolNumber: SCHOOL, reason: 'rooms', pools: [pool] } as const
  return done(await decideSeats(by, command)).poolIds[0] as SeatPoolId
}

/** A child that waits for a seat, for grade 7. */
async function waiting(): Promise<CaseId> {
  const caseId = await registered(world)
  await counsel(world, { caseId, centre: 'DN' })
  return caseId
}

/** A child for which the school is proposed today. */
async function proposed(): Promise<CaseId> {
  const caseId = await waiting()
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

/** A child that goes to the school from today on. */
async function attending(): Promise<CaseId> {
  const caseId = await proposed()
  const walker = { caseId, centre: 'DN' } as const
  await assign(world, walker)
  await admit(world, walker, SCHOOL)
  await start(world, walker, SCHOOL)
  return caseId
}

/** How long support lasts, as a counselling stores it; null: as before migration 016, not at all. */
async function storeMonths(caseId: CaseId, supportMonths: number | null): Promise<void> {
  const { child_id: id } = await world.database.db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const key = await world.keys.find({ kind: 'child', centreId, id })
  if (key === null) throw new Error('No key')
  await world.database.write(async (tx) => {
    await tx.deleteFrom('language_support').where('id', '=', caseId).execute()
    if (supportMonths === null) return
    await addSupportLength(tx, key, { centreId, id: caseId }, { supportMonths })
  })
}

/** What the preview shows somebody, as the form sends it; some numbers typed over. */
async function asShown(ctx: Context, typed: Partial<CarriedPool> = {}): Promise<CarryOverSeats> {
  const { coming, present, year } = done(await schoolYearPage(ctx, SCHOOL))
  const known = ({ poolId, version }: { poolId: SeatPoolId; version: number }) => ({
    ...{ poolId, version },
  })
  return {
    schoolNumber: SCHOOL,
    schoolYear: year,
    pools: coming
      .filter(({ isMine }) => isMine)
      .map(({ decided, classes, ...pool }) => ({
        ...{ ...known(pool), seats: decided, others: 0, classes, ...typed },
      })),
    existing: present.filter(({ isMine }) => isMine).map(known),
  }
}

async function carryOver(ctx: Context = world.asSchool(SCHOOL), typed?: Partial<CarriedPool>) {
  return carryOverSeats(ctx, await asShown(ctx, typed))
}

/** The live seats of a case: school year, kind and state. */
async function seatsOf(caseId: CaseId): Promise<readonly string[]> {
  const rows = await world.database.db
    .selectFrom('seat_entry')
    .select(['school_year', 'kind', 'state'])
    .where('case_id', '=', caseId)
    .where('state', '<>', 'released')
    .orderBy('school_year')
    .orderBy('kind')
    .execute()
  return rows.map(({ school_year, kind, state }) => `${school_year} ${kind} ${state}`)
}

function pools(schoolYear: number) {
  return world.database.db
    .selectFrom('seat_pool')
    .selectAll()
    .where('school_year', '=', schoolYear)
    .orderBy('kind', 'desc')
    .orderBy('grade_from')
    .execute()
}

describe('carrying pools over', () => {
  test('makes the same pools for the coming year, with a decision that holds from 1 August', async () => {
    await seats(4)
    world.clock.moveTo(SPRING)
    const { poolIds } = done(await carryOver())
    expect(await pools(2027)).toMatchObject([
      {
        ...{ id: poolIds[0], centre_id: centreId, school_number: SCHOOL, kind: 'support' },
        ...{ grade_from: 5, grade_to: 10, seats: 4, others: 0, reserve: 0, version: 1 },
        ...{ entered_for_school: 0, decided_by: 'account-school-180101' },
      },
    ])
    const decisions = await world.database.db
      .selectFrom('seat_decision')
      .select(['seats', 'reason_code', 'valid_from', 'valid_to'])
      .where('pool_id', '=', poolIds[0] as SeatPoolId)
      .execute()
    expect(decisions).toEqual([
      { seats: 4, reason_code: 'carried_over', valid_from: '2027-08-01', valid_to: null },
    ])
    // the year that ends is as it was
    expect(await pools(2026)).toMatchObject([{ seats: 4, version: 1 }])
  })

  test('gives every child that stays its seat in it, and writes down whose', async () => {
    await seats(4)
    const goes = await attending()
    world.clock.moveTo(SPRING)
    const hopes = await proposed()
    done(await carryOver())
    expect(await seatsOf(goes)).toEqual(['2026 support taken', '2027 support taken'])
    expect(await seatsOf(hopes)).toEqual(['2026 support hold', '2027 support hold'])
    const lines = await world.database.db
      .selectFrom('audit_entry')
      .innerJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
      .select('audit_case.case_id')
      .where('audit_entry.event', '=', 'seats_carried_over')
      .orderBy('audit_case.case_id')
      .execute()
    expect(lines.map(({ case_id }) => case_id)).toEqual([goes, hopes].toSorted())
  })

  test('takes other numbers than those of the year before', async () => {
    await seats(4)
    world.clock.moveTo(SPRING)
    done(await carryOver(undefined, { seats: 9 }))
    expect(await pools(2027)).toMatchObject([{ seats: 9 }])
  })

  test('is refused with the figures where fewer seats are wanted than children stay', async () => {
    const poolId = await seats(4)
    await attending()
    world.clock.moveTo(SPRING)
    await proposed()
    expect(await carryOver(undefined, { seats: 1 })).toEqual({
      ok: false,
      error: { code: 'capacity_below_taken', poolId, least: 2, taken: 1, held: 1, reserve: 0 },
    })
    expect(await pools(2027)).toEqual([])
    // control: as many as stay are enough
    done(await carryOver(undefined, { seats: 2 }))
  })

  test('all pools or none: one that cannot be leaves the others undone', async () => {
    await seats(4, [5, 6])
    const second = await seats(4, [7, 10])
    world.clock.moveTo(SPRING)
    const command = await asShown(world.asSchool(SCHOOL))
    const wrong = command.pools.map((pool) =>
      pool.poolId === second ? { ...pool, seats: 9999 } : pool,
    )
    expect(await carryOverSeats(world.asSchool(SCHOOL), { ...command, pools: wrong })).toEqual({
      ok: false,
      error: { code: 'seats_out_of_range', min: 0, max: 500, poolId: second },
    })
    expect(await pools(2027)).toEqual([])
  })

  test.each<[what: string, change: () => Promise<unknown>]>([
    [
      'was changed',
      async () => {
        const [pool] = await pools(2026)
        const change = { poolId: pool?.id as SeatPoolId, version: 1, seats: 5 }
        const command = { schoolNumber: SCHOOL, reason: 'rooms', pools: [change] } as const
        done(await decideSeats(world.asSchool(SCHOOL), command))
      },
    ],
    ['was added', () => seats(2, [9, 10])],
    ['is there already', () => seats(2, [5, 6], { schoolYear: 2027 })],
    ['was carried over', async () => done(await carryOver())],
  ])('is refused whole where a pool %s since the preview', async (_what, change) => {
    await seats(4, [5, 8])
    world.clock.moveTo(SPRING)
    const command = await asShown(world.asSchool(SCHOOL))
    await change()
    const before = await pools(2027)
    expect(await carryOverSeats(world.asSchool(SCHOOL), command)).toEqual({
      ok: false,
      error: { code: 'stale_pool' },
    })
    expect(await pools(2027)).toEqual(before)
  })

  test('the same form sent twice has one effect, and a second carrying over finds nothing', async () => {
    await seats(4)
    await attending()
    world.clock.moveTo(SPRING)
    const command = await asShown(world.asSchool(SCHOOL))
    const ctx = { ...world.asSchool(SCHOOL), idempotencyKey: 'the same form' }
    const first = done(await carryOverSeats(ctx, command))
    expect(done(await carryOverSeats(ctx, command))).toEqual(first)
    expect(await pools(2027)).toHaveLength(1)
    expect(await carryOver()).toEqual({ ok: false, error: { code: 'nothing_to_carry_over' } })
  })

  test('leaves a pool that is there as it is, and seats who has none there', async () => {
    await seats(4)
    const [first, second] = [await attending(), await attending()]
    world.clock.moveTo(SPRING)
    const there = await seats(1, [5, 10], { schoolYear: 2027 })
    const refused = await carryOver()
    expect(refused).toEqual({
      ok: false,
      error: {
        ...{ code: 'no_seats_for_staying', poolId: there },
        ...{ free: 1, staying: 2, from: 5, to: 10 },
      },
    })
    const more = { poolId: there, version: 1, seats: 3 }
    const command = { schoolNumber: SCHOOL, reason: 'rooms', pools: [more] } as const
    done(await decideSeats(world.asSchool(SCHOOL), command))
    done(await carryOver())
    expect(await pools(2027)).toMatchObject([{ id: there, seats: 3, version: 2 }])
    for (const caseId of [first, second]) {
      expect(await seatsOf(caseId)).toEqual(['2026 support taken', '2027 support taken'])
    }
  })

  test('a support place ends with language support', async () => {
    await seats(4)
    const caseId = await attending()
    world.clock.moveTo(SPRING)
    // a child that is not literate in Latin script has 36 months
    const began = (first_day: CalendarDate) =>
      world.database.write((tx) => tx.updateTable('pupil_case').set({ first_day }).execute())
    await began('2024-08-01')
    const { left } = done(await schoolYearPage(world.asSchool(SCHOOL), SCHOOL))
    expect(left).toMatchObject([{ kind: 'support', supportOver: 1, noGrade: 0 }])
    await began('2024-08-02')
    done(await carryOver())
    expect(await seatsOf(caseId)).toHaveLength(2)
  })

  test.each([
    ['24 months', 24, '2025-08-01', '2025-08-02'],
    ['36 months', 36, '2024-08-01', '2024-08-02'],
    ['not stored: as long as it can last', null, '2024-08-01', '2024-08-02'],
  ] as const)(
    'where the school has named no class, support lasts as the counselling fixed it: %s',
    async (_what, months, over, notYet) => {
      await seats(4)
      const caseId = await attending()
      await storeMonths(caseId, months)
      await world.database.write((tx) => tx.deleteFrom('school_class').execute())
      world.clock.moveTo(SPRING)
      const began = async (first_day: CalendarDate) => {
        await world.database.write((tx) =>
          tx.updateTable('pupil_case').set({ first_day }).execute(),
        )
        const { left } = done(await schoolYearPage(world.asSchool(SCHOOL), SCHOOL))
        return left.map(({ supportOver }) => supportOver)
      }
      expect([await began(notYet), await began(over)]).toEqual([[], [1]])
      done(await carryOver())
      expect(await seatsOf(caseId)).toEqual(['2026 support taken'])
    },
  )

  test('what the counselling fixed counts, though the class could say something else', async () => {
    await seats(4)
    const caseId = await attending()
    await storeMonths(caseId, 24)
    world.clock.moveTo(SPRING)
    const first_day = '2025-08-01'
    await world.database.write((tx) => tx.updateTable('pupil_case').set({ first_day }).execute())
    done(await carryOver())
    expect(await seatsOf(caseId)).toEqual(['2026 support taken'])
  })

  test('the owner carries regular places over: children sit in the next grade', async () => {
    await seats(4)
    await seats(20, [7, 7], { kind: 'regular' })
    await seats(20, [8, 8], { kind: 'regular' })
    const caseId = await attending()
    expect(await seatsOf(caseId)).toEqual(['2026 regular taken', '2026 support taken'])
    world.clock.moveTo(SPRING)
    done(await carryOver(world.as('owner'), { others: 15 }))
    const [seven, eight] = await pools(2027)
    expect([seven, eight]).toMatchObject([
      { kind: 'regular', grade_from: 7, others: 15, decided_by: 'account-owner-dn' },
      { kind: 'regular', grade_from: 8, others: 15 },
    ])
    const { rows } = {
      rows: await world.database.db
        .selectFrom('seat_entry')
        .select('pool_id')
        .where('school_year', '=', 2027)
        .execute(),
    }
    expect(rows).toEqual([{ pool_id: eight?.id }])
  })

  test.each([
    ['school and owner', true, ['2026 regular taken', '2027 regular taken']],
    ['the school alone', false, ['2026 regular taken', '2027 regular taken']],
  ])(
    'support that ends in the next school year leaves a regular place of that year: carried over by %s',
    async (_who, byOwner, left) => {
      await seats(4)
      await seats(20, [7, 8], { kind: 'regular' })
      const caseId = await attending()
      world.clock.moveTo(SPRING)
      done(await carryOver())
      if (byOwner) done(await carryOver(world.as('owner')))
      else await seats(20, [8, 9], { kind: 'regular', schoolYear: 2027 })
      const before = (await seatsOf(caseId)).filter((seat) => seat.startsWith('2027'))
      expect(before).toEqual([...(byOwner ? ['2027 regular taken'] : []), '2027 support taken'])
      world.clock.moveTo('2027-10-04')
      const reason = { code: 'follow_up_over', sentence: 'B1 ist erreicht.' } as const
      const version = await versionOf(world, caseId)
      done(await endCase(world.as('counsellor'), { caseId, version, on: '2027-10-04', reason }))
      expect(await seatsOf(caseId)).toEqual(left)
    },
  )

  test('a child whose follow-up is over keeps its regular place for this school year only', async () => {
    await seats(4)
    await seats(20, [7, 8], { kind: 'regular' })
    const caseId = await attending()
    world.clock.moveTo(SPRING)
    const reason = { code: 'follow_up_over', sentence: 'B1 ist erreicht.' } as const
    const version = await versionOf(world, caseId)
    done(await endCase(world.as('counsellor'), { caseId, version, on: SPRING, reason }))
    done(await carryOver(world.as('owner')))
    expect(await seatsOf(caseId)).toEqual(['2026 regular taken'])
  })
})

describe('who', () => {
  beforeEach(async () => {
    await seats(4)
    await seats(20, [7, 7], { kind: 'regular' })
    world.clock.moveTo(SPRING)
  })

  test.each<[who: string, ctx: () => Context, code: string]>([
    ['a counsellor', () => world.as('counsellor'), 'school_enters_own_seats'],
    ['the owner', () => world.as('owner'), 'forbidden'],
    ['another school', () => world.asSchool('180103' as SchoolNumber), 'forbidden'],
    ['the authority', () => world.as('authority'), 'forbidden'],
    ['a counsellor of another centre', () => world.as('counsellor', 'BOR'), 'forbidden'],
  ])("%s does not carry over a school's support places", async (_who, ctx, code) => {
    const command = await asShown(world.asSchool(SCHOOL))
    expect(await carryOverSeats(ctx(), command)).toMatchObject({ ok: false, error: { code } })
    expect(await pools(2027)).toEqual([])
  })

  test('a school does not carry over what its owner decides', async () => {
    const command = await asShown(world.as('owner'))
    const refused = await carryOverSeats(world.asSchool(SCHOOL), command)
    expect(refused).toMatchObject({ ok: false, error: { code: 'forbidden' } })
  })

  test('a counsellor does for whom nobody has an account, and it says so', async () => {
    await world.database.write((tx) =>
      tx
        .updateTable('account')
        .set({ state: 'disabled' })
        .where('id', '=', 'account-school-180101' as AccountId)
        .execute(),
    )
    done(await carryOver(world.as('counsellor')))
    expect(await pools(2027)).toMatchObject([{ kind: 'support', entered_for_school: 1 }])
  })
})

describe('over the turn of the school year', () => {
  test('a proposal before and one after: no seat is lost, none is given twice', async () => {
    await seats(3)
    const goes = await attending()
    world.clock.moveTo(SPRING)
    done(await carryOver())
    world.clock.moveTo(JULY)
    const late = await proposed()
    expect(await seatsOf(late)).toEqual(['2026 support hold'])
    world.clock.moveTo(AUGUST)
    // three seats: one child stays, one sits down, one comes from July
    const early = await proposed()
    expect(await seatsOf(early)).toEqual(['2027 support hold'])
    done(await carryOver())
    expect(await seatsOf(late)).toEqual(['2026 support hold', '2027 support hold'])
    // kept together, as what they are: one seat for each year
    await assign(world, { caseId: late, centre: 'DN' })
    expect(await seatsOf(late)).toEqual(['2026 support assigned', '2027 support assigned'])
    expect(await seatsOf(goes)).toEqual(['2026 support taken', '2027 support taken'])
    const full = await waiting()
    const refused = await proposeSchool(world.as('counsellor'), {
      ...{ caseId: full, version: await versionOf(world, full), schoolNumber: SCHOOL },
      deviation: { code: 'family_wish', sentence: 'Ein Satz.' },
    })
    expect(refused).toMatchObject({ ok: false, error: { code: 'support_place_missing' } })
    const numbers = await world.database.db
      .selectFrom('seat_entry')
      .select('seat_number')
      .where('school_year', '=', 2027)
      .orderBy('seat_number')
      .execute()
    expect(numbers.map(({ seat_number }) => seat_number)).toEqual([1, 2, 3])
  })

  test('without carrying over, the children of July would take nothing from August', async () => {
    await seats(1)
    const goes = await attending()
    world.clock.moveTo(AUGUST)
    await seats(1, [5, 10], { schoolYear: 2027 })
    expect((await seatsOf(goes)).length).toBe(1)
    // control for the test above: the one seat of August is given although a child sits there
    await proposed()
  })

  test.each<[how: string, leave: (caseId: CaseId) => Promise<unknown>]>([
    [
      'declined',
      async (caseId) =>
        done(
          await declineProposal(world.asSchool(SCHOOL), {
            ...{ caseId, version: await versionOf(world, caseId) },
            reason: { code: 'other', sentence: 'Ein Satz.' },
          }),
        ),
    ],
    [
      'ended',
      async (caseId) =>
        done(
          await endCase(world.as('counsellor'), {
            ...{ caseId, version: await versionOf(world, caseId), on: SPRING },
            reason: { code: 'moved_away', sentence: 'Ein Satz.' },
          }),
        ),
    ],
  ])('who is %s before gives back the seat of either year', async (_how, leave) => {
    await seats(4)
    world.clock.moveTo(SPRING)
    const caseId = await proposed()
    done(await carryOver())
    expect(await seatsOf(caseId)).toHaveLength(2)
    await leave(caseId)
    expect(await seatsOf(caseId)).toEqual([])
  })

  test('a hold that has run out is not carried over, one that runs out frees both', async () => {
    await seats(2)
    world.clock.moveTo(SPRING)
    const [over] = [await proposed()]
    world.clock.passDays(8)
    const held = await proposed()
    done(await carryOver())
    expect(await seatsOf(over)).toEqual([])
    expect(await seatsOf(held)).toHaveLength(2)
    world.clock.moveTo(AUGUST)
    // both seats of August are free: the hold ended in March
    await proposed()
    await proposed()
  })

  test('a case that ends while its pool is carried over keeps no seat', async () => {
    await seats(9)
    const caseIds = [await attending(), await attending(), await attending()]
    world.clock.moveTo(SPRING)
    const command = await asShown(world.asSchool(SCHOOL))
    const ends = await Promise.all(
      caseIds.map(async (caseId) => ({ caseId, version: await versionOf(world, caseId) })),
    )
    const [carried, ...ended] = await Promise.all([
      carryOverSeats(world.asSchool(SCHOOL), command),
      ...ends.map((one) =>
        endCase(world.as('counsellor'), {
          ...{ ...one, on: SPRING },
          reason: { code: 'moved_away', sentence: 'Ein Satz.' },
        }),
      ),
    ])
    done(carried)
    for (const one of ended) done(one)
    for (const caseId of caseIds) expect(await seatsOf(caseId)).toEqual([])
  })
})
