import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSchoolListFile } from '#app/gateways/school-list-file.server.ts'
import { COLUMN_NAMES, cellsOf, listText, schoolWith } from './factories.ts'
import {
  bytesOf,
  mustRead,
  officialBytes,
  officialList,
  officialListsPresent,
  withOfficialLists,
} from './official-lists.ts'

const school = schoolWith({ names: ['Grundschule "Auf; den Äckern"', 'Übung', ''] })
const other = schoolWith({ number: '180002', fax: { areaCode: '02421', number: '11' } })

function read(text: string) {
  return readSchoolListFile(bytesOf(text))
}

function refusalOf(bytes: Uint8Array) {
  const result = readSchoolListFile(bytes)
  return result.ok ? null : result.error
}

/** The one bad row of a list whose second row has these cells instead of its own. */
function badRowWith(override: Record<string, string>) {
  return refusalOf(bytesOf(listText(COLUMN_NAMES, [cellsOf(school), cellsOf(other, override)])))
}

describe('however it is written', () => {
  test('columns in any order, any line end, with and without mark, sep line and last semicolon', () => {
    const writings = fc.record({
      separatorLine: fc.boolean(),
      byteOrderMark: fc.boolean(),
      lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
      trailingSemicolon: fc.boolean(),
    })
    const orders = fc.shuffledSubarray([...COLUMN_NAMES.keys()], { minLength: COLUMN_NAMES.length })
    fc.assert(
      fc.property(writings, orders, (writing, order) => {
        const pick = (cells: readonly string[]) => order.map((place) => cells[place]!)
        const rows = [pick(cellsOf(school)), pick(cellsOf(other))]
        const result = read(listText(pick(COLUMN_NAMES), rows, writing))
        expect(result).toEqual({ ok: true, value: { schools: [school, other], notSchools: [] } })
      }),
    )
  })

  test('rows may end in a semicolon too, and lines may be empty', () => {
    const text = `${COLUMN_NAMES.join(';')};\n\n${cellsOf(other).join(';')};\n\n`
    expect(read(text)).toEqual({ ok: true, value: { schools: [other], notSchools: [] } })
  })

  test('a list without Bezirksregierung has not said which', () => {
    const place = COLUMN_NAMES.indexOf('Bezirksregierung')
    const without = (cells: readonly string[]) => cells.toSpliced(place, 1)
    const result = read(listText(without(COLUMN_NAMES), [without(cellsOf(school))]))
    expect(result).toMatchObject({ ok: true, value: { schools: [{ districtOffice: null }] } })
  })

  test('columns nobody knows are passed over', () => {
    const result = read(listText(['Neues', ...COLUMN_NAMES], [['x', ...cellsOf(school)]]))
    expect(result).toMatchObject({ ok: true, value: { schools: [school] } })
  })

  test.each(['0A', '50', '51', '52', '53', '56', '58'])(
    'form %s is read and is no school',
    (form) => {
      const result = read(listText(COLUMN_NAMES, [cellsOf(school, { Schulform: form })]))
      expect(result).toMatchObject({
        ok: true,
        value: { schools: [], notSchools: [{ number: school.number, form }] },
      })
    },
  )
})

describe('refused as a file', () => {
  const list = listText(COLUMN_NAMES, [cellsOf(school)])

  test('another encoding', () => {
    expect(refusalOf(Buffer.from(list, 'latin1'))).toEqual({ code: 'file_not_utf8' })
    expect(refusalOf(Buffer.from(list, 'utf16le'))).toEqual({ code: 'file_not_utf8' })
    expect(refusalOf(Buffer.from(`\uFEFF${list}`, 'utf16le'))).toEqual({ code: 'file_not_utf8' })
  })

  test.each(['', '\uFEFF', ' \r\n\n', 'sep=;', 'sep=;\r\n', `sep=;\n${COLUMN_NAMES.join(';')};\n`])(
    'nothing in it: %j',
    (text) => {
      expect(refusalOf(bytesOf(text))).toEqual({ code: 'file_empty' })
    },
  )

  test.each([
    '<!DOCTYPE html><title>Anmeldung</title>',
    '\uFEFF\n <HTML>',
    '<?xml version="1.0"?>',
  ])('a web page: %j', (text) => {
    expect(refusalOf(bytesOf(text))).toEqual({ code: 'file_is_web_page' })
  })

  test('a web page in another encoding is still a web page', () => {
    expect(refusalOf(Buffer.from('<html>Störung</html>', 'latin1'))).toEqual({
      code: 'file_is_web_page',
    })
  })

  test.each(COLUMN_NAMES.filter((name) => name !== 'Bezirksregierung'))(
    'column %s missing',
    (column) => {
      const place = COLUMN_NAMES.indexOf(column)
      const text = listText(COLUMN_NAMES.toSpliced(place, 1), [cellsOf(school).toSpliced(place, 1)])
      expect(refusalOf(bytesOf(text))).toEqual({ code: 'school_list_column_missing', column })
    },
  )

  test('a column twice', () => {
    const text = listText([...COLUMN_NAMES, 'PLZ'], [[...cellsOf(school), '52349']])
    expect(refusalOf(bytesOf(text))).toMatchObject({
      code: 'school_list_rows_bad',
      rows: [{ line: 2, column: 'PLZ' }],
    })
  })
})

describe('refused for its rows', () => {
  test.each([
    ['Schulnummer', '18000', '„18000“ ist keine Nummer aus sechs Ziffern.'],
    ['Schulnummer', '1800021', '„1800021“ ist keine Nummer aus sechs Ziffern.'],
    ['Schulnummer', '18000a', '„18000a“ ist keine Nummer aus sechs Ziffern.'],
    ['Schulnummer', '180001', 'Die Nummer 180001 steht schon in Zeile 3.'],
    ['Schulform', '99', 'Den Schulformschlüssel „99“ kennt Einstieg nicht.'],
    ['Schulform', '2', 'Den Schulformschlüssel „2“ kennt Einstieg nicht.'],
    ['Schulform', 'toString', 'Den Schulformschlüssel „toString“ kennt Einstieg nicht.'],
    ['Schulform', '', 'Den Schulformschlüssel „“ kennt Einstieg nicht.'],
    ['Gemeindeschluessel', '5358008', '„5358008“ ist kein Schlüssel aus acht Ziffern.'],
    ['Schulbetriebsschluessel', '7', 'Den Betriebsschlüssel „7“ kennt Einstieg nicht.'],
    ['Schulbetriebsdatum', '31.02.2026', '„31.02.2026“ ist kein Tag im Kalender (TT.MM.JJJJ).'],
    ['Schulbetriebsdatum', '2026-02-01', '„2026-02-01“ ist kein Tag im Kalender (TT.MM.JJJJ).'],
    ['Schulbetriebsdatum', '', '„“ ist kein Tag im Kalender (TT.MM.JJJJ).'],
    ['UTMRechtswert', '', '„“ ist keine ganze Zahl in Metern.'],
    ['UTMRechtswert', '325000.5', '„325000.5“ ist keine ganze Zahl in Metern.'],
    ['UTMRechtswert', '-325000', '„-325000“ ist keine ganze Zahl in Metern.'],
    ['UTMRechtswert', '32325000', '„32325000“ liegt weit außerhalb von Nordrhein-Westfalen.'],
    ['UTMHochwert', '325000', '„325000“ liegt weit außerhalb von Nordrhein-Westfalen.'],
    ['UTMHochwert', '51,19', '„51,19“ ist keine ganze Zahl in Metern.'],
  ])('%s = %j', (column, text, why) => {
    expect(badRowWith({ [column]: text })).toEqual({
      code: 'school_list_rows_bad',
      rows: [{ line: 4, column, why }],
      total: 1,
    })
  })

  test('too few and too many cells', () => {
    const rows = [cellsOf(school).slice(0, -1), [...cellsOf(other), 'zu viel']]
    expect(refusalOf(bytesOf(listText(COLUMN_NAMES, rows)))).toEqual({
      code: 'school_list_rows_bad',
      rows: [
        { line: 3, column: 'ganze Zeile', why: 'Die Zeile hat 23 Felder, erwartet sind 24.' },
        { line: 4, column: 'ganze Zeile', why: 'Die Zeile hat 25 Felder, erwartet sind 24.' },
      ],
      total: 2,
    })
  })

  test('a control character', () => {
    expect(badRowWith({ Ort: 'Dü\u0000ren' })).toMatchObject({ rows: [{ line: 4 }] })
  })

  test('a quote that is not closed', () => {
    const text = listText(COLUMN_NAMES, [cellsOf(school), cellsOf(other)])
    expect(refusalOf(bytesOf(text.replace('"180002"', '"180002')))).toMatchObject({
      code: 'school_list_rows_bad',
      rows: [{ line: 4 }],
    })
  })

  test('a row that is no school is checked as well', () => {
    expect(badRowWith({ Schulform: '0A', UTMHochwert: 'x' })).toMatchObject({
      rows: [{ line: 4, column: 'UTMHochwert' }],
    })
  })

  test('the line named is the one in the file: sep line, empty lines, line breaks in cells', () => {
    const rows = [
      cellsOf(school, { Ort: 'Dü\r\nren' }),
      cellsOf(other, { Ort: 'Dü\nren', Schulform: '99' }),
    ]
    const text = listText(COLUMN_NAMES, rows, { lineEnd: '\r\n' }).replace('\r\n"', '\r\n\r\n"')
    expect(refusalOf(bytesOf(text))).toMatchObject({ rows: [{ line: 6, column: 'Schulform' }] })
  })

  test('at most twenty rows are named, all are counted', () => {
    const rows = Array.from({ length: 33 }, () => cellsOf(school, { Schulform: '99' }))
    const refusal = refusalOf(bytesOf(listText(COLUMN_NAMES, rows)))
    if (refusal?.code !== 'school_list_rows_bad') throw new Error('Not refused for its rows')
    expect(refusal.rows.map((row) => row.line)).toEqual(Array.from({ length: 20 }, (_, i) => i + 3))
    expect(refusal.total).toBe(33)
  })

  test('no bytes at all make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readSchoolListFile(bytes).ok).toBe(false)
      }),
    )
  })
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the published lists'), () => {
  test.each([
    [2021, 5_507, 59],
    [2022, 5_486, 59],
    [2026, 5_639, 198],
  ] as const)('%i: %i rows, %i of them no schools', (year, rows, noSchools) => {
    const list = officialList(year)
    expect(list.notSchools).toHaveLength(noSchools)
    expect(list.schools).toHaveLength(rows - noSchools)
    expect(new Set(list.schools.map((school) => school.districtOffice === null))).toEqual(
      new Set([year !== 2026]),
    )
  })

  test('a row becomes a school, cell by cell', () => {
    expect(officialList(2026).schools.find((school) => school.number === '100011')).toEqual({
      number: '100011',
      source: 'list',
      form: '15',
      names: ['Städt. Gesamtschule', 'Schule d. Sekundarstufe I u. II', ''],
      shortName: 'Haan, GE Walder Straße',
      districtOffice: '1',
      postcode: '42781',
      town: 'Haan',
      street: 'Walder Str. 15',
      phone: { areaCode: '02129', number: '3754950' },
      fax: { areaCode: '02129', number: '37545999' },
      email: '100011@schule.nrw.de',
      homepage: 'http://www.gesamtschule-haan.de',
      legalForm: '1',
      ownerNumber: '11435',
      municipality: '05158008',
      status: '1',
      statusOn: '2017-08-01',
      epsg: 'EPSG:25832',
      east: 361_466,
      north: 5_673_192,
      delistedOn: null,
    })
  })

  test('saved with a mark and CRLF, without the sep line, it is the same list', () => {
    const text = new TextDecoder().decode(officialBytes(2026))
    const saved = `\uFEFF${text.replace('sep=;\n', '').replaceAll('\n', '\r\n')}`
    expect(mustRead(bytesOf(saved))).toEqual(officialList(2026))
  })

  test('half a list breaks off in a row, and is refused', () => {
    const bytes = officialBytes(2026)
    expect(refusalOf(bytes.subarray(0, 900_001))).toMatchObject({ code: 'school_list_rows_bad' })
  })
})
