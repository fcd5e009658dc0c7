import { describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { draftFields } from '#app/forms/draft.ts'
import * as interview from '#app/routes/case.interview.tsx'
import * as meldung from '#app/routes/cases.new.tsx'
import * as door from '#app/routes/sign-in.tsx'
import { action as leave } from '#app/routes/sign-out.tsx'
import { signOutEverywhere } from '#app/services/account/end-own-sessions.server.ts'
import { counsel } from '#tests/promises/steps.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import { makeWorld, registered, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'
import { PRE_SESSION, signedIn, stranger, type Visitor } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const COLLEAGUE = 'colleague-dn@beispiel.example'
const PATH = '/faelle/neu'
const TYPED = { givenNames: 'Daryna', familyName: 'Kovalenko', phone: '0151 2345678' }
const NOTE = { version: '0', none: '', note: 'Die Gesamtschule der Schwester' }

/** The names and values of the draft a page offers, or null. */
async function offeredOn(answer: Response): Promise<Readonly<Record<string, string>> | null> {
  expect(answer.status).toBe(200)
  const { draft } = (await answer.json()) as { draft: { fields: [string, string][] } | null }
  return draft === null ? null : Object.fromEntries(draft.fields)
}

function drafts({ database }: World) {
  return database.db.selectFrom('draft').selectAll().execute()
}

function children({ database }: World) {
  return database.db.selectFrom('pupil_case').select('id').execute()
}

function wishOf(caseId: CaseId) {
  return { path: `/faelle/${caseId}/beratung?thema=wunsch`, params: { id: caseId } }
}

async function lastSeen({ database }: World) {
  const { last_seen_at } = await database.db
    .selectFrom('session')
    .select('last_seen_at')
    .executeTakeFirstOrThrow()
  return last_seen_at
}

describe('a form that is sent after the session has run out', () => {
  test.each([
    ['half an hour without a request', 0.51],
    ['ten hours after signing in', 10.1],
  ])(
    '%s: nothing is done, the way leads back, and what was typed stands there',
    async (_what, hours) => {
      const world = await makeWorld()
      const before = await signedIn(world, COUNSELLOR)
      world.clock.passHours(hours)
      const answer = await before.send(meldung.action, PATH, { ...TYPED, secret: 'geheim' })

      expect([answer.status, answer.headers.get('Location')]).toEqual([
        303,
        '/anmelden?zurueck=%2Ffaelle%2Fneu&entwurf=ja',
      ])
      expect(await children(world)).toEqual([])
      const page = await stranger(world).open(door.loader, String(answer.headers.get('Location')))
      expect(await page.json()).toMatchObject({ back: PATH, hasDraft: true })

      const after = await signedIn(world, COUNSELLOR)
      // its own fields, and neither a token nor anything a form of ours does not have
      expect(await offeredOn(await after.open(meldung.loader, PATH))).toEqual(TYPED)
      const colleague = await signedIn(world, COLLEAGUE)
      expect(await offeredOn(await colleague.open(meldung.loader, PATH))).toBeNull()
    },
  )

  test('the topic of the Beratungsbogen is part of the way back', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const before = await signedIn(world, COUNSELLOR)
    world.clock.passHours(1)
    const answer = await before.send(interview.action, wishOf(caseId), NOTE)
    const to = String(answer.headers.get('Location'))
    expect(new URLSearchParams(to.split('?')[1]).get('zurueck')).toBe(wishOf(caseId).path)
    const after = await signedIn(world, COUNSELLOR)
    expect(await offeredOn(await after.open(interview.loader, wishOf(caseId)))).toEqual(NOTE)
    const { path, params } = wishOf(caseId)
    const languages = { path: path.replace('wunsch', 'sprachen'), params }
    expect(await offeredOn(await after.open(interview.loader, languages))).toBeNull()
  })

  test('the session stays what it was: nothing is read with it, and it does not live again', async () => {
    const world = await makeWorld()
    const before = await signedIn(world, COUNSELLOR)
    const seen = await lastSeen(world)
    world.clock.passHours(0.51)
    await before.send(meldung.action, PATH, TYPED)
    expect(await lastSeen(world)).toBe(seen)
    const page = await before.open(meldung.loader, PATH)
    expect(page.headers.get('Location')).toBe('/anmelden?zurueck=%2Ffaelle%2Fneu')
  })

  test.each<
    [string, (world: World, visitor: Visitor) => Promise<Readonly<Record<string, string>>>]
  >([
    ['without the form’s token', async () => ({ _csrf: '' })],
    [
      'with the token of somebody else’s session',
      async (world) => ({ _csrf: await tokenOf(world, COLLEAGUE) }),
    ],
    [
      'with the token of another session of the person',
      async (world) => ({ _csrf: await tokenOf(world, COUNSELLOR) }),
    ],
    [
      'of a session that was ended',
      async (world) => {
        const done = await signOutEverywhere(world.as('counsellor'))
        expect(done.ok).toBe(true)
        return {}
      },
    ],
    [
      'of an account that is disabled',
      async (world) => {
        await setState(world, 'disabled')
        return {}
      },
    ],
    [
      'of a session that lacked its second factor',
      async (world) => {
        await giveTotp(world, 'account-counsellor-dn')
        return {}
      },
    ],
    [
      'of a session nobody used for a day',
      async (world) => {
        world.clock.passHours(24)
        return {}
      },
    ],
  ])('%s nothing is kept', async (_what, change) => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    const fields = { ...TYPED, ...(await change(world, visitor)) }
    world.clock.passHours(0.51)
    const answer = await visitor.send(meldung.action, PATH, fields)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/anmelden'])
    expect(await drafts(world)).toEqual([])
  })

  test('somebody who was never signed in keeps nothing', async () => {
    const world = await makeWorld()
    const answer = await stranger(world).send(meldung.action, PATH, TYPED)
    expect(answer.headers.get('Location')).toBe('/anmelden')
    expect(await drafts(world)).toEqual([])
  })

  test('nor does somebody whose right to the form was withdrawn meanwhile', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const school = await signedIn(world, 'school-180101@beispiel.example')
    world.clock.passHours(0.51)
    const answer = await school.send(interview.action, wishOf(caseId), NOTE)
    expect(answer.headers.get('Location')).not.toContain('entwurf')
    expect(await drafts(world)).toEqual([])
  })
})

describe('a session that ran out keeps nothing any more', () => {
  test('once its person signed out', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    world.clock.passHours(0.51)
    const left = await visitor.send(leave, '/abmelden', {})
    expect(left.headers.get('Location')).toBe('/anmelden')
    expect(left.headers.get('Set-Cookie')).toContain('sid=; ')
    expect(left.headers.get('Clear-Site-Data')).toBe('"cache", "storage"')

    // whoever sits there next, with the cookie and the page that were left
    const answer = await visitor.send(meldung.action, PATH, TYPED)
    expect(answer.headers.get('Location')).toBe('/anmelden')
    expect(await drafts(world)).toEqual([])
  })

  test('it is not ended without its form’s token', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    world.clock.passHours(0.51)
    const refused = await visitor.send(leave, '/abmelden', { _csrf: 'fremd' })
    expect(refused.headers.get('Location')).toBe('/anmelden')
    expect(refused.headers.get('Set-Cookie')).toBeNull()
    const answer = await visitor.send(meldung.action, PATH, TYPED)
    expect(answer.headers.get('Location')).toContain('entwurf=ja')
  })

  test('once somebody signed in in its browser', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    world.clock.passHours(0.51)
    const proof = { email: COLLEAGUE, password: WORLD_PASSWORD, back: '', _csrf: doorToken(world) }
    const entered = await visitor.send(door.action, '/anmelden', proof)
    expect(entered.headers.get('Location')).toBe('/arbeitsliste')

    // the old cookie is still sent by somebody
    const answer = await visitor.send(meldung.action, PATH, TYPED)
    expect(answer.headers.get('Location')).toBe('/anmelden')
    expect(await drafts(world)).toEqual([])
  })
})

describe('a form that is kept while it is open', () => {
  test('is offered on the next visit, and gone once it is sent', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    const kept = await visitor.send(interview.action, wishOf(caseId), { ...NOTE, _draft: 'keep' })
    expect([kept.status, kept.headers.get('Location')]).toEqual([303, wishOf(caseId).path])
    expect(await offeredOn(await visitor.open(interview.loader, wishOf(caseId)))).toEqual(NOTE)
    expect(await world.database.db.selectFrom('interview').selectAll().execute()).toEqual([])

    const saved = await visitor.send(interview.action, wishOf(caseId), { ...NOTE, intent: 'next' })
    expect(saved.headers.get('Location')).toContain('thema=empfehlung')
    expect(await offeredOn(await visitor.open(interview.loader, wishOf(caseId)))).toBeNull()
    expect(await drafts(world)).toEqual([])
  })

  test('the answer says that it was kept, and of nothing else', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    const said = async (fields: Readonly<Record<string, string>>) =>
      (await visitor.send(meldung.action, PATH, fields)).headers.get('X-Draft')
    expect(await said({ ...TYPED, _draft: 'keep' })).toBe('kept')
    expect(await said({ _draft: 'discard' })).toBeNull()
    expect(await said({ ...TYPED, _draft: 'keep', _csrf: 'fremd' })).toBeNull()

    const caseId = await registered(world)
    const _idem = 'the form'
    const sent = { ...NOTE, _idem, intent: 'next' }
    expect((await visitor.send(interview.action, wishOf(caseId), sent)).status).toBe(303)
    const late = { ...NOTE, _idem, _draft: 'keep' }
    const after = await visitor.send(interview.action, wishOf(caseId), late)
    expect([after.status, after.headers.get('X-Draft')]).toEqual([303, null])

    world.clock.passHours(0.51)
    expect(await said({ ...TYPED, _draft: 'keep' })).toBe('kept')
    expect(await said({ ...TYPED, _draft: 'keep', _csrf: 'fremd' })).toBeNull()
  })

  test('an autosave that is overtaken on its way does not take back what was typed later', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    const keep = (fields: Readonly<Record<string, string>>, _order: string) =>
      visitor.send(meldung.action, PATH, { ...fields, _draft: 'keep', _idem: 'page', _order })
    await keep(TYPED, '1763827200500')
    const late = await keep({ givenNames: 'Dar' }, '1763827180500')
    expect(late.headers.get('X-Draft')).toBe('kept')
    expect(await offeredOn(await visitor.open(meldung.loader, PATH))).toEqual(TYPED)
    await keep({ givenNames: 'Dar' }, '1763827220500')
    expect(await offeredOn(await visitor.open(meldung.loader, PATH))).toEqual({ givenNames: 'Dar' })
  })

  test('a Meldung for a brother or sister is a draft of its own', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    const path = `${PATH}?geschwister=${caseId}`
    await visitor.send(meldung.action, path, { ...TYPED, siblingOf: caseId, _draft: 'keep' })
    expect(await offeredOn(await visitor.open(meldung.loader, PATH))).toBeNull()
    const fields = await offeredOn(await visitor.open(meldung.loader, path))
    expect(fields).toEqual({ ...TYPED, siblingOf: caseId })
  })

  test('thrown away it is gone, and the page is as it was', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    await visitor.send(meldung.action, PATH, { ...TYPED, _draft: 'keep' })
    const answer = await visitor.send(meldung.action, PATH, { _draft: 'discard' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, PATH])
    expect(await offeredOn(await visitor.open(meldung.loader, PATH))).toBeNull()
  })

  test('another person’s token keeps and throws away nothing', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    await visitor.send(meldung.action, PATH, { ...TYPED, _draft: 'keep' })
    const _csrf = await tokenOf(world, COLLEAGUE)
    const answers = [
      await visitor.send(meldung.action, PATH, { givenNames: 'Fremd', _csrf, _draft: 'keep' }),
      await visitor.send(meldung.action, PATH, { _csrf, _draft: 'discard' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(await offeredOn(await visitor.open(meldung.loader, PATH))).toEqual(TYPED)
  })

  test('a closed Beratungsbogen offers nothing', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    await visitor.send(interview.action, wishOf(caseId), { ...NOTE, _draft: 'keep' })
    await counsel(world, { caseId, centre: 'DN' })
    expect(await offeredOn(await visitor.open(interview.loader, wishOf(caseId)))).toBeNull()
  })

  test('looking at a case with a draft is in its trail', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    await visitor.send(interview.action, wishOf(caseId), { ...NOTE, _draft: 'keep' })
    await visitor.open(interview.loader, wishOf(caseId))
    const events = await world.database.db
      .selectFrom('audit_entry')
      .innerJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
      .select('event')
      .where('case_id', '=', caseId)
      .where('event', 'in', ['draft_kept', 'case_viewed'])
      .orderBy('at')
      .orderBy('audit_entry.id')
      .execute()
    expect(events.map(({ event }) => event)).toEqual(['draft_kept', 'case_viewed'])
  })
})

describe('what a draft keeps of a form', () => {
  test('its own fields as text, of bounded number and length', () => {
    const sent = new FormData()
    sent.append('schooling.0.country', 'UA')
    sent.append('schooling.19.years', '4')
    for (const name of ['_csrf', '_idem', 'intent', 'schooling.0.secret', 'schooling.x.country']) {
      sent.append(name, 'nicht dazu')
    }
    sent.append('never', new File(['x'], 'x.txt'))
    sent.append('version', 'v'.repeat(9_000))
    const kept = draftFields('interview_schooling', sent)
    expect(kept.map(([name]) => name)).toEqual([
      ...['schooling.0.country', 'schooling.19.years', 'version'],
    ])
    expect(kept.at(-1)?.[1]).toHaveLength(4_000)
    for (let n = 0; n < 5_000; n += 1) sent.append('schooling.1.years', '1')
    expect(draftFields('interview_schooling', sent)).toHaveLength(200)
  })
})

/** The token of a session of its own of somebody. */
async function tokenOf(world: World, email: string): Promise<string> {
  const other = await signedIn(world, email)
  return world.keyed('csrf', world.keyed('session', other.sessionToken() ?? ''))
}

/** The token of the sign-in page, which belongs to nobody's session. */
function doorToken(world: World): string {
  return world.keyed('csrf', PRE_SESSION)
}

async function setState({ database }: World, state: 'active' | 'disabled') {
  await database.write((tx) =>
    tx.updateTable('account').set({ state }).where('email', '=', COUNSELLOR).execute(),
  )
}
