import { join } from 'node:path'
import type { AccountId, CaseId, CentreId } from '#app/domain/ids.ts'
import { addHours, type Instant } from '#app/domain/time.ts'
import { anchorTrail } from '#app/services/audit/verify-trail.server.ts'
import { recordAudit } from '#db/queries/audit.server.ts'
import { type Db, INSTALLATION } from '#db/schema.ts'
import { type Drawer, drawer } from '#tests/setup/random.ts'
import { CENTRES, nowIn, type World } from '#tests/setup/world.ts'

/** Centres with a trail, and what share of the entries each gets. */
const SHARES: readonly [CentreId, number][] = [
  [CENTRES.DN.id, 0.6],
  [CENTRES.BOR.id, 0.3],
  [INSTALLATION, 0.1],
]
/** How many hours a trail is laid over. */
export const HOURS = 20
const AT_ONCE = 500

/** One link of a chain with the entry it stands for, as somebody who forges would look it up. */
export type Link = {
  readonly centre: CentreId
  readonly seq: number
  readonly entryId: string
  readonly at: Instant
  readonly accountId: string | null
  /** The cases the entry names. */
  readonly cases: readonly CaseId[]
}

/** A trail that was chained every hour, its ends appended to the kept file each time. */
export type Trail = {
  readonly headFile: string
  /** How many of a centre's links the newest kept head covers. */
  readonly kept: ReadonlyMap<CentreId, number>
}

/**
 * Writes so many entries over twenty hours: chained and anchored at the end of each, where `each` is
 * told the hour. The last hour is chained too.
 */
export async function layTrail(
  world: World,
  rows: number,
  folder: string,
  each: (hour: number) => Promise<void> = async () => undefined,
): Promise<Trail> {
  const headFile = join(folder, 'ende.jsonl')
  const draw = drawer(rows)
  for (let hour = 0; hour < HOURS; hour += 1) {
    for (const [centre, share] of SHARES) {
      await addEntries(world, draw, centre, Math.round((rows * share) / HOURS))
    }
    world.clock.passHours(1)
    await anchorTrail(world, headFile)
    await each(hour)
  }
  return { headFile, kept: await lengths(world.database.db) }
}

/** Adds entries as `transact` does, spread over the hour that begins now. */
export async function addEntries(
  { database, newId, ...world }: World,
  draw: Drawer,
  centreId: CentreId,
  count: number,
): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - from)
    const entries = Array.from({ length: some }, (_, index) => ({
      id: newId(),
      centreId,
      at: addHours(nowIn(world), (from + index) / count),
      accountId: draw.below(9) === 0 ? null : (`account-${draw.below(40)}` as AccountId),
      role: draw.oneOf(['counsellor', 'lead', 'authority', 'school']),
      ...draw.oneOf([
        { action: 'case.view', event: 'case_viewed' },
        { action: 'list.view', event: 'list_viewed' },
        { action: 'case.assign', event: 'case_assigned' },
      ]),
      requestId: `request-${newId().slice(-8)}`,
      facts: JSON.stringify({ page: `page-${draw.below(50)}`, count: draw.below(30) }),
      caseIds: Array.from({ length: draw.below(3) }, () => `case-${draw.below(9_999)}` as CaseId),
    }))
    await database.write((tx) => recordAudit(tx, entries))
  }
}

/** Every link of every chain, in order. */
export async function linksOf(db: Db): Promise<readonly Link[]> {
  const rows = await db
    .selectFrom('audit_seal')
    .innerJoin('audit_entry', (join) =>
      join
        .onRef('audit_entry.centre_id', '=', 'audit_seal.centre_id')
        .onRef('audit_entry.id', '=', 'audit_seal.entry_id'),
    )
    .select(['audit_seal.centre_id', 'seq', 'entry_id', 'at', 'account_id'])
    .orderBy('audit_seal.centre_id')
    .orderBy('seq')
    .execute()
  const named = await db.selectFrom('audit_case').select(['entry_id', 'case_id']).execute()
  const cases = new Map<string, CaseId[]>()
  for (const { entry_id, case_id } of named) {
    cases.set(entry_id, [...(cases.get(entry_id) ?? []), case_id])
  }
  return rows.map(({ centre_id, seq, entry_id, at, account_id }) => ({
    ...{ centre: centre_id, seq, entryId: entry_id, at, accountId: account_id },
    cases: cases.get(entry_id) ?? [],
  }))
}

/** How long each chain is. */
export async function lengths(db: Db): Promise<ReadonlyMap<CentreId, number>> {
  const rows = await db
    .selectFrom('audit_seal')
    .select(({ fn }) => ['centre_id', fn.max('seq').as('last')])
    .groupBy('centre_id')
    .execute()
  return new Map(rows.map(({ centre_id, last }) => [centre_id, Number(last)]))
}
