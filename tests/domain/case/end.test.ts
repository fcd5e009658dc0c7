import { describe, expect, test } from 'vitest'
import { type EndStage, end, endedOn, endReasonsAt } from '#app/domain/case/end.ts'
import { END_REASONS } from '#app/domain/case/reasons.ts'
import { isOpen, STAGES } from '#app/domain/case/stage.ts'
import { attending, everyStage, noon, on, proposed, registered, unwrap } from './cases.ts'

const DAY = '2026-03-09'
const because = (code: (typeof END_REASONS)[number]) => ({ code, sentence: ' Ein Satz. ' })

/** Where each reason leads, written by hand from domain.md §1.3. */
const LEADS: Readonly<Record<(typeof END_REASONS)[number], EndStage>> = {
  other_municipality: 'not_responsible',
  long_at_german_school: 'not_responsible',
  not_of_school_age: 'not_responsible',
  enrols_itself: 'self_enrolment',
  follow_up_over: 'completed',
  moved_away: 'closed',
  moved_unknown: 'closed',
  left_country: 'closed',
  schooling_over: 'closed',
  consent_withdrawn: 'closed',
  entered_by_mistake: 'closed',
  other: 'closed',
}

describe('the end of a case', () => {
  test.each(everyStage.map((one) => [one.stage, one] as const))('from %s', (stage, pupilCase) => {
    for (const code of END_REASONS) {
      const done = end(pupilCase, { ...on(DAY), reason: because(code) })
      const isOffered = endReasonsAt(stage).includes(code)
      expect([code, done.ok]).toEqual([code, isOffered])
      if (!done.ok) expect(done.error).toMatchObject({ code: 'wrong_stage', stage })
      else expect(done.value.next.stage).toBe(LEADS[code])
    }
  })

  test('is possible from every open stage and from no other', () => {
    for (const stage of STAGES) expect(endReasonsAt(stage).length > 0).toBe(isOpen(stage))
  })

  test('"not our case" and self-enrolment can be said of a new case only', () => {
    const early = endReasonsAt('registered').filter((code) => LEADS[code] !== 'closed')
    expect(early).toHaveLength(4)
    expect(endReasonsAt('waiting').every((code) => LEADS[code] === 'closed')).toBe(true)
  })

  test('releases the held or taken seat, and keeps the trimmed reason', () => {
    const held = unwrap(end(proposed, { ...on(DAY), reason: because('moved_away') }))
    expect(held.seatMove).toEqual({ entryId: proposed.proposal.seatEntryId, to: 'released' })
    expect(held.steps).toEqual([
      { stage: 'closed', validOn: DAY, reason: { code: 'moved_away', sentence: 'Ein Satz.' } },
    ])
    const taken = unwrap(end(attending, { ...on(DAY), reason: because('left_country') }))
    expect(taken.seatMove).toEqual({ entryId: attending.placement.seatEntryId, to: 'released' })
    const none = unwrap(end(registered, { ...on(DAY), reason: because('other') }))
    expect(none.seatMove).toBeNull()
  })

  test('of the follow-up gives back the support place alone: the child stays at its school', () => {
    const reason = because('follow_up_over')
    const { seatEntryId: entryId } = attending.placement
    for (const from of everyStage.filter(({ stage }) =>
      /^(?:attending|regular_class)$/.test(stage),
    )) {
      const over = unwrap(end(from, { ...on(DAY), reason }))
      expect(over.seatMove).toEqual({ entryId, to: 'regular' })
      // control: who goes away leaves both
      const gone = unwrap(end(from, { ...on(DAY), reason: because('moved_away') }))
      expect(gone.seatMove).toEqual({ entryId, to: 'released' })
    }
  })

  test('of the follow-up passes the regular class and keeps where the child learns', () => {
    const done = unwrap(end(attending, { ...on(DAY), reason: because('follow_up_over') }))
    expect(done.steps.map(({ stage }) => stage)).toEqual(['regular_class', 'completed'])
    expect(done.next).toMatchObject({ firstDay: attending.firstDay, stageSince: DAY })
  })

  test('is refused without a reason, in the future and before the present stage', () => {
    const reason = because('moved_away')
    const codes = [
      end(proposed, { ...on(DAY), reason: null }),
      end(proposed, { ...on(DAY), reason: { ...reason, sentence: ' ' } }),
      end(proposed, { on: '2026-03-10', now: noon(DAY), reason }),
      end(proposed, { on: '2026-01-19', now: noon(DAY), reason }),
    ].map((one) => !one.ok && one.error.code)
    expect(codes).toEqual([
      ...['reason_required', 'reason_required', 'date_in_future', 'date_before_stage'],
    ])
  })

  test('has a day once the case has ended', () => {
    const days = everyStage.map((one) => [one.stage, endedOn(one) !== null] as const)
    expect(days).toEqual(STAGES.map((stage) => [stage, !isOpen(stage)]))
  })
})
