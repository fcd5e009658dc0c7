import { sql } from 'kysely'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import type { Database } from '#db/open.server.ts'
import type { Standing } from '#tests/promises/p1-ledger-acts.ts'
import type { Line, Shortened } from '#tests/promises/p1-ledger-check.ts'
import type { Drawer } from '#tests/setup/random.ts'

// All that the race of P1 knows of the tables stands here.

const OVER = ['not_responsible', 'self_enrolment', 'completed', 'closed', 'regular_class'] as const

/** The children who are on their way and the pools, as they stand now. */
export async function standingIn({ db }: Pick<Database, 'db'>): Promise<Standing> {
  const cases = await db
    .selectFrom('pupil_case')
    .select(['id', 'version', 'stage', 'school_number', 'hold_until'])
    .where('stage', 'not in', [...OVER])
    .orderBy('id')
    .execute()
  const pools = await db
    .selectFrom('seat_pool')
    .select(['id', 'school_number', 'version', 'seats'])
    .orderBy('id')
    .execute()
  return {
    cases: cases.map((row) => ({
      ...{ caseId: row.id, version: row.version, stage: row.stage },
      ...{ schoolNumber: row.school_number, holdUntil: row.hold_until },
    })),
    pools: pools.map((row) => ({
      ...{ poolId: row.id, schoolNumber: row.school_number },
      ...{ version: row.version, seats: row.seats },
    })),
  }
}

/** How many children have a seat of each school, live holds only. */
export async function liveSeats(
  { db }: Pick<Database, 'db'>,
  now: Instant,
): Promise<ReadonlyMap<SchoolNumber, number>> {
  const rows = await db
    .selectFrom('seat_entry')
    .innerJoin('seat_pool', 'seat_pool.id', 'seat_entry.pool_id')
    .select(['seat_pool.school_number', 'state', 'hold_until'])
    .where('state', '<>', 'released')
    .execute()
  const live = new Map<SchoolNumber, number>()
  for (const { school_number, state, hold_until } of rows) {
    if (state === 'hold' && (hold_until ?? '') <= now) continue
    live.set(school_number, (live.get(school_number) ?? 0) + 1)
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

function numbersOf({ poolId, holdUntil, seats }: Readonly<Record<string, unknown>>) {
  return {
    poolId: typeof poolId === 'string' ? poolId : null,
    holdUntil: typeof holdUntil === 'string' ? Date.parse(holdUntil) : null,
    seats: typeof seats === 'number' ? seats : null,
  }
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
