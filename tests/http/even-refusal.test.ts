import { expect, test } from 'vitest'
import { keptEven } from '#app/http/even-refusal.ts'

/** A timer may fire a moment before its time. */
const EARLY_MS = 1
const STEP_MS = 20

async function keptFor(status: number, workedMs: number): Promise<number> {
  const begun = performance.now()
  await keptEven(status, begun - workedMs)
  return performance.now() - begun
}

test('what is not there goes out at the next step since its request came', async () => {
  expect(await keptFor(404, 0)).toBeGreaterThanOrEqual(STEP_MS - EARLY_MS)
  expect(await keptFor(404, 5)).toBeGreaterThanOrEqual(STEP_MS - 5 - EARLY_MS)
  // later than one step: the step after that
  expect(await keptFor(404, STEP_MS + 5)).toBeGreaterThanOrEqual(STEP_MS - 5 - EARLY_MS)
})

test('every other answer goes at once: no timer is waited for', async () => {
  for (const status of [200, 303, 403, 422, 503]) {
    let isOver = false
    keptEven(status, performance.now()).then(() => {
      isOver = true
    })
    // a turn of the promises, not of the timers
    await Promise.resolve()
    await Promise.resolve()
    expect({ status, isOver }).toEqual({ status, isOver: true })
  }
})
