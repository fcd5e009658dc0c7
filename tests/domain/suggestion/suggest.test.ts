import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { LEGAL_SOURCES } from '#app/domain/law/legal-source.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { type Reason, speaksFor } from '#app/domain/suggestion/reason.ts'
import {
  type ChildFacts,
  POINTS,
  type PoolFacts,
  type SchoolFacts,
  type SecondSeatRule,
  suggest,
} from '#app/domain/suggestion/suggest.ts'

const number = (text: string) => text as SchoolNumber

const child: ChildFacts = {
  grade: 6,
  form: null,
  age: 11,
  wishedSchools: [],
  wishedForms: [],
  siblingSchools: [],
  later: { rule: 'off', from: '2028-11-19' },
}

const pool = (overrides: Partial<PoolFacts> = {}): PoolFacts => ({
  id: 'pool-1' as SeatPoolId,
  kind: 'support',
  gradeFrom: 5,
  gradeTo: 10,
  decided: 18,
  free: 3,
  ...overrides,
})

const aSchool = (name: string, overrides: Partial<SchoolFacts> = {}): SchoolFacts => ({
  number: number(name),
  form: '15',
  isInArea: true,
  operation: { state: 'open' },
  wayMetres: 1_000,
  pools: [pool()],
  ...overrides,
})

const order = (one: ChildFacts, schools: readonly SchoolFacts[]) =>
  suggest(one, schools).suggested.map((school) => school.number)

const kindsOf = (reasons: readonly Reason[]) => reasons.map(({ kind }) => kind)

describe('what is excluded, and why', () => {
  const why = (overrides: Partial<SchoolFacts>, one = child) =>
    suggest(one, [aSchool('100001', overrides)]).excluded.map(({ exclusion }) => exclusion)

  test('nothing, when it fits and has a seat', () => {
    expect(why({})).toEqual([])
    expect(suggest(child, [aSchool('100001')]).suggested).toHaveLength(1)
  })

  test('outside the area', () => {
    expect(why({ isInArea: false })).toEqual([{ why: 'outside_area' }])
  })

  test('closed, and not open yet, with the day', () => {
    expect(why({ operation: { state: 'closed', on: '2026-07-31' } })).toEqual([
      { why: 'not_operating', on: '2026-07-31', opens: false },
    ])
    expect(why({ operation: { state: 'closed', on: null } })).toEqual([
      { why: 'not_operating', on: null, opens: false },
    ])
    expect(why({ operation: { state: 'not_open', on: '2027-08-01' } })).toEqual([
      { why: 'not_operating', on: '2027-08-01', opens: true },
    ])
  })

  test('form and grade', () => {
    expect(why({ form: '02' })).toEqual([{ why: 'no_grade', taught: { from: 1, to: 4 } }])
    expect(why({ form: '08' })).toEqual([{ why: 'wrong_form', recommended: null }])
    expect(why({ form: '30' })).toEqual([{ why: 'wrong_grade', fromAge: 16 }])
  })

  test.each([
    ['full', [pool({ free: 0 })], 18],
    ['only other grades', [pool({ gradeFrom: 7 })], 0],
  ] as const)('no free support place: %s', (_name, pools, decided) => {
    expect(why({ pools })).toEqual([{ why: 'no_free_seat', decided }])
  })

  test('a school that has told of regular places alone is one without support places to ask', () => {
    const only = aSchool('100001', { pools: [pool({ kind: 'regular' })] })
    expect(suggest(child, [only])).toMatchObject({
      ...{ suggested: [], withoutPools: [{ number: '100001' }], excluded: [] },
    })
  })

  describe('the regular place for later', () => {
    const regular = pool({ id: 'pool-2' as SeatPoolId, kind: 'regular', free: 4 })
    const full = { ...regular, free: 0 }
    const from = '2028-11-19' as const
    const found = (rule: SecondSeatRule, pools: readonly PoolFacts[]) =>
      suggest({ ...child, later: { rule, from } }, [aSchool('100001', { pools })])

    test.each(['required', 'warn'] as const)('%s: a free one is named with the school', (rule) => {
      const [school] = found(rule, [pool(), regular]).suggested
      expect(school?.regular).toEqual({ poolId: 'pool-2', free: 4 })
      expect(kindsOf(school?.reasons ?? [])).not.toContain('regular_missing')
    })

    test('required: without one the school is left out, with the day and the paragraph', () => {
      for (const pools of [[pool(), full], [pool()], [pool(), { ...regular, gradeFrom: 9 }]]) {
        const { suggested, excluded } = found('required', pools)
        expect(suggested).toEqual([])
        expect(excluded.map(({ exclusion }) => exclusion)).toEqual([
          { why: 'no_regular_seat', from, source: LEGAL_SOURCES.languageSupport },
        ])
      }
    })

    test('warn: a school that has told that none is left says since when one is missing', () => {
      const [school] = found('warn', [pool(), full]).suggested
      expect(school?.regular).toBeNull()
      expect(school?.reasons).toContainEqual({
        ...{ kind: 'regular_missing', from, source: LEGAL_SOURCES.languageSupport },
      })
      const [silent] = found('warn', [pool()]).suggested
      expect(kindsOf(silent?.reasons ?? [])).not.toContain('regular_missing')
    })

    test('off: nobody looks for one', () => {
      const [school] = found('off', [pool(), full]).suggested
      expect(school?.regular).toBeNull()
      expect(kindsOf(school?.reasons ?? [])).not.toContain('regular_missing')
      expect(found('off', [pool(), regular]).suggested[0]?.regular).toBeNull()
    })
  })

  test('a full school that does not fit is excluded for not fitting', () => {
    expect(why({ form: '02', pools: [pool({ free: 0 })] })).toMatchObject([{ why: 'no_grade' }])
  })
})

describe('a fitting school without any pool', () => {
  test('stands in a group of its own, nearest first, and cannot be proposed', () => {
    const unknown = { pools: [] as const }
    const result = suggest(child, [
      aSchool('100003', { ...unknown, wayMetres: null }),
      aSchool('100002', { ...unknown, wayMetres: 3_000 }),
      aSchool('100001', { ...unknown, wayMetres: 4_000 }),
    ])
    expect(result.withoutPools).toEqual([
      { number: '100002', wayMetres: 3_000 },
      { number: '100001', wayMetres: 4_000 },
      { number: '100003', wayMetres: null },
    ])
    expect(result.suggested).toEqual([])
    expect(result.excluded).toEqual([])
  })

  test('one that does not fit is excluded all the same', () => {
    const result = suggest(child, [aSchool('100001', { form: '02', pools: [] })])
    expect(result.withoutPools).toEqual([])
    expect(result.excluded).toHaveLength(1)
  })
})

describe('the order', () => {
  test('a sibling outweighs the way, the way the wish', () => {
    const schools = [
      aSchool('100001', { wayMetres: 3_000 }),
      aSchool('100002', { wayMetres: 200 }),
      aSchool('100003', { wayMetres: 9_000 }),
    ]
    const wishing = { ...child, wishedSchools: [number('100003')] }
    expect(order(wishing, schools)).toEqual(['100002', '100001', '100003'])
    expect(order({ ...wishing, siblingSchools: [number('100003')] }, schools)).toEqual([
      '100003',
      '100002',
      '100001',
    ])
  })

  test('the wish decides between ways that are nearly alike', () => {
    const schools = [aSchool('100001', { wayMetres: 900 }), aSchool('100002', { wayMetres: 1_100 })]
    expect(order(child, schools)).toEqual(['100001', '100002'])
    const wishing = { ...child, wishedSchools: [number('100002')] }
    expect(order(wishing, schools)).toEqual(['100002', '100001'])
  })

  test('the recommended form goes before a nearer school of another', () => {
    const schools = [
      aSchool('100001', { form: '20', wayMetres: 500 }),
      aSchool('100002', { form: '10', wayMetres: 2_500 }),
    ]
    expect(order({ ...child, form: '10' }, schools)).toEqual(['100002', '100001'])
    expect(order(child, schools)).toEqual(['100001', '100002'])
  })

  test('the weights keep their order', () => {
    const { sibling, form, way, wish, wishForm } = POINTS
    expect([sibling, form, way, wish, wishForm]).toEqual(
      [sibling, form, way, wish, wishForm].toSorted((a, b) => b - a),
    )
  })

  test('at a tie the lower number comes first, an unknown way last', () => {
    const schools = [
      aSchool('100003', { wayMetres: null }),
      aSchool('100002'),
      aSchool('100001'),
      aSchool('100004', { wayMetres: 50_000 }),
    ]
    expect(order(child, schools)).toEqual(['100001', '100002', '100004', '100003'])
  })
})

describe('the reasons', () => {
  const reasonsOf = (one: ChildFacts, schools: readonly SchoolFacts[]) =>
    suggest(one, schools).suggested[0]!.reasons

  test('all that speaks for a school, in the order they are read out', () => {
    const one: ChildFacts = {
      ...child,
      form: '15',
      wishedSchools: [number('100001')],
      siblingSchools: [number('100001')],
    }
    const reasons = reasonsOf(one, [aSchool('100001'), aSchool('100002', { wayMetres: 2_000 })])
    expect(reasons).toEqual([
      { kind: 'sibling' },
      { kind: 'wish' },
      { kind: 'form_recommended' },
      { kind: 'nearest', metres: 1_000, estimate: true },
      { kind: 'seats_free', free: 3, decided: 18 },
    ])
    expect(reasons.every(speaksFor)).toBe(true)
  })

  test('all that speaks against it', () => {
    const school = aSchool('100001', {
      form: '20',
      wayMetres: 3_501,
      pools: [pool({ free: 1 })],
      operation: { state: 'closing', on: '2028-07-31' },
    })
    const reasons = reasonsOf({ ...child, form: '10' }, [school])
    expect(reasons).toEqual([
      { kind: 'form_other', recommended: '10' },
      {
        kind: 'way_long',
        metres: 3_501,
        estimate: true,
        limitMetres: 3_500,
        source: { citation: '§ 5 SchfkVO', checkedOn: null },
      },
      { kind: 'last_seat' },
      { kind: 'closing', on: '2028-07-31' },
    ])
    expect(reasons.some(speaksFor)).toBe(false)
  })

  test('a wished form is said where the school itself is not wished', () => {
    const one = { ...child, wishedForms: ['15' as const] }
    expect(kindsOf(reasonsOf(one, [aSchool('100001')]))).toContain('wish_form')
    const both = { ...one, wishedSchools: [number('100001')] }
    expect(kindsOf(reasonsOf(both, [aSchool('100001')]))).not.toContain('wish_form')
  })

  test('the way: on the limit it is short, a metre more is long, and it may be unknown', () => {
    const kinds = (wayMetres: number | null) =>
      kindsOf(reasonsOf(child, [aSchool('100001', { wayMetres })]))
    expect(kinds(3_500)).toContain('way_short')
    expect(kinds(3_501)).toContain('way_long')
    expect(kinds(null)).toContain('way_unknown')
  })

  test('one school alone, or two equally near, are not called the nearest', () => {
    expect(kindsOf(reasonsOf(child, [aSchool('100001')]))).not.toContain('nearest')
    const alike = [aSchool('100001'), aSchool('100002')]
    expect(kindsOf(reasonsOf(child, alike))).not.toContain('nearest')
    const nearer = [aSchool('100001', { wayMetres: 999 }), aSchool('100002')]
    expect(kindsOf(reasonsOf(child, nearer))).toContain('nearest')
  })

  test('of several pools the one with most free places is proposed', () => {
    const pools = [
      pool({ id: 'pool-a' as SeatPoolId, gradeTo: 6, free: 1 }),
      pool({ id: 'pool-b' as SeatPoolId, gradeTo: 6, free: 2 }),
      pool({ id: 'pool-c' as SeatPoolId, kind: 'regular', free: 9 }),
      pool({ id: 'pool-d' as SeatPoolId, gradeFrom: 7, free: 9 }),
    ]
    expect(suggest(child, [aSchool('100001', { pools })]).suggested[0]).toMatchObject({
      poolId: 'pool-b',
      free: 2,
    })
  })

  test('a 16-year-old is offered the support places of the Berufskolleg, counted in grade 11', () => {
    const one = { ...child, grade: 10, age: 16, form: '30' as const }
    const college = aSchool('100001', { form: '30', pools: [pool({ gradeFrom: 11, gradeTo: 11 })] })
    expect(suggest(one, [college, aSchool('100002')])).toMatchObject({
      suggested: [{ number: '100001' }],
      excluded: [{ number: '100002', exclusion: { why: 'wrong_form' } }],
    })
  })
})

const numbers = ['100001', '100002', '100003', '100004', '100005', '100006'].map(number)
const forms: readonly SchoolForm[] = ['02', '04', '08', '10', '15', '20', '30']
/** Usually the first value, so that enough schools fit to be ranked against each other. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )
}
const schools: fc.Arbitrary<SchoolFacts[]> = fc.uniqueArray(
  fc.record({
    number: fc.constantFrom(...numbers),
    form: mostly<SchoolForm>('15', ...forms),
    isInArea: mostly(true, false),
    operation: mostly(
      { state: 'open' as const },
      { state: 'closing' as const, on: '2028-07-31' as const },
      { state: 'closed' as const, on: null },
      { state: 'not_open' as const, on: '2027-08-01' as const },
    ),
    wayMetres: fc.option(fc.integer({ min: 0, max: 20_000 })),
    pools: fc.array(
      fc.record({
        id: fc.constantFrom('pool-1', 'pool-2', 'pool-3').map((id) => id as SeatPoolId),
        kind: mostly<SeatKind>('support', 'regular'),
        gradeFrom: mostly(5, 1, 7),
        gradeTo: mostly(10, 6, 13),
        decided: fc.integer({ min: 3, max: 18 }),
        free: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 3 },
    ),
  }),
  { selector: (school) => school.number, minLength: 3 },
)
const children: fc.Arbitrary<ChildFacts> = fc.record({
  grade: mostly(6, 1, 4, 5, 10, 11, 13),
  form: mostly<SchoolForm | null>(null, ...forms),
  age: fc.option(fc.integer({ min: 6, max: 18 })),
  wishedSchools: fc.subarray(numbers),
  wishedForms: fc.subarray([...forms]),
  siblingSchools: fc.subarray(numbers),
  later: fc.record({
    rule: fc.constantFrom('required', 'warn', 'off'),
    from: fc.constant('2028-11-19'),
  }),
})

describe('whatever the child and the schools', () => {
  test('every school is in exactly one group, and only free support places are suggested', () => {
    fc.assert(
      fc.property(children, schools, (one, all) => {
        const { suggested, withoutPools, excluded } = suggest(one, all)
        const grouped = [...suggested, ...withoutPools, ...excluded].map((school) => school.number)
        expect(grouped.toSorted()).toEqual(all.map((school) => school.number).toSorted())
        for (const { number: name, poolId, free } of suggested) {
          const school = all.find((candidate) => candidate.number === name)!
          expect(school.isInArea).toBe(true)
          const isProposed = ({ kind, id, free: left }: PoolFacts) =>
            kind === 'support' && id === poolId && left === free
          expect(school.pools.some(isProposed)).toBe(true)
          expect(free).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('the order of the input does not matter', () => {
    fc.assert(
      fc.property(children, schools, (one, all) => {
        expect(suggest(one, all.toReversed())).toEqual(suggest(one, all))
      }),
    )
  })

  test('a sibling, a wish or a shorter way never moves a school down', () => {
    fc.assert(
      fc.property(children, schools, fc.constantFrom(...numbers), (one, all, chosen) => {
        const before = order(one, all).indexOf(chosen)
        if (before === -1) return
        const nearer = all.map((school) =>
          school.number === chosen ? { ...school, wayMetres: 0 } : school,
        )
        const favoured = [
          order({ ...one, siblingSchools: [...one.siblingSchools, chosen] }, all),
          order({ ...one, wishedSchools: [...one.wishedSchools, chosen] }, all),
          order(one, nearer),
        ]
        for (const after of favoured) expect(after.indexOf(chosen)).toBeLessThanOrEqual(before)
      }),
    )
  })

  test('each suggestion says something on the way and on the seats', () => {
    fc.assert(
      fc.property(children, schools, (one, all) => {
        for (const { reasons } of suggest(one, all).suggested) {
          const kinds = kindsOf(reasons)
          expect(new Set(kinds).size).toBe(kinds.length)
          expect(kinds.filter((kind) => /^way_|^nearest$/.test(kind))).toHaveLength(1)
          expect(kinds.filter((kind) => /seat/.test(kind))).toHaveLength(1)
        }
      }),
    )
  })

  test('control: the schools made up here are suggested often enough to prove something', () => {
    const samples = fc.sample(fc.tuple(children, schools), { numRuns: 300, seed: 1 })
    const found = samples.filter(([one, all]) => suggest(one, all).suggested.length > 1)
    expect(found.length).toBeGreaterThan(60)
  })
})
