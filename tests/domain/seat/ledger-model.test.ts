import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stage } from '#app/domain/case/stage.ts'
import { freeSeats } from '#app/domain/seat/seat-entry.ts'
import { expected, freeIn, newModel } from './ledger-list.ts'
import {
  type Act,
  CHILDREN,
  free,
  type Ledger,
  MOVES,
  type MoveKind,
  NEW,
  RULES,
  type Rules,
  SCHOOLS,
  SEATS,
  START,
  stepOn,
} from './ledger-rules.ts'

const HISTORIES = 1_000
const POOLS = SEATS.map((_, at) => at)

// ---- histories ----

/** The way of a child is long: it is sent on from wherever it is. */
type GoOn = { readonly kind: 'go_on'; readonly child: number; readonly choice: number }
type Drawn = Act | GoOn

const child = fc.nat({ max: CHILDREN - 1 })
const pool = fc.nat({ max: SEATS.length - 1 })
const moves = Object.keys(MOVES) as [MoveKind, ...MoveKind[]]
const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ kind: fc.constant('propose' as const), child, isRequired: fc.boolean() },
      school: fc.nat({ max: SCHOOLS - 1 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom(...moves), child }) },
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('go_on' as const),
      child,
      choice: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      hours: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 200, max: 1_500 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ kind: fc.constant('decide' as const), pool, seats: fc.nat({ max: 4 }) },
      others: fc.option(fc.nat({ max: 2 })),
      inDays: fc.oneof(fc.constant(0), fc.nat({ max: 200 })),
      forDays: fc.option(fc.nat({ max: 60 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('reserve' as const), pool, seats: fc.nat({ max: 2 }) },
      inDays: fc.nat({ max: 60 }),
    }),
  },
)
const histories = fc.array(drawn, { minLength: 10, maxLength: 60 })

/** What comes next for a child at a stage, more often on the way than back. */
const NEXT: Readonly<Partial<Record<Stage, readonly [MoveKind, ...MoveKind[]]>>> = {
  proposed: ['assign', 'assign', 'can_admit', 'assign'],
  assigned: ['admit', 'report', 'take_back', 'keep'],
  admitted: ['start', 'not_started', 'start', 'start'],
  attending: ['complete'],
}

function actOf(one: Drawn, { cases }: Ledger): Act {
  if (one.kind !== 'go_on') return one
  const next = NEXT[cases[one.child]?.stage ?? 'waiting']
  const kind = next?.[one.choice % next.length]
  if (kind !== undefined) return { kind, child: one.child }
  const [school, isRequired] = [one.choice % SCHOOLS, one.choice > 2]
  return { kind: 'propose', child: one.child, school, isRequired }
}

/** What happened in the histories: kinds that were possible, refusals, and seats that came by themselves. */
type Seen = { readonly kinds: Set<string>; readonly refusals: Set<string>; byTheClock: number }

const seeing = (): Seen => ({ kinds: new Set(), refusals: new Set(), byTheClock: 0 })

/** Plays a history against the model; @throws at the first step where they differ. */
function play(history: readonly Drawn[], rules: Rules, seen: Seen): Ledger {
  const model = newModel()
  let ledger = NEW
  for (const [turn, one] of history.entries()) {
    const act = actOf(one, ledger)
    const before = frees(ledger)
    const step = stepOn(ledger, act, turn, rules)
    const isRight = expected(model, act)
    must(isRight === (step.outcome === 'ok'), turn, `${act.kind} is ${step.outcome}`)
    ledger = step.ledger
    const now = frees(ledger)
    // free is what nobody sits on, on every day until the end of the school year
    for (const at of POOLS) must(now[at] === freeIn(model, at), turn, `${now[at]} free in ${at}`)
    if (step.outcome === 'ok') seen.kinds.add(act.kind)
    else seen.refusals.add(step.outcome)
    if (act.kind === 'pass' && POOLS.some((at) => (now[at] ?? 0) > (before[at] ?? 0))) {
      seen.byTheClock += 1
    }
  }
  return ledger
}

function frees(ledger: Ledger): readonly number[] {
  return POOLS.map((at) => free(ledger, at))
}

function must(holds: boolean, turn: number, otherwise: string): void {
  if (!holds) throw new Error(`step ${turn}: ${otherwise}`)
}

test(`${HISTORIES} histories: the ledger is a list of seats with a name on each, and a calendar`, () => {
  const seen = seeing()
  fc.assert(
    fc.property(histories, (history) => {
      const ledger = play(history, RULES, seen)
      // the same history again is the same ledger
      expect(play(history, RULES, seeing())).toEqual(ledger)
    }),
    { numRuns: HISTORIES, seed: 20261123 },
  )
  // the histories did everything, were refused for every reason, and the clock alone gave seats back
  expect([...seen.kinds].toSorted()).toEqual(
    [...moves, 'propose', 'pass', 'decide', 'reserve'].toSorted(),
  )
  for (const refusal of [
    ...['seat_taken', 'regular_place_missing', 'hold_expired', 'capacity_below_taken'],
    ...['others_above_seats', 'validity_invalid', 'reserve_above_free', 'first_day_not_over'],
  ]) {
    expect(seen.refusals).toContain(refusal)
  }
  expect(seen.byTheClock).toBeGreaterThan(HISTORIES / 10)
})

test('a seat that is given back can be taken at once, by somebody else too', () => {
  const givesBack = fc.constantFrom<MoveKind[]>('withdraw', 'decline', 'send_back', 'end')
  fc.assert(
    fc.property(histories, givesBack, child, (history, kind, leaver) => {
      const ledger = play(history, RULES, seeing())
      const turn = history.length
      const left = stepOn(ledger, { kind, child: leaver }, turn)
      const isFreer = (school: number) => free(left.ledger, 2 * school) > free(ledger, 2 * school)
      const school = [0, 1].find(isFreer) ?? -1
      const next = ledger.cases.findIndex(({ stage }) => stage === 'waiting')
      fc.pre(left.outcome === 'ok' && school !== -1 && next !== -1)
      const again = { kind: 'propose', child: next, school, isRequired: false } as const
      expect(stepOn(left.ledger, again, turn + 1).outcome).toBe('ok')
    }),
    { numRuns: 100, seed: 20261123 },
  )
})

type Counting = Rules['count']

/** Counts a hold for ever: nobody told it that time passes. */
const forgetful: Counting = (of, entries) => freeSeats(of, entries, START)
/** Gives every seat back that is assigned: only who goes to school sits on one. */
const generous: Counting = (of, entries, now) =>
  freeSeats(
    of,
    entries.filter(({ state }) => state !== 'assigned'),
    now,
  )
const counting = (count: Counting): Rules => ({ ...RULES, count })

test.each([
  ['forgets that holds run out', counting(forgetful)],
  ['gives an assigned seat to the next', counting(generous)],
  ['sells one seat more than there are', counting((...all) => freeSeats(...all) + 1)],
  [
    'sees nobody but its own children',
    counting((of, ...all) => freeSeats({ ...of, others: 0 }, ...all)),
  ],
  ['keeps nothing back', counting((of, ...all) => freeSeats({ ...of, reserve: 0 }, ...all))],
  [
    'keeps something back for ever',
    counting((of, ...all) => freeSeats({ ...of, reserveUntil: '2026-07-31' }, ...all)),
  ],
  [
    'looks at the number of today alone',
    counting((of, ...all) => freeSeats({ ...of, lasting: of.decided }, ...all)),
  ],
  [
    'counts support and regular places together',
    counting((of, entries, now) =>
      freeSeats(
        of,
        entries.map((entry) => ({ ...entry, poolId: of.id })),
        now,
      ),
    ),
  ],
  [
    'gives the regular place back with the support place',
    { ...RULES, after: ({ to }) => (to === 'regular' ? 'released' : to) },
  ],
  [
    'keeps the support place of who goes to the regular class',
    { ...RULES, after: ({ to }) => (to === 'regular' ? 'as before' : to) },
  ],
  [
    'gives back the support place alone',
    {
      ...RULES,
      after: ({ to }, kind) =>
        kind === 'regular' && to === 'released'
          ? 'as before'
          : RULES.after({ entryId: '' as never, to }, kind),
    },
  ],
] satisfies readonly (readonly [string, Rules])[])(
  'control: a ledger that %s is found out',
  (_what, rules) => {
    const found = fc.check(
      fc.property(histories, (history) => {
        play(history, rules, seeing())
      }),
      { numRuns: HISTORIES, seed: 20261123, endOnFailure: true },
    )
    expect(String(found.errorInstance)).toMatch(/^Error: step \d+: /)
  },
)
