import { describe, expect, test } from 'vitest'
import { appoint, finishCounselling, markMissed } from '#app/domain/case/counsel.ts'
import { register } from '#app/domain/case/register.ts'
import {
  appointed,
  casesNotAt,
  invited,
  missed,
  noon,
  on,
  registered,
  registerFacts,
  unwrap,
  waiting,
} from './cases.ts'

const booking = { ...on('2026-01-07'), appointmentOn: '2026-01-15' } as const
const finish = { ...on('2026-01-15'), recommendation: { form: '15', grade: 6 } } as const
const beforeCounselling = ['registered', 'invited', 'appointed', 'missed'] as const

describe('register', () => {
  test('a Meldung is version 1 and valid since the day the centre was told', () => {
    const decided = unwrap(register({ ...registerFacts, now: noon('2026-01-09') }))
    expect(decided.next).toMatchObject({
      stage: 'registered',
      version: 1,
      registeredOn: '2026-01-05',
      stageSince: '2026-01-05',
    })
    expect(decided.steps).toEqual([{ stage: 'registered', validOn: '2026-01-05', reason: null }])
    expect(decided.next).not.toHaveProperty('now')
  })

  test('tomorrow is refused, today by the Berlin calendar is not', () => {
    const late = '2026-01-05T23:30:00.000Z'
    expect(register({ ...registerFacts, registeredOn: '2026-01-06', now: late }).ok).toBe(true)
    expect(register({ ...registerFacts, registeredOn: '2026-01-07', now: late })).toEqual({
      ok: false,
      error: { code: 'date_in_future', latest: '2026-01-06' },
    })
  })

  test('a mistyped year is refused, ten years are not', () => {
    expect(register({ ...registerFacts, registeredOn: '2016-01-05' }).ok).toBe(true)
    expect(register({ ...registerFacts, registeredOn: '2016-01-04' })).toEqual({
      ok: false,
      error: { code: 'registration_long_ago', earliest: '2016-01-05' },
    })
  })
})

describe('appoint', () => {
  test('a registered case counts as invited by phone and is appointed, both on the day', () => {
    const decided = unwrap(appoint(registered, booking))
    expect(decided.steps).toEqual([
      {
        stage: 'invited',
        validOn: '2026-01-07',
        reason: { code: 'by_phone', sentence: null },
      },
      { stage: 'appointed', validOn: '2026-01-07', reason: null },
    ])
    expect(decided.next).toMatchObject({
      stage: 'appointed',
      stageSince: '2026-01-07',
      appointmentOn: '2026-01-15',
    })
  })

  test.each([invited, appointed, missed])('from $stage only the appointment is a step', (from) => {
    const decided = unwrap(appoint(from, { ...on('2026-01-15'), appointmentOn: '2026-01-22' }))
    expect(decided.steps.map(({ stage }) => stage)).toEqual(['appointed'])
    expect(decided.next.appointmentOn).toBe('2026-01-22')
  })

  test.each(casesNotAt(...beforeCounselling))('not from $stage', (from) => {
    expect(appoint(from, booking)).toEqual({
      ok: false,
      error: { code: 'wrong_stage', stage: from.stage, needs: beforeCounselling },
    })
  })

  test('the day of the booking lies between the Meldung and today', () => {
    expect(appoint(registered, { ...booking, on: '2026-01-04' })).toEqual({
      ok: false,
      error: { code: 'date_before_registration', earliest: '2026-01-05' },
    })
    expect(appoint(registered, { ...booking, on: '2026-01-08' })).toEqual({
      ok: false,
      error: { code: 'date_in_future', latest: '2026-01-07' },
    })
    expect(appoint(registered, { ...booking, on: '2026-01-05' }).ok).toBe(true)
  })

  test('a new booking cannot lie before the old one', () => {
    expect(appoint(appointed, { ...booking, on: '2026-01-06' })).toEqual({
      ok: false,
      error: { code: 'date_before_stage', earliest: '2026-01-07', stage: 'appointed' },
    })
  })

  test('the appointment may be today, not the day before the booking', () => {
    expect(appoint(registered, { ...booking, appointmentOn: '2026-01-07' }).ok).toBe(true)
    expect(appoint(registered, { ...booking, appointmentOn: '2026-01-06' })).toEqual({
      ok: false,
      error: { code: 'appointment_before_booking', earliest: '2026-01-07' },
    })
  })
})

describe('markMissed', () => {
  test('is valid since the day of the appointment, whenever it is recorded', () => {
    const decided = unwrap(markMissed(appointed, { now: noon('2026-01-19') }))
    expect(decided.next).toMatchObject({ stage: 'missed', stageSince: '2026-01-15' })
    expect(decided.steps).toEqual([{ stage: 'missed', validOn: '2026-01-15', reason: null }])
  })

  test('not before the day has come', () => {
    expect(markMissed(appointed, { now: noon('2026-01-15') }).ok).toBe(true)
    expect(markMissed(appointed, { now: noon('2026-01-14') })).toEqual({
      ok: false,
      error: { code: 'appointment_not_yet', appointmentOn: '2026-01-15' },
    })
  })

  test.each(casesNotAt('appointed'))('not from $stage', (from) => {
    expect(markMissed(from, { now: noon('2026-03-10') })).toMatchObject({
      error: { code: 'wrong_stage', needs: ['appointed'] },
    })
  })
})

describe('finishCounselling', () => {
  test.each([registered, invited, appointed, missed])(
    'from $stage: counselled and waiting on one day, the appointment left behind',
    (from) => {
      const decided = unwrap(finishCounselling(from, finish))
      expect(decided.steps).toEqual([
        { stage: 'counselled', validOn: '2026-01-15', reason: null },
        { stage: 'waiting', validOn: '2026-01-15', reason: null },
      ])
      expect(decided.next).toMatchObject({
        stage: 'waiting',
        stageSince: '2026-01-15',
        counselledOn: '2026-01-15',
        recommendation: { form: '15', grade: 6 },
        version: from.version,
      })
      expect(decided.next).not.toHaveProperty('appointmentOn')
      expect(decided.seatMove).toBeNull()
    },
  )

  test.each(casesNotAt(...beforeCounselling))('not from $stage', (from) => {
    expect(finishCounselling(from, finish)).toMatchObject({
      error: { code: 'wrong_stage', stage: from.stage },
    })
  })

  test('not in the future and not before the booking', () => {
    expect(finishCounselling(appointed, { ...finish, on: '2026-01-16' })).toMatchObject({
      error: { code: 'date_in_future' },
    })
    expect(finishCounselling(appointed, { ...finish, on: '2026-01-06' })).toMatchObject({
      error: { code: 'date_before_stage', earliest: '2026-01-07' },
    })
    expect(finishCounselling(registered, { ...finish, on: '2026-01-04' })).toMatchObject({
      error: { code: 'date_before_registration' },
    })
  })

  test('the case itself is not changed', () => {
    const before = structuredClone(appointed)
    finishCounselling(appointed, finish)
    expect(appointed).toEqual(before)
    expect(waiting.stage).toBe('waiting')
  })
})
