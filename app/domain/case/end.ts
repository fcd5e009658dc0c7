import type { SeatEntryId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import type { CalendarDate } from '../time.ts'
import { isAt, type PupilCase } from './pupil-case.ts'
import { END_REASONS, type EndReason, type GivenReason, type ReasonRequired } from './reasons.ts'
import { isOpen, STAGES, type Stage } from './stage.ts'
import {
  checkDay,
  checkReason,
  coreOf,
  type DateRefusal,
  type Decided,
  type StageStep,
  step,
  type When,
  type WrongStage,
  wrongStage,
} from './transition.ts'

/** The stages no transition leaves: a child that comes back has a second case (product.md §3). */
export type EndStage = 'not_responsible' | 'self_enrolment' | 'completed' | 'closed'

export type EndRefusal = WrongStage | DateRefusal | ReasonRequired

const OPEN: readonly Stage[] = STAGES.filter(isOpen)
const FIRST: readonly Stage[] = ['registered']

/** Where each reason leads, and from which stages (domain.md §1.3, transitions 2, 3, 20 and 21). */
const ENDS: Readonly<
  Record<EndReason, { readonly to: EndStage; readonly from: readonly Stage[] }>
> = {
  other_municipality: { to: 'not_responsible', from: FIRST },
  long_at_german_school: { to: 'not_responsible', from: FIRST },
  not_of_school_age: { to: 'not_responsible', from: FIRST },
  enrols_itself: { to: 'self_enrolment', from: FIRST },
  follow_up_over: { to: 'completed', from: ['attending', 'regular_class'] },
  moved_away: { to: 'closed', from: OPEN },
  moved_unknown: { to: 'closed', from: OPEN },
  left_country: { to: 'closed', from: OPEN },
  schooling_over: { to: 'closed', from: OPEN },
  consent_withdrawn: { to: 'closed', from: OPEN },
  entered_by_mistake: { to: 'closed', from: OPEN },
  other: { to: 'closed', from: OPEN },
}

/** The reasons for which a case at this stage can end; none where it has ended. */
export function endReasonsAt(stage: Stage): readonly EndReason[] {
  return END_REASONS.filter((code) => ENDS[code].from.includes(stage))
}

/**
 * Ends a case with a reason; the seats it holds or has are released. The follow-up of an attending
 * child ends through the regular class: whoever says it is over says that the child learns there, so
 * only its support place is given back and its regular place stays taken (decision 0031). Refused:
 * `wrong_stage` (also where the case has ended: nothing reopens it), the dates, `reason_required`.
 */
export function end(
  pupilCase: PupilCase,
  facts: When & { readonly reason: GivenReason<EndReason> | null },
): Result<Decided<EndStage>, EndRefusal> {
  const reason = checkReason(facts.reason, 'end')
  if (!reason.ok) return reason
  const { to, from } = ENDS[reason.value.code]
  if (!from.includes(pupilCase.stage)) return err(wrongStage(pupilCase, from))
  const day = checkDay(pupilCase, facts)
  if (!day.ok) return day
  const seat = seatOf(pupilCase)
  const last: StageStep = { stage: to, validOn: facts.on, reason: reason.value }
  return ok({
    next: ended(pupilCase, to, facts.on, reason.value.code),
    steps:
      to === 'completed' && pupilCase.stage === 'attending'
        ? [step('regular_class', facts.on), last]
        : [last],
    seatMove:
      seat === null ? null : { entryId: seat, to: to === 'completed' ? 'regular' : 'released' },
  })
}

/** The day on which a case ended; null: it is open. */
export function endedOn(pupilCase: PupilCase): CalendarDate | null {
  if (isOpen(pupilCase.stage)) return null
  return pupilCase.stage === 'closed' ? pupilCase.endedOn : pupilCase.stageSince
}

function ended(
  pupilCase: PupilCase,
  to: EndStage,
  on: CalendarDate,
  code: EndReason,
): Decided<EndStage>['next'] {
  const core = { ...coreOf(pupilCase), stageSince: on }
  if (to === 'completed' && isAt(pupilCase, ['attending', 'regular_class'])) {
    return { ...pupilCase, stageSince: on, stage: 'completed' }
  }
  if (to === 'closed') return { ...core, stage: 'closed', endedOn: on, closeReason: code }
  return { ...core, stage: to === 'self_enrolment' ? to : 'not_responsible' }
}

/** The seat the case holds or has; who has not come has given it back already. */
function seatOf(pupilCase: PupilCase): SeatEntryId | null {
  if (pupilCase.stage === 'not_started') return null
  if ('proposal' in pupilCase) return pupilCase.proposal.seatEntryId
  return 'placement' in pupilCase ? pupilCase.placement.seatEntryId : null
}
