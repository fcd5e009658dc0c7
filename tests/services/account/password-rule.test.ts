import { expect, test } from 'vitest'
import { isWeakPassword } from '#app/services/account/password-rule.ts'

const EMAIL = 'amira.brandt@kreis.example'

test.each([
  ['zu kurz', 'elf Zeichen'],
  ['eines der häufigsten', 'Passwort1234'],
  ['sehr wenige Zeichen', 'abababababababab'],
  ['die eigene Adresse', EMAIL],
  ['kaum mehr als der eigene Name', 'Amira.Brandt2026'],
])('%s: %s', (_why, password) => {
  expect(isWeakPassword(password, EMAIL)).toBe(true)
})

test.each(['vier Wörter auf Papier', 'Regen im November', 'amira.brandt mag Regen gern'])(
  'goes: %s',
  (password) => {
    expect(isWeakPassword(password, EMAIL)).toBe(false)
  },
)
