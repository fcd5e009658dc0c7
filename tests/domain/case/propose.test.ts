import { describe, expect, test } from 'vitest'
import {
  decline,
  isHeld,
  propose,
  sayCanAdmit,
  sendBack,
  withdraw,
} from '#app/domain/case/propose.ts'
import type { SeatEntryId } from '#app/domain/ids.ts'
import {
  casesNotAt,
  noon,
  on,
  proposed,
  proposeFacts,
  registered,
  school,
  unwrap,
  waiting,
} from './cases.ts'

describe('propose', () => {
  test('the first school of the list needs no reason', () => {
    const decided = unwrap(propose(waiting, proposeFacts))
    expect(decided.next).toMatchObject({
      stage: 'proposed',
      stageSince: '2026-01-20',
      counselledOn: '2026-01-15',
      proposal: {
        schoolNumber: '193290',
        poolId: 'pool-1',
        seatEntryId: 'entry-1',
        proposedOn: '2026-01-20',
        proposedBy: 'account-1',
        holdUntil: noon('2026-01-27'),
        canAdmitAt: null,
      },
    })
    expect(decided.steps).toEqual([{ stage: 'proposed', validOn: '2026-01-20', reason: null }])
    expect(decided.seatMove).toBeNull()
  })

  test('another school needs a reason in words, which is kept', () => {
    const other = { ...proposeFacts, firstSuggestion: school('999999') }
    const refused = { ok: false, error: { code: 'reason_required', for: 'deviation' } }
    expect(propose(waiting, other)).toEqual(refused)
    const blank = { code: 'family_wish', sentence: '  ' } as const
    expect(propose(waiting, { ...other, deviation: blank })).toEqual(refused)
    expect(propose(waiting, { ...proposeFacts, firstSuggestion: null })).toEqual(refused)

    const deviation = { code: 'family_wish', sentence: ' Die Tante wohnt dort. ' } as const
    expect(unwrap(propose(waiting, { ...other, deviation })).steps).toEqual([
      {
        stage: 'proposed',
        validOn: '2026-01-20',
        reason: { code: 'family_wish', sentence: 'Die Tante wohnt dort.' },
      },
    ])
  })

  test('while a hold lives, no second proposal', () => {
    const again = { ...proposeFacts, ...on('2026-01-22') }
    expect(propose(proposed, again)).toEqual({
      ok: false,
      error: {
        code: 'already_proposed',
        schoolNumber: '193290',
        holdUntil: noon('2026-01-27'),
      },
    })
  })

  test('after the hold has run out: the case waited again since that day, its seat is released', () => {
    const decided = unwrap(
      propose(proposed, {
        ...proposeFacts,
        ...on('2026-01-29'),
        seatEntryId: 'entry-2' as SeatEntryId,
        holdUntil: noon('2026-02-05'),
      }),
    )
    expect(decided.steps).toEqual([
      {
        stage: 'waiting',
        validOn: '2026-01-27',
        reason: { code: 'hold_expired', sentence: null },
      },
      { stage: 'proposed', validOn: '2026-01-29', reason: null },
    ])
    expect(decided.seatMove).toEqual({ entryId: 'entry-1', to: 'released' })
    expect(decided.next.proposal).toMatchObject({ seatEntryId: 'entry-2', canAdmitAt: null })
  })

  test('the new proposal cannot be valid before the old hold ran out', () => {
    const facts = { ...proposeFacts, on: '2026-01-26', now: noon('2026-01-29') } as const
    expect(propose(proposed, facts)).toMatchObject({
      error: { code: 'date_before_stage', earliest: '2026-01-27' },
    })
    expect(propose(proposed, { ...facts, on: '2026-01-27' }).ok).toBe(true)
  })

  test.each(casesNotAt('waiting', 'proposed', 'not_started'))('not from $stage', (from) => {
    expect(propose(from, proposeFacts)).toEqual({
      ok: false,
      error: {
        code: 'wrong_stage',
        stage: from.stage,
        needs: ['waiting', 'proposed', 'not_started'],
      },
    })
  })

  test('not before the counselling and not in the future', () => {
    expect(propose(waiting, { ...proposeFacts, on: '2026-01-14' })).toMatchObject({
      error: { code: 'date_before_stage', earliest: '2026-01-15', stage: 'waiting' },
    })
    expect(propose(waiting, { ...proposeFacts, on: '2026-01-21' })).toMatchObject({
      error: { code: 'date_in_future', latest: '2026-01-20' },
    })
  })
})

test('a hold that ends now has ended', () => {
  const end = noon('2026-01-27')
  expect(isHeld({ holdUntil: end }, end)).toBe(false)
  expect(isHeld({ holdUntil: end }, '2026-01-27T10:59:59.999Z')).toBe(true)
})

const reason = { code: 'other', sentence: 'Kein Lehrer für die Gruppe.' } as const

describe.each([
  { name: 'withdraw', end: withdraw, occasion: 'withdraw' },
  { name: 'decline', end: decline, occasion: 'decline' },
  { name: 'sendBack', end: sendBack, occasion: 'send_back' },
] as const)('$name', ({ end, occasion }) => {
  test('the case waits again, its seat is released, the reason is kept', () => {
    const decided = unwrap(end(proposed, { ...on('2026-01-22'), reason }))
    expect(decided.next).toMatchObject({
      stage: 'waiting',
      stageSince: '2026-01-22',
      counselledOn: '2026-01-15',
      recommendation: { form: '15', grade: 6 },
    })
    expect(decided.next).not.toHaveProperty('proposal')
    expect(decided.steps).toEqual([{ stage: 'waiting', validOn: '2026-01-22', reason }])
    expect(decided.seatMove).toEqual({ entryId: 'entry-1', to: 'released' })
  })

  test('not without a sentence', () => {
    const refused = { ok: false, error: { code: 'reason_required', for: occasion } }
    expect(end(proposed, { ...on('2026-01-22'), reason: null })).toEqual(refused)
    const blank = { code: 'other', sentence: ' \n' } as const
    expect(end(proposed, { ...on('2026-01-22'), reason: blank })).toEqual(refused)
  })

  test('also after the hold has run out', () => {
    expect(end(proposed, { ...on('2026-02-10'), reason }).ok).toBe(true)
  })

  test('not before the proposal, not in the future', () => {
    expect(end(proposed, { ...on('2026-01-19'), reason })).toMatchObject({
      error: { code: 'date_before_stage', earliest: '2026-01-20', stage: 'proposed' },
    })
    const tomorrow = { on: '2026-01-23', now: noon('2026-01-22'), reason } as const
    expect(end(proposed, tomorrow)).toMatchObject({ error: { code: 'date_in_future' } })
  })

  test.each(casesNotAt('proposed'))('not from $stage', (from) => {
    expect(end(from, { ...on('2026-03-10'), reason })).toEqual({
      ok: false,
      error: { code: 'wrong_stage', stage: from.stage, needs: ['proposed'] },
    })
  })
})

describe('sayCanAdmit', () => {
  test('the stage stays, the moment is kept', () => {
    const decided = unwrap(sayCanAdmit(proposed, { now: noon('2026-01-21') }))
    expect(decided.next).toEqual({
      ...proposed,
      proposal: { ...proposed.proposal, canAdmitAt: noon('2026-01-21') },
    })
    expect(decided.steps).toEqual([])
    expect(decided.seatMove).toBeNull()
  })

  test('once only, and only while the seat is held', () => {
    const { next } = unwrap(sayCanAdmit(proposed, { now: noon('2026-01-21') }))
    expect(sayCanAdmit(next, { now: noon('2026-01-22') })).toEqual({
      ok: false,
      error: { code: 'can_admit_already_said', at: noon('2026-01-21') },
    })
    expect(sayCanAdmit(proposed, { now: noon('2026-01-27') })).toEqual({
      ok: false,
      error: { code: 'hold_expired', holdUntil: noon('2026-01-27') },
    })
  })

  test.each(casesNotAt('proposed'))('not from $stage', (from) => {
    expect(sayCanAdmit(from, { now: noon('2026-01-21') })).toMatchObject({
      error: { code: 'wrong_stage', stage: from.stage },
    })
  })
})

test('control: the cases these refusals are made from do pass elsewhere', () => {
  expect(casesNotAt('proposed')).toHaveLength(15)
  expect(registered.stage).toBe('registered')
})
