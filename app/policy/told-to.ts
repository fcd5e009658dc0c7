import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { audienceOf, type DeskNoticeKind, rolesTold } from '#app/domain/notice/desk-notice.ts'
import type { Assignment } from './roles.ts'

/**
 * Whether somebody with these roles is told of a notice still: they have the role in its centre, and
 * at a school it is the one that it is told for.
 */
export function isToldTo(
  assignments: readonly Assignment[],
  notice: {
    readonly kind: DeskNoticeKind
    readonly centreId: CentreId
    /** Null: it is told to no school, or for which is not known. */
    readonly schoolNumber: SchoolNumber | null
  },
): boolean {
  const { kind, centreId, schoolNumber } = notice
  const roles = rolesTold(audienceOf(kind))
  return assignments.some(
    (held) =>
      roles.includes(held.role) &&
      'centreId' in held &&
      held.centreId === centreId &&
      (held.role !== 'school' || schoolNumber === null || held.schoolNumber === schoolNumber),
  )
}
