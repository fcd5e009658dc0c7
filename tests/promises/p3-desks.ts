import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import { usualClass } from '#app/domain/school/school-class.ts'
import { today } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import {
  keepCaseAssignment,
  takeBackCaseAssignment,
} from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { assignMany } from '#app/services/case/decide-many.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sayCaseClass } from '#app/services/case/say-class.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import type { Context, Deps } from '#app/services/context.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { readNotices } from '#app/services/notice/read-notices.server.ts'
import { carryOverSeats } from '#app/services/seat/carry-over-seats.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { reserveSeats } from '#app/services/seat/reserve-seats.server.ts'
import { DESK_SCHOOLS, type DeskPlace } from '#tests/promises/p2-desk-place.ts'
import { deskStanding, EVENTS, PEOPLE } from '#tests/promises/p2-desks.ts'
import { done } from '#tests/promises/steps.ts'

/** Who sits at the desks, and about whom something is decided there. */
export type DeskOrder = {
  readonly actors: Readonly<
    Record<'counsellor' | 'authority' | 'school' | 'counsellorThere' | 'leadThere', Actor>
  >
  /** One who has not come, two who wait for a place, one who waits in Borken; one who ends, one who stays. */
  readonly place: DeskPlace
}

const DESK_SCHOOL = DESK_SCHOOLS.DN

type Kind = keyof typeof EVENTS
type Say = (event: string, subject: string) => void

const OTHER = { code: 'other', sentence: 'So ist es besprochen.' } as const
const WISH = { code: 'family_wish', sentence: OTHER.sentence } as const

/** Does one after the other what is done at the desks, every kind of it, and says of each that it is done. */
export async function workAtDesks(deps: Deps, { actors, place: at }: DeskOrder, say: Say) {
  const [absent, one, other, there] = at.children as readonly [CaseId, CaseId, CaseId, CaseId]
  const [ends] = at.ending as readonly [CaseId]
  const as = (who: keyof DeskOrder['actors']): Context => {
    const requestId = deps.newId()
    return { ...deps, actor: actors[who], requestId, steppedUp: true, idempotencyKey: null }
  }
  const standing = () => deskStanding(deps.database, at)
  const chosen = async (caseId: CaseId) => {
    const { children, ending } = await standing()
    const found = [...children, ...ending].find(({ id }) => id === caseId)
    return { caseId, version: found?.version ?? 0 }
  }
  const did = async (
    kind: Kind,
    subject: string,
    work: Promise<Result<unknown, { readonly code: string }>>,
  ) => {
    done(await work)
    say(EVENTS[kind], subject)
  }
  const propose = async (caseId: CaseId, schoolNumber = DESK_SCHOOL as SchoolNumber) => {
    const command = { ...(await chosen(caseId)), schoolNumber, deviation: WISH }
    const who = caseId === there ? 'counsellorThere' : 'counsellor'
    await did('propose', caseId, proposeSchool(as(who), command))
  }
  const reportNoPlace = async (caseId: CaseId) => {
    const command = { ...(await chosen(caseId)), reason: { ...OTHER, code: 'no_teacher' } as const }
    await did('report_capacity', caseId, reportCaseCapacity(as('school'), command))
  }
  const admission = { plannedFirstDay: null, schoolClass: usualClass('support') }

  const { id: poolId, version, seats } = (await standing()).pool
  const place = { schoolNumber: DESK_SCHOOL } as const
  const pools = [{ poolId, version, seats: seats + 1 }] as const
  await did('seats', poolId, decideSeats(as('school'), { ...place, reason: 'rooms', pools }))
  const reserve = { ...place, poolId, version: version + 1, seats: 1, until: today(deps.clock) }
  await did('reserve', poolId, reserveSeats(as('counsellor'), reserve))
  await did('not_started', absent, sayNotStarted(as('school'), await chosen(absent)))

  await propose(one)
  await did('can_admit', one, sayCanAdmitProposal(as('school'), await chosen(one)))
  const declined = { ...(await chosen(one)), reason: OTHER }
  await did('decline', one, declineProposal(as('school'), declined))
  await propose(other)
  const sentBack = { ...(await chosen(other)), reason: OTHER }
  await did('send_back', other, sendBackProposal(as('authority'), sentBack))

  await propose(one)
  await propose(other)
  const both = await assignMany(as('authority'), [await chosen(one), await chosen(other)])
  for (const { caseId, refusal } of both) {
    if (refusal !== null) throw new Error(refusal.code)
    say(EVENTS.assign, caseId)
  }
  await reportNoPlace(other)
  await did('keep', other, keepCaseAssignment(as('authority'), await chosen(other)))
  await reportNoPlace(other)
  const takenBack = {
    ...(await chosen(other)),
    reason: { ...OTHER, code: 'other_school' } as const,
  }
  await did('take_back', other, takeBackCaseAssignment(as('authority'), takenBack))
  await propose(there, DESK_SCHOOLS.BOR)
  await did('centre_assigns', there, assignSchool(as('leadThere'), await chosen(there)))
  const admitted = { ...(await chosen(one)), ...admission }
  await did('admit', one, confirmCaseAdmission(as('school'), admitted))
  await did('class', one, sayCaseClass(as('school'), { ...(await chosen(one)), ...admission }))
  const firstDay = { firstDay: today(deps.clock), className: '7b' }
  await did('start', one, confirmFirstDay(as('school'), { ...(await chosen(one)), ...firstDay }))
  for (const [kind, isHere] of [
    ['gone', false],
    ['here', true],
  ] as const) {
    const answers = [{ ...(await chosen(one)), isHere }]
    await did(kind, one, answerWhereabouts(as('school'), { answers }))
  }
  const over = { on: today(deps.clock), reason: { ...OTHER, code: 'follow_up_over' } as const }
  await did('take_regular', ends, endCase(as('counsellor'), { ...(await chosen(ends)), ...over }))
  const [turn] = (await standing()).turns
  if (turn === undefined) throw new Error('No school year turns')
  const { caseId: stays, schoolNumber, schoolYear, ...pool } = turn
  const carried = { schoolNumber, schoolYear, pools: [{ ...pool, others: 0, classes: null }] }
  const turned = carryOverSeats(as('counsellorThere'), { ...carried, existing: [] })
  await did('carry_over', stays, turned)
  const { notices } = await standing()
  await did('notices', `account-${PEOPLE[1]}`, readNotices(as('authority'), notices))
}
