import { describe, expect, test } from 'vitest'
import type { DraftField, DraftSlot } from '#app/domain/draft/draft.ts'
import type { AccountId, CaseId, ChildId } from '#app/domain/ids.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { discardDraft } from '#app/services/draft/discard-draft.server.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { offeredDraft } from '#app/services/draft/offered-draft.server.ts'
import { saveTopic, type TopicAnswers } from '#app/services/interview/save-topic.server.ts'
import { tidyUp } from '#app/services/jobs/tidy-up.server.ts'
import { sweepKeys } from '#app/services/keys/sweep-keys.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { settleErasures } from '#app/services/privacy/settle-erasures.server.ts'
import { lockChildChanges } from '#db/queries/child.server.ts'
import type { Sealed } from '#db/schema.ts'
import { draftSubject } from '#db/sealing/records.server.ts'
import { holdRows, untilWaiting } from '#tests/setup/held-rows.ts'
import { CENTRES, makeWorld, registered, registration, type World } from '#tests/setup/world.ts'

const MELDUNG: DraftSlot = { form: 'registration', caseId: null }
const TYPED: readonly DraftField[] = [
  ['givenNames', 'Zyxwvutqualle'],
  ['familyName', 'Kovalenko'],
]
const NOTE: readonly DraftField[] = [
  ['version', '0'],
  ['note', 'Zyxwvutqualle an der Gesamtschule'],
]
const COUNSELLOR = 'account-counsellor-dn' as AccountId

const wishOf = (caseId: CaseId): DraftSlot => ({ form: 'interview_wish', caseId })

function rows({ database }: World) {
  return database.db.selectFrom('draft').selectAll().orderBy('saved_at').orderBy('id').execute()
}

async function childOf({ database }: World, caseId: CaseId): Promise<ChildId> {
  const { child_id } = await database.db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return child_id
}

async function offered(world: World, ctx: Context, slot: DraftSlot) {
  const childId = slot.caseId === null ? null : await childOf(world, slot.caseId)
  return (await offeredDraft(ctx, slot, childId))?.fields ?? null
}

function trail({ database }: World) {
  return database.db
    .selectFrom('audit_entry')
    .select(['event', 'facts', 'account_id'])
    .where('event', 'like', 'draft%')
    .orderBy('at')
    .execute()
}

/** As if a byte of every draft had flipped on the disk. */
async function damage(world: World) {
  for (const { id, sealed } of await rows(world)) {
    const at = sealed.length >> 1
    const other = sealed[at] === 'A' ? 'B' : 'A'
    const damaged = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}` as Sealed
    await world.database.write((tx) =>
      tx.updateTable('draft').set({ sealed: damaged }).where('id', '=', id).execute(),
    )
  }
}

async function ownKeyOf(world: World, at = 0) {
  const row = (await rows(world))[at]
  if (row === undefined) throw new Error('No draft')
  return draftSubject({ centreId: row.centre_id, id: row.id })
}

describe('keeping what is typed', () => {
  test('it is sealed, offered to its person, and the newest takes the place of the older', async () => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    expect(await keepDraft(ctx, { ...MELDUNG, fields: TYPED })).toEqual({ ok: true, value: 'kept' })
    world.clock.passHours(0.01)
    const more: readonly DraftField[] = [...TYPED, ['phone', '0151 2345678']]
    expect(await keepDraft(ctx, { ...MELDUNG, fields: more })).toEqual({ ok: true, value: 'kept' })

    expect(await offered(world, ctx, MELDUNG)).toEqual(more)
    const stored = await rows(world)
    expect(stored).toMatchObject([{ account_id: COUNSELLOR, case_id: null, form: 'registration' }])
    expect(JSON.stringify(stored)).not.toContain('Zyxwvutqualle')
    // a line when it began, none for going on; and nothing of what was typed
    expect(await trail(world)).toEqual([
      { event: 'draft_kept', account_id: COUNSELLOR, facts: '{"form":"registration","count":0}' },
    ])
  })

  test('nobody else is offered it: not a colleague, not the lead, not another form or case', async () => {
    const world = await makeWorld()
    const [one, other] = [
      await registered(world),
      await registered(world, { child: { givenNames: 'Iryna' } }),
    ]
    await keepDraft(world.as('counsellor'), { ...wishOf(one), fields: NOTE })

    expect(await offered(world, world.as('counsellor'), wishOf(one))).toEqual(NOTE)
    expect(await offered(world, world.asColleague(), wishOf(one))).toBeNull()
    expect(await offered(world, world.as('lead'), wishOf(one))).toBeNull()
    expect(await offered(world, world.as('counsellor', 'BOR'), wishOf(one))).toBeNull()
    expect(await offered(world, world.as('counsellor'), wishOf(other))).toBeNull()
    const languages = { form: 'interview_languages', caseId: one } as const
    expect(await offered(world, world.as('counsellor'), languages)).toBeNull()
  })

  test.each([
    ['a school', (world: World) => world.as('school'), 'case_not_found'],
    ['the authority', (world: World) => world.as('authority'), 'case_not_found'],
    ['another centre', (world: World) => world.as('counsellor', 'BOR'), 'case_not_found'],
    ['the auditor', (world: World) => world.as('auditor'), 'forbidden'],
    ['the program', (world: World) => world.asSystem(), 'forbidden'],
  ])('%s keeps nothing about a case whose form it may not send', async (_who, as, code) => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const kept = await keepDraft(as(world), { ...wishOf(caseId), fields: NOTE })
    expect(kept).toMatchObject({ ok: false, error: { code } })
    expect(await rows(world)).toEqual([])
  })

  test('a school keeps no Meldung', async () => {
    const world = await makeWorld()
    const kept = await keepDraft(world.as('school'), { ...MELDUNG, fields: TYPED })
    expect(kept).toMatchObject({ ok: false, error: { code: 'forbidden' } })
  })

  test('two windows at once make one draft, and no key is left over', async () => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    const before = await world.keys.count()
    const kept = await Promise.all(
      Array.from({ length: 6 }, () => keepDraft(ctx, { ...MELDUNG, fields: TYPED })),
    )
    expect(kept.every(({ ok }) => ok)).toBe(true)
    expect(await rows(world)).toHaveLength(1)
    expect(await offered(world, ctx, MELDUNG)).toEqual(TYPED)
    expect(await world.keys.count()).toBe(before + 1)
  })

  test('a draft whose key is gone makes room for a new one', async () => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    await keepDraft(ctx, { ...MELDUNG, fields: TYPED })
    await world.keys.destroy([await ownKeyOf(world)])
    expect(await offered(world, ctx, MELDUNG)).toBeNull()

    await keepDraft(ctx, { ...MELDUNG, fields: TYPED })
    expect(await offered(world, ctx, MELDUNG)).toEqual(TYPED)
    expect(await rows(world)).toHaveLength(1)
  })
})

describe('two autosaves of one page that are under way', () => {
  const page = (world: World) => ({ ...world.as('counsellor'), idempotencyKey: 'the page' })
  const later: readonly DraftField[] = [...TYPED, ['phone', '0151 2345678']]

  test('the one typed later stays, whichever arrives last', async () => {
    const world = await makeWorld()
    const ctx = page(world)
    await keepDraft(ctx, { ...MELDUNG, fields: later, order: 40_000 })
    const late = await keepDraft(ctx, { ...MELDUNG, fields: TYPED, order: 20_000 })
    expect(late).toEqual({ ok: true, value: 'kept' })
    expect(await offered(world, ctx, MELDUNG)).toEqual(later)
    // control: in their order the second takes the place of the first
    await keepDraft(ctx, { ...MELDUNG, fields: TYPED, order: 40_001 })
    expect(await offered(world, ctx, MELDUNG)).toEqual(TYPED)
  })

  test.each<[string, (world: World) => Context, number | null]>([
    ['another page', (world) => ({ ...page(world), idempotencyKey: 'another' }), 20_000],
    ['a page that does not say when', page, null],
    ['a page whose clock was put back', page, 40_000 - 120_000],
  ])('%s: what arrives last is kept', async (_what, as, order) => {
    const world = await makeWorld()
    await keepDraft(page(world), { ...MELDUNG, fields: later, order: 40_000 })
    await keepDraft(as(world), { ...MELDUNG, fields: TYPED, order })
    expect(await offered(world, page(world), MELDUNG)).toEqual(TYPED)
  })
})

describe('a draft of one topic, when another topic is saved', () => {
  const LANGUAGES = { topic: 'languages', languages: [], latinLiteracy: null, germanLevel: null }
  const versionIn = (fields: readonly DraftField[] | null) =>
    fields?.find(([name]) => name === 'version')?.[1]

  test('is as new as before, also when a colleague saved it; of the saved topic it is not', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const languages = { form: 'interview_languages', caseId } as const
    const sibling = { form: 'registration', caseId } as const
    const fields = [['version', '0'] as const, ['note', 'Ganztag'] as const]
    await keepDraft(world.as('counsellor'), { ...wishOf(caseId), fields })
    await keepDraft(world.as('counsellor'), { ...sibling, fields })
    await keepDraft(world.as('lead'), { ...languages, fields })

    const command = { caseId, version: 0, answers: LANGUAGES as TopicAnswers }
    expect((await saveTopic(world.asColleague(), command)).ok).toBe(true)
    const own = world.as('counsellor')
    expect(await offered(world, own, wishOf(caseId))).toEqual([['version', '1'], fields[1]])
    expect(versionIn(await offered(world, own, sibling))).toBe('0')
    expect(versionIn(await offered(world, world.as('lead'), languages))).toBe('0')

    // sent, it meets nothing newer
    const answers = { topic: 'wish', wish: { schools: [], forms: [], note: 'Ganztag' } } as const
    expect((await saveTopic(own, { caseId, version: 1, answers })).ok).toBe(true)
  })

  test('that was outdated stays so', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const own = world.as('counsellor')
    const wish = { topic: 'wish', wish: { schools: [], forms: [], note: 'neu' } } as const
    await keepDraft(own, { ...wishOf(caseId), fields: NOTE })
    expect((await saveTopic(world.asColleague(), { caseId, version: 0, answers: wish })).ok).toBe(
      true,
    )
    const command = { caseId, version: 1, answers: LANGUAGES as TopicAnswers }
    expect((await saveTopic(world.asColleague(), command)).ok).toBe(true)
    expect(versionIn(await offered(world, own, wishOf(caseId)))).toBe('0')
  })
})

test('what is typed while its form is being saved is not left behind, and nobody waits for ever', async () => {
  const world = await makeWorld()
  const caseId = await registered(world)
  const slot = wishOf(caseId)
  const form = { ...world.as('counsellor'), idempotencyKey: 'the form' }
  const answers = { topic: 'wish', wish: { schools: [], forms: [], note: 'Ganztag' } } as const
  // on PostgreSQL keeping a new draft waits here, saving the topic does not
  const letGo = await holdRows(world.database, lockChildChanges)
  const kept = keepDraft(form, { ...slot, fields: NOTE })
  if (world.database.engine === 'postgres') await untilWaiting(world.database, 1)
  const saved = saveTopic({ ...form, draft: slot }, { caseId, version: 0, answers })
  if (world.database.engine === 'postgres') {
    await Promise.race([saved, untilWaiting(world.database, 2)])
  }
  await letGo()
  expect([(await kept).ok, (await saved).ok]).toEqual([true, true])
  expect(await rows(world)).toEqual([])
})

describe('a draft that does not open', () => {
  test.each([
    ['about no case', async () => MELDUNG],
    ['about a case', async (world: World) => wishOf(await registered(world))],
  ])('%s is not offered, shuts no page, and makes room', async (_what, slotIn) => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    const slot = await slotIn(world)
    await keepDraft(ctx, { ...slot, fields: NOTE })
    await damage(world)
    expect(await offered(world, ctx, slot)).toBeNull()

    await keepDraft(ctx, { ...slot, fields: NOTE })
    expect(await offered(world, ctx, slot)).toEqual(NOTE)
    expect(await rows(world)).toHaveLength(1)
  })
})

describe('a draft goes', () => {
  test('in the same transaction as the form is saved; refused, it stays', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const slot = wishOf(caseId)
    const ctx: Context = { ...world.as('counsellor'), draft: slot }
    await keepDraft(world.as('counsellor'), { ...slot, fields: NOTE })
    await keepDraft(world.asColleague(), { ...slot, fields: NOTE })
    const answers = { topic: 'wish', wish: { schools: [], forms: [], note: 'Ganztag' } } as const

    const stale = await saveTopic(ctx, { caseId, version: 7, answers })
    expect(stale).toMatchObject({ ok: false, error: { code: 'stale_case' } })
    expect(await offered(world, ctx, slot)).toEqual(NOTE)

    expect((await saveTopic(ctx, { caseId, version: 0, answers })).ok).toBe(true)
    expect(await offered(world, ctx, slot)).toBeNull()
    // a colleague’s own text is none of this form
    expect(await offered(world, world.asColleague(), slot)).toEqual(NOTE)
  })

  test('for good: what was under way when its form was saved is not kept after it', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const slot = wishOf(caseId)
    const form = { ...world.as('counsellor'), idempotencyKey: 'the form' }
    const answers = { topic: 'wish', wish: { schools: [], forms: [], note: 'Ganztag' } } as const
    await saveTopic({ ...form, draft: slot }, { caseId, version: 0, answers })

    expect(await keepDraft(form, { ...slot, fields: NOTE })).toEqual({ ok: true, value: 'sent' })
    expect(await rows(world)).toEqual([])
    // control: another form of the same page is kept
    const other = { ...form, idempotencyKey: 'the next form' }
    expect(await keepDraft(other, { ...slot, fields: NOTE })).toEqual({ ok: true, value: 'kept' })
  })

  test('keeping a draft does not use up the form’s own key', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const slot = wishOf(caseId)
    const form = { ...world.as('counsellor'), idempotencyKey: 'the form' }
    await keepDraft(form, { ...slot, fields: NOTE })
    const answers = { topic: 'wish', wish: { schools: [], forms: [], note: 'Ganztag' } } as const
    await saveTopic({ ...form, draft: slot }, { caseId, version: 0, answers })
    const interview = await world.database.db.selectFrom('interview').selectAll().execute()
    expect(interview).toHaveLength(1)
    expect(await rows(world)).toEqual([])
  })

  test('when it is thrown away, with its key', async () => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    await keepDraft(ctx, { ...MELDUNG, fields: TYPED })
    const key = await ownKeyOf(world)
    expect(await world.keys.find(key)).not.toBeNull()
    expect((await discardDraft(ctx, MELDUNG)).ok).toBe(true)

    expect(await rows(world)).toEqual([])
    expect(await world.keys.find(key)).toBeNull()
    expect((await trail(world)).map(({ event }) => event)).toEqual([
      'draft_kept',
      'draft_discarded',
    ])
  })

  test('with its form, even where its key cannot be destroyed just now: the form is saved', async () => {
    const world = await makeWorld()
    const ctx = { ...world.as('counsellor'), draft: MELDUNG }
    await keepDraft(ctx, { ...MELDUNG, fields: TYPED })
    const destroy = async () => {
      throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    }
    const keys = { ...world.keys, destroy }
    expect((await registerChild({ ...ctx, keys }, registration())).ok).toBe(true)
    expect(await rows(world)).toEqual([])
    // and an erasure that was ordered is ordered: it goes on by itself
    const caseId = await registered(world, { child: { givenNames: 'Wahid', familyName: 'Noori' } })
    const command = { caseId, ground: 'art_17' } as const
    expect((await eraseNow({ ...world.as('lead'), keys }, command)).ok).toBe(true)
    await settleErasures(world)
    const left = await world.database.db.selectFrom('erasure').select('state').execute()
    expect(left).toEqual([{ state: 'done' }])
  })

  test('24 hours after it was last typed, not before; with its key', async () => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    await keepDraft(ctx, { ...MELDUNG, fields: TYPED })
    const key = await ownKeyOf(world)
    world.clock.passHours(20)
    await keepDraft(ctx, { ...MELDUNG, fields: TYPED })
    world.clock.passHours(23.9)
    await tidyUp(world)
    expect(await offered(world, ctx, MELDUNG)).toEqual(TYPED)

    world.clock.passHours(0.1)
    // not shown any more, even before the job has run
    expect(await offered(world, ctx, MELDUNG)).toBeNull()
    await tidyUp(world)
    expect(await rows(world)).toEqual([])
    expect(await world.keys.find(key)).toBeNull()
  })

  test('a key that lost its draft is swept, one that has it is not', async () => {
    const world = await makeWorld()
    await keepDraft(world.as('counsellor'), { ...MELDUNG, fields: TYPED })
    await keepDraft(world.asColleague(), { ...MELDUNG, fields: TYPED })
    const [left, kept] = [await ownKeyOf(world, 0), await ownKeyOf(world, 1)]
    await world.database.write((tx) => tx.deleteFrom('draft').where('id', '=', left.id).execute())
    world.clock.passHours(25)
    await sweepKeys(world)
    expect(await world.keys.find(left)).toBeNull()
    expect(await world.keys.find(kept)).not.toBeNull()
  })

  test.each(['disable', 'end_role'] as const)(
    'when its person may not work: %s',
    async (intent) => {
      const world = await makeWorld()
      await keepDraft(world.as('counsellor'), { ...MELDUNG, fields: TYPED })
      await keepDraft(world.asColleague(), { ...MELDUNG, fields: TYPED })
      const key = await ownKeyOf(world)
      const { id: assignmentId } = await world.database.db
        .selectFrom('role_assignment')
        .select('id')
        .where('account_id', '=', COUNSELLOR)
        .executeTakeFirstOrThrow()
      const command = { centreId: CENTRES.DN.id, accountId: COUNSELLOR, intent, assignmentId }
      expect((await changeAccount(world.as('lead'), command)).ok).toBe(true)
      expect((await rows(world)).map(({ account_id }) => account_id)).toEqual([
        'account-colleague-dn',
      ])
      expect(await world.keys.find(key)).toBeNull()
    },
  )

  test('with the child it is about, whoever typed it; of other children it stays', async () => {
    const world = await makeWorld()
    const [gone, stays] = [
      await registered(world),
      await registered(world, { child: { givenNames: 'Iryna' } }),
    ]
    for (const caseId of [gone, stays]) {
      await keepDraft(world.as('counsellor'), { ...wishOf(caseId), fields: NOTE })
      await keepDraft(world.asColleague(), { form: 'registration', caseId, fields: TYPED })
    }
    expect((await eraseNow(world.as('lead'), { caseId: gone, ground: 'art_17' })).ok).toBe(true)
    const left = await rows(world)
    expect(left.map(({ case_id }) => case_id)).toEqual([stays, stays])
    // and nothing is kept about it any more
    const late = await keepDraft(world.as('counsellor'), { ...wishOf(gone), fields: NOTE })
    expect(late).toMatchObject({ ok: false, error: { code: 'case_not_found' } })
  })
})
