import { open, readFile } from 'node:fs/promises'

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
