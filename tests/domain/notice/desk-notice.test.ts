import { describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import {
  audienceOf,
  type Colleague,
  DESK_NOTICE_KINDS,
  kindsFor,
  lateBefore,
  mailDueAt,
  nextTryAt,
  noticesOf,
  settledBy,
  toldAtCentre,
  withoutActor,
} from '#app/domain/notice/desk-notice.ts'
import { addHours, type Instant } from '#app/domain/time.ts'

const NOW: Instant = '2026-11-19T09:00:00.000Z'
const id = (name: string) => name as AccountId
const counsellor = (name: string): Colleague => ({ accountId: id(name), role: 'counsellor' })
const lead = (name: string): Colleague => ({ accountId: id(name), role: 'lead' })

test.each([
  // of the last two desks one has nobody who may assign
  ['school_proposed', ['school', 'authority', 'counsellor']],
  ['case_assigned', ['school', 'counsellor']],
  ['proposal_declined', ['counsellor']],
  ['school_can_admit', ['counsellor']],
  ['admission_confirmed', ['counsellor']],
  ['proposal_sent_back', ['counsellor']],
  ['proposal_expired', ['counsellor']],
  // who answers: the authority or the centre; and who counsels the case
  ['capacity_reported', ['authority', 'counsellor', 'counsellor']],
  ['assignment_kept', ['school', 'counsellor']],
  ['assignment_taken_back', ['school', 'counsellor']],
  ['school_not_started', ['counsellor']],
  ['gone_from_school', ['counsellor']],
  ['still_at_school', []],
  ['regular_place_missing', ['counsellor', 'authority']],
  ['regular_place_taken', []],
  ['proposal_withdrawn', []],
  ['case_registered', []],
  // not a word of ours, and a property of every object
  ['constructor', []],
])('%s tells %j', (event, audiences) => {
  expect(noticesOf(event).map(audienceOf)).toEqual(audiences)
})

test('each kind stands on exactly one desk', () => {
  const desks = (['school', 'authority', 'counsellor'] as const).flatMap(kindsFor)
  expect(desks.toSorted()).toEqual([...DESK_NOTICE_KINDS].toSorted())
})

test('a decision settles what was told before; an answer of the school only what the school was told', () => {
  // a school that has nothing of the child any more does not learn that something happened to it
  const settled = DESK_NOTICE_KINDS.filter((kind) => kind !== 'school_taken_back')
  expect(settledBy('case_assigned')).toEqual(settled)
  expect(settledBy('proposal_withdrawn')).toEqual(settled)
  expect(settledBy('school_can_admit')).toEqual(['school_proposed'])
  expect(settledBy('class_said')).toEqual([])
  expect(settledBy('regular_place_missing')).toEqual([])
  expect(settledBy('capacity_reported')).toEqual([
    'school_assigned',
    'school_kept',
    'case_assigned',
    'case_kept',
  ])
  expect(settledBy('proposal_expired')).toEqual(settled)
})

describe('who is told at the centre', () => {
  const all = [counsellor('a'), counsellor('b'), lead('c')]

  test('who counsels the case, alone', () => {
    expect(toldAtCentre(id('b'), all)).toEqual(['b'])
  })

  test('a lead who counsels it', () => {
    expect(toldAtCentre(id('c'), all)).toEqual(['c'])
  })

  test('all who counsel, where nobody does or who did is gone', () => {
    expect(toldAtCentre(null, all)).toEqual(['a', 'b'])
    expect(toldAtCentre(id('gone'), all)).toEqual(['a', 'b'])
  })

  test('the leads, where nobody counsels', () => {
    expect(toldAtCentre(id('gone'), [lead('c'), lead('d')])).toEqual(['c', 'd'])
  })

  test('each once, who is both', () => {
    expect(toldAtCentre(null, [counsellor('a'), lead('a')])).toEqual(['a'])
  })
})

test('who acted is not told, everybody else once and in one order', () => {
  expect(withoutActor([id('c'), id('a'), id('b'), id('a')], id('b'))).toEqual(['a', 'c'])
  expect(withoutActor([id('b')], null)).toEqual(['b'])
})

test('a mail waits ten minutes for others; after fifteen it counts as not delivered', () => {
  expect(mailDueAt(NOW)).toBe('2026-11-19T09:10:00.000Z')
  expect(lateBefore(NOW)).toBe('2026-11-19T08:45:00.000Z')
})

describe('a mail that did not go out', () => {
  const minutesUntil = (attempts: number) => {
    const next = nextTryAt(attempts, NOW, NOW)
    return next === null ? null : (Date.parse(next) - Date.parse(NOW)) / 60_000
  }

  test('is tried again after 1, 2, 4 … minutes, at most every two hours', () => {
    expect([1, 2, 3, 4, 7, 8, 9, 20].map(minutesUntil)).toEqual([1, 2, 4, 8, 64, 120, 120, 120])
  })

  test('is given up after a day', () => {
    expect(nextTryAt(3, NOW, addHours(NOW, 23.9))).not.toBeNull()
    expect(nextTryAt(3, NOW, addHours(NOW, 23.95))).toBeNull()
  })
})
