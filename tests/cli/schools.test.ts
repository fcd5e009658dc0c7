import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { importSchools, listSchools } from '#app/cli/commands/schools.ts'
import { runTerminal } from '#app/cli/terminal.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import { COLUMN_NAMES, cellsOf, listText, schoolWith } from '#tests/domain/school/factories.ts'
import { officialListsPresent, withOfficialLists } from '#tests/domain/school/official-lists.ts'
import { sharedData } from '#tests/setup/paths.ts'
import { type EmptyProgram, emptyProgram } from './empty-program.ts'

let program: EmptyProgram
let folder: string

beforeEach(async () => {
  program = await emptyProgram('2026-05-31')
  await ensureMunicipalities(program)
  folder = mkdtempSync(join(tmpdir(), 'schools-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await program.close()
})

async function ki(...argv: readonly string[]) {
  const said = { out: '', err: '' }
  const context = async () => ({
    ...program,
    actor: { kind: 'system' } as const,
    requestId: 'request',
    steppedUp: true,
    idempotencyKey: null,
  })
  const code = await runTerminal(
    [importSchools, listSchools],
    argv,
    { context },
    {
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
    },
  )
  return { code, ...said, json: () => JSON.parse(said.out) }
}

function fileWith(...schools: readonly ReturnType<typeof schoolWith>[]): string {
  const file = join(folder, 'schuldaten.csv')
  writeFileSync(
    file,
    listText(
      COLUMN_NAMES,
      schools.map((school) => cellsOf(school)),
    ),
  )
  return file
}

describe('schools import', () => {
  test('prints the counts as one JSON value', async () => {
    const file = fileWith(schoolWith(), schoolWith({ number: '180002', status: '9' }))
    const first = await ki('schools', 'import', file, '--json')
    expect([first.code, first.err]).toEqual([0, ''])
    expect(Object.keys(first.json())).toEqual([
      'kind',
      'read',
      'new',
      'changed',
      'unchanged',
      'closed',
      'missing',
      'skipped',
      'implausible',
    ])
    expect(first.json()).toMatchObject({ kind: 'schools', read: 2, new: 2, skipped: {} })
    expect((await ki('schools', 'import', file, '--json')).json()).toMatchObject({
      new: 0,
      changed: 0,
      unchanged: 2,
      closed: 0,
    })
  })

  test('is refused with what to do and the rows, exit 1, one sentence on stderr', async () => {
    const file = fileWith(schoolWith({ number: '18' }))
    const refused = await ki('schools', 'import', file, '--json')
    expect(refused.code).toBe(1)
    expect(refused.json()).toEqual({
      refused: {
        code: 'school_list_rows_bad',
        message: expect.stringContaining('Es wurde nichts geändert.'),
        total: 1,
        rows: [{ line: 3, column: 'Schulnummer', why: '„18“ ist keine Nummer aus sechs Ziffern.' }],
      },
    })
    expect(refused.err.trim()).toBe(refused.json().refused.message)
  })

  test('closes many schools only when told to', async () => {
    await ki('schools', 'import', fileWith(schoolWith(), schoolWith({ number: '180002' })))
    const part = fileWith(schoolWith())
    const refused = await ki('schools', 'import', part, '--json')
    expect([refused.code, refused.json().refused.code]).toEqual([1, 'too_many_closures'])
    const accepted = await ki('schools', 'import', part, '--accept-closures', '--json')
    expect([accepted.code, accepted.json().closed]).toEqual([0, 1])
  })

  test('names a file that is not there, and asks for one that is missing', async () => {
    const nowhere = await ki('schools', 'import', join(folder, 'nowhere.csv'), '--json')
    expect([nowhere.code, nowhere.json().refused.code]).toEqual([1, 'file_not_readable'])
    expect((await ki('schools', 'import')).code).toBe(2)
  })
})

describe('schools list', () => {
  test('prints who takes children on a day, by number', async () => {
    const opens = schoolWith({ number: '180001', status: '3', statusOn: '2026-08-01' })
    const closes = schoolWith({ number: '180002', status: '2', statusOn: '2026-07-31' })
    const elsewhere = schoolWith({ number: '180003', municipality: '05554012' as never })
    await ki('schools', 'import', fileWith(elsewhere, closes, opens))
    const now = await ki('schools', 'list', '--area', '05358', '--json')
    expect(now.json()).toEqual([
      {
        number: '180002',
        name: 'Düren, GE Am Beispielweg',
        form: '15',
        municipality: '05358008',
        status: '2',
      },
    ])
    const numbersOn = async (area: string, day: string) => {
      const listed = await ki('schools', 'list', '--area', area, '--on', day, '--json')
      return listed.json().map(({ number }: { number: string }) => number)
    }
    expect(await numbersOn('05358', '2026-07-31')).toEqual(['180002'])
    expect(await numbersOn('05358', '2026-08-01')).toEqual(['180001'])
    expect(await numbersOn('05358,05554', '2026-08-01')).toEqual(['180001', '180003'])
  })

  test('is refused for what is no area, and wrong usage for what is no day', async () => {
    const area = await ki('schools', 'list', '--area', 'Düren', '--json')
    expect([area.code, area.json().refused.code]).toEqual([1, 'area_prefix_invalid'])
    expect((await ki('schools', 'list', '--area', '05', '--on', '30.02.2026')).code).toBe(2)
    expect((await ki('schools', 'list', '--json')).code).toBe(2)
  })
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the list of May 2026'), () => {
  test('prints the 78 schools of Kreis Düren', async () => {
    const file = sharedData('schulen', 'schuldaten.csv')
    expect((await ki('schools', 'import', file, '--json')).json()).toMatchObject({ new: 5441 })
    const listed = await ki('schools', 'list', '--area', '05358', '--on', '2026-05-31', '--json')
    expect(listed.json()).toHaveLength(78)
  }, 30_000)
})
