import { BEFORE_COUNSELLING } from '#app/domain/case/counsel.ts'
import { isAt, type PupilCase } from '#app/domain/case/pupil-case.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { today } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { type AppointmentRecord, listAppointmentsOfCase } from '#db/queries/appointment.server.ts'
import { listCasesOfFamily } from '#db/queries/case.server.ts'
import { familyKey, openRecord, readChild } from '#db/sealing/records.server.ts'
import { callName, caseHead } from './case-head.server.ts'

/**
 * The appointments of one case and what is needed to book one, brothers and sisters who could come
 * along included. Reading it is written down first, in their cases too. Refused: `case_not_found`, `forbidden`.
 */
export async function appointmentPage(ctx: Context, caseId: CaseId) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.appoint', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId, familyId } = pupilCase
  const { db } = ctx.database
  const day = today(ctx.clock)
  const child = await readChild(db, ctx.keys, centreId, childId)
  const key = await familyKey(db, ctx.keys, centreId, familyId)
  const appointments = (await listAppointmentsOfCase(db, centreId, caseId)).map((row) => ({
    id: row.id,
    startsAt: row.starts_at,
    outcome: row.outcome,
    ...openRecord<AppointmentRecord>(key, 'appointment', centreId, row.id, row.sealed),
  }))
  const siblings = await siblingsToAppoint(ctx, pupilCase)
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'appointment',
    caseId,
    alsoShown: siblings.map((sibling) => sibling.caseId),
  })
  return ok({
    ...caseHead(pupilCase, child, day),
    today: day,
    canAppoint: isAt(pupilCase, BEFORE_COUNSELLING),
    /** From the day of the appointment on somebody can say that nobody came. */
    canMarkMissed: pupilCase.stage === 'appointed' && pupilCase.appointmentOn <= day,
    planned: appointments.find(({ outcome }) => outcome === 'planned') ?? null,
    earlier: appointments.filter(({ outcome }) => outcome !== 'planned'),
    siblings,
  })
}

/** Cases of the family's other children that still stand before the counselling. */
async function siblingsToAppoint(ctx: Context, pupilCase: PupilCase) {
  const { centreId, familyId } = pupilCase
  const cases = await listCasesOfFamily(ctx.database.db, centreId, familyId)
  const open = cases.filter((one) => one.id !== pupilCase.id && isAt(one, BEFORE_COUNSELLING))
  return Promise.all(
    open.map(async ({ id, childId, stage }) => ({
      caseId: id,
      name: callName(await readChild(ctx.database.db, ctx.keys, centreId, childId)),
      stage,
    })),
  )
}
