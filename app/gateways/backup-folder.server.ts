import { constants, createWriteStream } from 'node:fs'
import { access, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A file of one of our backups, by its name. */
export type BackupFile = {
  readonly file: string
  readonly kind: 'data' | 'keys'
  /** `2026-11-22T09:00:00.123Z`, as the name says it. */
  readonly at: string
}

const NAME = /^einstieg-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z\.(data|keys)\.age$/
const UNFINISHED = /^\.einstieg-\d{8}T\d{9}Z\.(data|keys)\.age\.part$/

/** The name of a backup's file: `einstieg-20261122T090000123Z.data.age`. */
export function backupName(at: string, kind: BackupFile['kind']): string {
  return `einstieg-${at.replace(/[-:.]/g, '')}.${kind}.age`
}

/** Our backups in a folder, oldest first; other files are none of our business. */
export async function listBackups(folder: string): Promise<readonly BackupFile[]> {
  const names = (await readdir(folder)).toSorted()
  return names.flatMap((name): readonly BackupFile[] => {
    const [, year, month, day, hour, minute, second, ms, kind] = NAME.exec(name) ?? []
    if (kind !== 'data' && kind !== 'keys') return []
    const at = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`
    return [{ file: join(folder, name), kind, at }]
  })
}

/** Whether files can be made in a folder. */
export async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () =>
      readdir(folder).then(
        () => true,
        () => false,
      ),
    () => false,
  )
}

/** Removes what runs that were cut off left under a temporary name. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (UNFINISHED.test(name)) await rm(join(folder, name), { force: true })
  }
}

/** Where a file is written before it is whole. */
export function unfinished(file: string): string {
  return join(dirname(file), `.${file.slice(dirname(file).length + 1)}.part`)
}

/** Writes a stream to a new file for the own account only, and lets it reach the disk. */
export async function writeSynced(bytes: Readable, file: string): Promise<void> {
  await pipeline(bytes, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
  await sync(file)
}

/** Gives whole files their names; afterwards the folder itself is on the disk too. */
export async function publish(files: readonly string[]): Promise<void> {
  for (const file of files) await rename(unfinished(file), file)
  for (const folder of new Set(files.map((file) => dirname(file)))) await sync(folder)
}

/** Moves files that were put together elsewhere on the same disk to their places, in this order. */
export async function moveAll(moves: readonly (readonly [string, string])[]): Promise<void> {
  for (const [from] of moves) await sync(from)
  for (const [from, to] of moves) {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    await rename(from, to)
    await sync(dirname(to))
  }
}

/** Removes the private folders of runs that were killed: copies of data and keys lie in them. */
export async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const pid = /^\.einstieg-work-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(join(parent, name), { recursive: true, force: true })
    }
  }
}

/**
 * Does some work in a folder that only the own account can enter, and removes it afterwards, also
 * when the work fails. What killed runs left in `parent` is removed first.
 */
export async function inPrivateFolder<T>(
  parent: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(parent, { recursive: true })
  await removeLeftovers(parent)
  const folder = await mkdtemp(join(parent, `.einstieg-work-${process.pid}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
