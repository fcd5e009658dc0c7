import { type AreaRefusal, inArea, parseArea } from '#app/domain/centre/area.ts'
import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { StaffRole } from '#app/policy/roles.ts'
import type { AssignmentRow } from '#db/queries/account.server.ts'
import { isOwnerInArea, isSchoolInArea, listAreaOf } from '#db/queries/centre.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import type { Tx } from '#db/schema.ts'

/** A role in a centre with its narrower scope, as a lead gives it. */
export type InvitedRole =
  | { readonly role: 'counsellor' | 'lead' | 'coordinator' | 'auditor' }
  | {
      readonly role: 'authority'
      /** AGS prefixes, comma separated; empty: the whole centre. */
      readonly area: string
      /** Empty: all. */
      readonly forms: readonly SchoolForm[]
    }
  | { readonly role: 'school'; readonly schoolNumber: SchoolNumber }
  | { readonly role: 'owner'; readonly ownerNumber: string }

export type InvitedRoleRefusal =
  | AreaRefusal
  | { readonly code: 'area_unknown'; readonly prefix: string }
  | { readonly code: 'school_not_found' | 'school_outside_area' | 'owner_not_found' }

/** The columns of a role assignment that say what it is and where it holds. */
export type Scope = Pick<
  AssignmentRow,
  'role' | 'scope_centre_id' | 'school_number' | 'owner_number' | 'area' | 'forms'
>

/**
 * The scope a role would have, checked against the centre's area. Refused: `school_not_found`,
 * `school_outside_area`, `owner_not_found`, `area_unknown`, `area_prefix_invalid`.
 */
export async function scopeOf(
  tx: Tx,
  centreId: CentreId,
  invited: InvitedRole,
): Promise<Result<Scope, InvitedRoleRefusal>> {
  const bare = bareScope(centreId, invited.role)
  switch (invited.role) {
    case 'school':
      return schoolScope(tx, bare, centreId, invited.schoolNumber)
    case 'owner':
      return (await isOwnerInArea(tx, centreId, invited.ownerNumber))
        ? ok({ ...bare, owner_number: invited.ownerNumber })
        : err({ code: 'owner_not_found' })
    case 'authority':
      return authorityScope(tx, bare, centreId, invited)
    default:
      return ok(bare)
  }
}

function bareScope(centreId: CentreId, role: StaffRole): Scope {
  return {
    role,
    scope_centre_id: centreId,
    school_number: null,
    owner_number: null,
    area: null,
    forms: null,
  }
}

async function schoolScope(
  tx: Tx,
  bare: Scope,
  centreId: CentreId,
  number: SchoolNumber,
): Promise<Result<Scope, InvitedRoleRefusal>> {
  if ((await findSchool(tx, number)) === null) return err({ code: 'school_not_found' })
  if (!(await isSchoolInArea(tx, centreId, number))) return err({ code: 'school_outside_area' })
  return ok({ ...bare, school_number: number })
}

async function authorityScope(
  tx: Tx,
  bare: Scope,
  centreId: CentreId,
  { area, forms }: Extract<InvitedRole, { readonly role: 'authority' }>,
): Promise<Result<Scope, InvitedRoleRefusal>> {
  const narrowed = { ...bare, forms: forms.length === 0 ? null : forms.join(',') }
  if (area.trim() === '') return ok(narrowed)
  const prefixes = parseArea(area)
  if (!prefixes.ok) return prefixes
  const inCentre = await listAreaOf(tx, centreId)
  const unknown = prefixes.value.find(
    (prefix) => !inCentre.some(({ key }) => inArea([prefix], key)),
  )
  if (unknown !== undefined) return err({ code: 'area_unknown', prefix: unknown })
  return ok({ ...narrowed, area: prefixes.value.join(',') })
}
