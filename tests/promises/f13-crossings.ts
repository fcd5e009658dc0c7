import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { OrderedGround } from '#app/domain/privacy/erasure.ts'
import { usualClass } from '#app/domain/school/school-class.ts'
import { addDays, today } from '#app/domain/time.ts'
import { setAppointment } from '#app/services/appointment/set-appointment.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic } from '#app/services/interview/save-topic.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { meetingDay } from '#tests/setup/meeting-day.ts'
import type { World } from '#tests/setup/world.ts'

type Answered = { readonly ok: true } | { readonly ok: false; readonly error: { code: string } }

/** Something one person does with what is on their screen. */
export type Act = {
  readonly name: string
  /**
   * Which version on screen it goes over (`stay`: none, whether the child stays or goes): of acts
   * with the same one at most one may succeed.
   */
  readonly over: readonly ('case' | 'interview' | 'pool' | 'stay')[]
  /** After it nothing more is stored about the case. */
  readonly ends?: 'ended' | 'erased'
  readonly run: (
    slowly: (ctx: Context) => Context,
    screen: Screen,
    mark: string,
  ) => Promise<Answered>
}

/** What everybody saw before they began. */
export type Screen = {
  readonly caseId: CaseId
  readonly version: number
  readonly interviewVersion: number
  readonly poolId: SeatPoolId
  readonly poolVersion: number
}

/** What several people may be doing with one case at the same moment, by where it stands. */
export function actsOf(world: World, school: SchoolNumber) {
  const { as, asColleague, asSchool } = world
  const day = today(world.clock)
  const reason = (mark: string) => ({ code: 'other', sentence: mark }) as const

  const note = (name: string, who: () => Context): Act => ({
    name,
    over: ['interview'],
    run: (slowly, { caseId, interviewVersion: version }, mark) =>
      saveTopic(slowly(who()), {
        ...{ caseId, version },
        answers: { topic: 'wish', wish: { schools: [], forms: [], note: mark } },
      }),
  })
  const advice = (name: string, who: () => Context): Act => ({
    name,
    over: ['interview'],
    run: (slowly, { caseId, interviewVersion: version }, mark) =>
      saveTopic(slowly(who()), {
        ...{ caseId, version },
        answers: {
          topic: 'recommendation',
          recommendation: { form: '15', grade: 7, reason: mark },
        },
      }),
  })
  const appointment = (name: string, who: () => Context): Act => ({
    name,
    over: ['case'],
    run: (slowly, { caseId, version }, mark) =>
      setAppointment(slowly(who()), {
        ...{ caseId, version, date: meetingDay(day, 6), time: '09:30', durationMinutes: 60 },
        ...{ mode: 'on_site', place: mark, alsoFor: [] },
      }),
  })
  const ending: Act = {
    name: 'the case is ended',
    over: ['case'],
    ends: 'ended',
    run: (slowly, { caseId, version }, mark) =>
      endCase(slowly(as('lead')), {
        ...{ caseId, version, on: day, reason: { code: 'moved_away', sentence: mark } },
      }),
  }
  const erasure = (name: string, ground: OrderedGround): Act => ({
    name,
    over: ['stay'],
    ends: 'erased',
    run: (slowly, { caseId }) => eraseNow(slowly(as('lead')), { caseId, ground }),
  })
  const leaving = [
    erasure('the child is erased', 'art_17'),
    erasure('the child is erased by another', 'wrong_registration'),
    {
      name: 'a hold is set',
      over: ['stay'],
      run: (slowly, { caseId }, mark) =>
        setHold(slowly(as('lead')), { caseId, until: addDays(day, 30), sentence: mark }),
    },
  ] satisfies readonly Act[]
  const drafting: Act = {
    name: 'a draft is kept',
    over: [],
    run: (slowly, { caseId }, mark) =>
      keepDraft(slowly(asColleague()), {
        ...{ form: 'interview_wish', caseId, fields: [['note', mark]] },
      }),
  }
  const finishing: Act = {
    name: 'the counselling is finished',
    over: ['case', 'interview'],
    run: (slowly, { caseId, version, interviewVersion }) =>
      finishCounselling(slowly(as('counsellor')), { caseId, version, interviewVersion, on: day }),
  }
  const admission = (name: string, days: number): Act => ({
    name,
    over: ['case'],
    run: (slowly, { caseId, version }) =>
      confirmCaseAdmission(slowly(asSchool(school)), {
        ...{ caseId, version, plannedFirstDay: addDays(day, days), schoolClass: usualClass(null) },
      }),
  })
  const seats = (name: string, count: number): Act => ({
    name,
    over: ['pool'],
    run: (slowly, { poolId, poolVersion: version }) =>
      decideSeats(slowly(asSchool(school)), {
        ...{ schoolNumber: school, reason: 'rooms', pools: [{ poolId, version, seats: count }] },
      }),
  })

  return {
    counselling: [
      note('a wish', () => as('counsellor')),
      note('another wish', asColleague),
      advice('an advice', asColleague),
      appointment('an appointment', () => as('counsellor')),
      appointment('another appointment', asColleague),
      ...[finishing, drafting, ending, ...leaving],
    ],
    proposed: [
      {
        name: 'assigned',
        over: ['case'],
        run: (slowly, { caseId, version }) =>
          assignSchool(slowly(as('authority')), { caseId, version }),
      },
      {
        name: 'sent back',
        over: ['case'],
        run: (slowly, { caseId, version }, mark) =>
          sendBackProposal(slowly(as('authority')), { caseId, version, reason: reason(mark) }),
      },
      {
        name: 'withdrawn',
        over: ['case'],
        run: (slowly, { caseId, version }, mark) =>
          withdrawProposal(slowly(as('counsellor')), { caseId, version, reason: reason(mark) }),
      },
      {
        name: 'declined',
        over: ['case'],
        run: (slowly, { caseId, version }, mark) =>
          declineProposal(slowly(asSchool(school)), { caseId, version, reason: reason(mark) }),
      },
      {
        name: 'the school can admit',
        over: ['case'],
        run: (slowly, { caseId, version }) =>
          sayCanAdmitProposal(slowly(asSchool(school)), { caseId, version }),
      },
      ...[ending, ...leaving],
      ...[seats('five seats', 50), seats('sixty seats', 60)],
    ],
    assigned: [
      admission('admitted for one day', 7),
      admission('admitted for another day', 9),
      ...[ending, ...leaving],
      ...[seats('seventy seats', 70), seats('eighty seats', 80)],
    ],
  } satisfies Readonly<Record<string, readonly Act[]>>
}
