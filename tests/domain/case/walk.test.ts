import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepAssignment, reportCapacity, takeBackAssignment } from '#app/domain/case/capacity.ts'
import { appoint, finishCounselling, markMissed } from '#app/domain/case/counsel.ts'
import {
  assign,
  confirmAdmission,
  notStarted,
  recordReview,
  sayClass,
  startSchool,
} from '#app/domain/case/place.ts'
import { decline, propose, sayCanAdmit, sendBack, withdraw } from '#app/domain/case/propose.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { Decided, When } from '#app/domain/case/transition.ts'
import type { SeatEntryId } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import { holdUntil } from '#app/domain/seat/seat-entry.ts'
import { addDays, type CalendarDate } from '#app/domain/time.ts'
import { noon, proposeFacts, registered } from './cases.ts'

type Move = (from: PupilCase, when: When, turn: number) => Result<Decided<Stage>, unknown>

const reason = { code: 'other', sentence: 'Ein Satz.' } as const

const moves: readonly Move[] = [
  (from, when) => appoint(from, { ...when, appointmentOn: addDays(when.on, 3) }),
  (from, when) => markMissed(from, when),
  (from, when) => finishCounselling(from, { ...when, recommendation: { form: null, grade: 6 } }),
  (from, when, turn) => {
    const seatEntryId = `entry-${turn}` as SeatEntryId
    return propose(from, {
      ...proposeFacts,
      ...when,
      seatEntryId,
      holdUntil: holdUntil(when.now),
    })
  },
  (from, when) => withdraw(from, { ...when, reason }),
  (from, when) => decline(from, { ...when, reason }),
  (from, when) => sendBack(from, { ...when, reason }),
  (from, when) => sayCanAdmit(from, when),
  (from, when) => assign(from, when),
  (from, when) => confirmAdmission(from, { ...when, plannedFirstDay: when.on }),
  (from, when) => startSchool(from, when),
  (from, when) => recordReview(from, when),
  (from, when) => notStarted(from, when),
  (from, when) => sayClass(from, { ...when, plannedFirstDay: when.on, className: '7b' }),
  (from, when) => reportCapacity(from, { ...when, reason }),
  (from, when) => keepAssignment(from, when),
  (from, when) => takeBackAssignment(from, { ...when, reason }),
]

const plans = fc.array(
  fc.record({
    move: fc.integer({ min: 0, max: moves.length - 1 }),
    daysLater: fc.integer({ min: 0, max: 9 }),
    daysBack: fc.integer({ min: -2, max: 4 }),
  }),
  { minLength: 1, maxLength: 60 },
)

type Walk = {
  readonly at: PupilCase
  readonly today: CalendarDate
  readonly lastStep: CalendarDate
  /** What became of every seat entry so far. */
  readonly seats: ReadonlyMap<string, string>
}

const start: Walk = {
  at: registered,
  today: registered.registeredOn,
  lastStep: registered.registeredOn,
  seats: new Map(),
}

/** The first move that is not refused, tried from the planned one on. */
function tryMoves(from: PupilCase, when: When, first: number, turn: number) {
  const order = [...moves.slice(first), ...moves.slice(0, first)]
  return order.map((move) => move(from, when, turn)).find(({ ok }) => ok)
}

function seatsAfter(seats: Walk['seats'], { seatMove, next }: Decided<Stage>): Walk['seats'] {
  const moved = new Map(seats)
  if (seatMove !== null) moved.set(seatMove.entryId, seatMove.to)
  if (next.stage === 'proposed') moved.set(next.proposal.seatEntryId, 'hold')
  return moved
}

function walkOn(walk: Walk, { next, steps, seatMove }: Decided<Stage>): Walk {
  const lastStep = steps.at(-1)?.validOn ?? walk.lastStep
  const seats = seatsAfter(walk.seats, { next, steps, seatMove })
  return { ...walk, at: next, lastStep, seats }
}

/** The child has one seat in the state its stage asks for, or none before the proposal. */
function expectOneSeat({ at, seats }: Walk) {
  const kept = [...seats.values()].filter((state) => state !== 'released')
  if ('proposal' in at) expect(kept).toEqual(['hold'])
  else if (at.stage === 'not_started') expect(kept).toEqual([])
  else if ('placement' in at) expect(kept).toEqual([at.stage === 'assigned' ? 'assigned' : 'taken'])
  else expect(kept).toEqual([])
}

test('whatever is tried in whatever order, steps stay in order of time', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      let walk = start
      for (const [turn, { move, daysLater, daysBack }] of plan.entries()) {
        const today = addDays(walk.today, daysLater)
        const when = { on: addDays(today, -daysBack), now: noon(today) }
        const moved = tryMoves(walk.at, when, move, turn)
        walk = { ...walk, today }
        if (moved?.ok !== true) continue
        const days = [walk.lastStep, ...moved.value.steps.map(({ validOn }) => validOn), today]
        expect(days).toEqual(days.toSorted())
        walk = walkOn(walk, moved.value)
        expect(walk.at.stage).toBe(moved.value.steps.at(-1)?.stage ?? walk.at.stage)
      }
    }),
    { seed: 20261122 },
  )
})

test('a child has one seat from the proposal on, and none before and after a no', () => {
  const reached = new Set<Stage>()
  fc.assert(
    fc.property(plans, (plan) => {
      let walk = start
      for (const [turn, { move, daysLater }] of plan.entries()) {
        const today = addDays(walk.today, daysLater)
        const moved = tryMoves(walk.at, { on: today, now: noon(today) }, move, turn)
        walk = { ...walk, today }
        if (moved?.ok !== true) continue
        walk = walkOn(walk, moved.value)
        reached.add(walk.at.stage)
        expectOneSeat(walk)
      }
    }),
    // long enough that some walks get to a day that was named and is over
    { seed: 20261122, numRuns: 1_000 },
  )
  // Control: the walks did get to every stage of the main job.
  expect([...reached].toSorted()).toEqual(
    [
      ...['appointed', 'missed', 'waiting', 'proposed', 'assigned', 'admitted', 'attending'],
      'not_started',
    ].toSorted(),
  )
})
