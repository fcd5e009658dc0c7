import { sql } from 'kysely'
import type { RuleChange } from '#app/domain/centre/centre.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { addDays, type Instant, instant, today } from '#app/domain/time.ts'
import type { Database } from '#db/open.server.ts'
import type { Standing, StandingPool } from '#tests/promises/p1-ledger-acts.ts'
import type { Line, Shortened } from '#tests/promises/p1-ledger-check.ts'
import type { Drawer } from '#tests/setup/random.ts'
import { CENTRES } from '#tests/setup/world.ts'

// All that the race of P1 knows of the tables stands here.

const OVER = ['not_responsible', 'self_enrolment', 'completed', 'closed', 'regular_class'] as const

/** The children who are on their way, the pools and the rule, as they stand now. */
export async function standingIn({ db }: Pick<Database, 'db'>): Promise<Standing> {
  const cases = await db
    .selectFrom('pupil_case')
    .select(['id', 'version', 'stage', 'school_number', 'hold_until', 'planned_first_day'])
    .select(['capacity_reported_at', 'capacity_kept_at'])
    .where('stage', 'not in', [...OVER])
    .orderBy('id')
    .execute()
  const { version, second_seat: secondSeat } = await db
    .selectFrom('centre')
    .select(['version', 'second_seat'])
    .where('id', '=', CENTRES.DN.id)
    .executeTakeFirstOrThrow()
  return {
    cases: cases.map((row) => ({
      ...{ caseId: row.id, version: row.version, stage: row.stage },
      ...{ schoolNumber: row.school_number, holdUntil: row.hold_until },
      plannedFirstDay: row.planned_first_day,
      isReported: row.capacity_reported_at !== null && row.capacity_kept_at === null,
    })),
    pools: await poolsIn(db),
    rule: { version, secondSeat },
  }
}

async function poolsIn(db: Database['db']): Promise<readonly StandingPool[]> {
  const pools = await db
    .selectFrom('seat_pool')
    .select(['id', 'school_number', 'kind', 'version', 'seats', 'others', 'reserve', 'lasting'])
    .select(({ selectFrom }) =>
      selectFrom('seat_entry')
        .select(({ fn }) => fn.countAll<number>().as('entries'))
        .whereRef('seat_entry.pool_id', '=', 'seat_pool.id')
        .where('state', '<>', 'released')
        .as('entries'),
    )
    .orderBy('id')
    .execute()
  return pools.map((row) => ({
    ...{ poolId: row.id, schoolNumber: row.school_number, kind: row.kind },
    ...{ version: row.version, seats: row.seats, others: row.others, reserve: row.reserve },
    ...{ lasting: row.lasting ?? row.seats, entries: Number(row.entries ?? 0) },
  }))
}

/** The pools of a school: where a child is promised a place now, and one for later. */
export function poolsAt({ pools }: Pick<Standing, 'pools'>, schoolNumber: SchoolNumber) {
  const ofKind = (wanted: StandingPool['kind']) =>
    pools.find((pool) => pool.schoolNumber === schoolNumber && pool.kind === wanted)
  const [support, regular] = [ofKind('support'), ofKind('regular')]
  if (support === undefined || regular === undefined) throw new Error('A school lacks a pool')
  return { support, regular }
}

/** How many children have a seat of each pool, live holds only. */
export async function liveSeats(
  { db }: Pick<Database, 'db'>,
  now: Instant,
): Promise<ReadonlyMap<SeatPoolId, number>> {
  const rows = await db
    .selectFrom('seat_entry')
    .select(['pool_id', 'state', 'hold_until'])
    .where('state', '<>', 'released')
    .execute()
  const live = new Map<SeatPoolId, number>()
  for (const { pool_id, state, hold_until } of rows) {
    if (state === 'hold' && (hold_until ?? '') <= now) continue
    live.set(pool_id, (live.get(pool_id) ?? 0) + 1)
  }
  return live
}

/** How soon a hold runs out that somebody chose. */
export const SOON_MS = 300

/** One of the holds that would last for days runs out soon; what became of it. */
export async function letOneRunOut(
  world: { readonly database: Database },
  draw: Drawer,
): Promise<readonly Shortened[]> {
  const { cases } = await standingIn(world.database)
  const tomorrow = instant({ now: () => new Date(Date.now() + 86_400_000) })
  const [first, ...others] = cases.filter(({ holdUntil }) => (holdUntil ?? '') > tomorrow)
  return first === undefined ? [] : shortenHold(world, draw.oneOf([first, ...others]))
}

/**
 * Lets a child's hold run out soon, as if it had been made that much earlier; none when somebody was
 * faster. Whoever has the case on their screen must look again: its version goes up.
 */
async function shortenHold(
  { database }: { readonly database: Database },
  { caseId, version, holdUntil }: Standing['cases'][number],
): Promise<readonly Shortened[]> {
  if (holdUntil === null) return []
  const until = await database.write(async (tx) => {
    const at = instant({ now: () => new Date(Date.now() + SOON_MS) })
    const saved = await tx
      .updateTable('pupil_case')
      .set({ hold_until: at, version: version + 1 })
      .where('id', '=', caseId)
      .where('version', '=', version)
      .where('stage', '=', 'proposed')
      .executeTakeFirst()
    if (Number(saved.numUpdatedRows) !== 1) return null
    await tx
      .updateTable('seat_entry')
      .set({ hold_until: at })
      .where('case_id', '=', caseId)
      .where('state', '=', 'hold')
      .where('hold_until', '=', holdUntil)
      .execute()
    return at
  })
  if (until === null) return []
  const known = Date.now() + 1
  return [{ caseId, was: Date.parse(holdUntil), until: Date.parse(until), known }]
}

/** A day passes for one of the children who are admitted: it was expected yesterday. */
export async function letOneBeExpected(
  world: { readonly database: Database },
  draw: Drawer,
): Promise<void> {
  const { cases } = await standingIn(world.database)
  const [first, ...others] = cases.filter(({ stage }) => stage === 'admitted')
  if (first !== undefined) await beExpected(world, draw.oneOf([first, ...others]).caseId)
}

/**
 * A child that is admitted was expected yesterday, whatever day was named; not when somebody was faster.
 * Whoever has the case on their screen must look again: its version goes up.
 */
export async function beExpected(
  { database }: { readonly database: Database },
  caseId: CaseId,
): Promise<void> {
  const yesterday = addDays(today({ now: () => new Date() }), -1)
  await database.write(async (tx) => {
    await tx
      .updateTable('pupil_case')
      .set(({ eb }) => ({ planned_first_day: yesterday, version: eb('version', '+', 1) }))
      .where('id', '=', caseId)
      .where('stage', '=', 'admitted')
      .execute()
  })
}

/** The trail since the first decision on seats, a line for each child of an entry. */
export async function ledgerTrail({ db }: Pick<Database, 'db'>): Promise<readonly Line[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .leftJoin('audit_case', (join) =>
      join
        .onRef('audit_case.centre_id', '=', 'audit_entry.centre_id')
        .onRef('audit_case.entry_id', '=', 'audit_entry.id'),
    )
    .select(['at', 'event', 'request_id', 'case_id', 'facts'])
    .orderBy('audit_entry.at')
    .orderBy('audit_entry.id')
    .execute()
  return rows.map(({ at, event, request_id, case_id, facts }) => ({
    ...{ at: Date.parse(at), event, requestId: request_id, caseId: case_id },
    ...numbersOf(JSON.parse(facts) as Readonly<Record<string, unknown>>),
  }))
}

type Facts = Readonly<Record<string, unknown>>

function numbersOf(facts: Facts) {
  const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : null)
  const holdUntil = text('holdUntil')
  return {
    ...{ poolId: text('poolId'), regularPoolId: text('regularPoolId'), stage: text('stage') },
    ...{ validFrom: text('validFrom'), validTo: text('validTo') },
    holdUntil: holdUntil === null ? null : Date.parse(holdUntil),
    seats: typeof facts['seats'] === 'number' ? facts['seats'] : null,
    secondSeat: ruleOf(facts),
  }
}

function ruleOf({ changes }: Facts): string | null {
  const all = (changes ?? []) as readonly RuleChange[]
  return all.find(({ rule }) => rule === 'secondSeat')?.to ?? null
}

/**
 * Takes away what the database itself holds against a seat that is given twice, so that the control
 * shows what the lock is for.
 */
export async function withoutWalls({ database }: { readonly database: Database }): Promise<void> {
  await database.write(async (tx) => {
    await sql`drop index if exists seat_entry_one_seat`.execute(tx)
    if (database.engine === 'postgres') {
      await sql`alter table seat_entry disable trigger user`.execute(tx)
      return
    }
    const { rows } = await sql<{ name: string }>`
      select name from sqlite_master where type = 'trigger' and tbl_name = 'seat_entry'`.execute(tx)
    for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(tx)
  })
}

/** Cases of children who were proposed and whose hold has run out. */
export function runOut({ cases }: Standing, now: Instant): readonly Standing['cases'][number][] {
  return cases.filter(
    ({ stage, holdUntil }) => stage === 'proposed' && holdUntil !== null && holdUntil <= now,
  )
}

/** The ids of the children who wait for a seat. */
export function waitingIn({ cases }: Standing): readonly CaseId[] {
  return cases.filter(({ stage }) => stage === 'waiting').map(({ caseId }) => caseId)
}
