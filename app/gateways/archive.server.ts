import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'

/** A file of an archive and where it lies now. */
export type Part = { readonly name: string; readonly file: string }

const BLOCK = 512
const PLAIN_NAME = /^[a-z][a-z.-]{0,60}$/

/** The bytes of a tar archive (ustar) of these files: `age -d … | tar x` opens it without Einstieg. */
export async function* archiveOf(parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  for (const { name, file } of parts) {
    const { size } = await stat(file)
    yield header(name, size)
    yield* createReadStream(file) as AsyncIterable<Uint8Array>
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
  }
  yield Buffer.alloc(2 * BLOCK)
}

/**
 * Writes the files of an archive into a folder, readable by the own account only, and gives their
 * names. @throws when it ends early or is none of ours.
 */
export async function unpack(
  bytes: AsyncIterable<Uint8Array>,
  folder: string,
): Promise<readonly string[]> {
  const source = reader(bytes)
  const names: string[] = []
  for (;;) {
    const head = await source.take(BLOCK)
    if (head.every((byte) => byte === 0)) break
    const { name, size } = readHeader(head)
    const out = createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 })
    for await (const chunk of source.stream(size)) {
      if (!out.write(chunk)) await once(out, 'drain')
    }
    out.end()
    await finished(out)
    await source.take((BLOCK - (size % BLOCK)) % BLOCK)
    names.push(name)
  }
  await source.drain()
  return names
}

/** The SHA-256 of a file, hex. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

function header(name: string, size: number): Buffer {
  const head = Buffer.alloc(BLOCK)
  head.write(name, 0)
  head.write('0000600\0', 100)
  head.write('0000000\0', 108)
  head.write('0000000\0', 116)
  head.write(`${size.toString(8).padStart(11, '0')} `, 124)
  head.write('00000000000 ', 136)
  head.write('        ', 148)
  head.write('0', 156)
  head.write('ustar\x0000', 257)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

function readHeader(head: Buffer): { readonly name: string; readonly size: number } {
  const name = head.toString('latin1', 0, 100).replace(/\0.*$/s, '')
  const size = Number.parseInt(head.toString('latin1', 124, 135), 8)
  const isOurs = head.toString('latin1', 257, 262) === 'ustar' && PLAIN_NAME.test(name)
  if (!isOurs || !Number.isSafeInteger(size)) throw new Error('Not an archive of ours')
  return { name, size }
}

function reader(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const more = async () => {
    const { done, value } = await iterator.next()
    if (done === true) throw new Error('The archive ends early')
    held = Buffer.from(value)
  }
  async function* stream(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (held.length === 0) await more()
      const chunk = held.subarray(0, left)
      held = held.subarray(chunk.length)
      left -= chunk.length
      yield chunk
    }
  }
  const take = async (size: number) => {
    const chunks: Buffer[] = []
    for await (const chunk of stream(size)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  /** To the very end: only there does the encryption say that nothing was cut off. */
  const drain = async () => {
    for (let next = await iterator.next(); next.done !== true; ) next = await iterator.next()
  }
  return { stream, take, drain }
}
