import { expect, test } from 'vitest'
import {
  checkLedger,
  EVENTS,
  type Kind,
  type Ledger,
  type Line,
  type Operation,
} from '#tests/promises/p1-ledger-check.ts'

const POOL = 'pool'
const FAR = 1_000_000

/** An operation that was asked at `at` and answered ten later, and its line in between. */
function done(kind: Kind, caseId: string, at: number): readonly [Operation, Line] {
  const requestId = `${kind}-${caseId}-${at}`
  const isSeats = kind === 'capacity'
  const seats = isSeats ? Number(caseId) : null
  return [
    {
      ...{ kind, caseId: isSeats ? null : caseId, poolId: POOL, seats, requestId },
      ...{ start: at, end: at + 10, outcome: 'ok' },
    },
    {
      ...{ at: at + 5, event: EVENTS[kind], requestId, caseId: isSeats ? null : caseId, seats },
      poolId: isSeats || kind === 'propose' ? POOL : null,
      holdUntil: kind === 'propose' ? FAR : null,
    },
  ]
}

function refused(kind: Kind, caseId: string, at: number, outcome: string): Operation {
  return { ...done(kind, caseId, at)[0], requestId: `refused-${at}`, outcome }
}

/** Two seats; a and b have them, c is turned away, a gives its own back, c gets it, b goes to school. */
const STEPS = [
  done('capacity', '2', 100),
  done('propose', 'a', 200),
  done('propose', 'b', 300),
  done('withdraw', 'a', 500),
  done('propose', 'c', 600),
  done('assign', 'b', 700),
  done('admit', 'b', 800),
  done('start', 'b', 900),
] as const
const REFUSED = [
  refused('propose', 'c', 400, 'seat_taken'),
  refused('propose', 'c', 450, 'support_place_missing'),
  refused('capacity', '1', 650, 'capacity_below_taken'),
]
const HISTORY = [...STEPS.map(([operation]) => operation), ...REFUSED]
const LEDGER: Ledger = {
  trail: STEPS.map(([, line]) => line),
  shortened: [],
  startedAt: 0,
  settled: [{ poolId: POOL, seats: 2, live: 2, wanting: 1 }],
}

/** The ledger with more steps, in their order of time. */
function withMore(
  more: readonly (readonly [Operation, Line])[],
  settled: Ledger['settled'] = null,
) {
  const steps = [...STEPS, ...more].toSorted((one, other) => one[1].at - other[1].at)
  const history = [...steps.map(([operation]) => operation), ...REFUSED]
  const trail = steps.map(([, line]) => line)
  return checkLedger(history, { ...LEDGER, trail, settled })
}

test('a history that the ledger kept is one', () => {
  expect(checkLedger(HISTORY, LEDGER)).toEqual([])
})

test('a seat given to one more is oversold, at the position where it happened', () => {
  expect(withMore([done('propose', 'd', 950)])).toEqual(['oversold: 3 of 2 seats of pool at 955'])
  // given back again afterwards: the end alone would not tell
  const between = [done('propose', 'd', 420), done('decline', 'd', 460)] as const
  expect(withMore(between)).toEqual(['oversold: 3 of 2 seats of pool at 425'])
})

test('a number below the seats that are taken is oversold too', () => {
  expect(withMore([done('capacity', '1', 350)])).toContain('oversold: 2 of 1 seats of pool at 355')
})

test('a hold that has run out is free by the clock alone; one that has not is not', () => {
  const further = done('propose', 'd', 2_000)
  const history = [...HISTORY, further[0]]
  const trail = [...LEDGER.trail, further[1]]
  const shortened = { caseId: 'c', was: FAR, until: 1_500, known: 1_200 }
  const ledger = { ...LEDGER, trail, settled: null }
  expect(checkLedger(history, { ...ledger, shortened: [shortened] })).toEqual([])
  expect(checkLedger(history, { ...ledger, shortened: [{ ...shortened, until: 2_100 }] })).toEqual([
    'oversold: 3 of 2 seats of pool at 2005',
  ])
  // who is turned away after that end was turned away from a free seat
  const late = refused('propose', 'e', 1_600, 'seat_taken')
  const gone = { ...LEDGER, settled: null, shortened: [shortened] }
  expect(checkLedger([...HISTORY, late], gone)).toEqual([
    expect.stringContaining('refused in vain: propose of e'),
  ])
  const justBefore = refused('propose', 'e', 1_490, 'seat_taken')
  expect(checkLedger([...HISTORY, justBefore], gone)).toEqual([])
})

test('a refusal while a seat was free all the time is in vain, by either code', () => {
  for (const code of ['seat_taken', 'support_place_missing', 'no_pool']) {
    const wrong = refused('propose', 'e', 530, code)
    expect(checkLedger([...HISTORY, wrong], LEDGER)).toEqual([
      expect.stringContaining('refused in vain: propose of e'),
    ])
  }
})

test('a refusal that overlaps with whoever gave the seat back is right, later it is not', () => {
  const overlapping = refused('propose', 'e', 509, 'seat_taken')
  expect(checkLedger([...HISTORY, overlapping], LEDGER)).toEqual([])
  const later = refused('propose', 'e', 511, 'seat_taken')
  expect(checkLedger([...HISTORY, later], LEDGER)).toHaveLength(1)
})

test('a refusal by the list may mix two moments of a change of seats, one by the count may not', () => {
  // three seats for a moment, two of them taken: one is free all the time
  const more = [done('capacity', '3', 320), done('capacity', '2', 510)] as const
  const at = (outcome: string) => {
    const steps = [...STEPS, ...more].toSorted((one, other) => one[1].at - other[1].at)
    const mixed = { ...refused('propose', 'e', 496, outcome), end: 530 }
    const history = [...steps.map(([operation]) => operation), mixed]
    // a's seat is given back and known to be, before the number falls
    const [first, ...others] = history.map((one) =>
      one.kind === 'withdraw' ? { ...one, end: 508 } : one,
    )
    const all = first === undefined ? [] : [first, ...others]
    const trail = steps.map(([, line]) => line)
    return checkLedger(all, { ...LEDGER, trail, settled: null })
  }
  expect(at('support_place_missing')).toEqual([])
  expect(at('seat_taken')).toEqual([expect.stringContaining('refused in vain: propose of e')])
})

test('a number that is refused although nobody sits there is refused in vain', () => {
  const wrong = refused('capacity', '2', 660, 'capacity_below_taken')
  expect(checkLedger([...HISTORY, wrong], LEDGER)).toEqual([
    'refused in vain: capacity of pool (refused-660), 2 of 2 taken',
  ])
})

test('what was acknowledged stands once in the trail, what was refused not at all', () => {
  const trail = LEDGER.trail
  const without = { ...LEDGER, trail: trail.filter(({ event }) => event !== EVENTS.start) }
  expect(checkLedger(HISTORY, without)).toEqual(['lost: start of b (start-b-900)'])
  const doubled = { ...LEDGER, trail: [...trail, ...trail.slice(-1)] }
  expect(checkLedger(HISTORY, doubled)).toEqual(['twice: start of b (start-b-900)'])
  const nobodys = HISTORY.filter(({ kind }) => kind !== 'start')
  expect(checkLedger(nobodys, LEDGER)).toEqual(["nobody's: start-b-900"])
  expect(checkLedger(nobodys, { ...LEDGER, startedAt: 10_000 })).toEqual([])
  const denied = HISTORY.map((one) =>
    one.kind === 'start' ? { ...one, outcome: 'forbidden' } : one,
  )
  expect(checkLedger(denied, LEDGER)).toEqual(['refused and done: start of b (start-b-900)'])
  const other = HISTORY.map((one) => (one.kind === 'start' ? { ...one, caseId: 'z' } : one))
  expect(checkLedger(other, LEDGER)).toEqual(['another than asked: start of z (start-b-900)'])
})

test('a seat kept or taken that nobody held, and two seats of one child', () => {
  expect(withMore([done('assign', 'x', 960)])).toEqual(['kept without a seat: x'])
  expect(withMore([done('admit', 'c', 960)])).toEqual(['admission_confirmed without a seat: c'])
  expect(withMore([done('capacity', '9', 940), done('propose', 'c', 960)])).toEqual([
    'two seats: c',
  ])
})

test('an accident is no answer, nor is a refusal that nothing here can give', () => {
  const broken = ['500 accident', 'school_not_suitable', 'signed_out'].map((outcome, index) =>
    refused('withdraw', 'a', 1_000 + index, outcome),
  )
  expect(checkLedger([...HISTORY, ...broken], LEDGER)).toEqual([
    'no answer: 500 accident to withdraw',
    'no answer: school_not_suitable to withdraw',
    'no answer: signed_out to withdraw',
  ])
})

test('a seat that stays empty while somebody wants it, or that the trail does not know', () => {
  const end = (pool: Partial<NonNullable<Ledger['settled']>[number]>) =>
    checkLedger(HISTORY, {
      ...LEDGER,
      settled: [{ poolId: POOL, seats: 2, live: 2, wanting: 1, ...pool }],
    })
  expect(end({ wanting: 0 })).toEqual([])
  expect(end({ live: 1 })).toEqual([
    'empty seats: 1 instead of 2 in pool',
    'not as in the trail: 1 of 2 in pool',
  ])
  expect(end({ seats: 3 })).toEqual([
    'empty seats: 2 instead of 3 in pool',
    'not as in the trail: 2 of 3 in pool',
  ])
})
