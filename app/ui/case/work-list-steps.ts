import type { NextStep } from '#app/domain/case/clocks.ts'
import type { CaseId } from '#app/domain/ids.ts'

/** The page of a case on which its next step is done; '' is the case itself. */
const PAGES: Readonly<Record<NextStep, string>> = {
  make_appointment: '/termin',
  await_booking: '/termin',
  prepare_appointment: '/termin',
  record_counselling: '/beratung',
  offer_new_appointment: '/termin',
  propose_school: '/vorschlaege',
  await_assignment: '',
  assign_school: '/zuweisung',
  await_colleague: '/zuweisung',
  propose_again: '/vorschlaege',
  await_admission: '',
  await_capacity_decision: '/zuweisung',
  answer_report: '/zuweisung',
  await_report_answer: '/zuweisung',
  await_first_day: '',
  await_review: '/begleitung',
  record_review: '/begleitung',
  clarify_absence: '',
  clarify_whereabouts: '',
  nothing: '',
}

/** Where the next step of a case is done. */
export function stepPath(caseId: CaseId, step: NextStep): string {
  return `/faelle/${caseId}${PAGES[step]}`
}
