import type { CapacityReport, PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import { SEX_NAMES } from '#app/domain/child/child.ts'
import type { Family, GuardianRole } from '#app/domain/family/family.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { findNationality } from '#app/domain/nationality/nationalities.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { type SchoolClass, saidOf, usualClass } from '#app/domain/school/school-class.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import { type CalendarDate, type Instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { type VisibleCase, visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { addressForOthers } from '#app/services/family/kin.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { readSchoolClass } from '#db/queries/school-class.server.ts'
import { findPool } from '#db/queries/seat.server.ts'
import { readChild, readFamily } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

/**
 * What a school may know of a child it is to admit: the data that schools hand each other
 * (VO-DV I § 7 Abs. 2, by analogy, `checkedOn: null`), as far as it is stored here. Nothing of the
 * counselling, no wish, no levels.
 */
export type TransferRecord = {
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  readonly born: string
  readonly age: number | null
  readonly sex: string
  readonly nationality: string | null
  readonly language: string
  /** Null where none is stored, and under an address lock: the school cannot tell which. */
  readonly address: string | null
  readonly guardians: readonly {
    readonly name: string
    readonly role: GuardianRole
    readonly reachability: string
  }[]
  readonly phone: string
  readonly email: string
  readonly grade: number | null
  /** A support place means: the child needs support in German. */
  readonly seat: SeatKind | null
}

/** The school's page of one case. */
export type AdmissionPage = {
  readonly caseId: CaseId
  readonly caseNumber: string
  readonly version: number
  readonly stage: Stage
  readonly stageSince: CalendarDate
  readonly today: CalendarDate
  readonly record: TransferRecord
  readonly holdUntil: Instant | null
  readonly canAdmitAt: Instant | null
  /** The centre decides about a proposal for the authority. */
  readonly isDelegated: boolean
  readonly assignedOn: CalendarDate | null
  /** What became of the school's word that it has no place; null: it said no such thing. */
  readonly capacityReport: CapacityReport | null
  readonly plannedFirstDay: CalendarDate | null
  readonly firstDay: CalendarDate | null
  /** What the school said of the class; null: nothing yet. */
  readonly schoolClass: SchoolClass | null
  /** What the forms begin with. */
  readonly classBefore: SchoolClass
  /** The first day that was named is over: from now on the child can be said not to have come. */
  readonly isFirstDayOver: boolean
}

/** The transfer data of a case of the person's school; reading it is written down first. */
export async function admissionPage(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<AdmissionPage, Forbidden | { readonly code: 'case_not_found' }>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view_transfer', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId } = pupilCase
  const record = await transferRecord(ctx, found)
  const schoolClass = await classOf(ctx, pupilCase)
  const day = today(ctx.clock)
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'admission',
    caseId,
  })
  return ok({
    caseId,
    caseNumber: pupilCase.caseNumber,
    version: pupilCase.version,
    stage: pupilCase.stage,
    stageSince: pupilCase.stageSince,
    today: day,
    record,
    ...stageFacts(pupilCase),
    isDelegated: found.assignedBy !== 'authority',
    schoolClass,
    classBefore: schoolClass ?? usualClass(record.seat),
    isFirstDayOver: 'plannedFirstDay' in pupilCase && (pupilCase.plannedFirstDay ?? '9999') < day,
  })
}

/** What the school said itself; how long support lasts is nothing this page needs. */
async function classOf(ctx: Context, pupilCase: PupilCase): Promise<SchoolClass | null> {
  const said = await readSchoolClass(ctx.database.db, ctx.keys, pupilCase)
  return said === null ? null : saidOf(said)
}

async function transferRecord(
  ctx: Context,
  { pupilCase, row, schoolForm }: VisibleCase,
): Promise<TransferRecord> {
  const { db } = ctx.database
  const { centreId, childId, familyId } = pupilCase
  const child = await readChild(db, ctx.keys, centreId, childId)
  const family = await readFamily(db, ctx.keys, centreId, familyId)
  const day = today(ctx.clock)
  const pool = row.pool_id === null ? null : await findPool(db, centreId, row.pool_id, { day })
  const { name, original, born, age } = caseHead(pupilCase, child, day)
  return {
    name,
    original,
    born,
    age,
    sex: SEX_NAMES[child.sex],
    nationality: nationalityOf(pupilCase),
    language: findLanguage(pupilCase.language)?.german ?? pupilCase.language,
    address: await addressForOthers(ctx, pupilCase),
    ...householdOf(family),
    grade: gradeOf(pupilCase, schoolForm),
    seat: pool?.kind ?? null,
  }
}

function nationalityOf({ nationality }: PupilCase): string | null {
  return nationality === null ? null : (findNationality(nationality)?.name ?? nationality)
}

function householdOf({ contact: { phone, email }, guardians }: Family) {
  return {
    guardians: guardians.map(({ name, role, reachability }) => ({
      name,
      role,
      reachability,
    })),
    phone,
    email,
  }
}

function gradeOf(pupilCase: PupilCase, form: SchoolForm | null): number | null {
  if (!('recommendation' in pupilCase)) return null
  const { grade } = pupilCase.recommendation
  return form === null ? grade : seatGrade(form, grade)
}

function stageFacts(pupilCase: PupilCase) {
  const proposal = 'proposal' in pupilCase ? pupilCase.proposal : null
  return {
    holdUntil: proposal?.holdUntil ?? null,
    canAdmitAt: proposal?.canAdmitAt ?? null,
    assignedOn: 'placement' in pupilCase ? pupilCase.placement.assignedOn : null,
    capacityReport: pupilCase.stage === 'assigned' ? pupilCase.capacityReport : null,
    plannedFirstDay: 'plannedFirstDay' in pupilCase ? pupilCase.plannedFirstDay : null,
    firstDay: 'firstDay' in pupilCase ? pupilCase.firstDay : null,
  }
}
