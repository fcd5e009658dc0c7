import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { holdsGrade } from '#app/domain/seat/grades.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import { lastSeatedAt, type SeatPoolRow } from '#db/queries/seat.server.ts'
import type { Db } from '#db/schema.ts'
import type { SuggestedForCase } from '../suggestion/suggest-for-case.server.ts'

/**
 * A seat somebody reached for too late: `seat_taken` while it was being taken, `support_place_missing`
 * when the list had no seat there any more. `next`: the best school that still has one, null when none
 * has. `wasGiven`: somebody got the last one; else the school has fewer now.
 */
export type SeatGone = {
  readonly code: 'seat_taken' | 'support_place_missing'
  readonly school: string
  readonly next: string | null
  readonly wasGiven: boolean
}

/** The refusal of whoever still saw the seat free and lost it at the lock of its pool. */
export function goneSinceList(
  suggested: SuggestedForCase,
  number: SchoolNumber,
  locked: SeatPoolRow,
): SeatGone {
  const seen = suggested.pools.find(({ id }) => id === locked.id)
  const wasGiven = seen === undefined || seen.version === locked.version
  return { code: 'seat_taken', ...namesOf(suggested, number), wasGiven }
}

/** The refusal of whoever chose a school from a page that is older than its last free seat. */
export async function goneFromList(
  db: Db,
  { centreId, ...pupilCase }: PupilCase,
  suggested: SuggestedForCase,
  number: SchoolNumber,
): Promise<SeatGone> {
  const form = suggested.schools.find((school) => school.number === number)?.form ?? '02'
  const grade = 'recommendation' in pupilCase ? pupilCase.recommendation.grade : 1
  const wanted = seatGrade(form, grade)
  const pools = suggested.pools.filter(
    ({ school_number, kind, grade_from: from, grade_to: to }) =>
      school_number === number && kind === 'support' && holdsGrade({ from, to }, wanted),
  )
  const ids = pools.map(({ id }) => id)
  const seatedAt = await lastSeatedAt(db, centreId, ids)
  const wasGiven = seatedAt !== null && pools.every(({ decided_at }) => decided_at <= seatedAt)
  return { code: 'support_place_missing', ...namesOf(suggested, number), wasGiven }
}

/** Which school it was, and which comes next. */
function namesOf({ suggestions, schools }: SuggestedForCase, gone: SchoolNumber) {
  const nameOf = (number: SchoolNumber | undefined) =>
    schools.find((school) => school.number === number)?.shortName ?? null
  const next = suggestions.suggested.find(({ number }) => number !== gone)
  return { school: nameOf(gone) ?? '', next: nameOf(next?.number) }
}
