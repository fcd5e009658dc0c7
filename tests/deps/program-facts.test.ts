import { expect, test } from 'vitest'
import { programFacts } from '#app/deps/program-facts.server.ts'

test('counts an event over the last 24 hours, and forgets it afterwards', () => {
  let now = Date.parse('2026-11-19T10:30:00.000Z')
  const { facts, hear } = programFacts({ now: () => new Date(now) })
  hear({ event: 'sign_in_failed' })
  hear({ event: 'sign_in_failed' })
  hear({ event: 'listening' })
  expect(facts.countOfLastDay('sign_in_failed')).toBe(2)
  now += 23 * 3_600_000
  hear({ event: 'sign_in_failed' })
  expect(facts.countOfLastDay('sign_in_failed')).toBe(3)
  now += 3_600_000
  expect(facts.countOfLastDay('sign_in_failed')).toBe(1)
  expect(facts.countOfLastDay('never')).toBe(0)
  expect(facts.startedAt).toBe('2026-11-19T10:30:00.000Z')
})
