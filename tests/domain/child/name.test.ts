import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  displayName,
  fullName,
  LONGEST_NAME,
  parseChildName,
  parseName,
  sortName,
} from '#app/domain/child/name.ts'

const NONE = { givenNames: '', familyName: '', originalGiven: '', originalFamily: '' }

describe('names are taken as they are', () => {
  test.each([
    'A',
    'Null',
    'True',
    'von der Heide',
    '-Ali',
    "'ʿAlī Ḥasan'",
    'O’Brien',
    "'; DROP TABLE child; --",
    '=HYPERLINK("x")',
    '<script>',
    'Əliyev',
    'Nguyễn Thị Ánh',
    'فاطمه‌زهرا',
    'Олена',
    'ተስፋይ',
    'தமிழ்',
    '王',
    'Ali حسن',
    '٣',
    '👩‍👧',
  ])('%s', (name) => {
    expect(parseName(name)).toEqual({ ok: true, value: name.normalize('NFC') })
  })

  test('white space outside goes, inside stays', () => {
    expect(parseName('\u00A0 Ali  Reza \n')).toEqual({ ok: true, value: 'Ali  Reza' })
  })

  test('decomposed letters are composed', () => {
    expect(parseName('S\u0327ahin')).toEqual({ ok: true, value: 'Şahin' })
  })

  test('every text without control characters up to the longest comes back unchanged', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    let accepted = 0
    fc.assert(
      fc.property(text, (name) => {
        const parsed = parseName(name)
        if (!parsed.ok) return
        accepted += 1
        expect(parsed.value).toBe(name.normalize('NFC').trim())
        expect(parseName(parsed.value)).toEqual(parsed)
      }),
    )
    expect(accepted).toBeGreaterThan(10)
  })
})

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['only white space', ' \u2009\t'],
    ['nothing visible', '\u202E\u2066\uFEFF'],
  ])('%s', (_, text) => {
    expect(parseName(text)).toEqual({ ok: false, error: { code: 'name_missing' } })
  })

  test.each([
    ['NUL', 'A\u0000li'],
    ['a line break', 'Ali\r\nBcc: x'],
    ['a tab', 'Ali\tReza'],
    ['C1', 'Ali\u0085Reza'],
    ['a line separator', 'Ali\u2028Reza'],
    ['half a surrogate pair', 'Ali\uD800'],
  ])('%s', (_, text) => {
    expect(parseName(text)).toEqual({ ok: false, error: { code: 'name_has_control_characters' } })
  })

  test('one letter too many, counted in code points', () => {
    expect(parseName('𐍈'.repeat(LONGEST_NAME)).ok).toBe(true)
    expect(parseName('𐍈'.repeat(LONGEST_NAME + 1))).toEqual({
      ok: false,
      error: { code: 'name_too_long', longest: LONGEST_NAME },
    })
  })
})

describe('the whole name of a child', () => {
  test('one name is enough, whichever', () => {
    expect(parseChildName({ ...NONE, givenNames: 'Zahra' })).toEqual({
      ok: true,
      value: { givenNames: 'Zahra', familyName: '', originalScript: null },
    })
    expect(parseChildName({ ...NONE, familyName: 'Zahra' }).ok).toBe(true)
  })

  test('no name is not, and the original script alone does not stand for it', () => {
    const error = { code: 'name_missing', field: 'givenNames' }
    expect(parseChildName({ ...NONE, originalGiven: 'زهرا' })).toEqual({ ok: false, error })
  })

  test('the refusal says where', () => {
    const text = { ...NONE, givenNames: 'Zahra', originalFamily: 'ا\u0007' }
    expect(parseChildName(text)).toEqual({
      ok: false,
      error: { code: 'name_has_control_characters', field: 'originalFamily' },
    })
  })

  test('the original script is kept', () => {
    const text = { ...NONE, givenNames: 'Zahra', originalGiven: 'زهرا' }
    expect(parseChildName(text)).toMatchObject({
      value: { originalScript: { given: 'زهرا', family: '' } },
    })
  })

  test('shown and sorted', () => {
    const name = { givenNames: 'Ali Reza', familyName: 'von Demir', originalScript: null }
    expect(fullName(name)).toBe('Ali Reza von Demir')
    expect(sortName(name)).toBe('von Demir, Ali Reza')
    expect(sortName({ ...name, familyName: '' })).toBe('Ali Reza')
    expect(fullName({ ...name, givenNames: '' })).toBe('von Demir')
  })
})

test('what would turn the page around is not shown, what a script needs is', () => {
  expect(displayName('Ali\u202Egpj\u2066x\u{E0041}')).toBe('Aligpjx')
  expect(displayName('می\u200Cخواهم')).toBe('می\u200Cخواهم')
})
