import express from 'express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readEnv } from '#app/deps/env.server.ts'
import { SECURITY_TXT, securityTxt } from '#app/http/security-txt.ts'
import { freePort } from '#tests/setup/server.ts'
import { openBrowser } from '#tests/setup/session.ts'
import { makeWorld } from '#tests/setup/world.ts'

const CONTACT = 'mailto:sicherheit@kreis.example'

afterEach(() => vi.unstubAllEnvs())

function envWith(settings: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  return readEnv()
}

describe('security.txt', () => {
  test('names the contact, in which languages, and until when it holds', async () => {
    const world = await makeWorld()
    const port = await freePort()
    const app = express().get(SECURITY_TXT, securityTxt(world, CONTACT))
    const server = app.listen(port, '127.0.0.1')
    const reply = await openBrowser({ port, origin: world.origin }).get(SECURITY_TXT)
    server.close()
    await world.close()
    expect(reply.status).toBe(200)
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(reply.body.split('\n')).toEqual([
      `Contact: ${CONTACT}`,
      'Expires: 2027-02-17T00:00:00.000Z',
      'Preferred-Languages: de, en',
      'Canonical: http://127.0.0.1:3000/.well-known/security.txt',
      '',
    ])
  })

  test('is only for an installation that says whom to tell', () => {
    const installed = { ORIGIN: 'https://einstieg.example', KEY_FILE: '/etc/einstieg/kek' }
    expect(envWith({ ...installed, SECURITY_CONTACT: CONTACT }).securityContact).toBe(CONTACT)
    expect(envWith({ ...installed, SECURITY_CONTACT: '' }).securityContact).toBeNull()
    expect(envWith({ ORIGIN: '', SECURITY_CONTACT: CONTACT }).securityContact).toBeNull()
    expect(() => envWith({ SECURITY_CONTACT: 'sicherheit@kreis.example' })).toThrow(
      'SECURITY_CONTACT muss mit mailto:, https:// oder tel: beginnen',
    )
  })
})
