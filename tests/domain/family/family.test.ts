import { expect, test } from 'vitest'
import { addressLine, LONGEST_LINE, parseFamilyText } from '#app/domain/family/family.ts'

test.each([
  'Unterkunft Haus 3 Zi. 12',
  'o. f. W.',
  '٠٩٦٣ ١١ ٢٢٢',
  '+963 11 …, nur WhatsApp',
  '-Ali',
  '4711',
  '',
])('is kept as given: %s', (text) => {
  expect(parseFamilyText(` ${text} `)).toEqual({ ok: true, value: text })
})

test('a line break would end up in a mail header', () => {
  const refusal = { ok: false, error: { code: 'text_has_control_characters' } }
  expect(parseFamilyText('a@example.org\r\nBcc: b@example.org')).toEqual(refusal)
})

test('one letter too many', () => {
  expect(parseFamilyText('ä'.repeat(LONGEST_LINE)).ok).toBe(true)
  expect(parseFamilyText('ä'.repeat(LONGEST_LINE + 1))).toEqual({
    ok: false,
    error: { code: 'text_too_long', longest: LONGEST_LINE },
  })
})

test('an address on one line leaves out what is not known', () => {
  const address = { street: 'Rurstraße 4', postcode: '52349', town: 'Düren', free: 'Haus 3' }
  expect(addressLine(address)).toBe('Rurstraße 4, 52349 Düren, Haus 3')
  expect(addressLine({ ...address, street: '', postcode: '' })).toBe('Düren, Haus 3')
  expect(addressLine({ street: '', postcode: '', town: '', free: '' })).toBe('')
})
