import type { CapacityReport, Placement, PupilCase } from '#app/domain/case/pupil-case.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { Row } from '../schema.ts'

export type CaseRow = Row<'pupil_case'>

/** The case a row holds. @throws when the row lacks what its stage needs: that is a bug. */
export function toPupilCase(row: CaseRow): PupilCase {
  const core = coreOf(row)
  switch (row.stage) {
    case 'registered':
    case 'not_responsible':
    case 'self_enrolment':
    case 'invited':
      return { ...core, stage: row.stage }
    case 'appointed':
    case 'missed':
      return { ...core, stage: row.stage, appointmentOn: need(row, 'appointment_on') }
    case 'closed':
      return {
        ...core,
        stage: row.stage,
        endedOn: need(row, 'ended_on'),
        closeReason: need(row, 'close_reason'),
      }
    default:
      return afterCounselling({ ...core, ...counselledOf(row) }, row)
  }
}

function afterCounselling(
  base: ReturnType<typeof coreOf> & ReturnType<typeof counselledOf>,
  row: CaseRow,
): PupilCase {
  switch (row.stage) {
    case 'counselled':
    case 'waiting':
      return { ...base, stage: row.stage }
    case 'proposed':
      return { ...base, stage: row.stage, proposal: proposalOf(row) }
    case 'assigned':
      return {
        ...base,
        stage: row.stage,
        placement: placementOf(row),
        proposedBy: row.proposed_by,
        capacityReport: capacityReportOf(row),
      }
    case 'admitted':
    case 'not_started':
      return {
        ...base,
        stage: row.stage,
        ...admittedOf(row),
        plannedFirstDay: row.planned_first_day,
      }
    case 'attending':
      return { ...base, stage: row.stage, ...attendingOf(row) }
    case 'regular_class':
    case 'completed':
      return { ...base, stage: row.stage, ...attendingOf(row) }
    default:
      throw new Error(`Case ${row.id} is at no stage after counselling: ${row.stage}`)
  }
}

/** The row of a case; `dueOn` is counted by the caller, who knows the centre's targets. */
export function toCaseRow(pupilCase: PupilCase, dueOn: CalendarDate | null): CaseRow {
  return {
    ...coreColumns(pupilCase),
    due_on: dueOn,
    ...NOTHING_YET,
    ...counsellingColumns(pupilCase),
    ...seatColumns(pupilCase),
    ...assignedColumns(pupilCase),
    ...schoolColumns(pupilCase),
    ...('endedOn' in pupilCase
      ? { ended_on: pupilCase.endedOn, close_reason: pupilCase.closeReason }
      : {}),
  }
}

function coreColumns(at: PupilCase) {
  return {
    centre_id: at.centreId,
    id: at.id,
    case_number: at.caseNumber,
    child_id: at.childId,
    family_id: at.familyId,
    stage: at.stage,
    stage_since: at.stageSince,
    registered_on: at.registeredOn,
    nationality: at.nationality,
    language: at.language,
    municipality_key: at.municipality,
    arrival_month: at.arrivalMonth,
    counsellor_id: at.counsellorId,
    version: at.version,
  } as const
}

/** What a stage may add, before it has. */
const NOTHING_YET = {
  appointment_on: null,
  counselled_on: null,
  proposed_on: null,
  assigned_on: null,
  admitted_on: null,
  planned_first_day: null,
  first_day: null,
  last_review_on: null,
  next_review_on: null,
  gone_on: null,
  ended_on: null,
  close_reason: null,
  grade: null,
  form: null,
  school_number: null,
  pool_id: null,
  seat_entry_id: null,
  hold_until: null,
  can_admit_at: null,
  capacity_reported_at: null,
  capacity_kept_at: null,
  proposed_by: null,
} as const

function counsellingColumns(at: PupilCase) {
  if ('appointmentOn' in at) return { appointment_on: at.appointmentOn }
  if (!('counselledOn' in at)) return {}
  const { grade, form } = at.recommendation
  return { counselled_on: at.counselledOn, grade, form }
}

function seatColumns(at: PupilCase) {
  if ('proposal' in at) {
    const { proposedOn, proposedBy, holdUntil, canAdmitAt, ...seat } = at.proposal
    return {
      ...seatKeys(seat),
      proposed_on: proposedOn,
      hold_until: holdUntil,
      can_admit_at: canAdmitAt,
      proposed_by: proposedBy,
    }
  }
  if (!('placement' in at)) return {}
  return { ...seatKeys(at.placement), assigned_on: at.placement.assignedOn }
}

/** An open report and one that was answered stand in columns of their own: lists ask for the open ones. */
function assignedColumns(at: PupilCase) {
  if (at.stage !== 'assigned') return {}
  const { proposedBy, capacityReport: report } = at
  return {
    proposed_by: proposedBy,
    capacity_reported_at: report?.state === 'open' ? report.at : null,
    capacity_kept_at: report?.state === 'kept' ? report.at : null,
  }
}

function seatKeys(seat: Pick<Placement, 'schoolNumber' | 'poolId' | 'seatEntryId'>) {
  return {
    school_number: seat.schoolNumber,
    pool_id: seat.poolId,
    seat_entry_id: seat.seatEntryId,
  }
}

function schoolColumns(at: PupilCase) {
  if ('plannedFirstDay' in at) {
    return { admitted_on: at.admittedOn, planned_first_day: at.plannedFirstDay }
  }
  if (!('firstDay' in at)) return {}
  return {
    admitted_on: at.admittedOn,
    first_day: at.firstDay,
    last_review_on: at.lastReviewOn,
    next_review_on: at.nextReviewOn,
    gone_on: at.goneOn,
  }
}

function coreOf(row: CaseRow) {
  return {
    id: row.id,
    centreId: row.centre_id,
    childId: row.child_id,
    familyId: row.family_id,
    caseNumber: row.case_number,
    version: row.version,
    registeredOn: row.registered_on,
    stageSince: row.stage_since,
    counsellorId: row.counsellor_id,
    municipality: row.municipality_key,
    language: row.language,
    nationality: row.nationality,
    arrivalMonth: row.arrival_month,
  } as const
}

function counselledOf(row: CaseRow) {
  return {
    counselledOn: need(row, 'counselled_on'),
    recommendation: { form: row.form, grade: need(row, 'grade') },
  } as const
}

function seatOf(row: CaseRow) {
  return {
    schoolNumber: need(row, 'school_number'),
    poolId: need(row, 'pool_id'),
    seatEntryId: need(row, 'seat_entry_id'),
  } as const
}

function proposalOf(row: CaseRow) {
  return {
    ...seatOf(row),
    proposedOn: need(row, 'proposed_on'),
    proposedBy: row.proposed_by,
    holdUntil: need(row, 'hold_until'),
    canAdmitAt: row.can_admit_at,
  } as const
}

function placementOf(row: CaseRow) {
  return { ...seatOf(row), assignedOn: need(row, 'assigned_on') } as const
}

function capacityReportOf(row: CaseRow): CapacityReport | null {
  const { capacity_reported_at: openSince, capacity_kept_at: keptAt } = row
  if (openSince !== null) return { state: 'open', at: openSince }
  return keptAt === null ? null : { state: 'kept', at: keptAt }
}

function admittedOf(row: CaseRow) {
  return { placement: placementOf(row), admittedOn: need(row, 'admitted_on') } as const
}

function attendingOf(row: CaseRow) {
  return {
    ...admittedOf(row),
    firstDay: need(row, 'first_day'),
    lastReviewOn: row.last_review_on,
    nextReviewOn: need(row, 'next_review_on'),
    goneOn: row.gone_on,
  } as const
}

function need<Name extends keyof CaseRow>(row: CaseRow, name: Name): NonNullable<CaseRow[Name]> {
  const value = row[name]
  if (value === null || value === undefined) {
    throw new Error(`Case ${row.id} at ${row.stage} has no ${name}`)
  }
  return value
}
