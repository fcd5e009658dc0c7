import type { Child } from '#app/domain/child/child.ts'
import type { DraftPlace } from '#app/domain/draft/draft.ts'
import type { Family } from '#app/domain/family/family.ts'
import type { AccountId, CentreId, ChildId, FamilyId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import { findChild, findFamily } from '../queries/child.server.ts'
import { type Db, INSTALLATION, type Sealed } from '../schema.ts'
import { SubjectGone } from '../unavailable.server.ts'
import { isUnreadable, type Place, type SubjectKey, seal, Unreadable, unseal } from './envelope.ts'
import type { KeyStore, Subject } from './keys.server.ts'

/** Where a table's one envelope stands: its column is called `sealed` everywhere. */
export function placeOf(table: string, centreId: CentreId, row: string): Place {
  return { table, column: 'sealed', centreId, row }
}

/** Seals a record of a child or family for its row. */
export function sealRecord(
  key: SubjectKey,
  table: string,
  centreId: CentreId,
  row: string,
  value: unknown,
): Sealed {
  return seal(key, placeOf(table, centreId, row), value)
}

/** Opens the record of a row. @throws Unreadable when it does not belong there, or is damaged. */
export function openRecord<T>(
  key: SubjectKey,
  table: string,
  centreId: CentreId,
  row: string,
  sealed: Sealed,
): T {
  return unseal<T>(key, placeOf(table, centreId, row), sealed)
}

/** The same for a list: null where it does not open, so that one damaged row keeps back no other. */
export function openForList<T>(...of: Parameters<typeof openRecord>): T | null {
  try {
    return openRecord<T>(...of)
  } catch (accident) {
    if (isUnreadable(accident)) return null
    throw accident
  }
}

/**
 * A child's key.
 * @throws SubjectGone when it went with the child, Unreadable when the child is there without it.
 */
export async function childKey(
  db: Db,
  keys: KeyStore,
  centreId: CentreId,
  id: ChildId,
): Promise<SubjectKey> {
  const key = await keys.find({ kind: 'child', centreId, id })
  return key ?? withoutKey(`child ${id}`, await findChild(db, centreId, id))
}

/**
 * A family's key.
 * @throws SubjectGone when it went with the family, Unreadable when the family is there without it.
 */
export async function familyKey(
  db: Db,
  keys: KeyStore,
  centreId: CentreId,
  id: FamilyId,
): Promise<SubjectKey> {
  const key = await keys.find({ kind: 'family', centreId, id })
  return key ?? withoutKey(`family ${id}`, await findFamily(db, centreId, id))
}

/**
 * An erasure deletes the row and then the key: a row that is there after its key was looked for in
 * vain has lost it.
 */
function withoutKey(subject: string, row: unknown): never {
  if (row === null) throw new SubjectGone(`No key for ${subject}`)
  throw new Unreadable(`The key of ${subject} is lost`)
}

/** An account's key: it seals the account's second factors. @throws when there is none. */
export async function accountKey(keys: KeyStore, id: AccountId): Promise<SubjectKey> {
  const key = await keys.find(accountSubject(id))
  if (key === null) throw new Error(`No key for account ${id}`)
  return key
}

/** The same, made and committed first where the account has none yet. */
export async function accountKeyOrNew(
  keys: KeyStore,
  id: AccountId,
  now: Instant,
): Promise<SubjectKey> {
  const subject = accountSubject(id)
  if ((await keys.find(subject)) === null) {
    // two at once: one of them makes it, both read it
    await keys.create([subject], now).catch(() => undefined)
  }
  return accountKey(keys, id)
}

/** A draft that is about no case has a key of its own, destroyed with it. */
export function draftSubject({ centreId, id }: DraftPlace): Subject {
  return { kind: 'draft', centreId, id }
}

function accountSubject(id: AccountId) {
  return { kind: 'account', centreId: INSTALLATION, id } as const
}

/** A child, opened, with the version its row has. @throws as {@link childKey}, and when it is damaged. */
export async function readChild(
  db: Db,
  keys: KeyStore,
  centreId: CentreId,
  id: ChildId,
): Promise<Child & { readonly version: number }> {
  const row = await findChild(db, centreId, id)
  if (row === null) throw new SubjectGone(`No child ${id}`)
  const key = await childKey(db, keys, centreId, id)
  return { ...openRecord<Child>(key, 'child', centreId, id, row.sealed), version: row.version }
}

/** A family, opened, with the version its row has. @throws as {@link familyKey}, and when it is damaged. */
export async function readFamily(
  db: Db,
  keys: KeyStore,
  centreId: CentreId,
  id: FamilyId,
): Promise<Family & { readonly version: number }> {
  const row = await findFamily(db, centreId, id)
  if (row === null) throw new SubjectGone(`No family ${id}`)
  const key = await familyKey(db, keys, centreId, id)
  return { ...openRecord<Family>(key, 'family', centreId, id, row.sealed), version: row.version }
}
