import { randomUUID } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Why a folder or file cannot be used: the system's code, whose it is, and as whom we run. */
export type NotWritable = {
  readonly path: string
  readonly code: string
  readonly owner: number
  readonly account: number
}

/** What the file system says of a folder that exists. */
export type Place = {
  /** As statfs(2) gives it. */
  readonly type: number
  readonly freeBytes: number
  /** Permissions, without the kind of file. */
  readonly mode: number
  readonly owner: number
  readonly account: number
}

/** A folder itself, or the nearest one above it that exists. */
export function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

/** Reads where a folder lies and whose it is. @throws when it is not there. */
export function placeAt(folder: string): Place {
  const { type, bavail, bsize } = statfsSync(folder)
  const { mode, uid } = statSync(folder)
  const free = Number(bavail) * Number(bsize)
  return { type: Number(type), freeBytes: free, mode: mode & 0o777, owner: uid, account: account() }
}

/**
 * Why no file can be made in a folder, or null. It makes one and removes it: a disk that the kernel
 * made read-only after an error still says that one may write.
 */
export function whyFolderNotWritable(folder: string): NotWritable | null {
  // a name that nobody can put something else under beforehand, and never a file that is there
  const probe = join(folder, `.einstieg-probe-${randomUUID()}`)
  return whyNot(folder, () => {
    closeSync(openSync(probe, 'wx', 0o600))
    rmSync(probe, { force: true })
  })
}

/** Why a file cannot be written, or null; one that is not there yet can. */
export function whyFileNotWritable(file: string): NotWritable | null {
  return whyNot(file, () => {
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK)
  })
}

function whyNot(path: string, attempt: () => void): NotWritable | null {
  try {
    attempt()
    return null
  } catch (accident) {
    const code = (accident as NodeJS.ErrnoException).code ?? 'unknown'
    const owner = statSync(path, { throwIfNoEntry: false })?.uid ?? -1
    return { path, code, owner, account: account() }
  }
}

function account(): number {
  return process.getuid?.() ?? -1
}
