import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { SupportLength } from '#app/domain/law/language-support.ts'
import type { Db, Row, Tx } from '../schema.ts'
import type { SubjectKey } from '../sealing/envelope.ts'
import { openForList, openRecord, sealRecord } from '../sealing/records.server.ts'

type Of = { readonly centreId: CentreId; readonly id: CaseId }

/**
 * How long language support of a case's child lasts, without its reason; null before the counselling
 * is finished, and where it was finished before this was stored (migration 016).
 */
export async function readSupportLength(
  db: Db,
  key: SubjectKey,
  { centreId, id }: Of,
): Promise<SupportLength | null> {
  const row = await db
    .selectFrom('language_support')
    .select('sealed')
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  return openRecord<SupportLength>(key, 'language_support', centreId, id, row.sealed)
}

/** The same of some cases, sealed as it stands; who has none is left out. */
export async function listSupportLengths(
  db: Db,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<readonly Row<'language_support'>[]> {
  if (caseIds.length === 0) return []
  return db
    .selectFrom('language_support')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...caseIds])
    .execute()
}

/** One of them, opened for a list: null where it does not open. */
export function openSupportLength(
  key: SubjectKey,
  row: Row<'language_support'>,
): SupportLength | null {
  return openForList<SupportLength>(key, 'language_support', row.centre_id, row.id, row.sealed)
}

/** Stores it, once: the counselling is finished once. */
export async function addSupportLength(
  tx: Tx,
  key: SubjectKey,
  { centreId, id }: Of,
  { supportMonths }: SupportLength,
): Promise<void> {
  const sealed = sealRecord(key, 'language_support', centreId, id, { supportMonths })
  await tx.insertInto('language_support').values({ centre_id: centreId, id, sealed }).execute()
}
