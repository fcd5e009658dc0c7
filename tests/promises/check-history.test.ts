import { expect, test } from 'vitest'
import { checkHistory, type Operation, type Stored } from '#tests/promises/check-history.ts'

const done = { start: 0, end: 1, outcome: 'ok', caseId: null, requestId: null } as const

function registered(key: string, start: number, facts: Partial<Operation> = {}): Operation {
  const ids = { caseId: `case-${key}`, requestId: `request-${key}` }
  return { ...done, op: 'register', key, start, end: start + 5, ...ids, ...facts }
}

const HISTORY: readonly Operation[] = [
  registered('a', 0),
  registered('b', 10),
  registered('c', 20, { outcome: 'unknown', caseId: null, requestId: null }),
  registered('d', 30, { outcome: 'fail', caseId: null }),
  { ...done, op: 'read', key: 'a', start: 6, end: 7, caseId: 'case-a' },
  { ...done, op: 'read', key: 'b', start: 11, end: 12, outcome: 'fail' },
  ...(['propose', 'withdraw', 'propose'] as const).map(
    (op, at): Operation => ({
      ...done,
      ...{ op, key: 'a', start: 40 + 10 * at, end: 45 + 10 * at },
      ...{ caseId: 'case-a', requestId: `request-seat-${at}` },
    }),
  ),
]

const line = (event: string, key: string, requestId = `request-${key}`) => ({
  ...{ event, caseId: `case-${key}`, requestId },
})

const STORED: Stored = {
  children: [
    { key: 'a', caseId: 'case-a' },
    { key: 'b', caseId: 'case-b' },
  ],
  trail: [
    line('case_registered', 'a'),
    line('case_registered', 'b'),
    line('school_proposed', 'a', 'request-seat-0'),
    line('proposal_withdrawn', 'a', 'request-seat-1'),
    line('school_proposed', 'a', 'request-seat-2'),
  ],
  seats: 1,
}

const withC = {
  ...STORED,
  children: [...STORED.children, { key: 'c', caseId: 'case-c' }],
  trail: [...STORED.trail, line('case_registered', 'c')],
}

function swapped<T>(all: readonly T[], at: number): readonly T[] {
  const [one, other] = [all[at], all[at + 1]] as [T, T]
  return [...all.slice(0, at), other, one, ...all.slice(at + 2)]
}

test('a history that fits what is stored is one, whether the unknown happened or not', () => {
  expect(checkHistory(HISTORY, STORED)).toEqual([])
  expect(checkHistory(HISTORY, withC)).toEqual([])
})

test.each<readonly [string, Stored]>([
  ['lost: the registration', { ...STORED, children: STORED.children.slice(1) }],
  [
    'twice: the registration',
    { ...STORED, children: [...STORED.children, { key: 'a', caseId: 'case-e' }] },
  ],
  [
    "nobody's: the registration",
    { ...STORED, children: [...STORED.children, { key: 'd', caseId: 'case-d' }] },
  ],
  ['lost: case_registered', { ...STORED, trail: STORED.trail.slice(1) }],
  ['lost: school_proposed', { ...STORED, trail: STORED.trail.slice(0, -1) }],
  [
    'too often: case_registered',
    { ...withC, trail: [...withC.trail, line('case_registered', 'c')] },
  ],
  ['out of order', { ...STORED, trail: swapped(STORED.trail, 1) }],
  ['not in the order of the commits', { ...STORED, children: swapped(STORED.children, 0) }],
  ['two seats', { ...STORED, trail: STORED.trail.filter((_, at) => at !== 3) }],
  ['oversold', { ...STORED, seats: 0 }],
])('%s', (what, stored) => {
  expect(checkHistory(HISTORY, stored)).toContainEqual(expect.stringContaining(what))
})

test('a read that does not see what was acknowledged before it is named', () => {
  const blind = { ...done, op: 'read', key: 'a', start: 6, end: 7, outcome: 'fail' } as const
  expect(checkHistory([...HISTORY, blind], STORED)).toEqual([
    'not seen: a, although it was acknowledged before',
  ])
})
