import type { CentreId } from '#app/domain/ids.ts'
import type { Assignment } from '#app/policy/roles.ts'
import type { AssignmentRow } from '#db/queries/account.server.ts'

/** A stored role assignment as the policy reads it; one that lacks its scope grants nothing. */
export function toAssignment(row: AssignmentRow): readonly Assignment[] {
  if (row.role === 'operator' || row.role === 'state') return [{ role: row.role }]
  if (row.scope_centre_id === null) return []
  return inCentre(row, row.scope_centre_id)
}

function inCentre(row: AssignmentRow, centreId: CentreId): readonly Assignment[] {
  switch (row.role) {
    case 'counsellor':
    case 'lead':
    case 'coordinator':
    case 'auditor':
      return [{ role: row.role, centreId }]
    case 'authority':
      return [{ role: row.role, centreId, area: listOf(row.area), forms: listOf(row.forms) }]
    case 'school':
      return row.school_number === null
        ? []
        : [{ role: row.role, centreId, schoolNumber: row.school_number }]
    case 'owner':
      return row.owner_number === null
        ? []
        : [{ role: row.role, centreId, ownerNumber: row.owner_number }]
    default:
      return []
  }
}

function listOf(text: string | null): readonly string[] | null {
  return text === null ? null : text.split(',')
}
