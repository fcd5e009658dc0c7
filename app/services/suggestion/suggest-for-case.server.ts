import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { ageOn } from '#app/domain/child/birth-date.ts'
import { estimatedWay, type HomePoint, homePoint } from '#app/domain/geo/home-point.ts'
import type { CaseId, CentreId, SeatPoolId } from '#app/domain/ids.ts'
import { EMPTY_INTERVIEW, isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { languageSupport } from '#app/domain/law/language-support.ts'
import { isClosedOn, isPlaceable, type School } from '#app/domain/school/school.ts'
import { countSeats, type SeatTally } from '#app/domain/seat/seat-entry.ts'
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
import { listCasesOfFamily } from '#db/queries/case.server.ts'
import { findCentre, findMunicipality } from '#db/queries/centre.server.ts'
import { readInterview } from '#db/queries/interview.server.ts'
import { listSchoolsOfCentre, listSchoolsWithPostcode } from '#db/queries/school.server.ts'
import {
  listEntriesOfCase,
  listPoolsOfYear,
  type SeatPoolRow,
  tallyEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import { readChild, readFamily } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { isFamilyLocked } from '../family/kin.server.ts'

/** The schools of the centre sorted for one child, and from where its ways are measured. */
export type SuggestedForCase = {
  readonly suggestions: Suggestions
  readonly schools: readonly School[]
  /** Null where no way can be estimated, and under a lock. */
  readonly home: HomePoint | null
  /** An address lock in the family: ways are not even estimated. */
  readonly isLocked: boolean
}

/** The schools of a centre with their seats of the present school year: the same for all its cases. */
export type SchoolsWithSeats = {
  readonly schools: readonly School[]
  readonly pools: readonly SeatPoolRow[]
  readonly tallies: readonly SeatTally[]
  readonly secondSeat: SecondSeatRule
}

/** Reads what `suggestForCase` needs of the centre; a page with many cases reads it once. */
export async function schoolsWithSeats(
  { database: { db }, clock }: Context,
  centreId: CentreId,
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
  return { schools, pools, tallies, secondSeat: centre?.second_seat ?? 'off' }
}

/**
 * Suggests schools for a case: reads what the domain's `suggest` looks at, in the present school
 * year only (docs/decisions/0013). Under an address lock in the family no way counts: an order or a
 * number made of ways would tell where the family lives (P28). Nothing is written and nothing
 * decided.
 */
export async function suggestForCase(
  ctx: Context,
  pupilCase: PupilCase,
  known?: SchoolsWithSeats,
): Promise<SuggestedForCase> {
  const { centreId } = pupilCase
  const day = today(ctx.clock)
  const now = instant(ctx.clock)
  const { schools, pools, tallies, secondSeat } = known ?? (await schoolsWithSeats(ctx, centreId))
  const others = [...tallies, ...(await withoutOwn(ctx, centreId, pupilCase.id))]
  const isLocked = await isFamilyLocked(ctx, centreId, pupilCase.familyId)
  const home = isLocked ? null : await homeOf(ctx, pupilCase)
  const counted = countPools(pools, others, now)
  const facts = schools.map(
    (school): SchoolFacts => ({
      number: school.number,
      form: school.form,
      isInArea: true,
      operation: operationOn(school, day),
      wayMetres: home === null ? null : estimatedWay(home, school),
      pools: counted.get(school.number) ?? [],
    }),
  )
  const suggestions = suggest(await childFacts(ctx, pupilCase, day, secondSeat), facts)
  return { suggestions, schools, home, isLocked }
}

async function homeOf(ctx: Context, pupilCase: PupilCase): Promise<HomePoint | null> {
  const { db } = ctx.database
  const family = await readFamily(db, ctx.keys, pupilCase.centreId, pupilCase.familyId)
  const postcode = family.address.postcode === '' ? null : family.address.postcode
  return homePoint({
    postcode,
    municipality: pupilCase.municipality,
    schoolPoints: postcode === null ? [] : await listSchoolsWithPostcode(db, postcode),
    middle: await findMunicipality(db, pupilCase.municipality),
  })
}

async function childFacts(
  ctx: Context,
  pupilCase: PupilCase,
  day: CalendarDate,
  rule: SecondSeatRule,
): Promise<ChildFacts> {
  const { db } = ctx.database
  const { centreId, childId, familyId } = pupilCase
  const child = await readChild(db, ctx.keys, centreId, childId)
  const interview = (await readInterview(db, ctx.keys, pupilCase)) ?? EMPTY_INTERVIEW
  const siblings = await listCasesOfFamily(db, centreId, familyId)
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
      ...siblings.flatMap((one) =>
        one.childId !== childId && 'placement' in one ? [one.placement.schoolNumber] : [],
      ),
    ],
  }
}

/** The seats a case holds itself are not taken from it: counted with the others, they take themselves out. */
async function withoutOwn(
  { database: { db } }: Context,
  centreId: CentreId,
  caseId: CaseId,
): Promise<readonly SeatTally[]> {
  const own = await listEntriesOfCase(db, centreId, caseId)
  return own.map((entry) => ({ ...entry, count: -1 }))
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
