import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { School } from '#app/domain/school/school.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { Assignment } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { findSchool, listSchoolNames } from '#db/queries/school.server.ts'

/** A school as pages name it. */
export type NamedSchool = { readonly number: SchoolNumber; readonly name: string }

/** The school a person works for, and the right to its desk. */
export type OwnSchool = {
  readonly centreId: CentreId
  readonly school: School
  /** All schools of the person; one or more. */
  readonly schools: readonly NamedSchool[]
  readonly permit: Permit<'desk.school'>
}

type AtSchool = Extract<Assignment, { readonly role: 'school' }>

/**
 * One of the person's schools: `number`, or the first when it is null. Refused: `forbidden`,
 * `school_not_found` for a school that is not the person's own.
 */
export async function ownSchool(
  ctx: Context,
  number: string | null,
): Promise<Result<OwnSchool, Forbidden | { readonly code: 'school_not_found' }>> {
  const own = schoolsOf(ctx)
  const chosen = number === null ? own[0] : own.find((one) => one.schoolNumber === number)
  if (chosen === undefined) {
    return err(
      own.length === 0
        ? { code: 'forbidden', action: 'desk.school' }
        : { code: 'school_not_found' },
    )
  }
  const { centreId, schoolNumber } = chosen
  const permit = authorize(ctx.actor, 'desk.school', { centreId })
  if (!permit.ok) return permit
  const { db } = ctx.database
  const numbers = own.map((one) => one.schoolNumber)
  const [school, names] = await Promise.all([
    findSchool(db, schoolNumber),
    numbers.length === 1 ? null : listSchoolNames(db, numbers),
  ])
  if (school === null) return err({ code: 'school_not_found' })
  return ok({ centreId, school, schools: (names ?? [school]).map(named), permit: permit.value })
}

/** A school by the name pages call it. */
export function named({ number, shortName }: Pick<School, 'number' | 'shortName'>): NamedSchool {
  return { number, name: shortName }
}

function schoolsOf(ctx: Context): readonly AtSchool[] {
  if (ctx.actor.kind !== 'staff') return []
  return ctx.actor.assignments.filter((one): one is AtSchool => one.role === 'school')
}
