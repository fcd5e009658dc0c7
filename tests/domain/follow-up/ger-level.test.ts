import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GER_LEVELS } from '#app/domain/follow-up/ger-level.ts'

const list = new URL(
  '../../../../shared/data/schluessel/Sprachreferenzniveau.json',
  import.meta.url,
)
const isPresent = existsSync(list)

describe.skipIf(!isPresent)('the key list of the school software (needs ../shared/data)', () => {
  test('has these levels in this order', () => {
    const { daten } = JSON.parse(readFileSync(list, 'utf8')) as {
      daten: { historie: { kuerzel: string }[] }[]
    }
    expect(GER_LEVELS.slice(1)).toEqual(daten.map(({ historie }) => historie[0]?.kuerzel))
  })
})
