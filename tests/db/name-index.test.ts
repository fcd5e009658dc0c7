import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BirthDate } from '#app/domain/child/birth-date.ts'
import { sortName } from '#app/domain/child/name.ts'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { createNameIndex, type NameEntry, type NameIndex } from '#db/sealing/name-index.ts'
import { SAME_NAME } from '#tests/domain/child/same-name.ts'

const DUEREN = 'centre-dueren' as CentreId
const ESSEN = 'centre-essen' as CentreId

type Facts = Partial<NameEntry> & { readonly given: string; readonly family: string }

function entry(id: string, facts: Facts): NameEntry {
  const { given, family } = facts
  return {
    centreId: DUEREN,
    childId: id as ChildId,
    caseIds: [`case-${id}` as CaseId],
    originalGiven: '',
    originalFamily: '',
    birthDate: { precision: 'day', date: '2014-03-09' },
    sortKey: sortName({ givenNames: given, familyName: family, originalScript: null }),
    ...facts,
  }
}

const CHILDREN = [
  entry('mohammed', {
    given: 'Mohammed',
    family: 'Al-Hassan',
    originalGiven: 'محمد',
    originalFamily: 'الحسن',
  }),
  entry('oleksandr', {
    given: 'Oleksandr',
    family: 'Kovalenko',
    originalGiven: 'Олександр',
    originalFamily: 'Коваленко',
  }),
  entry('tesfay', { given: 'ተስፋይ', family: 'ገብረ' }),
  entry('ayse', { given: 'Ayşe', family: 'Öztürk' }),
  entry('abdul', { given: 'Abdul Rahman', family: 'Rahimi' }),
  entry('zahra', { given: 'Zahra', family: '' }),
]

function indexOf(entries: readonly NameEntry[]): NameIndex {
  const index = createNameIndex()
  for (const child of entries) index.put(child)
  return index
}

function idsFor(text: string, index = indexOf(CHILDREN), centreId = DUEREN): readonly string[] {
  return index.search(centreId, text, 10).map(({ childId }) => childId)
}

describe('search', () => {
  test.each([
    ['Mohammed', 'mohammed'],
    ['muhamad', 'mohammed'],
    ['Moham', 'mohammed'],
    ['محمد', 'mohammed'],
    ['محم', 'mohammed'],
    ['الحسن محمد', 'mohammed'],
    ['Hasan Mohamed', 'mohammed'],
    ['Мухаммад', 'mohammed'],
    ['Alexander', 'oleksandr'],
    ['Александр', 'oleksandr'],
    ['олекс ков', 'oleksandr'],
    ['kowalenko', 'oleksandr'],
    ['tesfai', 'tesfay'],
    ['Tesfay Gebre', 'tesfay'],
    ['ተስ', 'tesfay'],
    ['AYSE', 'ayse'],
    ['aischa oeztuerk', 'ayse'],
    ['Abdurrahman', 'abdul'],
    ['عبد الرحمن', 'abdul'],
    ['zahra', 'zahra'],
  ])('%s finds %s', (text, id) => {
    expect(idsFor(text)).toEqual([id])
  })

  test.each(['Tkachenko', 'Mohammed Kovalenko', 'إبراهيم', '', ' - ', '%', '_'])(
    '%s finds nobody',
    (text) => {
      expect(idsFor(text)).toEqual([])
    },
  )

  test('the exact name stands before the near one, then by name; no more than asked for', () => {
    const index = indexOf([
      entry('near', { given: 'Muhamad', family: 'Adam' }),
      entry('z', { given: 'Mohammed', family: 'Zain' }),
      entry('b', { given: 'Mohammed', family: 'Bakr' }),
    ])
    expect(idsFor('mohammed', index)).toEqual(['b', 'z', 'near'])
    expect(index.search(DUEREN, 'mohammed', 2).map(({ childId }) => childId)).toEqual(['b', 'z'])
  })

  test('gives the cases of the child', () => {
    expect(indexOf(CHILDREN).search(DUEREN, 'zahra', 1)).toEqual([
      { childId: 'zahra', caseIds: ['case-zahra'], score: 1 },
    ])
  })

  test('every name is found by its own spelling, in the middle of a full register', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyzäöüßşçğıđžاحمدعليیکگхасанієґተስფგ']
    const word = fc
      .array(fc.constantFrom(...letters), { minLength: 2, maxLength: 14 })
      .map((parts) => parts.join(''))
    const index = indexOf(CHILDREN)
    fc.assert(
      fc.property(word, word, (given, family) => {
        index.put(entry('probe', { given, family }))
        expect(index.search(DUEREN, `${given} ${family}`, 100)[0]?.childId).toBe('probe')
        expect(index.search(DUEREN, family, 100).map(({ childId }) => childId)).toContain('probe')
      }),
    )
  })
})

describe('centres', () => {
  const index = indexOf([
    ...CHILDREN,
    entry('other', { given: 'Mohammed', family: 'Al-Hassan', centreId: ESSEN }),
  ])

  test('see their own children only', () => {
    expect(idsFor('Mohammed', index, DUEREN)).toEqual(['mohammed'])
    expect(idsFor('Mohammed', index, ESSEN)).toEqual(['other'])
    expect(index.order(ESSEN)).toEqual(['other'])
    expect(index.nameOf(ESSEN, 'mohammed' as ChildId)).toBeNull()
    expect(index.count(ESSEN)).toBe(1)
    const candidate = CHILDREN[0]!
    expect(index.duplicates(ESSEN, candidate).map(({ record }) => record.childId)).toEqual([
      'other',
    ])
  })

  test('cannot remove each other’s', () => {
    index.remove(ESSEN, 'mohammed' as ChildId)
    expect(index.nameOf(DUEREN, 'mohammed' as ChildId)).not.toBeNull()
  })

  test('that are not there have nobody', () => {
    const nowhere = 'centre-nowhere' as CentreId
    expect(index.search(nowhere, 'Mohammed', 5)).toEqual([])
    expect(index.order(nowhere)).toEqual([])
    expect(index.duplicates(nowhere, CHILDREN[0]!)).toEqual([])
  })
})

describe('order', () => {
  test('is German, and holds while children come and go', () => {
    const index = indexOf(CHILDREN)
    const names = () => index.order(DUEREN).map((id) => index.nameOf(DUEREN, id)?.sortKey)
    const expected = (entries: readonly NameEntry[]) =>
      entries.map(({ sortKey }) => sortKey).toSorted(new Intl.Collator('de').compare)
    expect(names()).toEqual(expected(CHILDREN))

    const oemer = entry('oemer', { given: 'Ömer', family: 'Oz' })
    index.put(oemer)
    expect(names()).toEqual(expected([...CHILDREN, oemer]))

    index.remove(DUEREN, 'ayse' as ChildId)
    const left = CHILDREN.filter(({ childId }) => childId !== 'ayse')
    expect(names()).toEqual(expected([...left, oemer]))

    index.put(entry('oemer', { given: 'Ömer', family: 'Aslan' }))
    expect(index.order(DUEREN)).toHaveLength(CHILDREN.length)
    expect(names()).toContain('Aslan, Ömer')
  })
})

test('a child that is removed or renamed is not found by the old name', () => {
  const index = indexOf(CHILDREN)
  index.put(entry('zahra', { given: 'Leyla', family: '' }))
  index.remove(DUEREN, 'tesfay' as ChildId)
  expect(idsFor('zahra', index)).toEqual([])
  expect(idsFor('leyla', index)).toEqual(['zahra'])
  expect(idsFor('tesfay', index)).toEqual([])
  expect(index.nameOf(DUEREN, 'tesfay' as ChildId)).toBeNull()
  expect(idsFor('mohammed', index)).toEqual(['mohammed'])
})

test('starts filling, at the beginning of the changes', () => {
  const index = createNameIndex()
  expect(index).toMatchObject({ state: 'filling', position: 0 })
})

describe('duplicates', () => {
  const candidate = {
    given: 'Muhammad',
    family: 'Alhasan',
    originalGiven: '',
    originalFamily: '',
    birthDate: { precision: 'day', date: '2014-03-09' },
  } as const

  test('are found across spelling and script, with the record', () => {
    const [likely, ...rest] = indexOf(CHILDREN).duplicates(DUEREN, candidate)
    expect(likely).toMatchObject({ kind: 'same_child', record: CHILDREN[0] })
    expect(rest).toEqual([])
  })

  test.each(SAME_NAME)(
    'looking only among similar sounds misses none: %s, %s',
    (entered, again) => {
      const index = indexOf([...CHILDREN, entry('only', { given: entered, family: '' })])
      const found = index.duplicates(DUEREN, { ...candidate, given: again, family: '' })
      expect(found.map(({ record }) => record.childId)).toContain('only')
    },
  )

  test('the child itself is none', () => {
    const itself = { ...candidate, childId: 'mohammed' as ChildId }
    expect(indexOf(CHILDREN).duplicates(DUEREN, itself)).toEqual([])
  })

  test.each([
    [{ precision: 'unknown', date: null }],
    [{ precision: 'year', date: '2014-01-01' }],
    [{ precision: 'day', date: '2015-03-09' }],
  ] as const)('are found at an uncertain date: %j', (birthDate) => {
    const found = indexOf(CHILDREN).duplicates(DUEREN, { ...candidate, birthDate })
    expect(found.map(({ record }) => record.childId)).toEqual(['mohammed'])
  })

  test('born years apart, the same name is another child', () => {
    const birthDate = { precision: 'day', date: '2009-03-09' } as const
    expect(indexOf(CHILDREN).duplicates(DUEREN, { ...candidate, birthDate })).toEqual([])
  })
})

describe('a register of 20,000', () => {
  const GIVEN =
    'Mohammed Fatima Oleksandr Yulia Tesfay Selam Hasan Amina Ivan Sofia محمد علی Олена Андрій'
  const FAMILY =
    'Hassan Demir Kovalenko Rahimi Gebre Nguyen Popescu Hoxha Öztürk الأحمد Шевченко Haddad'
  const given = GIVEN.split(' ')
  const family = FAMILY.split(' ')

  function born(number: number): BirthDate {
    const two = (value: number) => String(value).padStart(2, '0')
    const date = `${2009 + (number % 11)}-${two(1 + (number % 12))}-${two(1 + (number % 28))}`
    return { precision: 'day', date: date as CalendarDate }
  }

  function invented(number: number): NameEntry {
    const syllable = `${'bdfgklmnrst'[number % 11]}${'aeiou'[number % 5]}`
    return entry(`child-${number}`, {
      given: given[number % given.length]!,
      family: `${syllable}${family[(number * 7) % family.length]}${number % 400}`,
      birthDate: born(number),
    })
  }

  test('answers, and finds the one that comes again', () => {
    const index = indexOf(Array.from({ length: 20_000 }, (_, number) => invented(number)))
    expect(index.count(DUEREN)).toBe(20_000)
    for (let number = 0; number < 20_000; number += 1_000) {
      const again = { ...invented(number), childId: 'again' as ChildId }
      const ids = index.duplicates(DUEREN, again).map(({ record }) => record.childId)
      expect(ids).toContain(`child-${number}`)
    }
    const unknown = { ...invented(5), childId: 'again' as ChildId, birthDate: UNKNOWN }
    expect(index.duplicates(DUEREN, unknown).length).toBeGreaterThan(0)
    expect(index.order(DUEREN)).toHaveLength(20_000)
  }, 60_000)
})

const UNKNOWN: BirthDate = { precision: 'unknown', date: null }
