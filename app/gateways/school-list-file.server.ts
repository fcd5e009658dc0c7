import { CsvError, parse } from 'csv-parse/sync'
import type { MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import {
  readSchoolList,
  rowsBad,
  type SchoolList,
  type SchoolListRefusal,
  type TableRow,
} from '#app/domain/school/read-school-list.ts'

/**
 * Reads the state's school list from the bytes of a file as the Ministry publishes it: UTF-8 with
 * or without byte order mark, a first line `sep=;` or none, LF or CRLF, cells parted by `;` and
 * quoted with `"`, a quote inside doubled. Refusals are those of `readSchoolList`, and
 * `file_is_web_page`, `file_not_utf8`, `file_empty`.
 */
export function readSchoolListFile(
  bytes: Uint8Array,
  isKnown?: (municipality: MunicipalityKey) => boolean,
): Result<SchoolList, SchoolListRefusal> {
  const rows = toRows(bytes)
  return rows.ok ? readSchoolList(rows.value, isKnown) : rows
}

function toRows(bytes: Uint8Array): Result<readonly TableRow[], SchoolListRefusal> {
  if (looksLikeWebPage(bytes)) return err({ code: 'file_is_web_page' })
  const text = decode(bytes)
  if (text === null) return err({ code: 'file_not_utf8' })
  const separatorLine = /^sep=.*(\n|$)/i.exec(text)?.[0] ?? ''
  const table = text.slice(separatorLine.length)
  if (table.trim() === '') return err({ code: 'file_empty' })
  return parseRows(table, separatorLine === '' ? 0 : 1)
}

/** Whether the file begins with a tag: an error page or login saved under the list's name. */
function looksLikeWebPage(bytes: Uint8Array): boolean {
  // Latin-1 reads any byte, so a page in another encoding is still called a page.
  return /^(\u00ef\u00bb\u00bf)?\s*</.test(Buffer.from(bytes.subarray(0, 1_000)).toString('latin1'))
}

/** The text without its byte order mark, every line end an LF; null when it is not UTF-8. */
function decode(bytes: Uint8Array): string | null {
  // UTF-16 without a mark is full of zero bytes, which UTF-8 would let pass.
  if (bytes[0] === 0 || bytes[1] === 0) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.replace(/\r\n?/g, '\n')
  } catch {
    return null
  }
}

type ParsedRow = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

function parseRows(
  table: string,
  linesBefore: number,
): Result<readonly TableRow[], SchoolListRefusal> {
  try {
    const parsed = parse(table, {
      delimiter: ';',
      record_delimiter: '\n',
      // How many cells a row must have is for readSchoolList to say, with the line and the reason.
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as readonly ParsedRow[]
    return ok(
      parsed.map(({ record, info }) => ({
        line: linesBefore + info.lines - lineBreaksIn(record),
        cells: record,
      })),
    )
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = linesBefore + Number(error.lines)
    const why = 'Hier fehlt ein Anführungszeichen, oder eines steht zu viel.'
    return err(rowsBad([{ line, column: 'ganze Zeile', why }]))
  }
}

/** The parser tells the line a row ends in; people look for the one it begins in. */
function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, text) => sum + (text.split('\n').length - 1), 0)
}
