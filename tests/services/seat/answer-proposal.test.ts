import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { usualClass } from '#app/domain/school/school-class.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sayCaseClass } from '#app/services/case/say-class.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { listProposalEvents } from '#db/queries/placement.server.ts'
import { admit, assign, counsel, done, propose, seatsAt, versionOf } from '#tests/promises/steps.ts'
import { beforeWriting } from '#tests/setup/before-writing.ts'
import { CENTRES, historyOf, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const OTHER_SCHOOL = '180103' as SchoolNumber
const REASON = { code: 'other', sentence: 'Die Gruppe ist seit gestern voll.' } as const

const GIVEN = { school: 'Düren, Gesamtschule Am Beispielweg', wasGiven: true } as const

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

async function waiting(givenNames: string): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames } })
  await counsel(world, { caseId, centre: 'DN' })
  return caseId
}

async function proposed(seats = 1): Promise<CaseId> {
  await seatsAt(world, SCHOOL, seats)
  const caseId = await waiting('Olena')
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

/** What a counsellor sends who saw the school at the top of the list. */
async function firstSchoolFor(caseId: CaseId) {
  const version = await versionOf(world, caseId)
  return { caseId, version, schoolNumber: SCHOOL, deviation: null }
}

/** What the school sends that takes all its places away. */
async function noSeats() {
  const { id: poolId, version } = await world.database.db
    .selectFrom('seat_pool')
    .select(['id', 'version'])
    .where('school_number', '=', SCHOOL)
    .executeTakeFirstOrThrow()
  return { schoolNumber: SCHOOL, reason: 'rooms', pools: [{ poolId, version, seats: 0 }] } as const
}

async function stateOf(caseId: CaseId) {
  const { db } = world.database
  const { stage, version } = await db
    .selectFrom('pupil_case')
    .select(['stage', 'version'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const entry = await db
    .selectFrom('seat_entry')
    .select('state')
    .where('case_id', '=', caseId)
    .orderBy('made_at', 'desc')
    .executeTakeFirst()
  return { stage, seat: entry?.state ?? null, version }
}

/** What the history says last, its reason opened. */
async function lastEvent(caseId: CaseId) {
  const { event, stage, reason, role, school_number } = (await historyOf(world, caseId)).at(-1)!
  return { event, stage, reason, role, school_number }
}

const codeOf = (result: { ok: boolean; error?: { code: string } }) =>
  result.ok ? 'ok' : result.error?.code

describe('the school', () => {
  test('declines with a reason: the seat is free, the case waits, the school sees it no more', async () => {
    const caseId = await proposed()
    const ctx = world.asSchool(SCHOOL)
    const command = { caseId, version: await versionOf(world, caseId), reason: REASON }
    done(await declineProposal(ctx, command))
    expect(await stateOf(caseId)).toMatchObject({ stage: 'waiting', seat: 'released' })
    expect(await lastEvent(caseId)).toEqual({
      event: 'proposal_declined',
      stage: 'waiting',
      reason: REASON,
      role: 'school',
      school_number: SCHOOL,
    })
    expect(codeOf(await declineProposal(ctx, command))).toBe('case_not_found')
  })

  test('must give a sentence', async () => {
    const caseId = await proposed()
    const version = await versionOf(world, caseId)
    const reason = { code: 'other', sentence: '  ' } as const
    expect(codeOf(await declineProposal(world.asSchool(SCHOOL), { caseId, version, reason }))).toBe(
      'reason_required',
    )
    expect((await stateOf(caseId)).seat).toBe('hold')
  })

  test('says once that it can admit; the stage stays and the authority need not wait', async () => {
    const caseId = await proposed()
    const before = await stateOf(caseId)
    const ctx = world.asSchool(SCHOOL)
    done(await sayCanAdmitProposal(ctx, { caseId, version: before.version }))
    expect(await stateOf(caseId)).toMatchObject({ stage: 'proposed', seat: 'hold' })
    expect(await lastEvent(caseId)).toMatchObject({ event: 'school_can_admit', stage: null })
    const version = await versionOf(world, caseId)
    expect(codeOf(await sayCanAdmitProposal(ctx, { caseId, version }))).toBe(
      'can_admit_already_said',
    )
    done(await assignSchool(world.as('authority'), { caseId, version }))
  })

  test('admits an assigned child, then confirms that it came; sent twice it happens once', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    expect(await stateOf(caseId)).toMatchObject({ stage: 'assigned', seat: 'assigned' })
    const ctx = { ...world.asSchool(SCHOOL), idempotencyKey: 'admission-1' }
    const version = await versionOf(world, caseId)
    const admission = { caseId, version, plannedFirstDay: null, schoolClass: usualClass('support') }
    expect(await confirmCaseAdmission(ctx, admission)).toEqual(
      await confirmCaseAdmission(ctx, admission),
    )
    expect(await stateOf(caseId)).toEqual({
      stage: 'admitted',
      seat: 'taken',
      version: version + 1,
    })
    const early = await confirmFirstDay(ctx, {
      caseId,
      version: version + 1,
      firstDay: '2026-11-23',
      className: '7b',
    })
    expect(codeOf(early)).toBe('first_day_in_future')
    world.clock.moveTo('2026-11-23')
    const firstDay = '2026-11-23'
    const start = { caseId, version: version + 1, firstDay, className: '7b' } as const
    expect(await confirmFirstDay(ctx, start)).toEqual(await confirmFirstDay(ctx, start))
    expect(await stateOf(caseId)).toMatchObject({ stage: 'attending', seat: 'taken' })
  })

  test('of another place learns nothing, at no stage', async () => {
    const caseId = await proposed()
    const version = await versionOf(world, caseId)
    const placed = { plannedFirstDay: null, schoolClass: usualClass('support') }
    const strangers = [
      world.asSchool(OTHER_SCHOOL),
      world.as('school', 'BOR'),
      world.as('authority', 'BOR'),
      world.as('counsellor', 'BOR'),
      world.as('operator'),
      world.as('coordinator'),
    ]
    for (const ctx of strangers) {
      const codes = [
        await declineProposal(ctx, { caseId, version, reason: REASON }),
        await sayCanAdmitProposal(ctx, { caseId, version }),
        await sendBackProposal(ctx, { caseId, version, reason: REASON }),
        await confirmCaseAdmission(ctx, { ...placed, caseId, version }),
        await confirmFirstDay(ctx, { caseId, version, firstDay: '2026-11-19', className: '7b' }),
        await sayCaseClass(ctx, { ...placed, caseId, version }),
        await sayNotStarted(ctx, { caseId, version }),
        await assignSchool(ctx, { caseId, version }),
      ].map(codeOf)
      expect(new Set(codes)).toEqual(new Set(['case_not_found']))
    }
    expect(await stateOf(caseId)).toEqual({ stage: 'proposed', seat: 'hold', version })
  })

  test('sees a proposal only while its seat is held', async () => {
    const caseId = await proposed()
    world.clock.passDays(8)
    const version = await versionOf(world, caseId)
    const ctx = world.asSchool(SCHOOL)
    expect(codeOf(await sayCanAdmitProposal(ctx, { caseId, version }))).toBe('case_not_found')
    expect(codeOf(await declineProposal(ctx, { caseId, version, reason: REASON }))).toBe(
      'case_not_found',
    )
  })
})

describe('the authority', () => {
  test('sends a proposal back with a reason: the seat is free again', async () => {
    const caseId = await proposed()
    const version = await versionOf(world, caseId)
    const reason = { code: 'way_too_long', sentence: 'Der Bus braucht eine Stunde.' } as const
    done(await sendBackProposal(world.as('authority'), { caseId, version, reason }))
    expect(await stateOf(caseId)).toMatchObject({ stage: 'waiting', seat: 'released' })
    expect(await lastEvent(caseId)).toMatchObject({
      event: 'proposal_sent_back',
      reason,
      role: 'authority',
    })
  })

  test('cannot assign once the hold has run out: the seat may be somebody else’s', async () => {
    const caseId = await proposed()
    world.clock.passDays(8)
    const version = await versionOf(world, caseId)
    const refused = await assignSchool(world.as('authority'), { caseId, version })
    expect(refused).toEqual({
      ok: false,
      error: { code: 'hold_expired', holdUntil: '2026-11-26T09:00:00.000Z' },
    })
  })

  test('is told when somebody was faster', async () => {
    const caseId = await proposed()
    const version = await versionOf(world, caseId)
    done(await sayCanAdmitProposal(world.asSchool(SCHOOL), { caseId, version }))
    expect(codeOf(await assignSchool(world.as('authority'), { caseId, version }))).toBe(
      'stale_case',
    )
  })

  test('reads why another school than the first was proposed, when one was', async () => {
    const caseId = await proposed()
    const events = await listProposalEvents(world.database.db, CENTRES.DN.id, [caseId])
    expect(events.get(caseId)).toMatchObject({ sealed: null })
  })
})

describe('one seat', () => {
  test('two counsellors at the same second: one gets it, the other is told', async () => {
    await seatsAt(world, SCHOOL, 1)
    const cases = [await waiting('Olena'), await waiting('Bohdan')]
    const contexts = [world.as('counsellor'), world.asColleague()]
    const versions = await Promise.all(cases.map((caseId) => versionOf(world, caseId)))
    const outcomes = await Promise.all(
      cases.map((caseId, index) =>
        proposeSchool(contexts[index]!, {
          caseId,
          version: versions[index]!,
          schoolNumber: SCHOOL,
          deviation: null,
        }),
      ),
    )
    expect(outcomes.map(codeOf).toSorted()).toEqual(['ok', 'seat_taken'])
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ error: GIVEN })
    const held = await world.database.db
      .selectFrom('seat_entry')
      .select('id')
      .where('state', '=', 'hold')
      .execute()
    expect(held).toHaveLength(1)
  })

  test('who still sees it on an older page is told that it was given, and what is next', async () => {
    await proposed()
    await seatsAt(world, OTHER_SCHOOL, 1)
    const caseId = await waiting('Bohdan')
    expect(await proposeSchool(world.as('counsellor'), await firstSchoolFor(caseId))).toEqual({
      ok: false,
      error: { code: 'support_place_missing', ...GIVEN, next: 'Jülich, Realschule Nordstadt' },
    })
  })

  test('taken away by the school it is not said to be given', async () => {
    await seatsAt(world, SCHOOL, 1)
    const caseId = await waiting('Bohdan')
    world.clock.passHours(1)
    const away = async () => {
      done(await decideSeats(world.asSchool(SCHOOL), await noSeats()))
    }
    const atTheLock = beforeWriting(world.as('counsellor'), away)
    const gone = { ...GIVEN, next: null, wasGiven: false }
    expect(await proposeSchool(atTheLock, await firstSchoolFor(caseId))).toEqual({
      ok: false,
      error: { code: 'seat_taken', ...gone },
    })
    expect(await proposeSchool(world.as('counsellor'), await firstSchoolFor(caseId))).toEqual({
      ok: false,
      error: { code: 'support_place_missing', ...gone },
    })
  })

  test('declining it gives it to the next', async () => {
    const first = await proposed()
    const second = await waiting('Bohdan')
    const attempt = async () =>
      proposeSchool(world.as('counsellor'), {
        caseId: second,
        version: await versionOf(world, second),
        schoolNumber: SCHOOL,
        deviation: null,
      })
    expect(await attempt()).toEqual({
      ok: false,
      error: { code: 'support_place_missing', ...GIVEN, next: null },
    })
    const version = await versionOf(world, first)
    done(await declineProposal(world.asSchool(SCHOOL), { caseId: first, version, reason: REASON }))
    expect(codeOf(await attempt())).toBe('ok')
  })

  test('is not given away again while a child sits on it', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    await admit(world, { caseId, centre: 'DN' }, SCHOOL)
    const second = await waiting('Bohdan')
    world.clock.passDays(30)
    const refused = await proposeSchool(world.as('counsellor'), {
      caseId: second,
      version: await versionOf(world, second),
      schoolNumber: SCHOOL,
      deviation: null,
    })
    expect(codeOf(refused)).toBe('support_place_missing')
  })
})
