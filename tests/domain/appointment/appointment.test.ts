import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkAppointmentTime, endOfAppointment } from '#app/domain/appointment/appointment.ts'
import { addDays, berlinInstant, dayOf, type Instant } from '#app/domain/time.ts'

const now: Instant = '2026-01-15T09:00:00.000Z'
const at = (day: `${number}-${number}-${number}`, time: `${string}:${string}`, minutes = 60) => ({
  startsAt: berlinInstant(day, time) as Instant,
  durationMinutes: minutes,
})
const unlikely = (why: string) => ({
  ok: false,
  error: { code: 'appointment_time_unlikely', why },
})

describe('checkAppointmentTime', () => {
  test('a weekday morning is fine', () => {
    const time = at('2026-01-20', '09:00')
    expect(checkAppointmentTime(time, now)).toEqual({ ok: true, value: time })
  })

  test('the past is refused, this very moment too', () => {
    const refused = { ok: false, error: { code: 'appointment_in_past' } }
    expect(checkAppointmentTime(at('2026-01-14', '09:00'), now)).toEqual(refused)
    expect(checkAppointmentTime(at('2026-01-15', '10:00'), now)).toEqual(refused)
    expect(checkAppointmentTime(at('2026-01-15', '10:01'), now).ok).toBe(true)
  })

  test.each([
    ['2026-01-18', '10:00', 'sunday'],
    ['2026-01-20', '06:59', 'too_early'],
    ['2026-01-20', '00:00', 'too_early'],
    ['2026-01-20', '19:01', 'too_late'],
    ['2026-01-20', '23:30', 'too_late'],
    ['2027-01-16', '10:00', 'too_far'],
  ] as const)('%s %s is unlikely: %s', (day, time, why) => {
    expect(checkAppointmentTime(at(day, time), now)).toEqual(unlikely(why))
  })

  test.each([
    ['2026-01-17', '10:00'],
    ['2026-01-20', '07:00'],
    ['2026-01-20', '19:00'],
    ['2027-01-15', '10:00'],
  ] as const)('%s %s is not', (day, time) => {
    expect(checkAppointmentTime(at(day, time), now).ok).toBe(true)
  })

  test('the clock in Berlin counts, in summer too', () => {
    const summer = { startsAt: '2026-07-14T05:00:00.000Z' as Instant, durationMinutes: 60 }
    const winter = { startsAt: '2026-01-20T05:00:00.000Z' as Instant, durationMinutes: 60 }
    expect(checkAppointmentTime(summer, now).ok).toBe(true)
    expect(checkAppointmentTime(winter, now)).toEqual(unlikely('too_early'))
  })

  test.each([9, 241, 0, -60, 30.5])('%d minutes are refused', (minutes) => {
    expect(checkAppointmentTime(at('2026-01-20', '09:00', minutes), now)).toEqual({
      ok: false,
      error: { code: 'appointment_duration_unlikely', min: 10, max: 240 },
    })
  })

  test.each([10, 240])('%d minutes are not', (minutes) => {
    expect(checkAppointmentTime(at('2026-01-20', '09:00', minutes), now).ok).toBe(true)
  })

  test('on every day of a year 10 o’clock will do, except on Sundays', () => {
    const days = fc.integer({ min: 1, max: 365 }).map((days) => addDays(dayOf(now), days))
    fc.assert(
      fc.property(days, (day) => {
        const isSunday = new Date(`${day}T12:00:00Z`).getUTCDay() === 0
        expect(checkAppointmentTime(at(day, '10:00'), now).ok).toBe(!isSunday)
      }),
    )
  })
})

test('an appointment ends after its minutes', () => {
  expect(endOfAppointment(at('2026-01-20', '09:00', 45))).toBe('2026-01-20T08:45:00.000Z')
})
