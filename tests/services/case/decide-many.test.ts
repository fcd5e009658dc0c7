import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { deskResult } from '#app/presenters/authority-desk-result.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { assignMany, type ChosenCase, sendBackMany } from '#app/services/case/decide-many.server.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { counsel, done, propose, seatsAt, versionOf, withdraw } from '#tests/promises/steps.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const REASON = { code: 'other_school', sentence: 'Bitte die nähere Schule prüfen.' } as const

async function proposed(world: World, givenNames: string): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames } })
  await counsel(world, { caseId, centre: 'DN' })
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

async function chosen(world: World, ...ids: readonly CaseId[]): Promise<readonly ChosenCase[]> {
  return Promise.all(
    ids.map(async (caseId) => ({ caseId, version: await versionOf(world, caseId) })),
  )
}

/** Three proposals: the hold of the first has run out, the second changed since, the third is fine. */
async function three(world: World) {
  await seatsAt(world, SCHOOL, 6)
  const expired = await proposed(world, 'Olena')
  world.clock.passDays(6)
  const stale = await proposed(world, 'Bohdan')
  const fine = await proposed(world, 'Daryna')
  world.clock.passDays(1.5)
  const form = await chosen(world, expired, stale, fine)
  done(
    await sayCanAdmitProposal(world.asSchool(SCHOOL), {
      caseId: stale,
      version: await versionOf(world, stale),
    }),
  )
  return { form, expired, stale, fine }
}

async function stagesOf({ database }: World, ids: readonly CaseId[]) {
  const rows = await database.db
    .selectFrom('pupil_case')
    .select(['id', 'stage'])
    .where('id', 'in', [...ids])
    .execute()
  return ids.map((id) => rows.find((row) => row.id === id)?.stage)
}

function countOf({ database }: World, event: string) {
  return database.db
    .selectFrom('audit_entry')
    .select('id')
    .where('event', '=', event)
    .execute()
    .then((rows) => rows.length)
}

const codesOf = (outcomes: Awaited<ReturnType<typeof assignMany>>) =>
  outcomes.map(({ refusal }) => refusal?.code ?? null)

describe.each([
  { engine: 'sqlite' as const, isPresent: true },
  { engine: 'postgres' as const, isPresent: postgresPresent },
])('on $engine, many at once', ({ engine, isPresent }) => {
  test.skipIf(!isPresent)('each child is assigned on its own: nothing is all or none', async () => {
    const world = await makeWorld({ engine })
    const { form, expired, stale, fine } = await three(world)
    const outcomes = await assignMany(world.as('authority'), form)
    expect(outcomes.map(({ caseId }) => caseId)).toEqual([expired, stale, fine])
    expect(codesOf(outcomes)).toEqual(['hold_expired', 'stale_case', null])
    expect(await stagesOf(world, [expired, stale, fine])).toEqual([
      ...['proposed', 'proposed', 'assigned'],
    ])
    expect(await countOf(world, 'case_assigned')).toBe(1)
    await world.close()
  })

  test.skipIf(!isPresent)(
    'sent twice, each answers as the first time and counts once',
    async () => {
      const world = await makeWorld({ engine })
      const { form } = await three(world)
      const sent = () => assignMany({ ...world.as('authority'), idempotencyKey: 'form-1' }, form)
      const [first, again] = [await sent(), await sent()]
      expect(again).toEqual(first)
      expect(codesOf(again)).toEqual(['hold_expired', 'stale_case', null])
      expect(await countOf(world, 'case_assigned')).toBe(1)

      // control: a form of its own is told that there is nothing left to assign
      const other = { ...world.as('authority'), idempotencyKey: 'form-2' }
      expect(codesOf(await assignMany(other, form))).toEqual([
        ...['hold_expired', 'stale_case', 'forbidden'],
      ])
      await world.close()
    },
  )

  test.skipIf(!isPresent)(
    'sent back together, each with the reason, and twice the same',
    async () => {
      const world = await makeWorld({ engine })
      await seatsAt(world, SCHOOL, 6)
      const ids = [await proposed(world, 'Olena'), await proposed(world, 'Bohdan')]
      const form = await chosen(world, ...ids)
      const ctx = { ...world.as('authority'), idempotencyKey: 'form-1' }
      const first = await sendBackMany(ctx, form, REASON)
      expect(first.map(({ refusal }) => refusal)).toEqual([null, null])
      expect(await stagesOf(world, ids)).toEqual(['waiting', 'waiting'])
      expect(await sendBackMany(ctx, form, REASON)).toEqual(first)
      expect(await countOf(world, 'proposal_sent_back')).toBe(2)
      await world.close()
    },
  )
})

describe('the keys of one form', () => {
  test('are one a child: the second is not answered with the first’s', async () => {
    const world = await makeWorld()
    await seatsAt(world, SCHOOL, 6)
    const ids = [await proposed(world, 'Olena'), await proposed(world, 'Bohdan')]
    const ctx = { ...world.as('authority'), idempotencyKey: 'form-1' }
    await assignMany(ctx, await chosen(world, ...ids))
    expect(await stagesOf(world, ids)).toEqual(['assigned', 'assigned'])

    // control: with the form's own key the second child would have been the first
    const more = [await proposed(world, 'Zahra'), await proposed(world, 'Ilie')]
    const shared = { ...world.as('authority'), idempotencyKey: 'form-2' }
    for (const one of await chosen(world, ...more)) await assignSchool(shared, one)
    expect(await stagesOf(world, more)).toEqual(['assigned', 'proposed'])
  })

  test('and one a version: a child proposed anew is decided anew from the same page', async () => {
    const world = await makeWorld()
    await seatsAt(world, SCHOOL, 6)
    const caseId = await proposed(world, 'Olena')
    const ctx = { ...world.as('authority'), idempotencyKey: 'form-1' }
    await sendBackMany(ctx, await chosen(world, caseId), REASON)
    await propose(world, { caseId, centre: 'DN' }, SCHOOL)
    await sendBackMany(ctx, await chosen(world, caseId), REASON)
    expect(await stagesOf(world, [caseId])).toEqual(['waiting'])
    expect(await countOf(world, 'proposal_sent_back')).toBe(2)
  })
})

test('a key that is lost keeps back its own child and no other', async () => {
  const world = await makeWorld()
  await seatsAt(world, SCHOOL, 6)
  const ids = [await proposed(world, 'Olena'), await proposed(world, 'Bohdan')]
  const form = await chosen(world, ...ids)
  const { child_id: lost } = await world.database.db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', ids[0] as CaseId)
    .executeTakeFirstOrThrow()
  await world.keys.destroy([{ kind: 'child', centreId: CENTRES.DN.id, id: lost }])
  const ctx = world.as('authority')
  const outcomes = await assignMany(ctx, form)
  expect(codesOf(outcomes)).toEqual(['record_unreadable', null])
  const result = await deskResult(ctx, 'assign', outcomes)
  expect(result.rows.map(({ child }) => child?.name)).toEqual([null, 'Bohdan Kovalenko'])
})

describe('what is told of it', () => {
  test('the sentence of each, the best school where the seat was lost, and who was shown', async () => {
    const world = await makeWorld()
    const { form, expired, fine } = await three(world)
    done(
      // regular places are the owner's to decide on
      await decideSeats(world.as('owner'), {
        schoolNumber: SCHOOL,
        reason: 'rooms',
        pools: [
          {
            ...{ poolId: null, schoolYear: 2026, gradeFrom: 5, gradeTo: 10 },
            ...{ kind: 'regular' as const, seats: 3 },
          },
        ],
      }),
    )
    const ctx = world.as('authority')
    const result = await deskResult(ctx, 'assign', await assignMany(ctx, form))
    expect(result).toMatchObject({
      intent: 'assign',
      at: '2026-11-26T21:00:00.000Z',
      rows: [
        {
          child: {
            caseId: expired,
            name: 'Olena Kovalenko',
            school: 'Düren, Gesamtschule Am Beispielweg',
          },
          refusal: { code: 'hold_expired' },
          // the same school again: its seat is free for whoever is proposed first
          next: { name: 'Düren, Gesamtschule Am Beispielweg', support: 4, regular: 3 },
        },
        { child: { name: 'Bohdan Kovalenko' }, refusal: { code: 'stale_case' }, next: null },
        { child: { caseId: fine, name: 'Daryna Kovalenko' }, refusal: null, next: null },
      ],
    })
    const shown = await world.database.db
      .selectFrom('audit_entry')
      .innerJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
      .select('audit_case.case_id')
      .where('audit_entry.event', '=', 'list_viewed')
      .execute()
    expect(shown.map(({ case_id }) => case_id).sort()).toEqual(
      form.map(({ caseId }) => caseId).sort(),
    )
  })

  test('the day and the best school where the hold had run out and the job was faster', async () => {
    const world = await makeWorld()
    await seatsAt(world, SCHOOL, 6)
    const caseId = await proposed(world, 'Olena')
    const other = await proposed(world, 'Bohdan')
    const form = await chosen(world, caseId)
    const [page] = form
    if (page === undefined) throw new Error('Nobody was chosen')
    world.clock.passDays(8)
    expect(await expireHolds(world)).toBe(2)
    const name = 'Düren, Gesamtschule Am Beispielweg'
    const told = { code: 'proposal_expired', expiredOn: '2026-11-26', next: name }
    const ctx = world.as('authority')
    expect(await assignSchool(ctx, page)).toEqual({ ok: false, error: told })
    expect(await sendBackProposal(ctx, { ...page, reason: REASON })).toEqual({
      ...{ ok: false, error: told },
    })
    for (const outcomes of [await assignMany(ctx, form), await sendBackMany(ctx, form, REASON)]) {
      const result = await deskResult(ctx, 'assign', outcomes)
      expect(result.rows).toEqual([{ child: null, refusal: told, next: null }])
      expect(JSON.stringify(result)).not.toMatch(/Olena/)
    }
    expect(await countOf(world, 'case_viewed')).toBe(4)

    // control: nobody without that page is told, nor who never had the proposal, nor once it went on
    const codeOf = async (who: typeof ctx, one: typeof page) => {
      const answer = await assignSchool(who, one)
      return answer.ok ? 'done' : answer.error.code
    }
    expect(await codeOf(ctx, { ...page, version: page.version + 1 })).toBe('case_not_found')
    expect(await codeOf(ctx, { ...page, version: page.version - 1 })).toBe('case_not_found')
    expect(await codeOf(world.as('authority', 'BOR'), page)).toBe('case_not_found')
    expect(await codeOf(world.asSchool(SCHOOL), page)).toBe('case_not_found')
    const [theirs] = await chosen(world, other)
    if (theirs === undefined) throw new Error('Nobody was chosen')
    await propose(world, { caseId: other, centre: 'DN' }, SCHOOL)
    await withdraw(world, { caseId: other, centre: 'DN' })
    expect(await codeOf(ctx, { ...theirs, version: theirs.version + 1 })).toBe('case_not_found')
    await world.close()
  })

  test('and that no school has a seat, where none has one', async () => {
    const world = await makeWorld()
    await seatsAt(world, SCHOOL, 1)
    const caseId = await proposed(world, 'Olena')
    const [page] = await chosen(world, caseId)
    if (page === undefined) throw new Error('Nobody was chosen')
    world.clock.passDays(8)
    await expireHolds(world)
    await proposed(world, 'Bohdan')
    const answer = await assignSchool(world.as('authority'), page)
    expect(answer).toMatchObject({ ok: false, error: { code: 'proposal_expired', next: null } })
    await world.close()
  })

  test('nothing of a child that is somebody else’s, nor of one that was sent back', async () => {
    const world = await makeWorld()
    await seatsAt(world, SCHOOL, 6)
    const ids = [await proposed(world, 'Olena'), await proposed(world, 'Bohdan')]
    const form = await chosen(world, ...ids)
    await withdraw(world, { caseId: ids[0] as CaseId, centre: 'DN' })
    const ctx = { ...world.as('authority'), idempotencyKey: 'form-1' }
    for (const _ of ['sent', 'sent again']) {
      const result = await deskResult(ctx, 'send_back', await sendBackMany(ctx, form, REASON))
      expect(result.rows).toMatchObject([
        { child: null, refusal: { code: 'case_not_found' }, next: null },
        { child: null, refusal: null },
      ])
      expect(JSON.stringify(result)).not.toMatch(/Olena|Bohdan/)
    }
    const elsewhere = world.as('authority', 'BOR')
    const theirs = await deskResult(elsewhere, 'assign', await assignMany(elsewhere, form))
    expect(theirs.rows.map(({ child }) => child)).toEqual([null, null])
  })
})
