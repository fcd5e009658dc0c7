import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import {
  canonical,
  mergeAnswers,
  type RecordAnswers,
  readWas,
  settled,
  wasText,
} from '#app/forms/both-versions.ts'
import { parseForm } from '#app/forms/form.ts'

const FIELDS = ['name', 'phone', 'rows', 'none']

/** A text, a number or rows: all that stands in a field of ours. */
const value = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.nat(20),
  fc.constant(null),
  fc.array(fc.record({ country: fc.string({ maxLength: 2 }) }), { maxLength: 3 }),
)
const answers = fc
  .tuple(value, value, value, value)
  .map(
    (all): RecordAnswers =>
      Object.fromEntries(FIELDS.map((name, index) => [name, { [name]: all[index] }])),
  )

const by = (name: string, of: RecordAnswers) => canonical(of[name])

describe('two people’s answers over one state', () => {
  test('come together where they changed different fields: nobody’s change is lost', () => {
    fc.assert(
      fc.property(answers, answers, answers, fc.subarray(FIELDS), (base, one, other, first) => {
        const pick = (own: RecordAnswers, names: readonly string[]) =>
          Object.fromEntries(
            FIELDS.map((name) => [name, names.includes(name) ? own[name] : base[name]]),
          ) as RecordAnswers
        const stored = pick(one, first)
        const typed = pick(
          other,
          FIELDS.filter((name) => !first.includes(name)),
        )
        const merged = mergeAnswers(base, stored, typed)
        expect(merged.conflicts).toEqual([])
        for (const name of FIELDS) {
          const owner = first.includes(name) ? stored : typed
          expect(by(name, merged.answers)).toBe(by(name, owner))
        }
      }),
    )
  })

  test('never hold a value that nobody entered', () => {
    fc.assert(
      fc.property(answers, answers, answers, (base, stored, typed) => {
        const merged = mergeAnswers(base, stored, typed)
        for (const name of FIELDS) {
          expect([by(name, stored), by(name, typed)]).toContain(by(name, merged.answers))
          // what nobody changed stays
          if (by(name, stored) === by(name, base) && by(name, typed) === by(name, base)) {
            expect(by(name, merged.answers)).toBe(by(name, base))
          }
        }
      }),
    )
  })

  test('are in conflict for both alike, exactly where both changed something to something else', () => {
    fc.assert(
      fc.property(answers, answers, answers, (base, one, other) => {
        const { conflicts } = mergeAnswers(base, one, other)
        expect(mergeAnswers(base, other, one).conflicts).toEqual(conflicts)
        expect(conflicts).toEqual(
          FIELDS.filter((name) => {
            const [was, mine, theirs] = [by(name, base), by(name, one), by(name, other)]
            return was !== mine && was !== theirs && mine !== theirs
          }),
        )
      }),
    )
  })

  test('over an unknown state every difference is a conflict, and what was asked stays a question', () => {
    fc.assert(
      fc.property(answers, answers, (stored, typed) => {
        const differing = FIELDS.filter((name) => by(name, stored) !== by(name, typed))
        expect(mergeAnswers(null, stored, typed).conflicts).toEqual(differing)
        expect(mergeAnswers(stored, stored, typed).conflicts).toEqual([])
        expect(mergeAnswers(stored, stored, typed, FIELDS).conflicts).toEqual(differing)
      }),
    )
  })
})

describe('values as a form sends them', () => {
  test('are the same values as those it began with', () => {
    expect(canonical('a\r\nb ')).toBe(canonical('a\nb'))
    expect(canonical({ grade: 7 })).toBe(canonical({ grade: '7' }))
    expect(canonical([{ code: 'uk' }, { code: '' }, {}])).toBe(canonical([{ code: 'uk' }]))
    expect(canonical({ none: '', rows: [] })).toBe(canonical({}))
    expect(canonical([{ code: 'uk' }, { code: 'ru' }])).not.toBe(
      canonical([{ code: 'ru' }, { code: 'uk' }]),
    )
  })

  test('come back from the hidden field as they were', () => {
    fc.assert(
      fc.property(answers, (stored) => {
        expect(canonical(readWas({ was: wasText(stored) }))).toBe(canonical(stored))
      }),
    )
  })

  test.each([undefined, '', 'null', '3', '[]', '{"note":"text"}', '{"note":', ['{}', '{}']])(
    'a hidden field of %j tells of no state',
    (was) => expect(readWas({ was })).toBeNull(),
  )
})

describe('a form with choices', () => {
  const schema = z.object({ note: z.string(), pools: z.array(z.object({ seats: z.string() })) })
  const form = (
    fields: Readonly<Record<string, string>>,
    ...more: (readonly [string, string])[]
  ) => {
    const data = new FormData()
    for (const [name, text] of [...Object.entries(fields), ...more]) data.append(name, text)
    return data
  }
  const fields = {
    note: 'meine',
    was: wasText({ note: { note: 'gespeichert' } }),
    'choose.note': '',
    'pools.0.seats': '4',
    'pools.0.was': wasText({ seats: { seats: 6 } }),
    'pools.0.choose.seats': '',
  }

  test('is not read before everything was chosen, and says where', () => {
    const read = parseForm(schema, form(fields))
    expect(read).toMatchObject({
      ok: false,
      failure: {
        values: { note: 'meine' },
        errors: {
          'choose.note': { message: 'field.choose' },
          'pools.0.choose.seats': { message: 'field.choose' },
        },
      },
    })
  })

  test('is read as it was chosen', () => {
    const chosen = (note: string, seats: string) =>
      parseForm(schema, form(fields, ['choose.note', note], ['pools.0.choose.seats', seats]))
    expect(chosen('stored', 'typed')).toEqual({
      ok: true,
      data: { note: 'gespeichert', pools: [{ seats: '4' }] },
    })
    expect(chosen('typed', 'stored')).toEqual({
      ok: true,
      data: { note: 'meine', pools: [{ seats: '6' }] },
    })
    expect(chosen('typed', 'anything')).toMatchObject({ ok: false })
  })

  test('keeps nothing of a state it does not know, and changes nothing but values', () => {
    expect(settled({ note: 'a', was: '{', choose: { note: 'stored' } }).open).toHaveLength(1)
    const { values } = settled({
      was: '{"note":{"__proto__":{"intent":"x"}}}',
      choose: { note: 'stored' },
    })
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
    const steered = settled({
      ...{ intent: 'review', note: 'a', choose: { note: 'stored' } },
      was: '{"note":{"note":"b","intent":"change","version":"9"}}',
    })
    expect(steered.values).toMatchObject({ intent: 'review', note: 'b' })
    expect(steered.values).not.toHaveProperty('version')
    expect(parseForm(schema, form({ note: 'a' })).ok).toBe(false)
    expect(parseForm(z.object({ note: z.string() }), form({ note: 'a' }))).toEqual({
      ok: true,
      data: { note: 'a' },
    })
  })
})
