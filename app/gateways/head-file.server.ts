import { existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Appends lines to a file (made when missing) and lets them reach the disk. A last line that a crash
 * cut off does not swallow the first of them.
 */
export async function appendLines(file: string, lines: readonly string[]): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => '')
  const isTorn = before !== '' && !before.endsWith('\n')
  const handle = await open(file, 'a', 0o600)
  try {
    const text = lines.map((line) => `${line}\n`).join('')
    await handle.writeFile(isTorn ? `\n${text}` : text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The lines of a file, null when it cannot be read. */
export async function readLines(file: string): Promise<readonly string[] | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text?.split('\n').filter((line) => line.trim() !== '') ?? null
}

/**
 * The last whole lines of a file, up to so many bytes. `missing`: nobody has written it yet.
 * `unreadable`: it cannot be read.
 */
export async function readLastLines(
  file: string,
  bytes: number,
): Promise<readonly string[] | 'missing' | 'unreadable'> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      const length = Math.min(size, bytes)
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length)
      const lines = buffer.toString('utf8').split('\n')
      // where the reading began in the middle of a line
      return (length < size ? lines.slice(1) : lines).filter((line) => line.trim() !== '')
    } finally {
      await handle.close()
    }
  } catch (accident) {
    const { code } = accident as NodeJS.ErrnoException
    return code === 'ENOENT' && existsSync(dirname(file)) ? 'missing' : 'unreadable'
  }
}
