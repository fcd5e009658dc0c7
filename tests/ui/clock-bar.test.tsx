import { render } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { ClockBar, type StartedClock } from '#app/ui/case/clock-bar.tsx'
import { clockShape } from '#app/ui/case/clock-geometry.ts'

const assignment = { name: 'assignment', state: 'running', target: 14 } as const

function show(clock: StartedClock) {
  const { container } = render(<ClockBar clock={clock} named />)
  const width = (part: string) => container.querySelector(part)?.getAttribute('width') ?? null
  const words = container.querySelector('.m-clock__s')
  return { container, fill: width('.c-fill'), over: width('.c-over'), words }
}

describe('the drawing', () => {
  test.each([
    [0, 28, { fill: 0, over: 0 }],
    [21, 28, { fill: 47.5, over: 0 }],
    [14, 14, { fill: 63.5, over: 0 }],
    [37, 28, { fill: 63.5, over: 20.6 }],
    [17, 14, { fill: 63.5, over: 13.7 }],
    [30, 14, { fill: 63.5, over: 31.5 }],
    [400, 7, { fill: 63.5, over: 31.5 }],
  ])('%i of %i days', (days, target, shape) => {
    expect(clockShape(days, target)).toEqual(shape)
  })

  test('never leaves its 96 units, whatever the numbers', () => {
    const outside: unknown[] = []
    for (let target = 0; target <= 365; target += 5) {
      for (let days = 0; days <= 800; days += 7) {
        const { fill, over } = clockShape(days, target)
        const fits = fill >= 0 && fill <= 63.5 && over >= 0 && over <= 31.5
        if (!fits) outside.push({ days, target, fill, over })
      }
    }
    expect(outside).toEqual([])
  })

  test('is for the eye only, its widths are attributes, its mark stands at 64', () => {
    const { container } = show({ ...assignment, days: 30 })
    const svg = container.querySelector('svg')
    expect(svg?.getAttribute('aria-hidden')).toBe('true')
    expect(container.querySelector('.c-tick')?.getAttribute('x1')).toBe('64')
    expect(container.querySelectorAll('[style]')).toHaveLength(0)
  })
})

describe('the words', () => {
  test('over target: red, hatched, with the number of days and which clock', () => {
    const { fill, over, words } = show({ ...assignment, days: 30 })
    expect([fill, over]).toEqual(['63.5', '31.5'])
    expect(words?.textContent).toBe('16 Tage über Ziel · Zuweisung')
    expect(words?.querySelector('.m-over')?.textContent).toBe('16 Tage über Ziel')
  })

  test.each([
    [14, 'heute fällig'],
    [13, 'fällig morgen'],
    [11, 'noch 3 Tage'],
  ])('%i of 14 days is due: %s', (days, said) => {
    const { over, words } = show({ ...assignment, days })
    expect(over).toBeNull()
    expect(words?.querySelector('.m-soon')?.textContent).toBe(said)
  })

  test('within the target: no colour', () => {
    const { words } = show({ ...assignment, days: 6 })
    expect(words?.textContent).toBe('noch 8 Tage · Zuweisung')
    expect(words?.querySelector('.m-soon, .m-over')).toBeNull()
  })

  test('one day over is one day', () => {
    expect(show({ ...assignment, days: 15 }).words?.textContent).toMatch(/^1 Tag über Ziel/)
  })

  test('stopped: the hatch stays, the red words go', () => {
    const { over, words } = show({ name: 'counselling', state: 'stopped', days: 31, target: 28 })
    expect(over).toBe('6.9')
    expect(words?.textContent).toBe('3 Tage über Ziel · Beratung')
    expect(words?.querySelector('.m-over')).toBeNull()
  })

  test('stopped in time says so', () => {
    const { words } = show({ name: 'first_day', state: 'stopped', days: 5, target: 7 })
    expect(words?.textContent).toBe('im Ziel · 1. Schultag')
  })
})
