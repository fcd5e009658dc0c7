import { describe, expect, test } from 'vitest'
import { nextStep, waitsFor } from '#app/domain/case/clocks.ts'
import { end } from '#app/domain/case/end.ts'
import {
  assign,
  confirmAdmission,
  notStarted,
  recordReview,
  sayClass,
  sayWhereabouts,
  startSchool,
} from '#app/domain/case/place.ts'
import { propose } from '#app/domain/case/propose.ts'
import {
  admitted,
  assigned,
  attending,
  casesNotAt,
  noon,
  on,
  proposed,
  proposeFacts,
  unwrap,
} from './cases.ts'

describe('assign', () => {
  test('keeps the held seat, without waiting for the word of the school', () => {
    const decided = unwrap(assign(proposed, on('2026-01-23')))
    expect(proposed.proposal.canAdmitAt).toBeNull()
    expect(decided.next).toMatchObject({
      stage: 'assigned',
      stageSince: '2026-01-23',
      placement: {
        schoolNumber: '193290',
        poolId: 'pool-1',
        seatEntryId: 'entry-1',
        assignedOn: '2026-01-23',
      },
    })
    expect(decided.next).not.toHaveProperty('proposal')
    expect(decided.seatMove).toEqual({ entryId: 'entry-1', to: 'assigned' })
    expect(decided.steps).toEqual([{ stage: 'assigned', validOn: '2026-01-23', reason: null }])
  })

  test('not when the hold has run out, not even for a day before it did', () => {
    const late = { on: '2026-01-23', now: noon('2026-01-27') } as const
    expect(assign(proposed, late)).toEqual({
      ok: false,
      error: { code: 'hold_expired', holdUntil: noon('2026-01-27') },
    })
    expect(assign(proposed, { ...late, now: '2026-01-27T10:59:59.999Z' }).ok).toBe(true)
  })

  test('not before the proposal, not in the future', () => {
    const now = noon('2026-01-23')
    expect(assign(proposed, { on: '2026-01-19', now })).toMatchObject({
      error: { code: 'date_before_stage', earliest: '2026-01-20' },
    })
    expect(assign(proposed, { on: '2026-01-24', now })).toMatchObject({
      error: { code: 'date_in_future' },
    })
  })

  test.each(casesNotAt('proposed'))('not from $stage', (from) => {
    expect(assign(from, on('2026-01-23'))).toMatchObject({ error: { code: 'wrong_stage' } })
  })
})

describe('confirmAdmission', () => {
  test('takes the seat; the first school day may be named already or stay open', () => {
    const facts = { ...on('2026-01-26'), plannedFirstDay: '2026-02-02' } as const
    const decided = unwrap(confirmAdmission(assigned, facts))
    expect(decided.next).toMatchObject({
      stage: 'admitted',
      admittedOn: '2026-01-26',
      plannedFirstDay: '2026-02-02',
      placement: assigned.placement,
    })
    expect(decided.seatMove).toEqual({ entryId: 'entry-1', to: 'taken' })
    expect(decided.steps).toEqual([{ stage: 'admitted', validOn: '2026-01-26', reason: null }])
    const open = unwrap(confirmAdmission(assigned, { ...facts, plannedFirstDay: null }))
    expect(open.next.plannedFirstDay).toBeNull()
  })

  test('the planned day lies between the assignment and a year from today', () => {
    const plan = (plannedFirstDay: '2026-01-22' | '2026-01-23' | '2027-01-26' | '2027-01-27') =>
      confirmAdmission(assigned, { ...on('2026-01-26'), plannedFirstDay })
    expect(plan('2026-01-22')).toEqual({
      ok: false,
      error: { code: 'first_day_before_assignment', earliest: '2026-01-23' },
    })
    expect(plan('2026-01-23').ok).toBe(true)
    expect(plan('2027-01-26').ok).toBe(true)
    expect(plan('2027-01-27')).toEqual({
      ok: false,
      error: { code: 'first_day_too_late', latest: '2027-01-26' },
    })
  })

  test('not before the assignment, not in the future', () => {
    const facts = { now: noon('2026-01-26'), plannedFirstDay: null }
    expect(confirmAdmission(assigned, { ...facts, on: '2026-01-22' })).toMatchObject({
      error: { code: 'date_before_stage', earliest: '2026-01-23', stage: 'assigned' },
    })
    expect(confirmAdmission(assigned, { ...facts, on: '2026-01-27' })).toMatchObject({
      error: { code: 'date_in_future' },
    })
  })

  test.each(casesNotAt('assigned'))('not from $stage', (from) => {
    const facts = { ...on('2026-01-26'), plannedFirstDay: null }
    expect(confirmAdmission(from, facts)).toMatchObject({
      error: { code: 'wrong_stage', needs: ['assigned'] },
    })
  })
})

describe('startSchool', () => {
  test('stops the way: the child attends since the first day, the first review is set', () => {
    const decided = unwrap(startSchool(admitted, { on: '2026-02-02', now: noon('2026-02-03') }))
    expect(decided.next).toMatchObject({
      stage: 'attending',
      stageSince: '2026-02-02',
      firstDay: '2026-02-02',
      admittedOn: '2026-01-26',
      lastReviewOn: null,
      nextReviewOn: '2026-07-31',
    })
    expect(decided.next).not.toHaveProperty('plannedFirstDay')
    expect(decided.steps).toEqual([{ stage: 'attending', validOn: '2026-02-02', reason: null }])
    expect(decided.seatMove).toBeNull()
  })

  test('a day that has not come cannot be confirmed', () => {
    expect(startSchool(admitted, { on: '2026-02-03', now: noon('2026-02-02') })).toEqual({
      ok: false,
      error: { code: 'first_day_in_future', latest: '2026-02-02' },
    })
  })

  test('not before the assignment; before a late admission it is the real day all the same', () => {
    const now = noon('2026-02-02')
    expect(startSchool(admitted, { on: '2026-01-22', now })).toEqual({
      ok: false,
      error: { code: 'first_day_before_assignment', earliest: '2026-01-23' },
    })
    const late = unwrap(startSchool(admitted, { on: '2026-01-25', now }))
    expect(late.next).toMatchObject({ firstDay: '2026-01-25', stageSince: '2026-01-26' })
    expect(late.steps).toEqual([{ stage: 'attending', validOn: '2026-01-26', reason: null }])
  })

  test.each(casesNotAt('admitted'))('not from $stage', (from) => {
    expect(startSchool(from, on('2026-02-02'))).toMatchObject({ error: { code: 'wrong_stage' } })
  })
})

describe('notStarted', () => {
  test('from the day after the one that was named: the seat goes back', () => {
    const decided = unwrap(notStarted(admitted, { now: noon('2026-02-03') }))
    expect(decided.next).toEqual({ ...admitted, stage: 'not_started', stageSince: '2026-02-03' })
    expect(decided.steps).toEqual([{ stage: 'not_started', validOn: '2026-02-03', reason: null }])
    expect(decided.seatMove).toEqual({ entryId: 'entry-1', to: 'released' })
  })

  test('not while the day is open, ahead or today', () => {
    expect(notStarted(admitted, { now: noon('2026-02-02') })).toEqual({
      ok: false,
      error: { code: 'first_day_not_over', firstDay: '2026-02-02' },
    })
    const open = { ...admitted, plannedFirstDay: null }
    expect(notStarted(open, { now: noon('2026-03-02') })).toEqual({
      ok: false,
      error: { code: 'first_day_not_named' },
    })
  })

  test.each(casesNotAt('admitted'))('not from $stage', (from) => {
    expect(notStarted(from, on('2026-02-03'))).toMatchObject({ error: { code: 'wrong_stage' } })
  })

  test('a school can be proposed again, and the case can end; no seat goes back twice', () => {
    const absent = unwrap(notStarted(admitted, { now: noon('2026-02-03') })).next
    const again = { ...proposeFacts, ...on('2026-02-04'), holdUntil: noon('2026-02-11') }
    expect(unwrap(propose(absent, again))).toMatchObject({
      next: { stage: 'proposed' },
      seatMove: null,
    })
    const reason = { code: 'moved_away', sentence: 'Nach Köln.' } as const
    expect(unwrap(end(absent, { ...on('2026-02-04'), reason }))).toMatchObject({
      next: { stage: 'closed' },
      seatMove: null,
    })
  })
})

describe('sayClass', () => {
  const now = noon('2026-02-03')
  /** The class is not named yet. */
  const OPEN = { className: null }

  test('the stage stays; until the child has come another first day may be named', () => {
    const decided = unwrap(sayClass(admitted, { now, ...OPEN, plannedFirstDay: '2026-02-09' }))
    expect(decided).toEqual({
      next: { ...admitted, plannedFirstDay: '2026-02-09' },
      steps: [],
      seatMove: null,
    })
    expect(sayClass(admitted, { now, ...OPEN, plannedFirstDay: '2026-01-22' })).toMatchObject({
      error: { code: 'first_day_before_assignment' },
    })
    expect(sayClass(admitted, { now, ...OPEN, plannedFirstDay: '2027-02-04' })).toMatchObject({
      error: { code: 'first_day_too_late' },
    })
  })

  test('of a child that has come it leaves the first day as it is', () => {
    const decided = unwrap(
      sayClass(attending, { now, className: '7c', plannedFirstDay: '2026-02-09' }),
    )
    expect(decided.next).toEqual(attending)
  })

  test('of a child that attends the name of the class is never emptied', () => {
    const emptied = sayClass(attending, { now, ...OPEN, plannedFirstDay: null })
    expect(emptied).toEqual({ ok: false, error: { code: 'class_not_named' } })
    // control: until the child has come it may be left open
    expect(sayClass(admitted, { now, ...OPEN, plannedFirstDay: null }).ok).toBe(true)
  })

  test.each(casesNotAt('admitted', 'attending'))('not from $stage', (from) => {
    expect(sayClass(from, { now, ...OPEN, plannedFirstDay: null })).toMatchObject({
      error: { code: 'wrong_stage' },
    })
  })
})

describe('sayWhereabouts', () => {
  const now = noon('2026-03-02')
  const gone = unwrap(sayWhereabouts(attending, { now, isHere: false })).next

  test('a no is due that day and ours to find out; said again it keeps the first day', () => {
    expect(gone).toEqual({ ...attending, goneOn: '2026-03-02', nextReviewOn: '2026-03-02' })
    expect([nextStep(gone, now, 'authority'), waitsFor(gone, now, 'authority')]).toEqual([
      'clarify_whereabouts',
      'us',
    ])
    const later = unwrap(sayWhereabouts(gone, { now: noon('2026-03-05'), isHere: false }))
    expect(later.next).toEqual(gone)
  })

  test('a yes takes it back, and so does a review: the next review is due as it was', () => {
    expect(unwrap(sayWhereabouts(gone, { now, isHere: true })).next).toEqual(attending)
    expect(unwrap(sayWhereabouts(attending, { now, isHere: true }))).toEqual({
      ...{ next: attending, steps: [], seatMove: null },
    })
    expect(unwrap(recordReview(gone, on('2026-07-20'))).next.goneOn).toBeNull()
  })

  test.each(casesNotAt('attending'))('not from $stage', (from) => {
    expect(sayWhereabouts(from, { now, isHere: true })).toMatchObject({
      error: { code: 'wrong_stage' },
    })
  })
})

describe('recordReview', () => {
  test('the stage stays, the next review is set', () => {
    const decided = unwrap(recordReview(attending, on('2026-07-20')))
    expect(decided.next).toEqual({
      ...attending,
      lastReviewOn: '2026-07-20',
      nextReviewOn: '2027-01-31',
    })
    expect(decided.steps).toEqual([])
    expect(decided.next.stageSince).toBe(attending.stageSince)
  })

  test('from the first school day on, then after the last review, never in the future', () => {
    const now = noon('2026-08-03')
    expect(recordReview(attending, { on: '2026-02-02', now }).ok).toBe(true)
    expect(recordReview(attending, { on: '2026-02-01', now })).toEqual({
      ok: false,
      error: { code: 'review_too_early', earliest: '2026-02-02' },
    })
    const { next } = unwrap(recordReview(attending, on('2026-07-20')))
    expect(recordReview(next, { on: '2026-07-20', now })).toEqual({
      ok: false,
      error: { code: 'review_too_early', earliest: '2026-07-21' },
    })
    expect(recordReview(next, { on: '2026-07-21', now }).ok).toBe(true)
    expect(recordReview(next, { on: '2026-08-04', now })).toEqual({
      ok: false,
      error: { code: 'date_in_future', latest: '2026-08-03' },
    })
  })

  test.each(casesNotAt('attending'))('not from $stage', (from) => {
    expect(recordReview(from, on('2026-07-20'))).toMatchObject({ error: { code: 'wrong_stage' } })
  })
})
