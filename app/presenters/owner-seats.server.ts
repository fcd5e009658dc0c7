import type { SchoolNumber } from '#app/domain/ids.ts'
import { SCHOOL_AGES, type SchoolAge, schoolAge } from '#app/domain/law/compulsory-schooling.ts'
import { shownNumber, shownSum } from '#app/domain/privacy/small-number.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import { type OwnSeats, sumOwnSeats } from '#app/domain/seat/seat-overview.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { instant, schoolYearOf, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { listPoolsOfYear, tallyEntries, toSeatPool } from '#db/queries/seat.server.ts'
import { NAMES_WAIT_MS } from '#db/sealing/name-index-feed.server.ts'
import type { CentreName } from './chosen-centre.server.ts'
import { type OwnerDoor, openOwner } from './own-gemeinden.server.ts'
import { unplacedChildren } from './unplaced-children.server.ts'

/** Schools on one page. */
const PAGE_SIZE = 25
const KINDS: readonly SeatKind[] = ['support', 'regular']
const GERMAN = new Intl.Collator('de')

/** The seats of one kind for some grades at one school. */
export type OwnPool = {
  readonly kind: SeatKind
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly seats: OwnSeats
}

/** A school of the owner with its pools of this school year; none: it has reported no seats. */
export type OwnSchoolSeats = {
  readonly number: SchoolNumber
  readonly name: string
  readonly pools: readonly OwnPool[]
}

/** An owner's seats and how many children wait where it is answerable: counts, no child. */
export type OwnerSeatsPage = {
  readonly query: { readonly centre: string | null; readonly page: number }
  readonly centres: readonly CentreName[]
  readonly schoolYear: number
  readonly schools: readonly OwnSchoolSeats[]
  readonly total: number
  readonly pageSize: number
  /** Over all schools of the owner, not this page's alone. */
  readonly totals: readonly { readonly kind: SeatKind; readonly seats: OwnSeats }[]
  /** Null: the owner is answerable for no Gemeinde. A count of null is one to four. */
  readonly waiting: {
    readonly gemeinden: readonly string[]
    readonly groups: readonly { readonly age: SchoolAge; readonly count: number | null }[]
    readonly total: number | null
  } | null
}

/**
 * The seats of an owner's schools in this school year, and how many children without a place there are in
 * its Gemeinden. Counts alone, so nothing is written down; numbers of children below five stay untold
 * (product.md §8). Refused: `forbidden`, `index_filling`.
 */
export async function ownerSeatsPage(
  ctx: Context,
  asked: { readonly centre: string | null; readonly page: number },
): Promise<Result<OwnerSeatsPage, Forbidden | { readonly code: 'index_filling' }>> {
  const door = await openOwner(ctx, asked.centre)
  if (!door.ok) return door
  if (!(await ctx.names.whenFull(NAMES_WAIT_MS))) return err({ code: 'index_filling' })
  await ctx.names.catchUp(ctx.database.db)
  const { centre, centres } = door.value
  const schools = await schoolSeats(ctx, door.value)
  const page = Math.min(asked.page, Math.max(1, Math.ceil(schools.length / PAGE_SIZE)))
  const pools = schools.flatMap((school) => school.pools)
  return ok({
    query: { centre: centres.length === 0 ? null : centre.id, page },
    centres,
    schoolYear: schoolYearOf(today(ctx.clock)),
    schools: schools.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
    total: schools.length,
    pageSize: PAGE_SIZE,
    totals: KINDS.flatMap((kind) => {
      const own = pools.filter((pool) => pool.kind === kind)
      return own.length === 0 ? [] : [{ kind, seats: sumOwnSeats(own.map(({ seats }) => seats)) }]
    }),
    waiting: await waitingIn(ctx, door.value),
  })
}

/** The owner's schools by name, those that have reported seats first. */
async function schoolSeats(
  { clock, database: { db } }: Context,
  { centre, schools }: OwnerDoor,
): Promise<readonly OwnSchoolSeats[]> {
  const now = instant(clock)
  const day = today(clock)
  const numbers = new Set(schools.map(({ number }) => number))
  const pools = (await listPoolsOfYear(db, centre.id, schoolYearOf(day), { day })).filter(
    ({ school_number }) => numbers.has(school_number),
  )
  const tallies = await tallyEntries(
    db,
    centre.id,
    pools.map(({ id }) => id),
  )
  const rows = schools.map(({ number, shortName }) => ({
    number,
    name: shortName,
    pools: pools
      .filter(({ school_number }) => school_number === number)
      .map((row) => {
        const { decided, others, held, assigned, taken, reserve, free } = countSeats(
          toSeatPool(row),
          tallies,
          now,
        )
        const seats = { decided, held, assigned, taken: others + taken, reserve, free }
        return { kind: row.kind, gradeFrom: row.grade_from, gradeTo: row.grade_to, seats }
      })
      .toSorted(byGrades),
  }))
  const byName = rows.toSorted((a, b) => GERMAN.compare(a.name, b.name))
  const has = byName.filter((row) => row.pools.length > 0)
  return [...has, ...byName.filter((row) => row.pools.length === 0)]
}

function byGrades(a: OwnPool, b: OwnPool): number {
  const byKind = KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)
  return a.gradeFrom - b.gradeFrom || a.gradeTo - b.gradeTo || byKind
}

async function waitingIn(
  ctx: Context,
  { centre, gemeinden }: OwnerDoor,
): Promise<OwnerSeatsPage['waiting']> {
  if (gemeinden.length === 0) return null
  const keys = gemeinden.map(({ key }) => key)
  const children = await unplacedChildren(ctx, centre.id, keys)
  const day = today(ctx.clock)
  const ages = children.map(({ entry }) => schoolAge(entry.birthDate, day))
  const groups = SCHOOL_AGES.map((age) => ({
    age,
    count: shownNumber(ages.filter((one) => one === age).length),
  }))
  return {
    gemeinden: gemeinden.map(({ name }) => name),
    groups,
    total: shownSum(groups.map(({ count }) => count)),
  }
}
