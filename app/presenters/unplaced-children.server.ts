import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { type Awaited, awaited, WITHOUT_PLACE } from '#app/domain/case/without-place.ts'
import type { CentreId, MunicipalityKey } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { listCasesInGemeinden } from '#db/queries/owner.server.ts'
import type { NameEntry } from '#db/sealing/name-index.ts'

/** A child without a place, as far as lists sort and count by it. */
export type UnplacedChild = {
  readonly pupilCase: PupilCase
  readonly awaits: Awaited
  /** Name and birth date from the index in memory: nothing is unsealed. */
  readonly entry: NameEntry
}

/**
 * The children without a place in some Gemeinden, the longest waiting first. The caller has authorised,
 * has waited until the index of names is full, and writes down which of them are shown.
 */
export async function unplacedChildren(
  { clock, database, names }: Context,
  centreId: CentreId,
  municipalities: readonly MunicipalityKey[],
): Promise<readonly UnplacedChild[]> {
  const { db } = database
  const cases = await listCasesInGemeinden(db, centreId, WITHOUT_PLACE, municipalities)
  const now = instant(clock)
  return cases.flatMap((pupilCase) => {
    const awaits = awaited(pupilCase, now)
    const entry = names.index.nameOf(centreId, pupilCase.childId)
    return awaits === null || entry === null ? [] : [{ pupilCase, awaits, entry }]
  })
}
