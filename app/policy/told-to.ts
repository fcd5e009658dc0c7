import { audienceOf, rolesTold, type ToldFacts } from '#app/domain/notice/desk-notice.ts'
import { covers } from './policy.ts'
import type { Assignment } from './roles.ts'

/**
 * Whether somebody with these roles is told of a notice still: they have the role in its centre, at a
 * school it is the one that it is told for, and of an authority it is the area and the school forms.
 */
export function isToldTo(assignments: readonly Assignment[], notice: ToldFacts): boolean {
  const roles = rolesTold(audienceOf(notice.kind))
  return assignments.some(
    (held) =>
      roles.includes(held.role) &&
      'centreId' in held &&
      held.centreId === notice.centreId &&
      isInScope(held, notice),
  )
}

function isInScope(held: Assignment, notice: ToldFacts): boolean {
  const { schoolNumber, municipality } = notice
  if (held.role === 'school') return schoolNumber === null || held.schoolNumber === schoolNumber
  if (held.role !== 'authority') return true
  return municipality !== null && covers(held, { ...notice, municipality })
}
