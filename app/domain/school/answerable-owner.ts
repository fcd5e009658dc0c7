import type { MunicipalityKey } from '../ids.ts'
import type { CalendarDate } from '../time.ts'
import type { SchoolForm } from './form.ts'
import { isClosedOn, type School } from './school.ts'

type OwnedSchool = Pick<
  School,
  'form' | 'legalForm' | 'municipality' | 'ownerNumber' | 'status' | 'statusOn' | 'delistedOn'
>

const PUBLIC = '1'
/** Grundschule, and Primusschule, which begins with class 1 as well. */
const FROM_CLASS_1: readonly SchoolForm[] = ['02', '13']

/**
 * Who is answerable for the schooling of a Gemeinde's children: the public owners (Schulträger) of the
 * Grundschulen and Primusschulen there. Ours (decision 0033): the list of schools names no owner's kind, and the Gemeinde
 * carries the public Grundschulen, while Kreis, Landschaftsverband and Land carry other forms and private
 * owners have no such task. A Gemeinde without an open public Grundschule is absent.
 */
export function answerableOwners(
  schools: readonly OwnedSchool[],
  day: CalendarDate,
): ReadonlyMap<MunicipalityKey, readonly string[]> {
  const owners = new Map<MunicipalityKey, readonly string[]>()
  for (const school of schools) {
    const { form, legalForm, municipality, ownerNumber } = school
    if (!FROM_CLASS_1.includes(form) || legalForm !== PUBLIC || isClosedOn(school, day)) continue
    owners.set(municipality, [...new Set([...(owners.get(municipality) ?? []), ownerNumber])])
  }
  return owners
}
