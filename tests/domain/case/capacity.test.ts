import { describe, expect, test } from 'vitest'
import {
  hasOpenReport,
  keepAssignment,
  reportCapacity,
  takeBackAssignment,
} from '#app/domain/case/capacity.ts'
import { nextStep, waitsFor } from '#app/domain/case/clocks.ts'
import { confirmAdmission } from '#app/domain/case/place.ts'
import { assigned, casesNotAt, noon, on, unwrap } from './cases.ts'

const DAY = '2026-01-26'
const now = noon(DAY)
const full = { code: 'no_seat', sentence: ' Die Gruppe ist voll. ' } as const
const back = { code: 'school_is_full', sentence: ' Kein Platz. ' } as const

const reported = unwrap(reportCapacity(assigned, { now, reason: full })).next
const kept = unwrap(keepAssignment(reported, { now: noon('2026-01-27') })).next

describe('reportCapacity', () => {
  test('the child stays assigned and keeps its seat; the reason is kept, trimmed', () => {
    const decided = unwrap(reportCapacity(assigned, { now, reason: full }))
    expect(decided).toEqual({
      next: { ...assigned, capacityReport: { state: 'open', at: now } },
      steps: [],
      reason: { code: 'no_seat', sentence: 'Die Gruppe ist voll.' },
      seatMove: null,
    })
    expect(hasOpenReport(assigned)).toBe(false)
    expect(hasOpenReport(decided.next)).toBe(true)
  })

  test('makes it the authority’s turn, and the school’s again once it was kept', () => {
    const turns = [assigned, reported, kept].map((one) => [
      waitsFor(one, now, 'authority'),
      nextStep(one, now, 'authority'),
    ])
    expect(turns).toEqual([
      ['school', 'await_admission'],
      ['authority', 'await_capacity_decision'],
      ['school', 'await_admission'],
    ])
  })

  test('makes it the centre’s turn where that assigns for the authority', () => {
    for (const assignedBy of ['centre', 'two_at_centre'] as const) {
      expect([assigned, reported, kept].map((one) => waitsFor(one, now, assignedBy))).toEqual([
        ...['school', 'us', 'school'],
      ])
    }
    expect(nextStep(reported, now, 'self')).toBe('answer_report')
    expect(nextStep(reported, now, 'colleague')).toBe('await_report_answer')
  })

  test('not twice while it is open; again once the assignment was kept', () => {
    expect(reportCapacity(reported, { now: noon('2026-01-28'), reason: full })).toEqual({
      ok: false,
      error: { code: 'capacity_already_reported', at: now },
    })
    const again = unwrap(reportCapacity(kept, { now: noon('2026-01-28'), reason: full }))
    expect(again.next.capacityReport).toEqual({ state: 'open', at: noon('2026-01-28') })
  })

  test('not without a reason', () => {
    const error = { code: 'reason_required', for: 'no_place' }
    expect(reportCapacity(assigned, { now, reason: null })).toEqual({ ok: false, error })
    const empty = { ...full, sentence: ' ' }
    expect(reportCapacity(assigned, { now, reason: empty })).toEqual({ ok: false, error })
  })

  test('whoever finds a place after all admits the child; the report goes with it', () => {
    const admitted = unwrap(confirmAdmission(reported, { ...on(DAY), plannedFirstDay: null }))
    expect(admitted.next).not.toHaveProperty('capacityReport')
    expect(admitted.seatMove?.to).toBe('taken')
  })
})

describe('the answer of the authority', () => {
  test('the assignment stays: nothing moves, the report is answered', () => {
    expect(unwrap(keepAssignment(reported, { now }))).toEqual({
      next: { ...assigned, capacityReport: { state: 'kept', at: now } },
      steps: [],
      seatMove: null,
    })
  })

  test('taken back: the case waits again with the reason, the seat is released', () => {
    const decided = unwrap(takeBackAssignment(reported, { ...on('2026-01-27'), reason: back }))
    expect(decided).toMatchObject({
      next: { stage: 'waiting', stageSince: '2026-01-27' },
      steps: [
        {
          ...{ stage: 'waiting', validOn: '2026-01-27' },
          reason: { code: 'school_is_full', sentence: 'Kein Platz.' },
        },
      ],
      seatMove: { entryId: assigned.placement.seatEntryId, to: 'released' },
    })
    expect(decided.next).not.toHaveProperty('placement')
    expect(decided.next).not.toHaveProperty('capacityReport')
  })

  test('not without a report, not after it was answered, not without a reason', () => {
    for (const from of [assigned, kept]) {
      const error = { code: 'capacity_not_reported' }
      expect(keepAssignment(from, { now })).toEqual({ ok: false, error })
      const when = on('2026-01-28')
      expect(takeBackAssignment(from, { ...when, reason: back })).toEqual({ ok: false, error })
    }
    const when = on('2026-01-28')
    expect(takeBackAssignment(reported, { ...when, reason: null })).toMatchObject({
      error: { code: 'reason_required', for: 'take_back' },
    })
    expect(takeBackAssignment(reported, { ...on('2026-01-22'), reason: back })).toMatchObject({
      error: { code: 'date_before_stage' },
    })
  })
})

test.each(casesNotAt('assigned'))('nothing of it from $stage', (from) => {
  const outcomes = [
    reportCapacity(from, { now, reason: full }),
    keepAssignment(from, { now }),
    takeBackAssignment(from, { ...on(DAY), reason: back }),
  ]
  for (const outcome of outcomes) expect(outcome).toMatchObject({ error: { code: 'wrong_stage' } })
})
