import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stracePath } from '#tests/setup/tools.mjs'

/** One thing that a process did to its files, or said. */
export type Deed =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly file: string; readonly length: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'said'; readonly text: string }

/** The content of files by their path inside the data folder. */
export type Files = ReadonlyMap<string, Buffer>

const CALLS = 'pwrite64,write,ftruncate,fsync,fdatasync'

/**
 * Runs a process under strace until its end. Returns what its first thread did to files of the folder
 * and wrote to its output, in order: SQLite works in that thread only.
 */
export function watch(
  program: readonly string[],
  {
    folder,
    traces,
    env,
    cwd,
  }: Readonly<Record<'folder' | 'traces' | 'cwd', string>> & {
    readonly env: NodeJS.ProcessEnv
  },
): readonly Deed[] {
  const strace = stracePath()
  if (strace === null) throw new Error('strace is not installed')
  const options = ['-ff', '-y', '-xx', '-s', '1000000', '-e', `trace=${CALLS}`]
  const { stderr, status } = spawnSync(
    strace,
    [...options, '-e', 'signal=none', '-o', join(traces, 'trace'), ...program],
    { env, cwd, encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  const [first] = readdirSync(traces).toSorted((one, other) => pidIn(one) - pidIn(other))
  if (first === undefined) throw new Error(`strace wrote nothing (${status})\n${stderr}`)
  const deeds = readFileSync(join(traces, first), 'latin1').split('\n').flatMap(deedIn(folder))
  if (!deeds.some(({ kind }) => kind === 'said')) throw new Error(`Nothing was said\n${stderr}`)
  return deeds
}

function pidIn(name: string): number {
  return Number(name.split('.').at(-1))
}

const CALL = /^(\w+)\((\d+)<([^>]*)>(?:, (.*))?\)\s+= (\d+)/
const TEXT = /^"((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?$/

function deedIn(folder: string): (line: string) => readonly Deed[] {
  return (line) => {
    const [, call = '', fd = '', name = '', rest = ''] = CALL.exec(line) ?? []
    if (call === 'write' && fd === '1') {
      return [{ kind: 'said', text: bytesOf(TEXT.exec(rest)?.[1] ?? '').toString() }]
    }
    const file = relative(folder, name.includes('\\x') ? bytesOf(name).toString() : name)
    if (call === '' || file.startsWith('..')) return []
    return deedOn(file, call, rest)
  }
}

function deedOn(file: string, call: string, rest: string): readonly Deed[] {
  if (call === 'pwrite64') {
    const [, bytes, at] = TEXT.exec(rest) ?? []
    if (bytes === undefined) throw new Error(`A write that cannot be read: ${rest.slice(0, 80)}`)
    return [{ kind: 'write', file, at: Number(at), bytes: bytesOf(bytes) }]
  }
  if (call === 'ftruncate') return [{ kind: 'cut', file, length: Number(rest) }]
  return call.endsWith('sync') ? [{ kind: 'sync', file }] : []
}

function bytesOf(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex')
}

/** A disk with a cache: what was synced is on it, what was not may be there or not after a power cut. */
export type Disk = {
  readonly take: (deed: Deed) => void
  /** What the next start finds, if of each thing that was not synced `isKept` decides. */
  readonly afterPowerCut: (isKept: () => boolean) => Files
}

/** A disk that holds these files. It keeps the order of the deeds within a file, as a journal does not. */
export function disk(files: Files): Disk {
  const synced = new Map<string, Buffer>(
    [...files].map(([file, bytes]) => [file, Buffer.from(bytes)]),
  )
  const waiting = new Map<string, Deed[]>()
  return {
    take: (deed) => {
      if (deed.kind === 'said') return
      const before = waiting.get(deed.file) ?? []
      if (deed.kind !== 'sync') {
        waiting.set(deed.file, [...before, deed])
        return
      }
      // a folder is synced as well: it has no content of its own
      if (before.length === 0) return
      synced.set(
        deed.file,
        before.reduce<Buffer>(applied, synced.get(deed.file) ?? Buffer.alloc(0)),
      )
      waiting.delete(deed.file)
    },
    afterPowerCut: (isKept) => {
      const found = new Map(synced)
      for (const [file, deeds] of waiting) {
        const kept = deeds.filter(isKept)
        if (kept.length === 0) continue
        found.set(
          file,
          kept.reduce<Buffer>(applied, Buffer.from(found.get(file) ?? Buffer.alloc(0))),
        )
      }
      return found
    },
  }
}

function applied(content: Buffer, deed: Deed): Buffer {
  if (deed.kind === 'cut') return resized(content, deed.length)
  if (deed.kind !== 'write') return content
  const length = Math.max(content.length, deed.at + deed.bytes.length)
  const longer = content.length === length ? content : resized(content, length)
  deed.bytes.copy(longer, deed.at)
  return longer
}

function resized(content: Buffer, length: number): Buffer {
  const other = Buffer.alloc(length)
  content.copy(other, 0, 0, Math.min(length, content.length))
  return other
}
