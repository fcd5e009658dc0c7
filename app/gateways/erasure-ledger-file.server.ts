import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { CentreId } from '#app/domain/ids.ts'
import { ERASURE_GROUNDS, type ErasureGround } from '#app/domain/privacy/erasure.ts'
import type { CalendarDate } from '#app/domain/time.ts'

/** Who was erased, as a keyed hash: no name, no id, nothing that leads back without the child. */
export type LedgerEntry = {
  readonly hash: string
  readonly centreId: CentreId
  readonly on: CalendarDate
  readonly ground: ErasureGround
  readonly role: string
}

/** The list of the erased that outlives a restored backup. */
export type ErasureLedger = {
  readonly read: () => readonly LedgerEntry[]
  /** On the disk when it returns. */
  readonly append: (entries: readonly LedgerEntry[]) => void
}

const Line = z.object({
  hash: z.string().min(20),
  centre: z.string().min(1),
  on: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  ground: z.enum(ERASURE_GROUNDS),
  role: z.string(),
})

/** The ledger in a file of its own, one line of JSON per child; made with the first entry. */
export function ledgerFile(file: string): ErasureLedger {
  return {
    read: () => (existsSync(file) ? entriesOf(readFileSync(file, 'utf8'), file) : []),
    append: (entries) => {
      if (entries.length === 0) return
      const isNew = !existsSync(file)
      const isTorn = !isNew && !endsWithNewline(file)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      const lines = entries.map((entry) => `${JSON.stringify(lineOf(entry))}\n`).join('')
      const handle = openSync(file, 'a', 0o600)
      writeSync(handle, isTorn ? `\n${lines}` : lines)
      fsyncSync(handle)
      closeSync(handle)
      if (isNew) syncFolder(dirname(file))
    },
  }
}

/** The copy of the ledger that lies beside the backups of a folder: newer than any of them. */
export function ledgerBeside(folder: string): ErasureLedger {
  return ledgerFile(join(folder, 'einstieg-erasures.jsonl'))
}

/** Appends to one ledger what only the other knows. */
export function takeOver(from: ErasureLedger, to: ErasureLedger): void {
  const known = new Set(to.read().map(({ hash }) => hash))
  to.append(from.read().filter(({ hash }) => !known.has(hash)))
}

/**
 * The entries of a ledger. A last line without its end was cut off by a crash before its child was
 * touched; it is left out.
 * @throws when another line cannot be read: erased children could come back unnoticed.
 */
function entriesOf(text: string, file: string): readonly LedgerEntry[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole.split('\n').flatMap((line, at) => {
    const read = line === '' ? null : readLine(line)
    if (read === null) return []
    if (read !== 'unreadable') return [read]
    // a line that was cut off by a crash stands before the next whole one
    if (line.startsWith('{') && !line.endsWith('}')) return []
    throw new Error(`LEDGER_FILE: Zeile ${at + 1} von ${file} ist nicht lesbar.`)
  })
}

function readLine(line: string): LedgerEntry | 'unreadable' {
  try {
    const { hash, centre, on, ground, role } = Line.parse(JSON.parse(line))
    return { hash, centreId: centre as CentreId, on: on as CalendarDate, ground, role }
  } catch {
    return 'unreadable'
  }
}

function lineOf({ centreId, ...entry }: LedgerEntry) {
  return { ...entry, centre: centreId }
}

function endsWithNewline(file: string): boolean {
  const text = readFileSync(file)
  return text.length === 0 || text.at(-1) === 0x0a
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
