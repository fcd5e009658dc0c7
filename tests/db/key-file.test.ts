import { chmodSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kekOf, readKek, readOrMakeKek } from '#db/sealing/kek.server.ts'
import { scratch } from '#tests/setup/folder.ts'

const [A, B, C] = [1, 2, 3].map((fill) => Buffer.alloc(32, fill)) as [Buffer, Buffer, Buffer]

function written(content: string | Buffer): string {
  const file = `${scratch()}/kek`
  writeFileSync(file, content, { mode: 0o400 })
  return file
}

describe('the key file', () => {
  test.each([
    ['raw', A],
    ['hex', A.toString('hex')],
    ['hex with a line end', `${A.toString('hex').toUpperCase()}\n`],
    ['base64', `${A.toString('base64')}\n`],
  ])('holds one key, %s', (_how, content) => {
    expect(readKek(written(content))).toEqual({ ...kekOf(A), retired: [] })
  })

  test('of several lines the first is the present key, the others are retired', () => {
    const file = written(`${A.toString('hex')}\n\n${B.toString('base64')}\r\n${C.toString('hex')}`)
    expect(readKek(file)).toEqual({ ...kekOf(A), retired: [kekOf(B), kekOf(C)] })
  })

  test.each([
    ['nothing', '', 'leer'],
    ['a word', 'geheim', 'etwas anderes als Schlüssel'],
    ['a key and a word', `${A.toString('hex')}\ngeheim`, 'etwas anderes als Schlüssel'],
    ['31 bytes', Buffer.alloc(31, 1), 'etwas anderes als Schlüssel'],
  ])('is refused with a sentence that names it: %s', (_what, content, why) => {
    const file = written(content)
    expect(() => readKek(file)).toThrow(why)
    expect(() => readKek(file)).toThrow(file)
  })

  test('is refused when it is missing or open to others', () => {
    expect(() => readKek(`${scratch()}/none`)).toThrow('gibt es nicht')
    const file = written(A)
    chmodSync(file, 0o440)
    expect(() => readKek(file)).toThrow('nur für das eigene Konto lesbar')
  })

  test('is made once for an evaluation', () => {
    const file = `${scratch()}/keys/kek`
    expect(readOrMakeKek(file).id).toBe(readOrMakeKek(file).id)
  })
})
