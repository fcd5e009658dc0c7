/** Shortest password, in characters (BSI ORP.4; no rule on kinds of characters, ASVS 5.0 6.2). */
const SHORTEST_PASSWORD = 12

/** The commonest passwords of twelve and more characters, and the first that come to mind here. */
const COMMON: ReadonlySet<string> = new Set([
  '000000000000',
  '111111111111',
  '112233445566',
  '123123123123',
  '123412341234',
  '123456123456',
  '1234567890123',
  '12345678901234',
  '123456789012',
  '1234567890ab',
  '1234567890qwertz',
  '123456789abc',
  '1q2w3e4r5t6y',
  '1q2w3e4r5t6z',
  '1qaz2wsx3edc',
  '1qay2wsx3edc',
  'abc123456789',
  'abcd12345678',
  'abcdefghijkl',
  'administrator',
  'asdfghjklqwe',
  'changemechangeme',
  'einstieg1234',
  'einstiegeinstieg',
  'geheimgeheim',
  'hallohallohallo',
  'ichliebedich',
  'iloveyou1234',
  'integration1',
  'integration123',
  'letmein12345',
  'passwort1234',
  'passwort12345',
  'passwort123456',
  'passwortpasswort',
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'q1w2e3r4t5y6',
  'q1w2e3r4t5z6',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertzqwertz',
  'qwertzuiop12',
  'qwertzuiop123',
  'schalke04schalke04',
  'schule123456',
  'schulamt1234',
  'sommer2024sommer',
  'willkommen12',
  'willkommen123',
  'willkommen1234',
])

/** Characters that must remain besides the own e-mail address in a password. */
const OWN_CHARACTERS = 8
/** Fewer different characters than this are a pattern, however long it is. */
const DIFFERENT_CHARACTERS = 5

/**
 * Whether a password is easy to guess: shorter than twelve characters, one of the commonest, made
 * of very few characters, or mostly the person's own e-mail address.
 */
export function isWeakPassword(password: string, email: string): boolean {
  const plain = password.toLowerCase()
  const characters = [...plain]
  const [local = ''] = email.toLowerCase().split('@')
  const rest = plain.replaceAll(email.toLowerCase(), '').replaceAll(local, '')
  return (
    characters.length < SHORTEST_PASSWORD ||
    COMMON.has(plain) ||
    new Set(characters).size < DIFFERENT_CHARACTERS ||
    [...rest].length < OWN_CHARACTERS
  )
}
