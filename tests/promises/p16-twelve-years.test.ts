import { beforeAll, describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { RETENTION_PROPOSALS } from '#app/domain/privacy/retention.ts'
import { listDue } from '#app/services/privacy/list-due.server.ts'
import {
  approveRetention,
  proposeRule,
  stopRetention,
} from '#app/services/privacy/retention-rules.server.ts'
import { confirmClock, runRetention } from '#app/services/privacy/run-retention.server.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { drawStory, type Story } from '#tests/promises/p16-lives.ts'
import {
  type Day,
  dayAfter,
  freeFrom,
  goesOn,
  type Kind,
  type Life,
  type Months,
  monthsLater,
} from '#tests/promises/p16-oracle.ts'
import { done } from '#tests/promises/steps.ts'
import { drawer } from '#tests/setup/random.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, makeWorld, type World } from '#tests/setup/world.ts'

const CHILDREN = sized(200, 2_000)
const FIRST: Day = '2026-11-19'
/** Twelve years, with three 29ths of February. */
const DAYS = 4_383
const DN = CENTRES.DN.id

/** The days of what happens to the rules and to the clock, counted from the first. */
const EVENTS = {
  /** The lead proposes another period; until it is approved the old one holds. */
  proposed: 1_400,
  approved: 1_425,
  stopped: 2_600,
  approvedAgain: 2_660,
  /** The program does not run for ten days, then asks; somebody answers after three. */
  silent: 2_000,
  back: 2_010,
  confirmed: 2_013,
  /** For one run the clock is three days behind. */
  behind: 3_000,
} as const

type Gone = { readonly life: Life; readonly day: Day }

let world: World
let story: Story
const gone: Gone[] = []
/** What was not as the oracle says, by day. */
const wrong: string[] = []
/** Runs whose list of the day before was another. */
const otherLists: string[] = []
let listsCompared = 0

beforeAll(async () => {
  world = await makeWorld({ engine: 'sqlite' })
  story = drawStory(world, drawer(16), CHILDREN, DAYS)
  await walk()
}, guard(600_000))

describe(`P16: ${CHILDREN} children, ${DAYS} days, a run on each`, () => {
  test('whoever is due goes on the day, nobody before, nobody who is held or whose rule nobody approved', () => {
    process.stdout.write(
      `P16: ${gone.length} of ${CHILDREN} erased, ${listsCompared} lists of the day before compared\n`,
    )
    expect(wrong).toEqual([])
    expect(gone.length).toBeGreaterThan(CHILDREN / 2)
    // the other centre approved nothing: all its children are there
    const there = [...story.lives.values()]
    expect(there.some(({ centre }) => centre === 'BOR')).toBe(true)
    expect(there.some(({ cases }) => cases.length === 2)).toBe(true)
  })

  test('the list of the day before is the run', () => {
    expect(otherLists).toEqual([])
    expect(listsCompared).toBeGreaterThan(gone.length / 4)
  })

  test('every kind went, also by a period that ends on a last day of February', () => {
    const kinds = gone.flatMap(({ life }) => life.cases.map(({ kind }) => kind))
    expect(new Set(kinds)).toEqual(new Set(['ended_early', 'follow_up_over', 'never_completed']))
    expect(monthsLater('2027-11-30', 3)).toBe('2028-02-29')
    expect(monthsLater('2026-11-30', 3)).toBe('2027-02-28')
    expect(monthsLater('2028-02-29', 12)).toBe('2029-02-28')
    expect(dayAfter('2028-02-28')).toBe('2028-02-29')
    expect(dayAfter('2027-02-28')).toBe('2027-03-01')
  })

  test('what is stored at the end breaks no rule', async () => {
    // nobody can register a child again yet: second cases are put there without a step (p16-lives)
    const second = [...story.lives.values()].filter(({ cases }) => cases[1]?.kind === null)
    expect((await violations(world)).toSorted()).toEqual(
      second
        .map(({ ids }) => `a case has its history: ${JSON.stringify({ id: ids[1] })}`)
        .toSorted(),
    )
  })

  test('control: an oracle that counts one day more calls almost all of them early', () => {
    const early = (shift: (day: Day) => Day) =>
      gone.filter(({ life, day }) => {
        const free = freeFrom(life, day, monthsOn)
        return free === null || shift(free) > day
      })
    expect(early((day) => day)).toEqual([])
    expect(early(dayAfter).length).toBeGreaterThan(gone.length / 2)
  })
})

// ---- twelve years ----

async function walk(): Promise<void> {
  let day = FIRST
  let announced: readonly string[] | null = null
  for (let number = 0; number < DAYS; number += 1) {
    numbers.set(day, number)
    world.clock.moveTo(day)
    if (!isSilent(number)) await runOn(number, day, announced)
    await eventsOf(number)
    for (const act of story.agenda.get(number) ?? []) await act()
    announced = isRunning(number + 1) ? await announcedFor(number, dayAfter(day)) : null
    day = dayAfter(day)
  }
}

/** Nobody runs the program. */
function isSilent(number: number): boolean {
  return number > EVENTS.silent && number < EVENTS.back
}

/** The run erases: not while nobody runs it, nor until the clock was confirmed; the first only notes the time. */
function isRunning(number: number): boolean {
  return number > 0 && !(number > EVENTS.silent && number <= EVENTS.confirmed)
}

async function runOn(number: number, day: Day, announced: readonly string[] | null): Promise<void> {
  if (number === EVENTS.behind) await runBehind(day)
  const due = dueOn(number, day)
  const caseIds = due.flatMap(([, { ids }]) => ids)
  const caseNumbers = await numbersOf(caseIds)
  const run = await runRetention(world)
  if (run.isStopped !== (number >= EVENTS.back && number <= EVENTS.confirmed)) {
    wrong.push(`${day}: stopped: ${run.isStopped}`)
  }
  if (run.erased !== due.length) wrong.push(`${day}: ${run.erased} instead of ${due.length}`)
  for (const [id, life] of due) {
    gone.push({ life, day })
    story.lives.delete(id)
  }
  if (due.length > 0 || number % 50 === 0) await compareWhoStays(day)
  if (announced !== null) {
    listsCompared += 1
    if (announced.join() !== caseNumbers.join()) otherLists.push(`${day}: ${announced.join()}`)
  }
}

/** Who goes in the run of a day, as the oracle says. */
function dueOn(number: number, day: Day) {
  if (!isRunning(number)) return []
  return [...story.lives].filter(([, life]) => goesOn(life, day, monthsFor(life.centre)))
}

async function compareWhoStays(day: Day): Promise<void> {
  const rows = await world.database.db.selectFrom('pupil_case').select('id').execute()
  const there = rows.map(({ id }) => id).sort()
  const noted = [...story.lives.values()].flatMap(({ ids }) => ids).sort()
  if (there.join() !== noted.join()) wrong.push(`${day}: others stay than should`)
}

/** A clock that is three days behind: nothing goes, and put right it goes on. */
async function runBehind(day: Day): Promise<void> {
  world.clock.passDays(-3)
  if (!(await runRetention(world)).isStopped) wrong.push(`${day}: ran although behind`)
  world.clock.moveTo(day)
}

/** Asked where the oracle says that somebody goes tomorrow, and now and then. */
async function announcedFor(number: number, tomorrow: Day): Promise<readonly string[] | null> {
  numbers.set(tomorrow, number + 1)
  const lives = [...story.lives.values()]
  const isDue = lives.some((life) => goesOn(life, tomorrow, monthsFor(life.centre)))
  if (!isDue && number % 60 > 0) return null
  const { due } = done(await listDue(world.asSystem(), 1))
  return due.flatMap(({ caseNumbers }) => caseNumbers).toSorted()
}

async function numbersOf(caseIds: readonly CaseId[]): Promise<readonly string[]> {
  if (caseIds.length === 0) return []
  const rows = await world.database.db
    .selectFrom('pupil_case')
    .select('case_number')
    .where('id', 'in', [...caseIds])
    .execute()
  return rows.map(({ case_number }) => case_number).sort()
}

// ---- rules ----

const LONGER = 6

async function eventsOf(number: number): Promise<void> {
  if (number === 0) for (const kind of KINDS) await approve(kind)
  if (number === EVENTS.proposed) {
    const rule = { centreId: DN, class: 'ended_early', months: LONGER } as const
    done(await proposeRule(world.as('lead'), rule))
  }
  if (number === EVENTS.approved) await approveProposed()
  if (number === EVENTS.stopped) {
    done(await stopRetention(world.as('lead'), { centreId: DN, class: 'follow_up_over' }))
  }
  if (number === EVENTS.approvedAgain) await approve('follow_up_over')
  if (number === EVENTS.confirmed) done(await confirmClock(world.as('operator')))
}

async function approve(kind: Kind): Promise<void> {
  const { months } = RETENTION_PROPOSALS[kind]
  const rule = { centreId: DN, class: kind, months, ruleId: null }
  done(await approveRetention(world.as('auditor'), rule))
}

async function approveProposed(): Promise<void> {
  const { id: ruleId } = await world.database.db
    .selectFrom('retention_rule')
    .select('id')
    .where('approved_by', 'is', null)
    .executeTakeFirstOrThrow()
  const rule = { centreId: DN, class: 'ended_early', months: LONGER, ruleId } as const
  done(await approveRetention(world.as('auditor'), rule))
}

const KINDS: readonly Kind[] = ['ended_early', 'follow_up_over', 'never_completed']
const numbers = new Map<Day, number>()

/** What was approved, by hand: it holds from the day after, and no longer once it was stopped. */
function monthsOn(kind: Kind, day: Day): number | null {
  const number = numbers.get(day) ?? 0
  if (number === 0) return null
  if (kind === 'never_completed') return 60
  if (kind === 'ended_early') return number > EVENTS.approved ? LONGER : 3
  return number > EVENTS.stopped && number <= EVENTS.approvedAgain ? null : 12
}

function monthsFor(centre: string): Months {
  return centre === 'DN' ? monthsOn : () => null
}
