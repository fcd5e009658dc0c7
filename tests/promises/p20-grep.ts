import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One way a text can stand on a disk. `needles` are all byte strings that would show it. */
export type Encoding = {
  readonly name: string
  readonly needles: (text: string) => readonly string[]
  /** Compared without regard to upper and lower case. */
  readonly anyCase: boolean
  /** The text as it would be written, for the control. */
  readonly write: (text: string) => Buffer
}

/** The encodings a leak is looked for in. */
export const ENCODINGS: readonly Encoding[] = [
  {
    name: 'UTF-8, any case',
    needles: (text) => [text],
    anyCase: true,
    write: (text) => Buffer.from(text.toLowerCase()),
  },
  {
    name: 'UTF-16, little end first',
    needles: (text) => [Buffer.from(text, 'utf16le').toString('latin1')],
    anyCase: true,
    write: (text) => Buffer.from(text, 'utf16le'),
  },
  {
    name: 'UTF-16, big end first',
    needles: (text) => [Buffer.from(text, 'utf16le').swap16().toString('latin1')],
    anyCase: true,
    write: (text) => Buffer.from(text, 'utf16le').swap16(),
  },
  {
    name: 'hex',
    needles: (text) => spellings(text).map((one) => Buffer.from(one).toString('hex')),
    anyCase: true,
    write: (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase()),
  },
  {
    name: 'base64',
    needles: (text) => spellings(text).flatMap(base64Needles),
    anyCase: false,
    write: (text) => Buffer.from(Buffer.from(`..${text}`).toString('base64url')),
  },
]

export type DiskFile = { readonly path: string; readonly bytes: Buffer }

/** Every file below a folder, as it is on the disk now. */
export function filesBelow(folder: string): readonly DiskFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }))
}

/** Where one of the texts stands in one of the encodings: `file: text, encoding`. */
export function grep(files: readonly DiskFile[], texts: readonly string[]): readonly string[] {
  return files.flatMap(({ path, bytes }) => {
    const exact = bytes.toString('latin1')
    const lower = exact.toLowerCase()
    return texts.flatMap((text) =>
      ENCODINGS.filter(({ anyCase, needles }) =>
        needles(text).some((needle) =>
          anyCase ? lower.includes(needle.toLowerCase()) : exact.includes(needle),
        ),
      ).map(({ name }) => `${path}: ${text}, ${name}`),
    )
  })
}

function spellings(text: string): readonly string[] {
  return [text, text.toLowerCase(), text.toUpperCase()]
}

/** What of the text's base64 does not depend on the bytes around it, for each of three offsets. */
function base64Needles(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const whole = Buffer.from(`${'.'.repeat(offset)}${text}`).toString('base64')
    const from = offset === 0 ? 0 : 4
    const to = Math.floor((offset + text.length) / 3) * 4
    return whole.slice(from, to).replaceAll('+', '-').replaceAll('/', '_')
  })
}
