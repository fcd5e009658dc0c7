import { describe, expect, test } from 'vitest'
import { STAGES } from '#app/domain/case/stage.ts'
import { ar } from '#app/i18n/ar.ts'
import { de } from '#app/i18n/de.ts'
import { en } from '#app/i18n/en.ts'
import { familyDe } from '#app/i18n/family.de.ts'
import { formatLongDate, formatTime, formatWeekday } from '#app/i18n/format.ts'
import { directionOf, LOCALES, type Locale, toLocale } from '#app/i18n/locales.ts'
import { refusalText } from '#app/i18n/refusal-text.ts'
import { refusals } from '#app/i18n/refusals.de.ts'
import { fieldMessage, t } from '#app/i18n/translate.ts'
import { translator } from '#app/i18n/translator.ts'

const family: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { de: familyDe, en, ar }
const PLURAL = /_(zero|one|two|few|many|other)$/

function bases(catalog: Readonly<Record<string, string>>): string[] {
  return [...new Set(Object.keys(catalog).map((key) => key.replace(PLURAL, '')))].sort()
}

function placeholders(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort()
}

describe.each(LOCALES)('the family part in %s', (locale) => {
  const catalog = family[locale]

  test('says everything the German says, and nothing else', () => {
    expect(bases(catalog)).toEqual(bases(familyDe))
  })

  test('has exactly the plural forms its language counts in', () => {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions()
    const plurals = bases(familyDe).filter((base) => `${base}_other` in familyDe)
    expect(plurals.length).toBeGreaterThan(0)
    for (const base of plurals) {
      const forms = Object.keys(catalog).filter((key) => key.replace(PLURAL, '') === base)
      const found = forms.map((key) => key.slice(base.length + 1)).filter((form) => form !== '')
      expect(found.sort()).toEqual([...pluralCategories].sort())
    }
  })

  test('asks for the same values as the German', () => {
    for (const [key, sentence] of Object.entries(catalog)) {
      if (PLURAL.test(key)) continue
      const german = (familyDe as Readonly<Record<string, string>>)[key] ?? ''
      expect([key, placeholders(sentence)]).toEqual([key, placeholders(german)])
    }
  })

  test('has no sentence left empty', () => {
    expect(Object.entries(catalog).filter(([, sentence]) => sentence.trim() === '')).toEqual([])
  })

  test('keeps sentences to ten words, a date in full counted in', () => {
    const filled = (text: string) =>
      text.replace('{{date}}', 'Donnerstag 26. November').replace(/\{\{\w+\}\}/g, 'x')
    const long = Object.values(catalog)
      .flatMap((text) => filled(text).split(/(?<=[.!?؟:])\s+(?=\p{Lu}|\p{Lo})/u))
      .filter((sentence) => sentence.split(/\s+/).length > 10)
    expect(long).toEqual([])
  })
})

test('Arabic counts minutes as Arabic does', () => {
  const tell = translator('ar')
  const minutes = (count: number) => tell('family.appointment.lasts', { count })
  expect(minutes(2)).toContain('دقيقتين')
  expect(minutes(10)).toContain('10 دقائق')
  expect(minutes(45)).toContain('45 دقيقة')
})

test('German and English count minutes', () => {
  expect(translator('de')('family.appointment.lasts', { count: 60 })).toContain('60 Minuten')
  expect(translator('en')('family.appointment.lasts', { count: 60 })).toContain('60 minutes')
})

test('a value nobody gave is left out, never shown as braces', () => {
  expect(translator('de')('family.title')).toBe('Eine Schule für ')
})

test('what a person typed is not interpreted', () => {
  expect(translator('de')('family.title', { name: '{{step}} $t(slip.title) <b>' })).toBe(
    'Eine Schule für {{step}} $t(slip.title) <b>',
  )
})

describe('staff German', () => {
  test('has a word for every stage', () => {
    for (const stage of STAGES) expect(t(`stage.${stage}`)).toMatch(/^\p{L}/u)
  })

  test('names no thing of the machine', () => {
    const system = /Datensatz|Fehler\b|ungültig|Server|Request|null|undefined/i
    const said = Object.entries(de).filter(([, sentence]) => system.test(sentence))
    expect(said).toEqual([])
  })

  test('says Sie, never du, in every refusal, and ends each sentence', () => {
    for (const sentence of Object.values(refusals)) {
      expect(sentence).not.toMatch(/\b(du|dein|deine|dir|dich)\b/i)
      expect(sentence).toMatch(/[.?]$/)
    }
  })

  test('writes the facts of a refusal as a reader writes them', () => {
    expect(
      refusalText({ code: 'stale_case', by: 'Frau Demir', at: '2026-11-19T09:42:00.000Z' }),
    ).toMatch(/^Frau Demir hat diesen Fall geändert \(19\.11\.2026, 10:42 Uhr\)/)
    expect(refusalText({ code: 'stale_case' })).toMatch(/^Jemand anderes/)
    expect(refusalText({ code: 'too_many_tries', minutes: 5 })).toContain('5 Minuten')
  })

  test('puts a key into words and lets a sentence pass', () => {
    expect(fieldMessage('field.required')).toBe('Bitte ausfüllen.')
    expect(fieldMessage('Zeile 3 fehlt.')).toBe('Zeile 3 fehlt.')
    expect(fieldMessage('toString')).toBe('toString')
  })
})

describe('dates', () => {
  test('are written out with the weekday, in Berlin, with Western digits', () => {
    expect(formatLongDate('2026-11-26')).toBe('Donnerstag, 26. November 2026')
    expect(formatLongDate('2026-11-26', 'en')).toBe('Thursday, 26 November 2026')
    expect(formatLongDate('2026-11-26', 'ar')).toBe('الخميس، 26 تشرين الثاني / نوفمبر 2026')
    expect(formatWeekday('2026-11-26', 'ar')).not.toMatch(/[٠-٩]/)
  })

  test('fall on the Berlin day of an instant, on both sides of the change of clocks', () => {
    expect(formatLongDate('2026-03-28T23:30:00Z')).toContain('29. März')
    expect(formatTime('2026-03-29T00:30:00Z')).toBe('01:30')
    expect(formatTime('2026-03-29T01:30:00Z')).toBe('03:30')
  })
})

test('a language is read from a tag, an unknown one is none', () => {
  expect([toLocale('ar-SY'), toLocale('EN'), toLocale('uk'), toLocale(null)]).toEqual([
    'ar',
    'en',
    null,
    null,
  ])
  expect(toLocale('toString')).toBeNull()
  expect(['ar', 'fa-AF', 'prs', 'uk', 'xx'].map(directionOf)).toEqual([
    ...['rtl', 'rtl', 'rtl', 'ltr', 'ltr'],
  ])
})
