import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Child } from '#app/domain/child/child.ts'
import { addressLine, type Family } from '#app/domain/family/family.ts'
import type { CentreId, ChildId, FamilyId } from '#app/domain/ids.ts'
import { listCasesOfFamily } from '#db/queries/case.server.ts'
import { listChildren, listChildrenOfFamilies, listFamilies } from '#db/queries/child.server.ts'
import { isUnreadable, type SubjectKey } from '#db/sealing/envelope.ts'
import { childKey, openForList, openRecord, readFamily } from '#db/sealing/records.server.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import type { Context } from '../context.server.ts'

/** The children of a family, opened, and all their cases. */
export type Kin = {
  readonly cases: readonly PupilCase[]
  readonly children: ReadonlyMap<ChildId, Child>
  readonly keys: ReadonlyMap<string, SubjectKey>
  /** The family has one address: the lock of one child holds for all of them. */
  readonly isLocked: boolean
}

/**
 * The children of a family: three look-ups, however many they are. The caller has authorised. A child
 * that cannot be read is left out, and the family counts as locked: nobody knows whether it had a lock.
 */
export async function readKin(ctx: Context, centreId: CentreId, familyId: FamilyId): Promise<Kin> {
  const cases = await listCasesOfFamily(ctx.database.db, centreId, familyId)
  const ids = [...new Set(cases.map(({ childId }) => childId))]
  const rows = await listChildren(ctx.database.db, centreId, ids)
  const keys = await ctx.keys.findMany('child', centreId, ids)
  const children = new Map<ChildId, Child>()
  let isLocked = false
  for (const { id, sealed } of rows) {
    try {
      const key = keys.get(id) ?? (await childKey(ctx.database.db, ctx.keys, centreId, id))
      const child = openRecord<Child>(key, 'child', centreId, id, sealed)
      children.set(id, child)
      isLocked ||= child.addressLock
    } catch (accident) {
      if (!isUnreadable(accident) && !isSubjectGone(accident)) throw accident
      isLocked ||= isUnreadable(accident)
    }
  }
  return { cases, children, keys, isLocked }
}

/**
 * Whether an Auskunfts- or Adresssperre lies on anybody in the family. Asked before an address, a
 * postcode, a town, a Gemeinde or a way to school is shown to anybody (P28). A child that cannot be
 * read may have one.
 */
export async function isFamilyLocked(
  ctx: Context,
  centreId: CentreId,
  familyId: FamilyId,
): Promise<boolean> {
  return (await readKin(ctx, centreId, familyId)).isLocked
}

/**
 * The address on one line for school and authority. Null under a lock and null where none is stored,
 * and what the address tells (Gemeinde, ways) is left out with it: nobody learns that there is a lock
 * (§ 51 BMG, `checkedOn: null`; P28).
 */
export async function addressForOthers(
  ctx: Context,
  { centreId, familyId }: Pick<PupilCase, 'centreId' | 'familyId'>,
): Promise<string | null> {
  const family = await readFamily(ctx.database.db, ctx.keys, centreId, familyId)
  const isLocked = await isFamilyLocked(ctx, centreId, familyId)
  return isLocked ? null : addressTold(family)
}

/**
 * The same for a list: the families whose Gemeinde may be shown to others than the centre, four look-ups
 * for all. A family or child that cannot be read is left out like one under a lock.
 */
export async function familiesToTellOf(
  ctx: Context,
  centreId: CentreId,
  ids: readonly FamilyId[],
): Promise<ReadonlySet<FamilyId>> {
  const { database, keys } = ctx
  const families = await listFamilies(database.db, centreId, ids)
  const children = await listChildrenOfFamilies(database.db, centreId, ids)
  const familyKeys = await keys.findMany('family', centreId, ids)
  const childKeys = await keys.findMany(
    'child',
    centreId,
    children.map(({ id }) => id),
  )
  const locked = new Set<FamilyId>()
  for (const { id, family_id, sealed } of children) {
    const key = childKeys.get(id)
    const child = key && openForList<Child>(key, 'child', centreId, id, sealed)
    if (!child || child.addressLock) locked.add(family_id)
  }
  const told = families.filter(({ id, sealed }) => {
    const key = familyKeys.get(id)
    const family = key && openForList<Family>(key, 'family', centreId, id, sealed)
    return !locked.has(id) && family && addressTold(family) !== null
  })
  return new Set(told.map(({ id }) => id))
}

/** The same for a family that was read because {@link readKin} found no lock; null: none is stored. */
export function addressTold({ address }: Pick<Family, 'address'>): string | null {
  return addressLine(address) || null
}
