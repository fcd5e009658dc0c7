import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaseId, SeatPoolId } from '#app/domain/ids.ts'
import { freeSeats, type SeatState, seatStaying } from '#app/domain/seat/seat-entry.ts'
import type { SeatKind, SeatPool } from '#app/domain/seat/seat-pool.ts'
import {
  firstDayOfYear,
  isTurnDue,
  planTurn,
  poolAfterTurn,
  type SeatedChild,
  type Turn,
  turnYear,
} from '#app/domain/seat/turn.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import { school } from '../case/cases.ts'

const YEAR = 2027
const now: Instant = '2027-03-01T09:00:00.000Z'
const taken: SeatState = { state: 'taken', holdUntil: null }

function pool(
  id: string,
  [gradeFrom, gradeTo]: readonly [number, number],
  more: Partial<SeatPool> = {},
): SeatPool {
  const { decided = 10 } = more
  return {
    ...{ id: id as SeatPoolId, schoolNumber: school(), schoolYear: YEAR - 1, kind: 'support' },
    ...{ gradeFrom, gradeTo, decided, lasting: decided, others: 0, reserve: 0, reserveUntil: null },
    ...more,
  }
}

function child(id: string, poolId: string, more: Partial<SeatedChild> = {}): SeatedChild {
  return {
    ...{ caseId: id as CaseId, poolId: poolId as SeatPoolId, kind: 'support', ...taken },
    ...{ grade: 5, gradeYear: YEAR - 1, supportEndsOn: null, hasSeatThen: false },
    ...more,
  } as SeatedChild
}

/** Who stays where, as grades: `5-10: case-a`. */
function stays({ pools }: Turn): readonly string[] {
  return pools.map(
    ({ gradeFrom, gradeTo, staying }) =>
      `${gradeFrom}-${gradeTo}: ${staying.map(({ caseId }) => caseId).join(' ')}`,
  )
}

const plan = (
  pools: readonly SeatPool[],
  children: readonly SeatedChild[],
  form: Parameters<typeof planTurn>[1] = '15',
) => planTurn(YEAR, form, { pools, children })

test.each<[today: CalendarDate, year: number]>([
  ['2027-01-31', 2026],
  ['2027-02-01', 2027],
  ['2027-07-31', 2027],
  ['2027-08-01', 2027],
  ['2028-01-31', 2027],
  ['2028-02-01', 2028],
])('on %s pools are carried over into the school year %i', (today, year) => {
  expect(turnYear(today)).toBe(year)
})

describe('the turn of the school year', () => {
  test('a pool of several grades goes on with its children', () => {
    const turn = plan([pool('a', [5, 10])], [child('one', 'a'), child('two', 'a', { grade: 9 })])
    expect(turn.pools).toMatchObject([{ existing: null, from: { id: 'a' }, kind: 'support' }])
    expect(stays(turn)).toEqual(['5-10: one two'])
    expect(turn.leaving).toEqual([])
  })

  test('where each grade has its own pool, children sit in that of the next grade', () => {
    const pools = [pool('five', [5, 5]), pool('six', [6, 6])]
    const turn = plan(pools, [child('one', 'five'), child('two', 'six', { grade: 6 })])
    expect(stays(turn)).toEqual(['5-5: ', '6-6: one'])
    expect(turn.leaving).toMatchObject([{ caseId: 'two', why: 'no_grade' }])
  })

  test('a child grows with the years since it was counselled, within the grades of its pool', () => {
    const pools = [pool('low', [5, 7]), pool('high', [8, 10])]
    const turn = plan(pools, [
      child('grown', 'low', { grade: 5, gradeYear: YEAR - 3 }),
      child('new', 'low', { grade: 5 }),
      // counselled for a grade that its pool does not hold: it is in the pool's
      child('odd', 'high', { grade: 5 }),
      child('last', 'high', { grade: 10 }),
    ])
    expect(stays(turn)).toEqual(['5-7: new', '8-10: grown odd'])
    expect(turn.leaving).toMatchObject([{ caseId: 'last', why: 'no_grade' }])
  })

  test('at a vocational school, where grade 11 stands for all, children stay', () => {
    const turn = plan([pool('a', [11, 11])], [child('one', 'a', { grade: 11 })], '30')
    expect(stays(turn)).toEqual(['11-11: one'])
  })

  test('a support place ends with language support, a regular place does not', () => {
    const pools = [pool('a', [5, 10]), pool('b', [5, 10], { kind: 'regular' })]
    const over = firstDayOfYear(YEAR)
    const turn = plan(pools, [
      child('over', 'a', { supportEndsOn: over }),
      child('on', 'a', { supportEndsOn: '2027-08-02' }),
      child('over', 'b', { kind: 'regular', supportEndsOn: over }),
    ])
    expect(stays(turn)).toEqual(['5-10: on', '5-10: over'])
    expect(turn.pools.map(({ kind }) => kind)).toEqual(['support', 'regular'])
    expect(turn.leaving).toMatchObject([{ caseId: 'over', kind: 'support', why: 'support_over' }])
  })

  test('what the new year has is left as it is, and gives seats to those without one', () => {
    const there = pool('then', [5, 7], { schoolYear: YEAR, decided: 2 })
    const turn = plan(
      [pool('a', [5, 10]), there],
      [
        child('one', 'a'),
        child('two', 'a', { hasSeatThen: true }),
        child('old', 'a', { grade: 9 }),
      ],
    )
    expect(turn.pools).toMatchObject([{ existing: { id: 'then' }, from: null }])
    expect(stays(turn)).toEqual(['5-7: one'])
    expect(turn.leaving.map(({ caseId, why }) => `${caseId} ${why}`)).toEqual([
      'two seated',
      'old no_grade',
    ])
  })

  test('is due while a pool is missing or a child has no seat, and not afterwards', () => {
    const [before, then] = [pool('a', [5, 10]), pool('then', [5, 10], { schoolYear: YEAR })]
    expect(isTurnDue(plan([before], []))).toBe(true)
    expect(isTurnDue(plan([before, then], [child('one', 'a')]))).toBe(true)
    expect(isTurnDue(plan([before, then], [child('one', 'a', { hasSeatThen: true })]))).toBe(false)
    expect(isTurnDue(plan([], []))).toBe(false)
  })
})

// ---- any school ----

const kinds: readonly SeatKind[] = ['support', 'regular']

/** The grades 5 to 10 cut into pools of one kind and year; some of them are missing. */
function poolsOf(kind: SeatKind, schoolYear: number): fc.Arbitrary<readonly SeatPool[]> {
  return fc
    .record({
      cuts: fc.uniqueArray(fc.integer({ min: 6, max: 10 }), { maxLength: 5 }),
      isThere: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      seats: fc.array(fc.nat({ max: 6 }), { minLength: 6, maxLength: 6 }),
    })
    .map(({ cuts, isThere, seats }) => {
      const starts = [5, ...cuts.toSorted((a, b) => a - b)]
      return starts.flatMap((from, index) =>
        isThere[index]
          ? pool(`${kind} ${schoolYear} ${from}`, [from, (starts[index + 1] ?? 11) - 1], {
              ...{ kind, schoolYear, decided: seats[index] ?? 0 },
            })
          : [],
      )
    })
}

const schools = fc
  .tuple(...kinds.flatMap((kind) => [poolsOf(kind, YEAR - 1), poolsOf(kind, YEAR)]))
  .map((pools) => pools.flat())
  .filter((pools) => pools.some(({ schoolYear }) => schoolYear < YEAR))

const children = (pools: readonly SeatPool[]) =>
  fc.array(
    fc
      .record({
        pool: fc.constantFrom(...pools.filter(({ schoolYear }) => schoolYear < YEAR)),
        grade: fc.integer({ min: 4, max: 11 }),
        gradeYear: fc.integer({ min: YEAR - 4, max: YEAR - 1 }),
        supportEndsOn: fc.constantFrom(null, '2027-07-31', '2027-08-01', '2028-03-01'),
        hasSeatThen: fc.boolean(),
      })
      .map(({ pool: { id, kind }, ...rest }) => ({ poolId: id, kind, ...rest })),
    { maxLength: 30 },
  )

const turns = schools.chain((pools) =>
  children(pools).map((facts) => ({
    pools,
    children: facts.map((one, index) =>
      child(`case-${index}`, one.poolId, one as Partial<SeatedChild>),
    ),
  })),
)

type Seating = typeof seatStaying

/** Plays a turn, each new pool with as many seats as the old one had. @throws where it breaks its word. */
function play(
  facts: { pools: readonly SeatPool[]; children: readonly SeatedChild[] },
  seat: Seating,
) {
  const turn = planTurn(YEAR, '15', facts)
  const told = [...turn.pools.flatMap(({ staying }) => staying), ...turn.leaving]
  // nobody is lost, nobody sits twice
  must(told.length === facts.children.length, 'somebody is lost or doubled')
  must(new Set(told.map(({ caseId }) => caseId)).size === told.length, 'somebody twice')
  let ids = 0
  for (const { staying, existing, from, kind, gradeFrom, gradeTo } of turn.pools) {
    must(
      staying.every((one) => one.kind === kind && !one.hasSeatThen),
      'another kind of seat',
    )
    const seats = { ...(existing ?? from ?? pool('none', [gradeFrom, gradeTo])), kind }
    const newId = () => {
      ids += 1
      return `entry-${ids}`
    }
    const seated = seat(seats, [], staying, { now, newId })
    if (!seated.ok) {
      must(staying.length > seats.decided, 'refused although there were seats')
      continue
    }
    const numbers = seated.value.map(({ seatNumber }) => seatNumber)
    must(new Set(numbers).size === staying.length, 'two on one seat')
    must(
      numbers.every((at) => at >= 1 && at <= seats.decided),
      'more children than seats',
    )
    must(freeSeats(seats, seated.value, now) === seats.decided - staying.length, 'a seat is lost')
  }
  return turn
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

test('of any school: everybody is told of once, and never sit more children than there are seats', () => {
  const seen = { staying: 0, refused: 0 }
  fc.assert(
    fc.property(turns, (facts) => {
      const turn = play(facts, seatStaying)
      for (const { staying, existing, from } of turn.pools) {
        const { decided } = existing ?? from ?? { decided: 0 }
        if (staying.length > decided) seen.refused += 1
        else seen.staying += staying.length
      }
    }),
    { numRuns: 1_000, seed: 20261123 },
  )
  expect(seen.staying).toBeGreaterThan(500)
  expect(seen.refused).toBeGreaterThan(50)
})

test.each<[what: string, seat: Seating]>([
  [
    'puts more children than seats',
    (seats, entries, staying, how) =>
      seatStaying({ ...seats, decided: 99, lasting: 99 }, entries, staying, how),
  ],
  [
    'forgets the last child',
    (seats, entries, staying, how) => seatStaying(seats, entries, staying.slice(1), how),
  ],
])('control: a turn that %s is found out', (_what, seat) => {
  const found = fc.check(
    fc.property(turns, (facts) => void play(facts, seat)),
    { numRuns: 1_000, seed: 20261123 },
  )
  expect(found.failed).toBe(true)
})

describe('the pool a child belongs in after the turn of the year', () => {
  const then = { schoolYear: YEAR }
  const belongsIn = (
    grade: number,
    from: SeatPool,
    pools: readonly SeatPool[],
    form = '15' as const,
  ) => poolAfterTurn({ grade, gradeYear: YEAR - 1 }, from, { form, pools: [from, ...pools] })?.id

  test('is the one that holds its next grade, of the same kind and the next year', () => {
    const pools = [pool('seven', [7, 7], then), pool('eight', [8, 8], then)]
    expect(belongsIn(7, pool('before', [7, 7]), pools)).toBe('eight')
    expect(belongsIn(7, pool('before', [5, 10]), [pool('all', [5, 10], then)])).toBe('all')
  })

  test('is none where there is none of that grade, kind and year', () => {
    const wrong = [
      pool('seven', [7, 7], then),
      pool('regular', [8, 8], { ...then, kind: 'regular' }),
      pool('later', [8, 8], { schoolYear: YEAR + 1 }),
    ]
    expect(belongsIn(7, pool('before', [7, 7]), wrong)).toBeUndefined()
  })

  test('is the one that plans the turn for the child, whatever grades the pools have', () => {
    const grade = fc.integer({ min: 5, max: 10 })
    const range = fc
      .tuple(grade, grade)
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)])
    fc.assert(
      fc.property(range, range, grade, (before, now, counselled) => {
        const from = pool('before', before)
        const pools = [pool('now', now, then)]
        const planned = plan([from, ...pools], [child('case-a', 'before', { grade: counselled })])
        const at = planned.pools.find(({ staying }) => staying.length > 0)?.existing?.id
        expect(belongsIn(counselled, from, pools)).toBe(at)
      }),
    )
  })
})
