import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { birthDatePhrase } from '#app/domain/child/birth-date.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { LikelyDuplicate } from '#app/domain/child/duplicate.ts'
import { displayName } from '#app/domain/child/name.ts'
import type { CaseId, CentreId, FamilyId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { listCasesOfChildren } from '#db/queries/case.server.ts'
import type { Tx } from '#db/schema.ts'
import type { NameEntry, NameIndex } from '#db/sealing/name-index.ts'
import type { Refusal } from '../refusals.ts'

export type PossibleDuplicate = Extract<Refusal, { readonly code: 'possible_duplicate' }>

/** More than these nobody compares at once; the likeliest come first, the next once these are answered. */
const MOST_SHOWN = 5

/** Who is compared, and who need not be asked about. */
type Compared = {
  readonly centreId: CentreId
  readonly child: Child
  /** A twin in the family the child joins is nothing to ask about; null: a family of its own. */
  readonly joinedFamily: FamilyId | null
  readonly confirmedOthers: readonly CaseId[]
}

/**
 * Refuses when a child of the centre may be this one and nobody has said that it is another
 * (`possible_duplicate`, with each one's newest case). Nothing is merged or decided here: a person
 * looks (promises.md §5.5.5).
 */
export async function possibleDuplicates(
  tx: Tx,
  index: NameIndex,
  { centreId, child, joinedFamily, confirmedOthers }: Compared,
): Promise<Result<null, PossibleDuplicate>> {
  const hits = index.duplicates(centreId, {
    given: child.givenNames,
    family: child.familyName,
    originalGiven: child.originalScript?.given ?? '',
    originalFamily: child.originalScript?.family ?? '',
    birthDate: child.birthDate,
  })
  if (hits.length === 0) return ok(null)
  const ids = hits.map(({ record }) => record.childId)
  const cases = await listCasesOfChildren(tx, centreId, ids)
  const children = hits.flatMap((hit) => {
    const newest = cases.find(({ childId }) => childId === hit.record.childId)
    if (newest === undefined || confirmedOthers.includes(newest.id)) return []
    const isOwnTwin = hit.kind === 'sibling' && newest.familyId === joinedFamily
    return isOwnTwin ? [] : [toShown(hit, newest)]
  })
  if (children.length === 0) return ok(null)
  return err({ code: 'possible_duplicate', children: children.slice(0, MOST_SHOWN) })
}

function toShown({ record, kind }: LikelyDuplicate<NameEntry>, pupilCase: PupilCase) {
  return {
    caseId: pupilCase.id,
    caseNumber: pupilCase.caseNumber,
    name: displayName(`${record.given} ${record.family}`),
    born: birthDatePhrase(record.birthDate),
    registeredOn: pupilCase.registeredOn,
    kind,
  }
}
