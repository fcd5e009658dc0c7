import { describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import { setAppointment } from '#app/services/appointment/set-appointment.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import {
  admit,
  assign,
  counsel,
  propose,
  seatsAt,
  start,
  versionOf,
} from '#tests/promises/steps.ts'
import { historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const MOVED = { code: 'moved_away', sentence: 'Die Familie zieht nach Jülich.' } as const

async function end(world: World, caseId: CaseId, reason: Parameters<typeof endCase>[1]['reason']) {
  const version = await versionOf(world, caseId)
  return endCase(world.as('counsellor'), { caseId, version, on: today(world.clock), reason })
}

async function attending(world: World): Promise<CaseId> {
  await seatsAt(world, SCHOOL, 1)
  return attends(world, 'Daryna')
}

/** A child that attends, where the school has told its places. */
async function attends(world: World, givenNames: string): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames } })
  const walker = { caseId, centre: 'DN' } as const
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  await assign(world, walker)
  await admit(world, walker, SCHOOL)
  await start(world, walker, SCHOOL)
  return caseId
}

function rowOf({ database }: World, caseId: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
}

describe('ending a case', () => {
  test('releases the seat, keeps the days for reports, and nothing is due any more', async () => {
    const world = await makeWorld()
    const caseId = await attending(world)
    const before = await rowOf(world, caseId)
    world.clock.passDays(30)
    expect(await end(world, caseId, MOVED)).toEqual({ ok: true, value: { caseId } })

    expect(await rowOf(world, caseId)).toMatchObject({
      stage: 'closed',
      ended_on: '2026-12-19',
      close_reason: 'moved_away',
      due_on: null,
      school_number: null,
      first_day: before.first_day,
      assigned_on: before.assigned_on,
      counselled_on: before.counselled_on,
    })
    const { state } = await world.database.db
      .selectFrom('seat_entry')
      .select('state')
      .executeTakeFirstOrThrow()
    expect(state).toBe('released')
    const { reason, ...stored } = (await historyOf(world, caseId)).at(-1)!
    expect(stored).toMatchObject({ event: 'case_ended', stage: 'closed', school_number: SCHOOL })
    expect(reason).toEqual(MOVED)
    expect(JSON.stringify(stored)).not.toContain(MOVED.sentence)
  })

  test('cancels the appointment of this child; a brother keeps his', async () => {
    const world = await makeWorld()
    const sister = await registered(world)
    const brother = await registered(world, {
      child: { givenNames: 'Bohdan' },
      family: { kind: 'of_sibling', caseId: sister },
    })
    await setAppointment(world.as('counsellor'), {
      caseId: sister,
      version: await versionOf(world, sister),
      date: '2026-11-24',
      time: '10:30',
      durationMinutes: 60,
      mode: 'phone',
      place: '',
      alsoFor: [brother],
    })
    await end(world, sister, MOVED)
    const rows = await world.database.db
      .selectFrom('appointment_case')
      .innerJoin('appointment', 'appointment.id', 'appointment_case.appointment_id')
      .select(['case_id', 'outcome', 'appointment.state'])
      .execute()
    expect(rows.find(({ case_id }) => case_id === sister)?.outcome).toBe('cancelled')
    const his = rows.filter(({ case_id }) => case_id === brother)
    expect(his).toMatchObject([{ outcome: 'planned', state: 'planned' }])
  })

  describe('of the follow-up', () => {
    const OVER = { code: 'follow_up_over', sentence: 'B1 ist erreicht.' } as const
    const seatsOf = ({ database }: World) =>
      database.db
        .selectFrom('seat_entry')
        .innerJoin('seat_pool', 'seat_pool.id', 'seat_entry.pool_id')
        .select(['seat_entry.kind', 'seat_entry.state', 'seat_pool.school_number'])
        .orderBy('seat_entry.kind')
        .execute()
    const ownPlaces = async (
      world: World,
      seats: number,
      secondSeat: 'off' | 'warn' | 'required',
    ) => {
      await world.database.write((tx) =>
        tx
          .updateTable('centre')
          .set({ regular_decided_by: 'school', second_seat: secondSeat })
          .execute(),
      )
      if (seats > 0) await seatsAt(world, SCHOOL, seats, 'regular')
    }
    const told = async ({ database }: World) =>
      (await database.db.selectFrom('desk_notice').select(['kind', 'read_at']).execute())
        .filter(({ read_at }) => read_at === null)
        .map(({ kind }) => kind)
        .toSorted()

    test('gives back the support place; the regular place it had stays taken', async () => {
      const world = await makeWorld()
      await ownPlaces(world, 1, 'warn')
      const caseId = await attending(world)
      expect((await end(world, caseId, OVER)).ok).toBe(true)
      expect(await seatsOf(world)).toEqual([
        { kind: 'regular', state: 'taken', school_number: SCHOOL },
        { kind: 'support', state: 'released', school_number: SCHOOL },
      ])
      const events = (await historyOf(world, caseId)).map(({ event }) => event)
      expect(events.some((event) => event.startsWith('regular_place'))).toBe(false)
      expect(await violations(world)).toEqual([])
      // control: who goes away in the same stage leaves both
      const other = await makeWorld()
      await ownPlaces(other, 1, 'warn')
      await end(other, await attending(other), MOVED)
      expect((await seatsOf(other)).map(({ state }) => state)).toEqual(['released', 'released'])
    })

    test('takes a regular place where it had none and one is free', async () => {
      const world = await makeWorld()
      await ownPlaces(world, 1, 'off')
      const caseId = await attending(world)
      expect((await seatsOf(world)).map(({ kind }) => kind)).toEqual(['support'])
      expect((await end(world, caseId, OVER)).ok).toBe(true)
      expect(await seatsOf(world)).toEqual([
        { kind: 'regular', state: 'taken', school_number: SCHOOL },
        { kind: 'support', state: 'released', school_number: SCHOOL },
      ])
      expect((await historyOf(world, caseId)).at(-1)?.event).toBe('regular_place_taken')
      expect(await told(world)).toEqual([])
      expect(await violations(world)).toEqual([])
    })

    test.each(['none is free', 'none was reported'])(
      'happens all the same where %s, and centre and authority are told',
      async (why) => {
        const world = await makeWorld()
        await ownPlaces(world, why === 'none is free' ? 1 : 0, 'off')
        const caseId = await attending(world)
        if (why === 'none is free') {
          // the one regular place is the child's who came before
          await world.database.write(async (tx) => {
            await tx
              .updateTable('seat_pool')
              .set({ others: 1 })
              .where('kind', '=', 'regular')
              .execute()
          })
        }
        await world.database.write((tx) =>
          tx
            .updateTable('pupil_case')
            .set({ counsellor_id: 'account-colleague-dn' as AccountId })
            .execute(),
        )
        expect((await end(world, caseId, OVER)).ok).toBe(true)
        expect(await rowOf(world, caseId)).toMatchObject({ stage: 'completed' })
        expect(await seatsOf(world)).toEqual([
          { kind: 'support', state: 'released', school_number: SCHOOL },
        ])
        const last = (await historyOf(world, caseId)).at(-1)
        expect(last).toMatchObject({ event: 'regular_place_missing', school_number: SCHOOL })
        expect(await told(world)).toEqual([
          'regular_place_missing',
          ...['regular_place_sought', 'regular_place_sought'],
        ])
        const desk = await authorityDesk(world.as('authority'), {
          ...{ narrow: null, page: 1, all: false },
        })
        expect(desk.ok && desk.value.news.notices.map(({ kind }) => kind)).toEqual([
          'regular_place_sought',
        ])
        expect(await violations(world)).toEqual([])
      },
    )

    test('of two children at the same moment one takes the last place, the other is missing one', async () => {
      const world = await makeWorld()
      await ownPlaces(world, 1, 'off')
      await seatsAt(world, SCHOOL, 2)
      const both = [await attends(world, 'Olena'), await attends(world, 'Bohdan')]
      const ended = await Promise.all(both.map((caseId) => end(world, caseId, OVER)))
      expect(ended.every(({ ok }) => ok)).toBe(true)
      const places = (await seatsOf(world)).map(({ kind, state }) => `${kind} ${state}`)
      expect(places).toEqual(['regular taken', 'support released', 'support released'])
      const last = await Promise.all(
        both.map(async (caseId) => (await historyOf(world, caseId)).at(-1)?.event),
      )
      expect(last.toSorted()).toEqual(['regular_place_missing', 'regular_place_taken'])
      expect(await violations(world)).toEqual([])
    })

    test('over an old version takes no place', async () => {
      const world = await makeWorld()
      await ownPlaces(world, 1, 'off')
      const caseId = await attending(world)
      const version = (await versionOf(world, caseId)) - 1
      const command = { caseId, version, on: today(world.clock), reason: OVER }
      const refused = await endCase(world.as('counsellor'), command)
      expect(refused).toMatchObject({ ok: false, error: { code: 'stale_case' } })
      expect((await seatsOf(world)).map(({ kind, state }) => [kind, state])).toEqual([
        ['support', 'taken'],
      ])
    })
  })

  test('of the follow-up stands in the history as two steps', async () => {
    const world = await makeWorld()
    const caseId = await attending(world)
    await end(world, caseId, { code: 'follow_up_over', sentence: 'B1 ist erreicht.' })
    const steps = (await historyOf(world, caseId)).filter(({ event }) => event === 'case_ended')
    expect(steps.map(({ stage }) => stage)).toEqual(['regular_class', 'completed'])
    expect(await rowOf(world, caseId)).toMatchObject({ stage: 'completed', due_on: null })
  })

  test('is refused without a reason, twice, over an old version, and to others', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const version = await versionOf(world, caseId)
    const command = { caseId, version, on: today(world.clock), reason: MOVED }
    const refused = [
      await endCase(world.as('counsellor'), { ...command, reason: null }),
      await endCase(world.as('counsellor'), { ...command, version: version - 1 }),
      await endCase(world.as('counsellor', 'BOR'), command),
      await endCase(world.as('auditor'), command),
      await endCase(world.as('authority'), command),
    ]
    expect(refused.map((one) => !one.ok && one.error.code)).toEqual([
      ...['reason_required', 'stale_case', 'case_not_found', 'forbidden', 'case_not_found'],
    ])
    expect((await end(world, caseId, MOVED)).ok).toBe(true)
    expect(await end(world, caseId, MOVED)).toMatchObject({ error: { code: 'wrong_stage' } })
  })
})
