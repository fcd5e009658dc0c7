import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findLanguage, LANGUAGES } from '#app/domain/language/languages.ts'
import { findNationality, NATIONALITIES } from '#app/domain/nationality/nationalities.ts'
import { sharedData, sharedDataPresent } from '#tests/setup/paths.ts'

function column(file: string, at: number): readonly string[] {
  const [, ...lines] = readFileSync(sharedData('schluessel', file), 'utf8').trim().split('\n')
  return lines.map((line) => line.split(',')[at] ?? '')
}

test('every language once, with a name, in German order', () => {
  expect(new Set(LANGUAGES.map(({ code }) => code)).size).toBe(LANGUAGES.length)
  const names = LANGUAGES.map(({ german }) => german)
  expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'de')))
  for (const language of LANGUAGES) {
    expect(new Intl.Locale(language.code).language).not.toBe('')
    expect(language.own).not.toBe('')
  }
})

test.each([
  ['kmr', 'ku', 'ltr'],
  ['ckb', 'ku', 'rtl'],
  ['prs', 'fa', 'rtl'],
  ['rom', 'xy', 'ltr'],
  ['arc', 'xy', 'rtl'],
  ['uk', 'uk', 'ltr'],
])('%s is handed over as %s and written %s', (code, officialKey, direction) => {
  expect(findLanguage(code)).toMatchObject({ officialKey, direction })
})

test('the family page speaks German, English and Arabic', () => {
  const spoken = LANGUAGES.filter(({ isOnFamilyPage }) => isOnFamilyPage).map(({ code }) => code)
  expect(spoken.toSorted()).toEqual(['ar', 'de', 'en'])
})

test.each([
  ['166', 'Ukraine'],
  ['475', 'Syrien'],
  ['423', 'Afghanistan'],
  ['998', 'ungeklärt'],
])('nationality %s is %s', (key, name) => {
  expect(findNationality(key)?.name).toBe(name)
})

test('what is not there is not found', () => {
  expect(findLanguage('xx')).toBeNull()
  expect(findNationality('159')).toBeNull()
})

test('nationalities that say nothing come last', () => {
  expect(NATIONALITIES.slice(-3).map(({ key }) => key)).toEqual(['999', '997', '998'])
  expect(NATIONALITIES[0]?.name).toBe('Afghanistan')
})

describe.skipIf(!sharedDataPresent)(
  'against the official tables (skipped where shared/data is absent)',
  () => {
    test('every official key exists', () => {
      const official = new Set(column('verkehrssprachen_flach.csv', 0))
      expect(official.size).toBeGreaterThan(170)
      expect(LANGUAGES.filter(({ officialKey }) => !official.has(officialKey))).toEqual([])
    })

    test('every nationality exists, and none that is valid is missing', () => {
      const file = readFileSync(sharedData('schluessel', 'nationalitaeten_flach.csv'), 'utf8')
      const valid = file
        .trim()
        .split('\n')
        .slice(1)
        .filter((line) => line.endsWith(','))
        .map((line) => line.slice(0, 3))
      expect(NATIONALITIES.map(({ key }) => key).toSorted()).toEqual(valid.toSorted())
    })
  },
)
