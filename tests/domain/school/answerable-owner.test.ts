import { describe, expect, test } from 'vitest'
import type { MunicipalityKey } from '#app/domain/ids.ts'
import { answerableOwners } from '#app/domain/school/answerable-owner.ts'
import { schoolWith } from './factories.ts'
import { officialList, officialListsPresent, withOfficialLists } from './official-lists.ts'

const DUEREN = '05358008' as MunicipalityKey
const JUELICH = '05358024' as MunicipalityKey
const DAY = '2026-11-19'

function owned(facts: Parameters<typeof schoolWith>[0]) {
  return schoolWith({ form: '02', municipality: DUEREN, ownerNumber: '10000', ...facts })
}

test('answerable is the public owner of a Grundschule there, each once', () => {
  const owners = answerableOwners(
    [
      owned({ number: '100001' }),
      owned({ number: '100002' }),
      owned({ number: '100003', ownerNumber: '20000' }),
      owned({ number: '100004', form: '13', municipality: JUELICH, ownerNumber: '30000' }),
    ],
    DAY,
  )
  expect([...owners]).toEqual([
    [DUEREN, ['10000', '20000']],
    [JUELICH, ['30000']],
  ])
})

test.each<readonly [string, Parameters<typeof schoolWith>[0]]>([
  ['a private owner', { legalForm: '2' }],
  ['a Kreis with a Berufskolleg', { form: '30' }],
  ['a Landschaftsverband with a Förderschule', { form: '08' }],
  ['an owner whose Grundschule is closed', { status: '9' }],
  ['an owner whose Grundschule left the list', { delistedOn: '2026-08-01' }],
])('not %s', (_, facts) => {
  expect([...answerableOwners([owned(facts)], DAY)]).toEqual([])
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the list of May 2026'), () => {
  test('names one such owner for every Gemeinde with schools, two for Bielefeld, none twice', () => {
    const { schools } = officialList(2026)
    const owners = answerableOwners(
      schools.map((school) => schoolWith({ ...school, delistedOn: null })),
      DAY,
    )
    expect(owners.size).toBe(new Set(schools.map(({ municipality }) => municipality)).size)
    const several = [...owners].filter(([, numbers]) => numbers.length !== 1)
    expect(several.map(([municipality]) => municipality)).toEqual(['05711000'])
    const all = [...owners.values()].flat()
    expect(new Set(all).size).toBe(all.length)
  })
})
