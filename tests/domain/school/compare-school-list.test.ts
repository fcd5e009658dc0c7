import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBorders } from '#app/domain/geo/borders.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import {
  compareSchoolList,
  type SchoolListChanges,
  type SchoolListCounts,
} from '#app/domain/school/compare-school-list.ts'
import type { SchoolList } from '#app/domain/school/read-school-list.ts'
import { isClosedOn, isPlaceable, type School } from '#app/domain/school/school.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'
import { schoolWith } from './factories.ts'
import {
  type ListYear,
  officialList,
  officialListsPresent,
  withOfficialLists,
} from './official-lists.ts'

const DAY = '2026-05-31'
const nowhere = toBorders([])

function listOf(...schools: readonly School[]): SchoolList {
  return { schools, notSchools: [] }
}

function changes(
  stored: readonly School[],
  list: SchoolList,
  day: CalendarDate = DAY,
): SchoolListChanges {
  const result = compareSchoolList({ stored, list, borders: nowhere, day, acceptClosures: true })
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.error)}`)
  return result.value
}

/** What is stored after the changes have been written. */
function written(stored: readonly School[], made: SchoolListChanges): readonly School[] {
  const after = new Map(stored.map((school) => [school.number, school]))
  for (const school of made.inserts) after.set(school.number, school)
  for (const update of [...made.updates, ...made.closures]) {
    after.set(update.after.number, update.after)
  }
  return [...after.values()]
}

function addsUp(counts: SchoolListCounts): boolean {
  const skipped = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0)
  const sum =
    counts.new + counts.changed + counts.unchanged + (counts.closed - counts.missing) + skipped
  return counts.read === sum
}

const NOTHING = { new: 0, changed: 0, unchanged: 0, closed: 0, missing: 0 }

describe('one school', () => {
  const stored = schoolWith()

  test('not stored yet: new, also when it is closed', () => {
    expect(changes([], listOf(stored)).counts).toMatchObject({ ...NOTHING, new: 1 })
    expect(changes([], listOf(schoolWith({ status: '9' })))).toMatchObject({
      counts: { ...NOTHING, new: 1 },
      inserts: [{ status: '9' }],
    })
  })

  test('the same: unchanged, nothing to write', () => {
    expect(changes([stored], listOf(stored))).toMatchObject({
      counts: { ...NOTHING, unchanged: 1 },
      inserts: [],
      updates: [],
      closures: [],
    })
  })

  test.each([
    ['Schulform', schoolWith({ form: '20' })],
    ['Schulbezeichnung_3', schoolWith({ names: ['Gesamtschule', 'Am Beispielweg', 'neu'] })],
    ['Bezirksregierung', schoolWith({ districtOffice: '5' })],
    ['Fax', schoolWith({ fax: { areaCode: '', number: '1' } })],
    ['Schulbetriebsschluessel', schoolWith({ status: '4' })],
    ['Schulbetriebsdatum', schoolWith({ statusOn: '2001-08-01' })],
    ['EPSG', schoolWith({ epsg: 'null' })],
    ['UTMHochwert', schoolWith({ north: 5_630_001 })],
  ])('%s differs: changed', (column, listed) => {
    expect(changes([stored], listOf(listed))).toMatchObject({
      counts: { ...NOTHING, changed: 1 },
      updates: [{ before: stored, after: listed, columns: [column] }],
    })
  })

  test('a list without Bezirksregierung is no difference and erases nothing', () => {
    const silent = schoolWith({ districtOffice: null })
    expect(changes([stored], listOf(silent)).counts).toMatchObject({ ...NOTHING, unchanged: 1 })
    const moved = changes([stored], listOf({ ...silent, street: 'Anderswo 2' }))
    expect(moved.updates[0]?.after.districtOffice).toBe('3')
  })

  test.each([
    ['5', '2026-08-01', 'closed'],
    ['9', '2026-08-01', 'closed'],
    ['0', '2026-05-30', 'closed'],
    ['2', '2026-05-30', 'closed'],
    ['0', '2026-05-31', 'changed'],
    ['2', '2026-05-31', 'changed'],
    ['3', '2026-05-30', 'changed'],
    ['4', '2026-05-30', 'changed'],
  ] as const)('key %s with %s: %s', (status, statusOn, kind) => {
    const made = changes([stored], listOf(schoolWith({ status, statusOn, street: 'Neu 1' })))
    expect(made.counts).toMatchObject({ ...NOTHING, [kind]: 1 })
    expect(written([stored], made)).toMatchObject([{ status, statusOn, street: 'Neu 1' }])
  })

  test('listed no more: closed and missing, kept, and not closed again', () => {
    const another = schoolWith({ number: '180002' })
    const made = changes([stored, another], listOf(another))
    expect(made.counts).toMatchObject({ ...NOTHING, unchanged: 1, closed: 1, missing: 1 })
    const after = written([stored, another], made)
    expect(after[0]).toEqual({ ...stored, delistedOn: DAY })
    expect(changes(after, listOf(another)).counts).toMatchObject({ ...NOTHING, unchanged: 1 })
  })

  test('listed again after an absence: changed, and open', () => {
    const made = changes([{ ...stored, delistedOn: '2026-01-01' }], listOf(stored))
    expect(made.counts).toMatchObject({ ...NOTHING, changed: 1 })
    expect(written([], made)).toEqual([stored])
  })

  test('a stored closed school that the list closes in another way does not close again', () => {
    const closed = schoolWith({ status: '2', statusOn: '2025-07-31' })
    const nine = schoolWith({ status: '9', statusOn: '2025-07-31' })
    expect(changes([closed], listOf(nine)).counts).toMatchObject({ ...NOTHING, changed: 1 })
    expect(changes([closed], listOf()).counts).toMatchObject(NOTHING)
  })

  test('closed by the day itself since the last import: no difference', () => {
    const ending = schoolWith({ status: '0', statusOn: '2026-07-31' })
    expect(changes([ending], listOf(ending), '2026-11-21').counts).toMatchObject({
      ...NOTHING,
      unchanged: 1,
    })
  })

  test('a school that has become an authority is listed no more as a school', () => {
    const list = { schools: [], notSchools: [{ ...stored, form: '0A' }] }
    const { counts } = changes([stored], list)
    expect(counts).toMatchObject({ ...NOTHING, read: 1, closed: 1, missing: 1 })
    expect(counts.skipped).toEqual({ 'not_a_school:0A': 1 })
    expect(addsUp(counts)).toBe(true)
  })
})

describe('schools of the demo centre', () => {
  const demo = schoolWith({ number: '900001', source: 'demo' })

  test('are neither counted nor closed', () => {
    const made = changes([demo], listOf(schoolWith()))
    expect(made.counts).toMatchObject({ ...NOTHING, new: 1 })
    expect(made.closures).toEqual([])
  })

  test('keep their number', () => {
    const result = compareSchoolList({
      stored: [demo],
      list: listOf(schoolWith({ number: '900001' })),
      borders: nowhere,
      day: DAY,
      acceptClosures: true,
    })
    expect(result).toEqual({
      ok: false,
      error: { code: 'school_number_in_demo', number: '900001' },
    })
  })
})

describe('too many closures', () => {
  const many = Array.from({ length: 20 }, (_, i) => schoolWith({ number: String(180_000 + i) }))
  const demo = Array.from({ length: 20 }, (_, i) =>
    schoolWith({ number: String(900_000 + i), source: 'demo' }),
  )
  const closed = Array.from({ length: 20 }, (_, i) =>
    schoolWith({ number: String(170_000 + i), status: '9' }),
  )

  function compare(list: SchoolList, acceptClosures = false) {
    const stored = [...many, ...demo, ...closed]
    return compareSchoolList({ stored, list, borders: nowhere, day: DAY, acceptClosures })
  }

  test('a tenth of the open schools of the list may close, more may not', () => {
    expect(compare(listOf(...many.slice(2))).ok).toBe(true)
    expect(compare(listOf(...many.slice(3)))).toEqual({
      ok: false,
      error: { code: 'too_many_closures', closing: 3, open: 20 },
    })
  })

  test('closing by key counts too', () => {
    const [a, b, c, ...others] = many as [School, School, School, ...School[]]
    const list = listOf({ ...a, status: '9' }, { ...b, status: '5' }, ...others)
    expect(compare(list)).toMatchObject({ ok: false, error: { closing: 3, open: 20 } })
    expect(c).toBeDefined()
  })

  test('accepted, they close', () => {
    expect(compare(listOf(...many.slice(3)), true)).toMatchObject({
      ok: true,
      value: { counts: { closed: 3, missing: 3 } },
    })
  })

  test('a first import closes nothing', () => {
    const result = compareSchoolList({
      stored: demo,
      list: listOf(...many),
      borders: nowhere,
      day: DAY,
      acceptClosures: false,
    })
    expect(result).toMatchObject({ ok: true, value: { counts: { new: 20, closed: 0 } } })
  })
})

describe('any lists in any order', () => {
  const schools = fc.uniqueArray(
    fc
      .record({
        number: fc.integer({ min: 180_000, max: 180_011 }).map(String),
        status: fc.constantFrom(...(['0', '1', '2', '3', '4', '5', '6', '9'] as const)),
        statusOn: fc.constantFrom('2026-05-30' as const, '2026-05-31' as const),
        street: fc.constantFrom('A-Weg 1', 'B-Weg 2'),
        districtOffice: fc.constantFrom('3', null),
      })
      .map(schoolWith),
    { selector: (school) => school.number, maxLength: 12 },
  )
  const lists = fc.array(
    fc.tuple(schools, fc.nat(3)).map(
      ([listed, authorities]): SchoolList => ({
        schools: listed,
        notSchools: Array.from({ length: authorities }, (_, i) => ({
          ...schoolWith({ number: String(500_000 + i) }),
          form: '0A',
        })),
      }),
    ),
    { minLength: 1, maxLength: 5 },
  )

  test('the counts add up, a second time changes nothing, no school is lost', () => {
    fc.assert(
      fc.property(lists, (all) => {
        let stored: readonly School[] = [schoolWith({ number: '900001', source: 'demo' })]
        for (const list of all) {
          const made = changes(stored, list)
          expect(addsUp(made.counts)).toBe(true)
          const after = written(stored, made)
          const again = changes(after, list)
          expect(again.counts).toMatchObject({
            ...NOTHING,
            unchanged: list.schools.length,
          })
          expect([...again.inserts, ...again.updates, ...again.closures]).toEqual([])
          expect(after.length).toBe(stored.length + made.counts.new)
          const newlyClosed = after.filter(
            (school) =>
              isClosedOn(school, DAY) &&
              stored.some((old) => old.number === school.number && !isClosedOn(old, DAY)),
          )
          expect(newlyClosed.length).toBe(made.counts.closed)
          stored = after
        }
        expect(stored[0]).toEqual(schoolWith({ number: '900001', source: 'demo' }))
      }),
    )
  })
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the published lists'), () => {
  const lists = officialListsPresent
    ? { 2021: officialList(2021), 2022: officialList(2022), 2026: officialList(2026) }
    : { 2021: listOf(), 2022: listOf(), 2026: listOf() }

  function imported(stored: readonly School[], year: ListYear, day: CalendarDate) {
    const result = compareSchoolList({
      stored,
      list: lists[year],
      borders: loadBorders(),
      day,
      acceptClosures: false,
    })
    if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.error)}`)
    return { counts: result.value.counts, stored: written(stored, result.value) }
  }

  test('May 2026 into an empty installation', () => {
    const { counts, stored } = imported([], 2026, DAY)
    expect(counts).toEqual({
      read: 5_639,
      new: 5_441,
      changed: 0,
      unchanged: 0,
      closed: 0,
      missing: 0,
      skipped: {
        'not_a_school:0A': 59,
        'not_a_school:50': 33,
        'not_a_school:51': 28,
        'not_a_school:52': 15,
        'not_a_school:53': 19,
        'not_a_school:56': 31,
        'not_a_school:58': 13,
      },
      implausible: ['115990', '154647', '172224', '193835', '600358'],
    })
    expect(imported(stored, 2026, DAY).counts).toMatchObject({ ...NOTHING, unchanged: 5_441 })
    expect(imported(stored, 2026, '2026-11-21').counts).toMatchObject({
      ...NOTHING,
      unchanged: 5_441,
    })
  })

  test.each([
    [2021, 2022, 2026],
    [2021, 2026, 2022],
    [2022, 2021, 2026],
    [2022, 2026, 2021],
    [2026, 2021, 2022],
    [2026, 2022, 2021],
  ] as const)('%i, %i, %i: adds up, idempotent, nothing lost', (...order) => {
    let stored: readonly School[] = []
    const numbers = new Set<SchoolNumber>()
    for (const year of order) {
      const first = imported(stored, year, '2026-11-21')
      for (const school of lists[year].schools) numbers.add(school.number)
      expect(addsUp(first.counts)).toBe(true)
      const again = imported(first.stored, year, '2026-11-21')
      expect(again.counts).toMatchObject({ ...NOTHING, unchanged: lists[year].schools.length })
      expect(again.stored).toEqual(first.stored)
      stored = first.stored
    }
    expect(stored).toHaveLength(numbers.size)
    const placeable = stored.filter((school) => isPlaceable(school, '2026-11-21'))
    const last = lists[order[2]].schools.filter((school) => isPlaceable(school, '2026-11-21'))
    expect(placeable.map((school) => school.number).sort()).toEqual(
      last.map((school) => school.number).sort(),
    )
    const said = stored.filter((school) => school.districtOffice !== null)
    expect(said).toHaveLength(5_441)
  })

  test('from 2021 to 2026 the schools that left are missing', () => {
    const before = imported([], 2021, '2021-09-08')
    const { counts } = imported(before.stored, 2026, DAY)
    const open = before.stored.filter((school) => !isClosedOn(school, DAY))
    const listed = new Set(lists[2026].schools.map((school) => school.number))
    expect(counts.new).toBe(105)
    expect(counts.missing).toBe(open.filter((school) => !listed.has(school.number)).length)
    expect(counts.missing).toBeGreaterThan(0)
    expect(counts.missing).toBeLessThanOrEqual(112)
  })

  test('the list of one Kreis is refused in an installation of the whole state', () => {
    const { stored } = imported([], 2026, DAY)
    const list = listOf(
      ...lists[2026].schools.filter((school) => school.municipality.startsWith('05358')),
    )
    expect(
      compareSchoolList({ stored, list, borders: loadBorders(), day: DAY, acceptClosures: false }),
    ).toEqual({ ok: false, error: { code: 'too_many_closures', closing: 5_359, open: 5_437 } })
  })
})
