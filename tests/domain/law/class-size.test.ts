import { describe, expect, test } from 'vitest'
import { classSizeBand, classSizeHint } from '#app/domain/law/class-size.ts'

const GRADE_9 = { from: 9, to: 9 }

describe('how many children a class may have', () => {
  test.each([
    ['02', { from: 1, to: 4 }, [15, 29]],
    ['20', { from: 5, to: 6 }, [25, 29]],
    ['10', GRADE_9, [25, 29]],
    ['15', GRADE_9, [25, 29]],
    ['04', GRADE_9, [18, 30]],
  ] as const)('form %s, grades %j', (form, grades, [from, to]) => {
    expect(classSizeBand(form, grades)).toMatchObject({ from, to, source: { checkedOn: null } })
  })

  test.each([
    ['14', GRADE_9],
    ['30', { from: 11, to: 11 }],
    ['08', GRADE_9],
    ['20', { from: 9, to: 11 }],
    ['20', { from: 11, to: 11 }],
  ] as const)('nothing is said where nobody has confirmed a band: form %s, %j', (form, grades) => {
    expect(classSizeBand(form, grades)).toBeNull()
  })

  test.each([
    [116, 4, { perClass: 29, why: 'at_limit' }],
    [117, 4, { perClass: 30, why: 'above' }],
    [112, 4, null],
    [96, 4, { perClass: 24, why: 'below' }],
    [116, null, null],
  ])('%d seats in %s classes', (seats, classes, hint) => {
    const said = classSizeHint('15', GRADE_9, { seats, classes })
    if (hint === null) expect(said).toBeNull()
    else expect(said).toMatchObject({ ...hint, from: 25, to: 29 })
  })

  test.each([
    // three parallel classes of six grades are eighteen
    [{ from: 5, to: 10 }, 486, 3, null],
    [{ from: 5, to: 10 }, 523, 3, { perClass: 30, why: 'above' }],
    [{ from: 5, to: 6 }, 100, 2, null],
  ])('grades %j: %s seats in %s parallel classes of each', (grades, seats, classes, hint) => {
    const said = classSizeHint('15', grades, { seats, classes })
    if (hint === null) expect(said).toBeNull()
    else expect(said).toMatchObject(hint)
  })
})
