import { expect, test } from 'vitest'
import { shownNumber, shownSum } from '#app/domain/privacy/small-number.ts'

test('one to four people are not counted out loud, none and five are', () => {
  expect([0, 1, 4, 5, 17].map(shownNumber)).toEqual([0, null, null, 5, 17])
})

test('a sum from which an untold number follows is not told either', () => {
  expect(shownSum([0, 5, 17])).toBe(22)
  expect(shownSum([5, null, 17])).toBeNull()
  expect(shownSum([])).toBe(0)
})
