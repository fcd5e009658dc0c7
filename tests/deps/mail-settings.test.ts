import { afterEach, describe, expect, test, vi } from 'vitest'
import { readEnv } from '#app/deps/env.server.ts'

const FROM = 'einstieg@amt.example'

function mailWith(url: string, from: string) {
  vi.stubEnv('SMTP_URL', url)
  vi.stubEnv('MAIL_FROM', from)
  return readEnv().mail
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the settings of mail', () => {
  test.each([
    'smtp://127.0.0.1:2525',
    'smtp://mail.amt.example',
    'smtps://name:ein%20Wort@mail.amt.example:465/',
    'smtp://[::1]:25',
  ])('%s is a mail server', (url) => {
    expect(mailWith(url, FROM)).toEqual({ url, from: FROM })
  })

  test('neither: no mail is sent', () => {
    expect(mailWith('', '')).toBeNull()
  })

  test.each([
    ['http://mail.amt.example', FROM, 'SMTP_URL muss mit smtp:// oder smtps:// beginnen'],
    ['smtp://', FROM, 'SMTP_URL muss mit smtp:// oder smtps:// beginnen'],
    ['smtp:mail.amt.example', FROM, 'SMTP_URL muss mit smtp:// oder smtps:// beginnen'],
    ['smtp://mail.amt.example/?tls=no', FROM, 'SMTP_URL muss mit'],
    ['smtp://mail.amt.example', 'niemand', 'MAIL_FROM muss eine E-Mail-Adresse sein'],
    ['smtp://mail.amt.example', '', 'SMTP_URL und MAIL_FROM gehören zusammen'],
    ['', FROM, 'SMTP_URL und MAIL_FROM gehören zusammen'],
  ])('%s with %s is refused at the start, by name', (url, from, sentence) => {
    expect(() => mailWith(url, from)).toThrow(sentence)
  })
})
