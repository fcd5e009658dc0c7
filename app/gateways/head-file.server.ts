import { open, readFile } from 'node:fs/promises'

/** Appends lines to a file (made when missing) and lets them reach the disk. */
export async function appendLines(file: string, lines: readonly string[]): Promise<void> {
  const handle = await open(file, 'a', 0o600)
  try {
    await handle.writeFile(lines.map((line) => `${line}\n`).join(''))
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
