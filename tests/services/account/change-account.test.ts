import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { changePassword } from '#app/services/account/change-password.server.ts'
import { endOtherSessions } from '#app/services/account/end-other-sessions.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { CENTRES, makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const DN = CENTRES.DN.id
const COUNSELLOR = 'account-counsellor-dn' as AccountId
const LEAD = 'account-lead-dn' as AccountId

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

type Intent = 'reset' | 'disable' | 'enable'

function change(ctx: Context, intent: Intent, accountId = COUNSELLOR, centreId = DN) {
  return changeAccount(ctx, { intent, centreId, accountId })
}

function endRole(ctx: Context, accountId: AccountId, assignmentId: string) {
  return changeAccount(ctx, { intent: 'end_role', centreId: DN, accountId, assignmentId })
}

function enter(email = 'counsellor-dn@beispiel.example', password = WORLD_PASSWORD) {
  return signIn(world.asSystem(), { email, password, address: '192.0.2.7', replaces: null })
}

async function sessionOf(email?: string): Promise<string> {
  const done = await enter(email)
  if (!done.ok) throw new Error(done.error.code)
  return done.value.token
}

async function makeShared(): Promise<void> {
  const done = await inviteAccount(world.as('lead', 'BOR'), {
    centreId: CENTRES.BOR.id,
    email: 'counsellor-dn@beispiel.example',
    name: 'egal',
    invited: { role: 'counsellor' },
  })
  if (!done.ok) throw new Error(done.error.code)
}

async function secondLead(): Promise<void> {
  const done = await inviteAccount(world.as('operator'), {
    centreId: DN,
    email: 'counsellor-dn@beispiel.example',
    name: 'egal',
    invited: { role: 'lead' },
  })
  if (!done.ok) throw new Error(done.error.code)
}

describe('disabling', () => {
  test('ends the sessions at once, keeps the password for later', async () => {
    const token = await sessionOf()
    expect((await change(world.as('lead'), 'disable')).ok).toBe(true)
    expect(await staffSession(world, token)).toBeNull()
    expect(await enter()).toMatchObject({ error: { code: 'account_disabled' } })
    expect((await change(world.as('lead'), 'enable')).ok).toBe(true)
    expect(await staffSession(world, token)).toBeNull()
    expect((await enter()).ok).toBe(true)
  })

  test('voids an open link; after enabling a new one must be made', async () => {
    const reset = await change(world.as('lead'), 'reset')
    await change(world.as('lead'), 'disable')
    expect(await change(world.as('lead'), 'reset')).toMatchObject({
      error: { code: 'account_blocked' },
    })
    await change(world.as('lead'), 'enable')
    if (!reset.ok || reset.value?.kind !== 'fresh') throw new Error('no link')
    const code = reset.value.link.split('#')[1] ?? ''
    const typed = { code, password: 'Regen im November', address: '', replaces: null }
    expect(await acceptInvitation(world.asSystem(), typed)).toMatchObject({
      error: { code: 'link_expired' },
    })
  })

  test('leaves a trail in the centre', async () => {
    await change(world.as('lead'), 'disable')
    await change(world.as('lead'), 'enable')
    await change(world.as('lead'), 'reset')
    const rows = await world.database.db
      .selectFrom('audit_entry')
      .select(['centre_id', 'event', 'account_id'])
      .orderBy('id')
      .execute()
    expect(rows).toEqual(
      ['account_disabled', 'account_enabled', 'account_reset'].map((event) => ({
        centre_id: DN,
        event,
        account_id: LEAD,
      })),
    )
  })
})

describe('a new link', () => {
  test('ends the old password and every session, and opens the account again', async () => {
    const token = await sessionOf()
    const done = await change(world.as('lead'), 'reset')
    if (!done.ok || done.value?.kind !== 'fresh') throw new Error('no link')
    expect(await staffSession(world, token)).toBeNull()
    expect(await enter()).toMatchObject({ error: { code: 'sign_in_failed' } })
    const code = done.value.link.split('#')[1] ?? ''
    const typed = { code, password: 'Regen im November', address: '', replaces: null }
    expect((await acceptInvitation(world.asSystem(), typed)).ok).toBe(true)
    expect((await enter(undefined, 'Regen im November')).ok).toBe(true)
  })
})

describe('guards', () => {
  test.each(['reset', 'disable', 'enable'] as const)(
    'nobody may %s their own account',
    async (intent) => {
      expect(await change(world.as('lead'), intent, LEAD)).toMatchObject({
        error: { code: 'own_account' },
      })
    },
  )

  test('the last lead stays, also against the operator; of two, one may go', async () => {
    const operator = world.as('operator')
    expect(await change(operator, 'disable', LEAD)).toMatchObject({ error: { code: 'last_lead' } })
    expect(await endRole(operator, LEAD, `${LEAD}-assignment`)).toMatchObject({
      error: { code: 'last_lead' },
    })
    await secondLead()
    expect((await change(operator, 'disable', LEAD)).ok).toBe(true)
    expect(await change(operator, 'disable', COUNSELLOR)).toMatchObject({
      error: { code: 'last_lead' },
    })
  })

  test('two leads who disable each other at the same moment: one stays', async () => {
    await secondLead()
    const other: Context = {
      ...world.as('lead'),
      actor: {
        kind: 'staff',
        accountId: COUNSELLOR,
        name: 'Amira Brandt',
        assignments: [{ role: 'lead', centreId: DN }],
      },
    }
    const both = await Promise.all([
      change(world.as('lead'), 'disable', COUNSELLOR),
      change(other, 'disable', LEAD),
    ])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  })

  test.each([
    ['a lead of another centre', 'lead', 'BOR', 'forbidden'],
    ['a counsellor', 'counsellor', 'DN', 'forbidden'],
    ['an auditor', 'auditor', 'DN', 'forbidden'],
    ['the operator, who manages leads', 'operator', 'DN', 'forbidden'],
  ] as const)('%s changes no counsellor', async (_who, role, centre, code) => {
    expect(
      await change(world.as(role, centre), 'disable', 'account-colleague-dn' as AccountId),
    ).toMatchObject({ error: { code } })
  })

  test('an account of another centre is not there', async () => {
    const there = 'account-counsellor-bor' as AccountId
    for (const intent of ['reset', 'disable', 'enable'] as const) {
      expect(await change(world.as('lead'), intent, there)).toMatchObject({
        error: { code: 'account_not_found' },
      })
    }
  })
})

describe('somebody who works for two centres', () => {
  beforeEach(makeShared)

  test('cannot be taken over by one lead: no link, no lock', async () => {
    for (const intent of ['reset', 'disable', 'enable'] as const) {
      expect(await change(world.as('lead'), intent)).toMatchObject({
        error: { code: 'account_shared' },
      })
    }
    expect((await enter()).ok).toBe(true)
  })

  test('loses the role here at the next request, and keeps the other', async () => {
    const token = await sessionOf()
    const centres = async () => {
      const session = await staffSession(world, token)
      return session?.actor.assignments.map((one) => ('centreId' in one ? one.centreId : null))
    }
    expect(await centres()).toEqual([DN, CENTRES.BOR.id])
    expect((await endRole(world.as('lead'), COUNSELLOR, `${COUNSELLOR}-assignment`)).ok).toBe(true)
    expect(await centres()).toEqual([CENTRES.BOR.id])
  })

  test('gets a new link from the operator', async () => {
    expect(await change(world.as('operator'), 'reset')).toMatchObject({ value: { kind: 'fresh' } })
  })

  test('keeps the role another centre gave, whatever a lead here sends', async () => {
    const there = await world.database.db
      .selectFrom('role_assignment')
      .select('id')
      .where('account_id', '=', COUNSELLOR)
      .where('scope_centre_id', '=', CENTRES.BOR.id)
      .executeTakeFirstOrThrow()
    expect(await endRole(world.as('lead'), COUNSELLOR, there.id)).toMatchObject({
      error: { code: 'account_not_found' },
    })
  })
})

describe('the own account', () => {
  test('changes its password: other sessions end, this one stays', async () => {
    const [here, elsewhere] = [await sessionOf(), await sessionOf()]
    const done = await changePassword(world.as('counsellor'), {
      present: WORLD_PASSWORD,
      password: 'Regen im November',
      keeps: world.keyed('session', here),
    })
    expect(done.ok).toBe(true)
    expect(await staffSession(world, here)).not.toBeNull()
    expect(await staffSession(world, elsewhere)).toBeNull()
    expect((await enter()).ok).toBe(false)
  })

  test('sent again it is answered as the first time; the same words in a new form are not', async () => {
    const typed = { present: WORLD_PASSWORD, password: 'Regen im November', keeps: '' }
    const send = (idempotencyKey: string) =>
      changePassword({ ...world.as('counsellor'), idempotencyKey }, typed)
    expect(await send('form-1')).toEqual({ ok: true, value: null })
    expect(await send('form-1')).toEqual({ ok: true, value: null })
    expect(await send('form-2')).toMatchObject({ error: { code: 'password_wrong' } })
  })

  test.each([
    ['password_wrong', 'nicht meines', 'Regen im November'],
    ['password_too_weak', WORLD_PASSWORD, 'kurz'],
  ])('not when it is refused: %s', async (code, present, password) => {
    expect(
      await changePassword(world.as('counsellor'), { present, password, keeps: '' }),
    ).toMatchObject({ error: { code } })
    expect((await enter()).ok).toBe(true)
  })

  test('may be tried ten times', async () => {
    const typed = { present: 'falsch', password: 'Regen im November', keeps: '' }
    for (let i = 0; i < 10; i += 1) await changePassword(world.as('counsellor'), typed)
    expect(
      await changePassword(world.as('counsellor'), { ...typed, present: WORLD_PASSWORD }),
    ).toMatchObject({ error: { code: 'too_many_tries' } })
  })

  test('signs out everywhere else, and only itself', async () => {
    const [here, elsewhere] = [await sessionOf(), await sessionOf()]
    const colleague = await sessionOf('colleague-dn@beispiel.example')
    await endOtherSessions(world.as('counsellor'), world.keyed('session', here))
    expect(await staffSession(world, here)).not.toBeNull()
    expect(await staffSession(world, elsewhere)).toBeNull()
    expect(await staffSession(world, colleague)).not.toBeNull()
  })
})
