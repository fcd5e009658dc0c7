import { readFile } from 'node:fs/promises'
import { type AreaRefusal, parseArea } from '#app/domain/centre/area.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolListCounts } from '#app/domain/school/compare-school-list.ts'
import type { School } from '#app/domain/school/school.ts'
import { toCalendarDate, today } from '#app/domain/time.ts'
import {
  type ImportRefusal,
  importSchoolList,
} from '#app/services/school/import-school-list.server.ts'
import { listPlaceableSchools } from '#app/services/school/list-placeable-schools.server.ts'
import type { Given, Program, TerminalCommand, Told, WrongUsage } from '../terminal.ts'

/** `ki schools import FILE`: takes over the state's school list, or says why not. */
export const importSchools: TerminalCommand = {
  noun: 'schools',
  verb: 'import',
  usage: 'DATEI [--accept-closures]',
  options: [],
  required: [],
  flags: ['accept-closures'],
  words: 1,
  run: runImport,
}

/** `ki schools list --area 05358`: the schools of an area children can be placed at on a day. */
export const listSchools: TerminalCommand = {
  noun: 'schools',
  verb: 'list',
  usage: '--area GEBIET[,GEBIET] [--on JJJJ-MM-TT]',
  options: ['area', 'on'],
  required: ['area'],
  flags: [],
  words: 0,
  run: runList,
}

type FileRefusal = { readonly code: 'file_not_readable'; readonly file: string }

async function runImport(
  program: Program,
  { words, flags }: Given,
): Promise<Result<Told, ImportRefusal | FileRefusal>> {
  const [file = ''] = words
  const bytes = await readFile(file).catch(() => null)
  if (bytes === null) return err({ code: 'file_not_readable', file })
  const acceptClosures = flags.has('accept-closures')
  const done = await importSchoolList(await program.context(), { bytes, acceptClosures })
  if (!done.ok) return done
  return ok({ json: { kind: 'schools', ...done.value }, text: countsText(done.value) })
}

async function runList(
  program: Program,
  { text }: Given,
): Promise<Result<Told, AreaRefusal | WrongUsage>> {
  const area = parseArea(text['area'] ?? '')
  if (!area.ok) return area
  const on = text['on'] === undefined ? null : toCalendarDate(text['on'])
  if (on === null && text['on'] !== undefined) {
    return err({ code: 'wrong_usage', why: `„${text['on']}“ ist kein Tag (JJJJ-MM-TT).` })
  }
  const ctx = await program.context()
  const schools = await listPlaceableSchools(ctx, area.value, on ?? today(ctx.clock))
  return ok({
    json: schools.map(listed),
    text: schools.map(({ number, shortName }) => `${number}  ${shortName}`).join('\n'),
  })
}

/** What the list says of a school: number, Kurzbezeichnung, two-character keys, AGS. */
function listed({ number, shortName, form, municipality, status }: School) {
  return { number, name: shortName, form, municipality, status }
}

function countsText(counts: SchoolListCounts): string {
  const skipped = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0)
  const lines = [
    `Gelesen: ${counts.read}`,
    `Neu: ${counts.new}`,
    `Geändert: ${counts.changed}`,
    `Unverändert: ${counts.unchanged}`,
    `Geschlossen: ${counts.closed}, davon nicht mehr in der Liste: ${counts.missing}`,
    `Keine Schulen: ${skipped}`,
    `Lage passt nicht zur Gemeinde: ${counts.implausible.join(', ') || 'keine'}`,
  ]
  return lines.join('\n')
}
