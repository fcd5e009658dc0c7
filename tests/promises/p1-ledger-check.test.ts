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

const REGULAR = 'regular'
const LAST_DAY = '1970-07-31'
const ASKED = { others: null, validFrom: null, validTo: null }
const NUMBERS: readonly Kind[] = ['capacity', 'reserve']

/** An operation that was asked at `at` and answered ten later, and its line in between. */
function done(
  kind: Kind,
  caseId: string,
  at: number,
  [ofOperation, ofLine]: readonly [Partial<Operation>, Partial<Line>] = [{}, {}],
): readonly [Operation, Line] {
  const requestId = `${kind}-${caseId}-${at}`
  const isNumber = NUMBERS.includes(kind)
  const seats = isNumber ? Number(caseId) : null
  const child = isNumber || kind === 'rule' ? null : caseId
  return [
    {
      ...{ kind, caseId: child, poolId: POOL, regularPoolId: null, requestId },
      asked: seats === null ? null : { ...ASKED, seats },
      ...{ start: at, end: at + 10, outcome: 'ok' },
      ...ofOperation,
    },
    {
      ...{ at: at + 5, event: EVENTS[kind], requestId, caseId: child, seats },
      poolId: isNumber || kind === 'propose' ? POOL : null,
      holdUntil: kind === 'propose' ? FAR : null,
      ...{ regularPoolId: null, secondSeat: null, stage: null },
      ...{ validFrom: kind === 'capacity' ? '1970-01-01' : null, validTo: null },
      ...ofLine,
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
  lastDay: LAST_DAY,
  settled: [{ poolId: POOL, room: 2, live: 2, wanting: 1 }],
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
  expect(checkLedger(other, LEDGER)).toEqual([
    'lost: start of z (start-b-900)',
    "nobody's: start-b-900",
  ])
  const more = HISTORY.map((one) =>
    one.kind === 'capacity' && one.outcome === 'ok'
      ? { ...one, asked: { ...ASKED, seats: 3 } }
      : one,
  )
  expect(checkLedger(more, LEDGER)).toEqual([
    'another than asked: capacity of pool (capacity-2-100)',
  ])
})

test('of one request each child is an operation of its own', () => {
  const both = ['a', 'c'].map((caseId) => {
    const requestId = 'many'
    const at = caseId === 'a' ? 620 : 621
    return done('assign_many', caseId, 610, [
      { requestId, end: 640 },
      { requestId, at },
    ])
  })
  const steps = [done('capacity', '2', 100), done('propose', 'a', 200), done('propose', 'c', 300)]
  const trail = [...steps, ...both].map(([, line]) => line)
  const ledger = { ...LEDGER, trail, settled: null }
  const history = [...steps, ...both].map(([operation]) => operation)
  expect(checkLedger(history, ledger)).toEqual([])
  expect(checkLedger(history, { ...ledger, trail: trail.slice(0, -1) })).toEqual([
    'lost: assign_many of c (many)',
  ])
})

// ---- numbers: others, reserve and days ----

/** A number of seats of a pool; `days`: since when and until when. */
function numbers(
  seats: number,
  at: number,
  { poolId = POOL, others, days = [null, null] }: OfNumber = {},
): readonly [Operation, Line] {
  const [validFrom, validTo] = days
  return done('capacity', String(seats), at, [
    { poolId, asked: { seats, others: others ?? null, validFrom, validTo } },
    { poolId, validFrom: validFrom ?? '1970-01-01', validTo },
  ])
}

type OfNumber = {
  readonly poolId?: string
  readonly others?: number
  readonly days?: readonly [string | null, string | null]
}

function checkSteps(
  steps: readonly (readonly [Operation, Line])[],
  told: readonly Operation[] = [],
): readonly string[] {
  const history = [...steps.map(([operation]) => operation), ...told]
  const trail = steps.map(([, line]) => line)
  return checkLedger(history, { ...LEDGER, trail, settled: null })
}

test('who comes stays: seats that go on some day until the end of the year are none', () => {
  const later = [numbers(2, 100), numbers(1, 150, { days: ['1970-07-31', '1970-07-31'] })]
  const steps = [...later, done('propose', 'a', 200)]
  const second = done('propose', 'b', 300)
  expect(checkSteps(steps)).toEqual([])
  expect(checkSteps([...steps, second])).toEqual(['oversold: 2 of 1 seats of pool at 305'])
  expect(checkSteps(steps, [refused('propose', 'c', 400, 'seat_taken')])).toEqual([])
  // a number for some weeks takes nothing away once another holds for good
  expect(checkSteps([...steps, numbers(2, 250), second])).toEqual([])
  // nor does a day of the next school year
  const next = [numbers(2, 100), numbers(1, 150, { days: ['1970-08-01', null] })]
  expect(checkSteps([...next, done('propose', 'a', 200), second])).toEqual([])
})

test('seats on which others sit or that are kept back are given to nobody', () => {
  const a = done('propose', 'a', 200)
  const b = done('propose', 'b', 300)
  const before = [numbers(2, 100), a]
  for (const claim of [numbers(2, 250, { others: 1 }), done('reserve', '1', 250)]) {
    expect(checkSteps([...before, claim])).toEqual([])
    expect(checkSteps([...before, claim, b])).toEqual(['oversold: 2 of 1 seats of pool at 305'])
    const told = refused('propose', 'b', 300, 'seat_taken')
    expect(checkSteps([...before, claim], [told])).toEqual([])
    expect(checkSteps(before, [told])).toHaveLength(1)
  }
  expect(checkSteps([...before, done('reserve', '2', 250)])).toEqual([
    'oversold: 1 of 0 seats of pool at 255',
  ])
  expect(checkSteps([...before, numbers(2, 250, { others: 2 })])).toEqual([
    'oversold: 1 of 0 seats of pool at 255',
  ])
})

test('a fact may outrun what was decided for other days: nobody is accused who sat there before', () => {
  const steps = [
    numbers(2, 100),
    done('propose', 'a', 200),
    numbers(1, 250, { days: ['1970-03-01', null] }),
    // of the newest decision others are told, whatever its days: in March there is one seat for two
    numbers(2, 300, { others: 1, days: [null, '1970-02-01'] }),
  ]
  expect(checkSteps([...steps, done('assign', 'a', 400), done('reserve', '0', 500)])).toEqual([])
  expect(checkSteps([...steps, done('propose', 'b', 400)])).toEqual([
    'oversold: 2 of 0 seats of pool at 405',
  ])
})

test('what is refused of a number, or of seats to keep back, was too much or too little', () => {
  const steps = [numbers(3, 100), done('propose', 'a', 200), done('reserve', '1', 250)]
  const told = (kind: Kind, seats: number, others: number | null, outcome: string) => ({
    ...refused(kind, String(seats), 400, outcome),
    asked: { ...ASKED, seats, others },
  })
  expect(checkSteps(steps, [told('capacity', 1, null, 'capacity_below_taken')])).toEqual([])
  expect(checkSteps(steps, [told('capacity', 2, 1, 'capacity_below_taken')])).toEqual([])
  expect(checkSteps(steps, [told('capacity', 2, null, 'capacity_below_taken')])).toHaveLength(1)
  expect(checkSteps(steps, [told('reserve', 3, null, 'reserve_above_free')])).toEqual([])
  expect(checkSteps(steps, [told('reserve', 2, null, 'reserve_above_free')])).toHaveLength(1)
})

test('lines of one millisecond have no order: who sat down may have come before the number', () => {
  const fewer = numbers(1, 300, { others: 1 })
  const b = done('propose', 'b', 300)
  const steps = [numbers(2, 100), done('withdraw', 'z', 200)]
  expect(checkSteps([...steps, b, fewer])).toEqual([])
  expect(checkSteps([...steps, fewer, b])).toEqual([])
})

// ---- the regular place ----

/** A proposal with a regular place, or without. */
function proposal(caseId: string, at: number, regular: boolean) {
  const regularPoolId = regular ? REGULAR : null
  return done('propose', caseId, at, [{ regularPoolId: REGULAR }, { regularPoolId }])
}

function rule(secondSeat: string, at: number) {
  return done('rule', '', at, [{ poolId: '' }, { secondSeat }])
}

/** The follow-up of a child is over; what was said of its regular place. */
function completion(caseId: string, at: number, said: 'taken' | 'missing' | null = null) {
  const [operation, line] = done('complete', caseId, at, [
    { regularPoolId: REGULAR },
    { stage: 'completed' },
  ])
  const poolId = said === 'taken' ? REGULAR : null
  const also: readonly Line[] =
    said === null ? [] : [{ ...line, event: `regular_place_${said}`, stage: null, poolId }]
  return { operation, lines: [line, ...also] }
}

const BOTH = [
  rule('required', 50),
  numbers(4, 100),
  numbers(1, 110, { poolId: REGULAR }),
  proposal('a', 200, true),
]
const missing = (at: number) => ({
  ...refused('propose', 'b', at, 'regular_place_missing'),
  regularPoolId: REGULAR,
})

test('a regular place is given once too', () => {
  expect(checkSteps(BOTH)).toEqual([])
  expect(checkSteps([...BOTH, proposal('b', 300, true)])).toEqual([
    'oversold: 2 of 1 seats of regular at 305',
  ])
})

test('without one nobody is refused where the centre only warns, and nobody goes where it asks for one', () => {
  expect(checkSteps(BOTH, [missing(300)])).toEqual([])
  expect(checkSteps([...BOTH, rule('warn', 250)], [missing(300)])).toHaveLength(1)
  // while the rule is changing either may have been found
  expect(checkSteps([...BOTH, rule('warn', 305)], [missing(300)])).toEqual([])
  expect(checkSteps([...BOTH, proposal('b', 300, false)])).toEqual([
    'without a regular place in vain: propose of b (propose-b-300)',
  ])
  expect(checkSteps([...BOTH, rule('warn', 250), proposal('b', 300, false)])).toEqual([])
})

test('and nobody is, or goes, without one while one is free', () => {
  const free = [...BOTH, done('withdraw', 'a', 250)]
  expect(checkSteps(free, [missing(300)])).toHaveLength(1)
  expect(checkSteps([...free, rule('warn', 260), proposal('b', 300, false)])).toEqual([
    'without a regular place in vain: propose of b (propose-b-300)',
  ])
})

test('at the end of support the regular place stays, the support place does not', () => {
  const attends = (caseId: string, at: number) => [
    done('assign', caseId, at),
    done('admit', caseId, at + 20),
    done('start', caseId, at + 40),
  ]
  const steps = [numbers(1, 90), rule('warn', 95), ...BOTH.slice(2), ...attends('a', 300)]
  const check = (...more: readonly ReturnType<typeof completion>[]) => {
    const history = [...steps.map(([one]) => one), ...more.map(({ operation }) => operation)]
    const trail = [...steps.map(([, line]) => line), ...more.flatMap(({ lines }) => lines)]
    return (further: readonly (readonly [Operation, Line])[]) =>
      checkLedger([...history, ...further.map(([one]) => one)], {
        ...LEDGER,
        trail: [...trail, ...further.map(([, line]) => line)],
        settled: null,
      })
  }
  const over = check(completion('a', 400))
  expect(over([])).toEqual([])
  expect(over([proposal('b', 500, false)])).toEqual([])
  expect(over([proposal('b', 500, true)])).toEqual(['oversold: 2 of 1 seats of regular at 505'])
  // it had one: nothing is said, and none is taken
  expect(check(completion('a', 400, 'missing'))([])).toEqual([
    'not one regular place: complete of a (complete-a-400)',
  ])
  expect(check(completion('a', 400, 'taken'))([])).toContain('two regular places: a')
})

test('who has none at the end of support gets one, or none is free', () => {
  const went = (seats: number, said: 'taken' | 'missing' | null) => {
    const steps = [
      ...[rule('warn', 50), numbers(4, 100), numbers(0, 110, { poolId: REGULAR })],
      ...[proposal('a', 200, false), done('assign', 'a', 300), done('admit', 'a', 320)],
      ...[done('start', 'a', 340), numbers(seats, 360, { poolId: REGULAR })],
    ]
    const { operation, lines } = completion('a', 400, said)
    const trail = [...steps.map(([, line]) => line), ...lines]
    const history = [...steps.map(([one]) => one), operation]
    return checkLedger(history, { ...LEDGER, trail, settled: null })
  }
  expect(went(1, 'taken')).toEqual([])
  expect(went(0, 'missing')).toEqual([])
  expect(went(1, 'missing')).toEqual([
    'without a regular place in vain: complete of a (complete-a-400)',
  ])
  expect(went(0, 'taken')).toEqual(['oversold: 1 of 0 seats of regular at 405'])
  expect(went(1, null)).toEqual(['not one regular place: complete of a (complete-a-400)'])
})

test('whoever has not come, or was taken back, has given both back', () => {
  for (const kind of ['not_started', 'take_back', 'end'] as const) {
    const more = [done('assign', 'a', 240), done(kind, 'a', 250), proposal('b', 300, true)]
    expect(checkSteps([...BOTH, ...more])).toEqual([])
  }
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
      settled: [{ poolId: POOL, room: 2, live: 2, wanting: 1, ...pool }],
    })
  expect(end({ wanting: 0 })).toEqual([])
  expect(end({ live: 1 })).toEqual([
    'empty seats: 1 instead of 2 in pool',
    'not as in the trail: 1 of 2 in pool',
  ])
  expect(end({ room: 3 })).toEqual([
    'empty seats: 2 instead of 3 in pool',
    'not as in the trail: 2 of 3 in pool',
  ])
})
