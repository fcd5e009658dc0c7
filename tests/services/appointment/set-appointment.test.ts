import { describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import {
  type SetAppointment,
  setAppointment,
} from '#app/services/appointment/set-appointment.server.ts'
import { markMissed } from '#app/services/case/mark-missed.server.ts'
import type { AppointmentRecord } from '#db/queries/appointment.server.ts'
import type { Sealed } from '#db/schema.ts'
import { familyKey, openRecord } from '#db/sealing/records.server.ts'
import { counsel, versionOf } from '#tests/promises/steps.ts'
import { historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

function booking(caseId: CaseId, facts: Partial<SetAppointment> = {}): SetAppointment {
  return {
    caseId,
    version: 1,
    date: '2026-11-24',
    time: '10:30',
    durationMinutes: 60,
    mode: 'on_site',
    place: 'Kreishaus, Raum 214',
    alsoFor: [],
    ...facts,
  }
}

function sibling(world: World, caseId: CaseId, givenNames = 'Bohdan'): Promise<CaseId> {
  return registered(world, {
    child: {
      givenNames,
      familyName: 'Kovalenko',
      birthDate: { precision: 'day', date: '2013-01-05' },
    },
    family: { kind: 'of_sibling', caseId },
  })
}

function caseRow({ database }: World, id: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

async function eventsOf(world: World, id: CaseId) {
  const history = await historyOf(world, id)
  return history.map(({ event, stage, reason, valid_on }) => ({ event, stage, reason, valid_on }))
}

/** State of every appointment with its outcomes, oldest first. */
async function appointmentsOf({ database }: World) {
  const rows = await database.db
    .selectFrom('appointment')
    .innerJoin('appointment_case', 'appointment_case.appointment_id', 'appointment.id')
    .select(['appointment.state', 'appointment_case.case_id', 'appointment_case.outcome'])
    .orderBy('appointment.id')
    .orderBy('appointment_case.case_id')
    .execute()
  return rows.map(({ state, case_id, outcome }) => [state, case_id, outcome])
}

describe('booking an appointment', () => {
  test('a case that was only registered is invited by phone and appointed', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)

    const done = await setAppointment(world.as('counsellor'), booking(caseId))

    expect(done.ok).toBe(true)
    expect(await caseRow(world, caseId)).toMatchObject({
      stage: 'appointed',
      appointment_on: '2026-11-24',
      stage_since: '2026-11-19',
      version: 2,
    })
    expect((await eventsOf(world, caseId)).slice(1)).toEqual([
      {
        event: 'family_appointed',
        stage: 'invited',
        reason: { code: 'by_phone', sentence: null },
        valid_on: '2026-11-19',
      },
      { event: 'family_appointed', stage: 'appointed', reason: null, valid_on: '2026-11-19' },
    ])
  })

  test('its beginning stands in a plain column in UTC, all else is sealed for the family', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await setAppointment(world.as('counsellor'), booking(caseId))
    const row = await world.database.db
      .selectFrom('appointment')
      .selectAll()
      .executeTakeFirstOrThrow()
    const key = await familyKey(world.database.db, world.keys, row.centre_id, row.family_id)

    expect(row.starts_at).toBe('2026-11-24T09:30:00.000Z')
    expect(
      openRecord<AppointmentRecord>(key, 'appointment', row.centre_id, row.id, row.sealed),
    ).toEqual({ durationMinutes: 60, mode: 'on_site', place: 'Kreishaus, Raum 214' })
    expect(JSON.stringify(row)).not.toContain('Raum 214')
  })

  test('booking anew cancels what was planned', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const ctx = world.as('counsellor')
    await setAppointment(ctx, booking(caseId))
    await setAppointment(ctx, booking(caseId, { version: 2, date: '2026-11-27' }))

    expect(await appointmentsOf(world)).toEqual([
      ['cancelled', caseId, 'cancelled'],
      ['planned', caseId, 'planned'],
    ])
    expect(await caseRow(world, caseId)).toMatchObject({ appointment_on: '2026-11-27', version: 3 })
  })

  test('takes a brother along; moving one of them leaves the other booked', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const brother = await sibling(world, caseId)
    const ctx = world.as('counsellor')
    await setAppointment(ctx, booking(caseId, { alsoFor: [brother] }))

    expect(await caseRow(world, brother)).toMatchObject({ stage: 'appointed' })
    const entries = await world.database.db
      .selectFrom('audit_entry')
      .innerJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
      .select('audit_case.case_id')
      .where('audit_entry.event', '=', 'family_appointed')
      .execute()
    expect(entries.map(({ case_id }) => case_id)).toEqual([caseId, brother])

    await setAppointment(ctx, booking(caseId, { version: 2, date: '2026-11-27' }))
    expect(await appointmentsOf(world)).toEqual([
      ['planned', caseId, 'cancelled'],
      ['planned', brother, 'planned'],
      ['planned', caseId, 'planned'],
    ])
  })

  test('the same form sent twice books once', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'form-1' }

    const [first, second] = [
      await setAppointment(ctx, booking(caseId)),
      await setAppointment(ctx, booking(caseId)),
    ]
    expect(second).toEqual(first)
    expect(await appointmentsOf(world)).toHaveLength(1)
    expect(await caseRow(world, caseId)).toMatchObject({ version: 2 })
  })

  test.each([
    [{ date: '2026-11-18' }, 'appointment_in_past'],
    [{ date: '2026-11-22' }, 'appointment_time_unlikely'],
    [{ time: '21:00' }, 'appointment_time_unlikely'],
    [{ durationMinutes: 5 }, 'appointment_duration_unlikely'],
    [{ version: 7 }, 'stale_case'],
    [{ alsoFor: ['019e0000-0000-7000-8000-00000000ffff'] }, 'case_not_found'],
  ])('refuses %j with %s and changes nothing', async (facts, code) => {
    const world = await makeWorld()
    const caseId = await registered(world)

    const done = await setAppointment(
      world.as('counsellor'),
      booking(caseId, facts as Partial<SetAppointment>),
    )

    expect(done).toMatchObject({ ok: false, error: { code } })
    expect(await appointmentsOf(world)).toEqual([])
    expect(await caseRow(world, caseId)).toMatchObject({ stage: 'registered', version: 1 })
  })

  test('a time the night of the change skips is refused with the next one there is', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)

    const done = await setAppointment(
      world.as('counsellor'),
      booking(caseId, { date: '2027-03-28', time: '02:30' }),
    )
    expect(done).toEqual({
      ok: false,
      error: { code: 'appointment_time_skipped', suggestion: '03:30' },
    })
  })

  test('refuses a child of another family, somebody of another centre and a finished case', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const stranger = await registered(world, {
      child: { givenNames: 'Zahra', familyName: 'Rahimi' },
    })
    const both = await setAppointment(
      world.as('counsellor'),
      booking(caseId, { alsoFor: [stranger] }),
    )
    const elsewhere = await setAppointment(world.as('counsellor', 'BOR'), booking(caseId))
    const school = await setAppointment(world.as('school'), booking(caseId))
    await counsel(world, { caseId, centre: 'DN' })
    const late = await setAppointment(world.as('counsellor'), booking(caseId, { version: 2 }))

    expect([both, elsewhere, school, late].map((one) => !one.ok && one.error.code)).toEqual([
      'case_not_found',
      'case_not_found',
      'case_not_found',
      'wrong_stage',
    ])
  })

  test('the auditor knows the case and may not book', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const done = await setAppointment(world.as('auditor'), booking(caseId))
    expect(done).toMatchObject({ ok: false, error: { code: 'forbidden' } })
  })
})

describe('not appeared', () => {
  test('counts from the day of the appointment on, for this child alone', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const brother = await sibling(world, caseId)
    const ctx = world.as('counsellor')
    await setAppointment(ctx, booking(caseId, { alsoFor: [brother] }))

    const early = await markMissed(ctx, { caseId, version: 2 })
    world.clock.moveTo('2026-11-24')
    const stale = await markMissed(ctx, { caseId, version: 1 })
    const done = await markMissed(ctx, { caseId, version: 2 })

    expect(early).toMatchObject({ error: { code: 'appointment_not_yet' } })
    expect(stale).toMatchObject({ error: { code: 'stale_case' } })
    expect(done.ok).toBe(true)
    expect(await caseRow(world, caseId)).toMatchObject({
      stage: 'missed',
      stage_since: '2026-11-24',
    })
    expect(await caseRow(world, brother)).toMatchObject({ stage: 'appointed' })
    expect(await appointmentsOf(world)).toEqual([
      ['planned', caseId, 'missed'],
      ['planned', brother, 'planned'],
    ])
  })

  test('is refused without an appointment, and to others', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const command = { caseId, version: await versionOf(world, caseId) }

    const codes = await Promise.all(
      [world.as('counsellor'), world.as('counsellor', 'BOR'), world.as('auditor')].map((ctx) =>
        markMissed(ctx, command),
      ),
    )
    expect(codes.map((one) => !one.ok && one.error.code)).toEqual([
      'wrong_stage',
      'case_not_found',
      'forbidden',
    ])
  })

  test('sent twice it counts once, and a new appointment can be booked', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await setAppointment(world.as('counsellor'), booking(caseId))
    world.clock.moveTo('2026-11-25')
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'missed-1' }

    const [first, second] = [
      await markMissed(ctx, { caseId, version: 2 }),
      await markMissed(ctx, { caseId, version: 2 }),
    ]
    expect(second).toEqual(first)
    const again = booking(caseId, { version: 3, date: '2026-11-30' })
    expect((await setAppointment(world.as('counsellor'), again)).ok).toBe(true)
    expect(await appointmentsOf(world)).toEqual([
      ['planned', caseId, 'missed'],
      ['planned', caseId, 'planned'],
    ])
  })
})

describe('the engine refuses', () => {
  test.each([
    ['sealed', 'plain text'],
    ['state', 'perhaps'],
  ])('an appointment whose %s is %j', async (column, value) => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await setAppointment(world.as('counsellor'), booking(caseId))
    const change = { [column]: value as Sealed }
    await expect(
      world.database.write((tx) => tx.updateTable('appointment').set(change).execute()),
    ).rejects.toThrow(/check constraint/i)
  })

  test('an outcome it does not know', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await setAppointment(world.as('counsellor'), booking(caseId))
    await expect(
      world.database.write((tx) =>
        tx
          .updateTable('appointment_case')
          .set({ outcome: 'maybe' as 'came' })
          .execute(),
      ),
    ).rejects.toThrow(/check constraint/i)
  })
})
