import { sql } from 'kysely'
import type { AccountId, CaseId, CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

type Entry = {
  readonly id: string
  readonly centreId: CentreId
  readonly at: Instant
  readonly accountId: AccountId | null
  readonly role: string
  readonly action: string
  readonly requestId: string
  readonly event: string
  /** JSON of ids, dates, counts and codes. */
  readonly facts: string
  readonly caseIds: readonly CaseId[]
}

/** Adds entries to the trail, and one row per case they name. Called by `transact` only. */
export async function recordAudit(tx: Tx, entries: readonly Entry[]): Promise<void> {
  await tx
    .insertInto('audit_entry')
    .values(
      entries.map((entry) => ({
        centre_id: entry.centreId,
        id: entry.id,
        at: entry.at,
        account_id: entry.accountId,
        role: entry.role,
        action: entry.action,
        event: entry.event,
        request_id: entry.requestId,
        facts: entry.facts,
      })),
    )
    .execute()
  const cases = entries.flatMap((entry) =>
    [...new Set(entry.caseIds)].map((caseId) => ({
      centre_id: entry.centreId,
      entry_id: entry.id,
      case_id: caseId,
    })),
  )
  if (cases.length > 0) await tx.insertInto('audit_case').values(cases).execute()
}

/** One line of a case's trail: who looked or changed, as what, when. */
export type TrailLine = Pick<
  Row<'audit_entry'>,
  'id' | 'at' | 'account_id' | 'role' | 'event' | 'facts'
> & { readonly name: string | null }

/** What a centre set otherwise of how it works, newest first. */
export async function listRuleChanges(
  db: Db,
  centreId: CentreId,
  limit: number,
): Promise<readonly TrailLine[]> {
  return (
    db
      .selectFrom('audit_entry')
      .leftJoin('account', 'account.id', 'audit_entry.account_id')
      .select(['audit_entry.id', 'audit_entry.at', 'audit_entry.account_id', 'audit_entry.role'])
      .select(['audit_entry.event', 'audit_entry.facts', 'account.name'])
      .where('audit_entry.centre_id', '=', centreId)
      // written out: SQLite takes an index of some rows only for a value it can see
      .where('audit_entry.event', '=', sql.lit('rules_changed'))
      .orderBy('audit_entry.id', 'desc')
      .limit(limit)
      .execute()
  )
}

/** Entries that name a case, newest first: those older than `before`, or from the newest on. */
export async function listTrail(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
  page: { readonly limit: number; readonly before: string | null },
): Promise<readonly TrailLine[]> {
  const { limit, before } = page
  return db
    .selectFrom('audit_case')
    .innerJoin('audit_entry', (join) =>
      join
        .onRef('audit_entry.centre_id', '=', 'audit_case.centre_id')
        .onRef('audit_entry.id', '=', 'audit_case.entry_id'),
    )
    .leftJoin('account', 'account.id', 'audit_entry.account_id')
    .select([
      'audit_entry.id',
      'audit_entry.at',
      'audit_entry.account_id',
      'audit_entry.role',
      'audit_entry.event',
      'audit_entry.facts',
      'account.name',
    ])
    .where('audit_case.centre_id', '=', centreId)
    .where('audit_case.case_id', '=', caseId)
    .$if(before !== null, (query) => query.where('audit_case.entry_id', '<', before ?? ''))
    .orderBy('audit_case.entry_id', 'desc')
    .limit(limit)
    .execute()
}
