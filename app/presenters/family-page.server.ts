import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type {
  FamilyAppointment,
  FamilySchool,
  FamilyState,
} from '#app/domain/family/family-state.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { phoneLabel, type School } from '#app/domain/school/school.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { type AppointmentRecord, findPlannedAppointment } from '#db/queries/appointment.server.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { familyKey, openRecord, readChild } from '#db/sealing/records.server.ts'

/** The page of one family: its step, its appointment, its school; the child's first name. */
export type FamilyPageData = {
  readonly state: FamilyState
  readonly childName: string
  readonly language: string
  readonly phone: string
}

/** What the signed-in family sees. Reading it is written down first, like everybody else's. */
export async function familyPage(
  ctx: Context,
): Promise<Result<FamilyPageData, Forbidden | { readonly code: 'case_not_found' }>> {
  const { actor } = ctx
  if (actor.kind !== 'family') return err({ code: 'case_not_found' })
  const found = await visibleCase(ctx, actor.caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(actor, 'case.view_as_family', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { db } = ctx.database
  const { centreId, childId, language, id } = pupilCase
  const child = await readChild(db, ctx.keys, centreId, childId)
  const data = {
    state: {
      stage: pupilCase.stage,
      registeredOn: pupilCase.registeredOn,
      appointment: await appointmentOf(ctx, pupilCase),
      school: await schoolOf(ctx, pupilCase),
      firstDay: firstDayOf(pupilCase),
    },
    childName: child.givenNames,
    language,
    phone: (await findCentre(db, centreId))?.phone ?? '',
  }
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'family',
    caseId: id,
  })
  return ok(data)
}

async function appointmentOf(
  ctx: Context,
  pupilCase: PupilCase,
): Promise<FamilyAppointment | null> {
  const { centreId, familyId, id } = pupilCase
  const row = await findPlannedAppointment(ctx.database.db, centreId, id)
  if (row === null || pupilCase.stage !== 'appointed') return null
  const key = await familyKey(ctx.database.db, ctx.keys, centreId, familyId)
  const { durationMinutes, mode, place } = openRecord<AppointmentRecord>(
    key,
    'appointment',
    centreId,
    row.id,
    row.sealed,
  )
  return {
    startsAt: row.starts_at,
    durationMinutes,
    mode,
    place,
    interpreter: false,
  }
}

/**
 * The school's name is shown from the assignment on, never while it is only proposed, nor once the
 * child has not come: its seat there is gone.
 */
async function schoolOf(ctx: Context, pupilCase: PupilCase): Promise<FamilySchool | null> {
  if (!('placement' in pupilCase) || pupilCase.stage === 'not_started') return null
  const school = await findSchool(ctx.database.db, pupilCase.placement.schoolNumber)
  return school === null ? null : toFamilySchool(school)
}

function toFamilySchool(school: School): FamilySchool {
  return {
    name: school.shortName,
    address: `${school.street}, ${school.postcode} ${school.town}`,
    phone: phoneLabel(school.phone),
  }
}

function firstDayOf(pupilCase: PupilCase): CalendarDate | null {
  if ('firstDay' in pupilCase) return pupilCase.firstDay
  if (pupilCase.stage === 'not_started') return null
  return 'plannedFirstDay' in pupilCase ? pupilCase.plannedFirstDay : null
}
