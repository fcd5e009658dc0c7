import { createElement as h } from 'react'
import { expect, test } from 'vitest'
import { withoutScript } from './without-script.ts'

const option = (value: string, more: object = {}) =>
  h('option', { value, key: value, ...more }, value)

function page(...inside: Parameters<typeof h>[2][]) {
  const Component = () => h('form', { 'aria-label': 'Plätze' }, ...inside)
  return withoutScript(Component, { loaded: Response.json({}) })
}

test('a list of choices is read with what it would be sent with', async () => {
  const { fields, fieldsOf } = await page(
    h('input', { name: 'seats', defaultValue: '4' }),
    h('select', { name: 'reason', defaultValue: 'rooms' }, [option('staff'), option('rooms')]),
    h('select', { name: 'year' }, [option('2026'), option('2027')]),
    h('select', { name: 'kind' }, [option('none', { disabled: true }), option('support')]),
    h('select', { name: 'forms', multiple: true, defaultValue: ['15', '20'] }, [
      ...[option('10'), option('15'), option('20')],
    ]),
    h('select', { name: 'none', multiple: true }, [option('10')]),
    h('select', { name: 'text' }, [h('option', { key: 'a' }, 'Ein & Text')]),
    h('input', { type: 'radio', name: 'not', defaultValue: 'checked' }),
  )
  const read = {
    ...{ seats: ['4'], reason: ['rooms'], year: ['2026'], kind: ['support'] },
    ...{ forms: ['15', '20'], text: ['Ein & Text'] },
  }
  expect(fields).toEqual(read)
  expect(fieldsOf('Plätze')).toEqual(read)
})

test('a list of choices that is wrong is said to be', async () => {
  const { invalid } = await page(
    h('select', { name: 'reason', 'aria-invalid': true }, [option('rooms')]),
    h('input', { name: 'seats' }),
  )
  expect(invalid).toEqual(['reason'])
})
