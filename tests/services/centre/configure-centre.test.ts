import { beforeEach, describe, expect, test } from 'vitest'
import { type CentreRules, DEFAULT_RULES } from '#app/domain/centre/centre.ts'
import type { CaseId, MunicipalityKey, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import {
  type CentreSettings,
  configureCentre,
} from '#app/services/centre/configure-centre.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import { insertPool } from '#db/queries/seat.server.ts'
import type { Row } from '#db/schema.ts'
import { poolRow } from '#tests/setup/pool-row.ts'
import { CENTRES, makeWorld, registered, registration, type World } from '#tests/setup/world.ts'

const DN = CENTRES.DN.id
const SETTINGS: CentreSettings = {
  targets: { counsellingDays: 10, assignmentDays: 20, firstDayDays: 5 },
  holdDays: 9,
  phone: '02421 99',
  address: 'Rathausplatz 1, 52349 Düren',
  rules: DEFAULT_RULES,
}

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

function configure(ctx: Context, change: Partial<CentreSettings> = {}, version = 1) {
  return configureCentre(ctx, { centreId: DN, version, ...SETTINGS, ...change })
}

function registeredAs(givenNames: string): Promise<CaseId> {
  return registered(world, { child: { givenNames, familyName: givenNames } })
}

async function registeredInBorken(): Promise<CaseId> {
  const municipality = '05554012' as MunicipalityKey
  const done = await registerChild(world.as('counsellor', 'BOR'), registration({ municipality }))
  if (!done.ok) throw new Error(done.error.code)
  return done.value.caseId
}

async function put(id: CaseId, change: Partial<Row<'pupil_case'>>): Promise<void> {
  await world.database.write((tx) =>
    tx.updateTable('pupil_case').set(change).where('id', '=', id).execute(),
  )
}

async function dueOf(id: CaseId) {
  const row = await world.database.db
    .selectFrom('pupil_case')
    .select(['due_on', 'version'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.due_on
}

async function pool(): Promise<
  Pick<Row<'pupil_case'>, 'school_number' | 'pool_id' | 'seat_entry_id'>
> {
  const school_number = CENTRES.DN.schools[0][0] as Row<'school'>['number']
  const id = 'pool-1' as SeatPoolId
  await world.database.write((tx) =>
    insertPool(tx, poolRow({ centre_id: DN, id, school_number, grade_to: 9, seats: 3 })),
  )
  return { school_number, pool_id: id, seat_entry_id: 'entry-1' as SeatEntryId }
}

describe('new targets', () => {
  test('move the due day of every open case of the centre, in the stage it is', async () => {
    const seat = await pool()
    const one = await registeredAs('Daryna')
    const two = await registeredAs('Bohdan')
    const three = await registeredAs('Zahra')
    const four = await registeredAs('Ali')
    const five = await registeredAs('Mira')
    const counselled = { counselled_on: '2026-11-12', form: '15', grade: 7 } as const
    const placed = { ...counselled, ...seat, assigned_on: '2026-11-16' } as const
    await put(two, { ...counselled, stage: 'waiting' })
    await put(three, { ...placed, stage: 'assigned' })
    await put(four, {
      ...placed,
      stage: 'attending',
      admitted_on: '2026-11-17',
      first_day: '2026-11-18',
      next_review_on: '2027-01-31',
      due_on: '2027-01-31',
    })
    await put(five, {
      stage: 'closed',
      ended_on: '2026-11-18',
      close_reason: 'moved',
      due_on: null,
    })

    expect((await configure(world.as('lead'))).ok).toBe(true)
    expect(await dueOf(one)).toBe('2026-11-19')
    expect(await dueOf(two)).toBe('2026-12-02')
    expect(await dueOf(three)).toBe('2026-11-21')
    expect(await dueOf(four)).toBe('2027-01-31')
    expect(await dueOf(five)).toBeNull()
  })

  test('leave the cases of other centres alone, and the version of their own', async () => {
    const here = await registered(world)
    const there = await registeredInBorken()
    const before = await dueOf(there)
    await configure(world.as('lead'))
    expect(await dueOf(there)).toBe(before)
    expect(await dueOf(here)).not.toBe(before)
    const rows = await world.database.db.selectFrom('pupil_case').select('version').execute()
    expect(rows).toEqual([{ version: 1 }, { version: 1 }])
  })

  test('stay within 1 and 365 days', async () => {
    for (const counsellingDays of [0, 366, 1.5]) {
      const targets = { ...SETTINGS.targets, counsellingDays }
      expect(await configure(world.as('lead'), { targets })).toMatchObject({
        error: { code: 'target_out_of_range', target: 'counsellingDays' },
      })
    }
  })
})

describe('the settings', () => {
  test('are stored, with a trail that names no phone number', async () => {
    await configure(world.as('lead'))
    expect(await findCentre(world.database.db, DN)).toMatchObject({
      target_counselling_days: 10,
      target_assignment_days: 20,
      target_first_day_days: 5,
      hold_days: 9,
      phone: '02421 99',
      version: 2,
    })
    const trail = await world.database.db
      .selectFrom('audit_entry')
      .select(['event', 'facts'])
      .orderBy('id')
      .execute()
    expect(trail.map(({ event }) => event)).toEqual(['contact_changed', 'targets_changed'])
    expect(JSON.stringify(trail)).not.toContain('02421')
  })

  test('of how the centre works are stored; the trail says which, from what to what', async () => {
    const rules: CentreRules = {
      secondSeat: 'required',
      supportDecidedBy: 'owner',
      regularDecidedBy: 'school',
      assignedBy: 'two_at_centre',
    }
    await configure(world.as('lead'), { rules })
    expect(await findCentre(world.database.db, DN)).toMatchObject({
      ...{ second_seat: 'required', support_decided_by: 'owner', regular_decided_by: 'school' },
      assigned_by: 'two_at_centre',
    })
    await configure(world.as('lead'), { rules: { ...rules, secondSeat: 'off' } }, 2)
    expect((await configure(world.as('lead'), { rules: DEFAULT_RULES }, 2)).ok).toBe(false)
    const trail = await world.database.db
      .selectFrom('audit_entry')
      .select('facts')
      .where('event', '=', 'rules_changed')
      .orderBy('id')
      .execute()
    expect(trail.map(({ facts }) => JSON.parse(facts))).toEqual([
      {
        changes: [
          { rule: 'secondSeat', from: 'warn', to: 'required' },
          { rule: 'supportDecidedBy', from: 'school', to: 'owner' },
          { rule: 'regularDecidedBy', from: 'owner', to: 'school' },
          { rule: 'assignedBy', from: 'authority', to: 'two_at_centre' },
        ],
      },
      { changes: [{ rule: 'secondSeat', from: 'required', to: 'off' }] },
    ])
  })

  test('are not written over somebody else’s change', async () => {
    await configure(world.as('lead'))
    expect(await configure(world.as('lead'), { phone: null })).toMatchObject({
      error: { code: 'stale_centre' },
    })
    expect((await findCentre(world.database.db, DN))?.phone).toBe('02421 99')
  })

  test('are changed by the centre’s own lead only', async () => {
    for (const ctx of [
      world.as('lead', 'BOR'),
      world.as('counsellor'),
      world.as('operator'),
      world.as('authority'),
    ]) {
      expect(await configure(ctx)).toMatchObject({ error: { code: 'forbidden' } })
    }
  })
})
