import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { ageOn } from '#app/domain/child/birth-date.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { Family } from '#app/domain/family/family.ts'
import { estimatedWay, type HomePoint, homePoint } from '#app/domain/geo/home-point.ts'
import type { CaseId, CentreId, SeatPoolId } from '#app/domain/ids.ts'
import { EMPTY_INTERVIEW, isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { languageSupport } from '#app/domain/law/language-support.ts'
import { isClosedOn, isPlaceable, type School } from '#app/domain/school/school.ts'
import { countSeats, type SeatEntry, type SeatTally } from '#app/domain/seat/seat-entry.ts'
import {
  type ChildFacts,
  type Operation,
  type PoolFacts,
  type SchoolFacts,
  type SecondSeatRule,
  type Suggestions,
  suggest,
} from '#app/domain/suggestion/suggest.ts'
import { type CalendarDate, type Instant, instant, schoolYearOf, today } from '#app/domain/time.ts'
import { findCentre, findMunicipality } from '#db/queries/centre.server.ts'
import { readInterview } from '#db/queries/interview.server.ts'
import { listSchoolsOfCentre, listSchoolsWithPostcode } from '#db/queries/school.server.ts'
import {
  listEntriesOfCases,
  listPoolsOfYear,
  type SeatPoolRow,
  tallyEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import { readChild, readFamily } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { addressTold, type Kin, readKin } from '../family/kin.server.ts'

/** The schools of the centre sorted for one child, and from where its ways are measured. */
export type SuggestedForCase = {
  readonly suggestions: Suggestions
  readonly schools: readonly School[]
  /** The pools the suggestions rest on. */
  readonly pools: readonly SeatPoolRow[]
  /** Null where no way can be estimated, and under a lock. */
  readonly home: HomePoint | null
  /** An address lock in the family: ways are not even estimated. */
  readonly isLocked: boolean
  /** From when the child needs a regular place at the latest, if it came today. */
  readonly regularFrom: CalendarDate
  /** What `addressForOthers` tells of the family's address. */
  readonly address: string | null
}

/** The schools of a centre with their seats of the present school year: the same for all its cases. */
export type SchoolsWithSeats = {
  readonly schools: readonly School[]
  readonly pools: readonly SeatPoolRow[]
  readonly tallies: readonly SeatTally[]
  /** The seats the cases in question have themselves. */
  readonly own: readonly SeatEntry[]
  readonly secondSeat: SecondSeatRule
  /** Where ways are measured from, by postcode or Gemeinde: families of one town ask the same. */
  readonly points: Map<string, Promise<unknown>>
}

/**
 * Reads what `suggestForCase` needs of the centre; a page with many cases reads it once, with the seats
 * `caseIds` have themselves.
 */
export async function schoolsWithSeats(
  { database: { db }, clock }: Context,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<SchoolsWithSeats> {
  const day = today(clock)
  const schools = await listSchoolsOfCentre(db, centreId)
  const pools = await listPoolsOfYear(db, centreId, schoolYearOf(day), { day })
  const centre = await findCentre(db, centreId)
  const tallies = await tallyEntries(
    db,
    centreId,
    pools.map(({ id }) => id),
  )
  const own = await listEntriesOfCases(db, centreId, caseIds)
  const secondSeat = centre?.second_seat ?? 'off'
  return { schools, pools, tallies, own, secondSeat, points: new Map() }
}

/**
 * Suggests schools for a case: reads what the domain's `suggest` looks at, in the present school
 * year only (docs/decisions/0013). Under an address lock in the family no way counts: an order or a
 * number made of ways would tell where the family lives (P28). Nothing is written and nothing
 * decided. A page with many cases hands over what it has read already: `known` of the centre, the
 * child as it was `opened`.
 */
export async function suggestForCase(
  ctx: Context,
  pupilCase: PupilCase,
  known?: SchoolsWithSeats,
  opened?: Child,
): Promise<SuggestedForCase> {
  const { centreId, childId, familyId } = pupilCase
  const { db } = ctx.database
  const day = today(ctx.clock)
  const ground = known ?? (await schoolsWithSeats(ctx, centreId, [pupilCase.id]))
  const { schools, pools, tallies, secondSeat } = ground
  const others = [...tallies, ...withoutOwn(ground, pupilCase.id)]
  const kin = await readKin(ctx, centreId, familyId)
  const family = kin.isLocked ? null : await readFamily(db, ctx.keys, centreId, familyId)
  const home = family === null ? null : await homeOf(ctx, pupilCase, family, ground)
  const counted = countPools(pools, others, instant(ctx.clock))
  const schoolFacts = schools.map(
    (school): SchoolFacts => ({
      number: school.number,
      form: school.form,
      isInArea: true,
      operation: operationOn(school, day),
      wayMetres: home === null ? null : estimatedWay(home, school),
      pools: counted.get(school.number) ?? [],
    }),
  )
  const child = opened ?? (await readChild(db, ctx.keys, centreId, childId))
  const facts = await childFacts(ctx, pupilCase, { child, kin, day, rule: secondSeat })
  const suggestions = suggest(facts, schoolFacts)
  const address = family === null ? null : addressTold(family)
  const regularFrom = facts.later.from
  return { suggestions, schools, pools, home, isLocked: kin.isLocked, regularFrom, address }
}

/**
 * The suggested schools in the order in which somebody outside the centre is told of them, best first.
 * Without an address to show, those with most free places first: an order made of ways would tell a
 * lock from an address that is missing (P28).
 */
export function orderForOthers({
  suggestions: { suggested },
  address,
}: Pick<SuggestedForCase, 'suggestions' | 'address'>): Suggestions['suggested'] {
  if (address !== null) return suggested
  return suggested.toSorted((a, b) => b.free - a.free || (a.number < b.number ? -1 : 1))
}

async function homeOf(
  { database: { db } }: Context,
  { municipality }: PupilCase,
  { address }: Family,
  { points }: SchoolsWithSeats,
): Promise<HomePoint | null> {
  const postcode = address.postcode === '' ? null : address.postcode
  return homePoint({
    postcode,
    municipality,
    schoolPoints:
      postcode === null
        ? []
        : await once(points, `postcode ${postcode}`, () => listSchoolsWithPostcode(db, postcode)),
    middle: await once(points, municipality, () => findMunicipality(db, municipality)),
  })
}

/** What was read before is not read again; every key has one kind of value. */
function once<T>(
  read: Map<string, Promise<unknown>>,
  key: string,
  look: () => Promise<T>,
): Promise<T> {
  const known = read.get(key) as Promise<T> | undefined
  const value = known ?? look()
  read.set(key, value)
  return value
}

type OfChild = {
  readonly child: Child
  readonly kin: Kin
  readonly day: CalendarDate
  readonly rule: SecondSeatRule
}

async function childFacts(
  ctx: Context,
  pupilCase: PupilCase,
  { child, kin, day, rule }: OfChild,
): Promise<ChildFacts> {
  const { childId } = pupilCase
  const interview = (await readInterview(ctx.database.db, ctx.keys, pupilCase)) ?? EMPTY_INTERVIEW
  const recommendation = 'recommendation' in pupilCase ? pupilCase.recommendation : null
  return {
    grade: recommendation?.grade ?? interview.recommendation?.grade ?? 1,
    form: recommendation?.form ?? null,
    age: ageOn(child.birthDate, day),
    later: { rule, from: languageSupport(day, isLiterateInLatin(interview.latinLiteracy)).endsOn },
    wishedSchools: interview.wish?.schools ?? [],
    wishedForms: interview.wish?.forms ?? [],
    siblingSchools: [
      ...(interview.siblings ?? []).map(({ schoolNumber }) => schoolNumber),
      ...kin.cases.flatMap((one) =>
        one.childId !== childId && 'placement' in one ? [one.placement.schoolNumber] : [],
      ),
    ],
  }
}

/** The seats a case holds itself are not taken from it: counted with the others, they take themselves out. */
function withoutOwn({ own }: SchoolsWithSeats, caseId: CaseId): readonly SeatTally[] {
  return own.filter((entry) => entry.caseId === caseId).map((entry) => ({ ...entry, count: -1 }))
}

function countPools(
  pools: readonly SeatPoolRow[],
  tallies: readonly SeatTally[],
  now: Instant,
): ReadonlyMap<string, readonly PoolFacts[]> {
  const byPool = new Map<SeatPoolId, SeatTally[]>(pools.map(({ id }) => [id, []]))
  for (const tally of tallies) byPool.get(tally.poolId)?.push(tally)
  const bySchool = new Map<string, PoolFacts[]>()
  for (const row of pools) {
    const pool = toSeatPool(row)
    const { free } = countSeats(pool, byPool.get(pool.id) ?? [], now)
    const { id, kind, gradeFrom, gradeTo, decided } = pool
    const known = bySchool.get(pool.schoolNumber) ?? []
    bySchool.set(pool.schoolNumber, [...known, { id, kind, gradeFrom, gradeTo, decided, free }])
  }
  return bySchool
}

function operationOn(school: School, day: CalendarDate): Operation {
  if (isPlaceable(school, day)) {
    return school.status === '0' || school.status === '2'
      ? { state: 'closing', on: school.statusOn }
      : { state: 'open' }
  }
  if (isClosedOn(school, day)) return { state: 'closed', on: school.delistedOn ?? school.statusOn }
  return school.status === '3'
    ? { state: 'not_open', on: school.statusOn }
    : { state: 'closed', on: null }
}
