import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toFields, toTree } from '#app/forms/form.ts'

function formOf(...fields: readonly (readonly [string, string])[]): FormData {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return form
}

describe('the fields of a form as a tree', () => {
  test('names nest, rows make lists, a name several times is a list', () => {
    const form = formOf(
      ...[['child.given', 'Amal'] as const, ['rows.0.year', '2024'] as const],
      ...[['rows.1.year', '2025'] as const, ['days', 'mo'] as const, ['days', 'fr'] as const],
      ...[['forms[]', '02'] as const, ['_csrf', 'x'] as const],
    )
    expect(toTree(form)).toEqual({
      child: { given: 'Amal' },
      rows: [{ year: '2024' }, { year: '2025' }],
      days: ['mo', 'fr'],
      forms: ['02'],
    })
  })

  test.each([
    ['a row of millions', 'rows.150000000.year'],
    ['a row that is the list’s length', 'rows.length'],
    ['a row that is no number', 'rows.push.year'],
    ['a row written as another number', 'rows.007.year'],
    ['a row with a thousand before it', 'rows.1000.year'],
  ])('%s is not read', (_, name) => {
    const form = formOf(['rows.0.year', '2024'], [name, '150000000'])
    expect(JSON.stringify(toTree(form))).toBe('{"rows":[{"year":"2024"}]}')
  })

  test('whatever its names are, what is sent back is not much larger than what came', () => {
    const part = fc.constantFrom(
      ...['a', 'b', '0', '1', '999', '1000', '4294967294', '150000000', 'length', '-1', '1e9'],
    )
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
    const fields = fc.array(fc.tuple(name, fc.constantFrom('1', '150000000')), { maxLength: 8 })
    fc.assert(
      fc.property(fields, (all) => {
        // each row that is there may stand behind 999 empty ones
        expect(JSON.stringify(toTree(formOf(...all))).length).toBeLessThan(8 * 3 * 5_000 + 500)
      }),
    )
  })
})

test('fields that are handed on are read as they were sent', () => {
  const sent = formOf(
    ...[['intent', 'review'] as const, ['note', ''] as const, ['forms[]', '10'] as const],
    ...[['pools.0.poolId', 'a'] as const, ['pools.0.choose.seats', ''] as const],
    ...[['pools.0.choose.seats', 'stored'] as const, ['pools.1.poolId', 'b'] as const],
    ['pools.1.was', '{"seats":{"seats":"3"}}'],
  )
  const again = formOf(...toFields(toTree(sent)))
  expect(toTree(again)).toEqual(toTree(sent))
  expect([...again.keys()]).toEqual([...sent.keys()])
})
