import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import {
  isClosedOn,
  isPlaceable,
  phoneLabel,
  type School,
  schoolName,
} from '#app/domain/school/school.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import { authorize, can, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { centreOfMunicipality, findCentre } from '#db/queries/centre.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { type ShownSeats, shownSeats } from './school-page-seats.server.ts'

/** Whether children can be placed at a school, and what its day means. */
export type ShownOperation =
  | { readonly state: 'open' }
  | { readonly state: 'closing' | 'opening'; readonly on: CalendarDate }
  | { readonly state: 'closed'; readonly on: CalendarDate | null }

/** A school's facts from the state's list, and its seats for those who may see them. */
export type SchoolPage = {
  readonly number: SchoolNumber
  readonly name: string
  readonly officialName: string
  readonly form: SchoolForm
  readonly isPrivate: boolean
  readonly operation: ShownOperation
  readonly street: string
  readonly place: string
  readonly phone: string | null
  readonly email: string
  /** An http or https address, or null. */
  readonly homepage: string | null
  readonly isInvented: boolean
  readonly seats: ShownSeats | null
  /** Who decides on seats of each kind, as the centre has set. */
  readonly decidedBy: Readonly<Record<SeatKind, 'school' | 'owner'>>
  /** Whether this person enters seats for the school or its owner, who have no account. */
  readonly entersForOthers: boolean
}

/**
 * One school of a centre. No child stands on the page, so nothing is written down. Refused:
 * `school_not_found` (also outside the person's centres), `forbidden`.
 */
export async function schoolPage(
  ctx: Context,
  number: SchoolNumber,
): Promise<Result<SchoolPage, Forbidden | { readonly code: 'school_not_found' }>> {
  const { db } = ctx.database
  const school = await findSchool(db, number)
  const centreId = school && (await centreOfMunicipality(db, school.municipality))
  if (school === null || centreId === null) return err({ code: 'school_not_found' })
  const facts = { centreId, schoolNumber: number }
  const list = authorize(ctx.actor, 'school.list', { centreId })
  const canSeeSeats = can(ctx.actor, 'seat.view', facts)
  if (!list.ok && !canSeeSeats) {
    const isOwnCentre = centresOf(ctx.actor, ROLES).includes(centreId)
    return isOwnCentre ? list : err({ code: 'school_not_found' })
  }
  const seats = canSeeSeats
    ? await shownSeats(ctx, centreId, school, { withDecisions: true })
    : null
  return ok({
    ...listed(school, today(ctx.clock)),
    seats,
    decidedBy: await decidersIn(ctx, centreId),
    entersForOthers:
      (seats?.mayDecide ?? []).length > 0 && can(ctx.actor, 'seat.enter_for_school', facts),
  })
}

async function decidersIn({ database }: Context, centreId: CentreId) {
  const centre = await findCentre(database.db, centreId)
  if (centre === null) throw new Error(`No centre ${centreId}`)
  return { support: centre.support_decided_by, regular: centre.regular_decided_by }
}

function listed(school: School, day: CalendarDate) {
  return {
    number: school.number,
    name: school.shortName,
    officialName: schoolName(school),
    form: school.form,
    isPrivate: school.legalForm === '2',
    operation: operationOf(school, day),
    street: school.street,
    place: `${school.postcode} ${school.town}`,
    phone: phoneLabel(school.phone),
    email: school.email,
    homepage: /^https?:\/\//.test(school.homepage) ? school.homepage : null,
    isInvented: school.source === 'demo',
  }
}

function operationOf(school: School, day: CalendarDate): ShownOperation {
  const { status, statusOn, delistedOn } = school
  if (isClosedOn(school, day)) return { state: 'closed', on: delistedOn ?? statusOn }
  if (!isPlaceable(school, day)) {
    return status === '3' ? { state: 'opening', on: statusOn } : { state: 'closed', on: null }
  }
  return status === '0' || status === '2' ? { state: 'closing', on: statusOn } : { state: 'open' }
}
