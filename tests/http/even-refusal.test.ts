import { expect, test } from 'vitest'
import { keptEven } from '#app/http/even-refusal.ts'

const STEP_MS = 20

async function keptFor(status: number, workedMs: number): Promise<number> {
  const begun = performance.now()
  await keptEven(status, begun - workedMs)
  return performance.now() - begun
}

test('what is not there goes out at the next step since its request came', async () => {
  expect(await keptFor(404, 0)).toBeGreaterThanOrEqual(STEP_MS)
  expect(await keptFor(404, 5)).toBeGreaterThanOrEqual(STEP_MS - 5)
  // later than one step: the step after that
  expect(await keptFor(404, STEP_MS + 5)).toBeGreaterThanOrEqual(STEP_MS - 5)
})

test('not a moment earlier, however long the turn of the event loop has lasted already', async () => {
  for (let worked = 0; worked < STEP_MS; worked += 1) {
    const begun = performance.now()
    while (performance.now() - begun < 2);
    expect(await keptFor(404, worked)).toBeGreaterThanOrEqual(STEP_MS - worked)
  }
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
