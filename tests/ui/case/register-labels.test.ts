import { expect, test } from 'vitest'
import { REGISTER_LABELS } from '#app/ui/case/register-labels.ts'

test('no two fields of the Meldung have the same name', () => {
  const names = Object.values(REGISTER_LABELS)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})
