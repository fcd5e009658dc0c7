import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isLoopback, mailServer } from '#app/gateways/mail.server.ts'
import { type FakeSmtp, fakeSmtp, headerOf } from '#tests/setup/mail.ts'
import { freePort } from '#tests/setup/server.ts'

const FROM = 'einstieg@amt.example'
const MAIL = {
  messageId: '<019e0000@einstieg.example>',
  to: 'sekretariat@schule.example',
  subject: 'In Einstieg wartet etwas auf Sie',
  text: 'In Einstieg wartet etwas auf Sie: https://einstieg.example/schultisch\n',
} as const

let smtp: FakeSmtp

beforeEach(async () => {
  smtp = await fakeSmtp()
})
afterEach(() => smtp.close())

const gateway = (port = smtp.port) => mailServer({ url: `smtp://127.0.0.1:${port}`, from: FROM })

test('a mail arrives with its own Message-ID, as something a program wrote, and nothing to answer to', async () => {
  expect(await gateway().send(MAIL)).toBe('sent')
  const [taken] = smtp.taken
  if (taken === undefined) throw new Error('Nothing arrived')
  expect(taken.to).toEqual([MAIL.to])
  expect(headerOf(taken, 'message-id')).toBe(MAIL.messageId)
  expect(headerOf(taken, 'auto-submitted')).toBe('auto-generated')
  expect(headerOf(taken, 'content-type')).toMatch(/^text\/plain/)
  expect(headerOf(taken, 'list-unsubscribe')).toBeNull()
  expect(headerOf(taken, 'from')).toContain(FROM)
  expect(headerOf(taken, 'to')).toBe(MAIL.to)
  expect(taken.raw).toContain('https://einstieg.example/schultisch')
})

describe('how a try ends', () => {
  test.each([
    ['later', { rcpt: 451 }],
    ['never', { rcpt: 550 }],
    ['later', { data: 451 }],
    ['never', { data: 554 }],
  ] as const)('%s when the server says %j', async (delivery, treatment) => {
    smtp.treat(MAIL.to, treatment)
    expect(await gateway().send(MAIL)).toBe(delivery)
    expect(smtp.taken).toEqual([])
  })

  test('unreachable where nobody listens', async () => {
    expect(await gateway(await freePort()).send(MAIL)).toBe('unreachable')
  })

  test('unreachable where somebody listens and breaks off', async () => {
    const rude = await listening((socket) => socket.destroy())
    expect(await gateway(rude.port).send(MAIL)).toBe('unreachable')
    await rude.close()
  })

  test('unreachable where the server asks for a name we do not have', async () => {
    const strict = await listening((socket) => {
      socket.write('220 strict.example ESMTP\r\n')
      socket.on('data', (chunk) => {
        const word = String(chunk).slice(0, 4).toUpperCase()
        if (word === 'EHLO') socket.write('250-strict.example\r\n250 AUTH PLAIN\r\n')
        else socket.write('535 5.7.8 no\r\n')
      })
      socket.on('error', () => undefined)
    })
    const url = `smtp://name:wrong@127.0.0.1:${strict.port}`
    expect(await mailServer({ url, from: FROM }).send(MAIL)).toBe('unreachable')
    await strict.close()
  })

  test('never for an address that cannot be one; no header is written by it', async () => {
    for (const to of [
      'a@schule.example\r\nBcc: b@anderswo.example',
      'a@schule.example, b@anderswo.example',
      '<a@schule.example>',
      'niemand',
    ]) {
      expect(await gateway().send({ ...MAIL, to })).toBe('never')
    }
    expect(smtp.connections()).toBe(0)
  })
})

/** The times of RFC 5321, much shorter, and long enough for a busy machine. */
const SHORT = { greetingMs: 500, handOverMs: 1_000, answerMs: 3_000, stopMs: 400 } as const

/** What a server is told, after how many minutes it may answer that at the latest, and how. */
const RFC_ANSWERS = [
  [/^(?:EHLO|MAIL|RCPT)/, 5, '250 slow.example'],
  [/^DATA/, 2, '354 go on'],
  [/\r\n\.\r\n$/, 10, '250 taken'],
] as const

describe('how long a try lasts', () => {
  const patient = (port = smtp.port) =>
    mailServer({ url: `smtp://127.0.0.1:${port}`, from: FROM }, SHORT)

  async function lasts(trying: Promise<unknown>): Promise<number> {
    const begun = performance.now()
    await trying
    return performance.now() - begun
  }

  test('as long as a server needs after DATA: longer than anything before', async () => {
    smtp.beforeAnswer(() => wait(2 * SHORT.handOverMs))
    expect(await patient().send(MAIL)).toBe('sent')
    expect(smtp.taken).toHaveLength(1)
  })

  test('no longer than that: unreachable, and the connection is closed', async () => {
    smtp.treat(MAIL.to, 'hang')
    const trying = patient().send(MAIL)
    const ms = await lasts(trying)
    expect(await trying).toBe('unreachable')
    expect(ms).toBeGreaterThan(SHORT.answerMs - 50)
    await expect.poll(() => smtp.open()).toBe(0)
  })

  test.each([
    ['greets', ''],
    ['answers a command', '220 mute.example ESMTP\r\n'],
  ])('less with a server that never %s: it was given nothing', async (_, greeting) => {
    const mute = await listening((socket) => {
      socket.resume()
      socket.write(greeting)
      socket.on('error', () => undefined)
    })
    const trying = patient(mute.port).send(MAIL)
    const ms = await lasts(trying)
    expect(await trying).toBe('unreachable')
    expect(ms).toBeLessThan(SHORT.answerMs)
    await mute.close()
  })

  test('as long as RFC 5321 gives a server for each of its answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const slow = await listening((socket) => {
      const say = (afterMinutes: number, words: string) => {
        vi.advanceTimersByTime(afterMinutes * 60_000 - 1_000)
        socket.write(`${words}\r\n`)
      }
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => {
        const answer = RFC_ANSWERS.find(([words]) => words.test(String(chunk)))
        if (answer !== undefined) say(answer[1], answer[2])
      })
      say(5, '220 slow.example ESMTP')
    })
    try {
      expect(await gateway(slow.port).send(MAIL)).toBe('sent')
    } finally {
      vi.useRealTimers()
      await slow.close()
    }
  })

  test('until the service stops, where nothing is handed over', async () => {
    const mute = await listening((socket) => {
      socket.resume()
      socket.on('error', () => undefined)
    })
    const stopping = new AbortController()
    const trying = mailServer({ url: `smtp://127.0.0.1:${mute.port}`, from: FROM }).send(
      MAIL,
      stopping.signal,
    )
    await wait(50)
    stopping.abort()
    expect(await lasts(trying)).toBeLessThan(1_000)
    expect(await trying).toBe('unreachable')
    expect(await gateway().send(MAIL, stopping.signal)).toBe('unreachable')
    expect(smtp.connections()).toBe(0)
    await mute.close()
  })

  test.each([
    ['soon', SHORT.stopMs / 4, 'sent'],
    ['long', 2 * SHORT.stopMs, 'unreachable'],
  ] as const)(
    'a little longer than that, where all is handed over: an answer that comes %s after',
    async (_, afterMs, ending) => {
      const stopping = new AbortController()
      smtp.beforeAnswer(() => {
        stopping.abort()
        return wait(afterMs)
      })
      expect(await patient().send(MAIL, stopping.signal)).toBe(ending)
      expect(smtp.taken).toHaveLength(1)
    },
  )
})

describe('to another machine', () => {
  test('nothing is said without encryption', async () => {
    // a name of this machine that is not loopback for the gateway: without STARTTLS it says nothing more
    const said: string[] = []
    const plain = await listening((socket) => {
      socket.write('220 plain.example ESMTP\r\n')
      socket.on('data', (chunk) => {
        said.push(String(chunk).slice(0, 8).trim())
        socket.write(said.length === 1 ? '250 plain.example\r\n' : '502 no\r\n')
      })
      socket.on('error', () => undefined)
    })
    const url = `smtp://name:geheim@0.0.0.0:${plain.port}`
    expect(await mailServer({ url, from: FROM }).send(MAIL)).not.toBe('sent')
    expect(said[0]).toMatch(/^EHLO/)
    expect(said.join(' ')).not.toMatch(/AUTH|MAIL|geheim/)
    await plain.close()
  })

  test.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['[::1]', true],
    ['10.0.0.1', false],
    ['mail.amt.example', false],
    ['localhost.amt.example', false],
    ['127.0.0.1.amt.example', false],
  ])('%s is loopback: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is)
  })
})

async function listening(
  react: Parameters<typeof createServer>[1] & ((socket: Socket) => void),
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server: Server = createServer(react)
  await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    close: () => new Promise((closed) => server.close(() => closed())),
  }
}
