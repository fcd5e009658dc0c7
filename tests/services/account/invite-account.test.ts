import { beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { addOperator } from '#app/services/account/add-operator.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import type { InvitedRole } from '#app/services/account/invited-role.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { CENTRES, makeWorld, type World } from '#tests/setup/world.ts'

const DN = CENTRES.DN.id
const BOR = CENTRES.BOR.id
const EMAIL = 'neu@beispiel.example'
const PASSWORD = 'Regen im November'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

function invite(
  ctx: Context,
  invited: InvitedRole,
  more: { email?: string; name?: string; centreId?: typeof DN } = {},
) {
  return inviteAccount(ctx, { centreId: DN, email: EMAIL, name: 'Nina Neu', invited, ...more })
}

async function codeFor(invited: InvitedRole): Promise<string> {
  const done = await invite(world.as('lead'), invited)
  if (!done.ok || done.value.kind !== 'fresh') throw new Error(JSON.stringify(done))
  return codeOf(done.value.link)
}

function codeOf(link: string): string {
  return link.slice(link.indexOf('#') + 1)
}

function accept(code: string, password = PASSWORD) {
  return acceptInvitation(world.asSystem(), {
    code,
    password,
    address: '192.0.2.7',
    replaces: null,
  })
}

function accountRow(email = EMAIL) {
  return world.database.db
    .selectFrom('account')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirst()
}

function events() {
  return world.database.db
    .selectFrom('audit_entry')
    .select(['centre_id', 'event', 'action', 'role'])
    .orderBy('id')
    .execute()
}

describe('a lead invites', () => {
  test.each<[string, InvitedRole, Record<string, unknown>]>([
    ['counsellor', { role: 'counsellor' }, {}],
    ['lead', { role: 'lead' }, {}],
    ['coordinator', { role: 'coordinator' }, {}],
    ['auditor', { role: 'auditor' }, {}],
    [
      'school',
      { role: 'school', schoolNumber: '180105' as SchoolNumber },
      { school_number: '180105' },
    ],
    ['authority', { role: 'authority', area: '', forms: [] }, { area: null, forms: null }],
    [
      'authority',
      { role: 'authority', area: '05358024, 05358008', forms: ['02'] },
      { area: '05358008,05358024', forms: '02' },
    ],
  ])('%s', async (role, invited, columns) => {
    const code = await codeFor(invited)
    const done = await accept(code)
    if (!done.ok) throw new Error(done.error.code)
    const session = await staffSession(world, done.value.token)
    expect(session?.actor.assignments).toMatchObject([{ role, centreId: DN }])
    const row = await world.database.db
      .selectFrom('role_assignment')
      .selectAll()
      .where('account_id', '=', session?.actor.accountId ?? ('' as never))
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ role, scope_centre_id: DN, ...columns })
  })

  test('an owner whose schools lie in the area', async () => {
    const { owner_number } = await world.database.db
      .selectFrom('school')
      .select('owner_number')
      .where('number', '=', '180101' as SchoolNumber)
      .executeTakeFirstOrThrow()
    expect((await invite(world.as('lead'), { role: 'owner', ownerNumber: owner_number })).ok).toBe(
      true,
    )
    expect(await invite(world.as('lead'), { role: 'owner', ownerNumber: '999999' })).toMatchObject({
      error: { code: 'owner_not_found' },
    })
  })

  test.each<[string, InvitedRole]>([
    ['school_outside_area', { role: 'school', schoolNumber: '190101' as SchoolNumber }],
    ['school_not_found', { role: 'school', schoolNumber: '123456' as SchoolNumber }],
    ['area_unknown', { role: 'authority', area: '05554', forms: [] }],
    ['area_prefix_invalid', { role: 'authority', area: 'Düren', forms: [] }],
  ])('but not: %s', async (code, invited) => {
    expect(await invite(world.as('lead'), invited)).toMatchObject({ ok: false, error: { code } })
    expect(await accountRow()).toBeUndefined()
  })

  test('the link lives 72 hours, leads to our own address, and is stored by its hash only', async () => {
    const done = await invite(world.as('lead'), { role: 'counsellor' })
    if (!done.ok || done.value.kind !== 'fresh') throw new Error(JSON.stringify(done))
    expect(done.value.link).toMatch(/^http:\/\/127\.0\.0\.1:3000\/einladung#\S{20,}$/)
    expect(done.value.expiresAt).toBe('2026-11-22T09:00:00.000Z')
    const stored = await Promise.all(
      (['account', 'command', 'audit_entry', 'role_assignment'] as const).map((table) =>
        world.database.db.selectFrom(table).selectAll().execute(),
      ),
    )
    expect(JSON.stringify([stored, world.logLines])).not.toContain(codeOf(done.value.link))
  })

  test('and the trail of the centre says so', async () => {
    await codeFor({ role: 'auditor' })
    expect(await events()).toEqual([
      { centre_id: DN, event: 'account_invited', action: 'account.manage', role: 'lead' },
    ])
  })

  test('once, however often the form is sent: the second answer has no link', async () => {
    const ctx = { ...world.as('lead'), idempotencyKey: 'the same form' }
    const first = await invite(ctx, { role: 'counsellor' })
    const second = await invite(ctx, { role: 'counsellor' })
    expect(first).toMatchObject({ value: { kind: 'fresh' } })
    expect(second).toEqual({
      ok: true,
      value: { kind: 'shown_before', name: 'Nina Neu', email: EMAIL },
    })
    if (!first.ok || first.value.kind !== 'fresh') throw new Error('no link')
    expect((await accept(codeOf(first.value.link))).ok).toBe(true)
  })
})

describe('who may not', () => {
  test.each([
    'counsellor',
    'authority',
    'school',
    'owner',
    'coordinator',
    'auditor',
    'state',
  ] as const)('%s invites nobody', async (role) => {
    expect(await invite(world.as(role), { role: 'counsellor' })).toMatchObject({
      error: { code: 'forbidden' },
    })
  })

  test('a lead of another centre does not', async () => {
    expect(await invite(world.as('lead', 'BOR'), { role: 'counsellor' })).toMatchObject({
      error: { code: 'forbidden' },
    })
  })

  test('the operator invites leads of any centre, and nobody else', async () => {
    const operator = world.as('operator')
    expect((await invite(operator, { role: 'lead' }, { centreId: BOR })).ok).toBe(true)
    expect(await invite(operator, { role: 'counsellor' })).toMatchObject({
      error: { code: 'forbidden' },
    })
    expect(
      await invite(operator, { role: 'lead' }, { centreId: 'nowhere' as typeof DN }),
    ).toMatchObject({ error: { code: 'centre_not_found' } })
  })
})

describe('an address that has an account', () => {
  test('in another centre gets the further role, no second account and no link', async () => {
    const email = 'counsellor-bor@beispiel.example'
    const done = await invite(world.as('lead'), { role: 'counsellor' }, { email })
    expect(done).toEqual({ ok: true, value: { kind: 'role_added', name: 'Nina Neu', email } })
    const accounts = await world.database.db
      .selectFrom('account')
      .selectAll()
      .where('email', '=', email)
      .execute()
    expect(accounts).toMatchObject([{ name: 'Amira Brandt', state: 'active', link_hash: null }])
  })

  test('and this role already is told so', async () => {
    const email = 'counsellor-dn@beispiel.example'
    expect(await invite(world.as('lead'), { role: 'counsellor' }, { email })).toMatchObject({
      error: { code: 'email_taken' },
    })
    expect((await invite(world.as('lead'), { role: 'lead' }, { email })).ok).toBe(true)
  })

  test('and never used the link gets a new one; the first is void', async () => {
    const first = await codeFor({ role: 'counsellor' })
    const second = await codeFor({ role: 'auditor' })
    expect(await accept(first)).toMatchObject({ error: { code: 'link_expired' } })
    expect((await accept(second)).ok).toBe(true)
  })

  test('whose link was never used in another centre gets none from here', async () => {
    const email = 'fern@beispiel.example'
    await invite(world.as('lead', 'BOR'), { role: 'counsellor' }, { email, centreId: BOR })
    const before = await accountRow(email)
    const name = 'Fern und nah'
    expect(await invite(world.as('lead'), { role: 'counsellor' }, { email, name })).toMatchObject({
      value: { kind: 'role_added', name },
    })
    expect((await accountRow(email))?.link_hash).toBe(before?.link_hash)
  })

  test('that is disabled is told so', async () => {
    const email = 'counsellor-bor@beispiel.example'
    await world.database.write((tx) =>
      tx.updateTable('account').set({ state: 'disabled' }).where('email', '=', email).execute(),
    )
    expect(await invite(world.as('lead'), { role: 'counsellor' }, { email })).toMatchObject({
      error: { code: 'account_blocked' },
    })
  })
})

describe('a one-time link', () => {
  test('sets the password, opens the account, signs in, and works once', async () => {
    const code = await codeFor({ role: 'counsellor' })
    const done = await accept(code)
    expect(done).toMatchObject({ ok: true, value: { home: '/arbeitsliste' } })
    expect(await accept(code)).toEqual({ ok: false, error: { code: 'link_expired' } })
    const entered = await signIn(world.asSystem(), {
      email: EMAIL,
      password: PASSWORD,
      address: '192.0.2.7',
      replaces: null,
    })
    expect(entered.ok).toBe(true)
  })

  test('used by two at the same moment opens for one', async () => {
    const code = await codeFor({ role: 'counsellor' })
    const both = await Promise.all([
      accept(code, 'Regen im November'),
      accept(code, 'Schnee im Dezember'),
    ])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  })

  test('is void after 72 hours', async () => {
    const [code, late] = [await codeFor({ role: 'counsellor' }), 0.001]
    world.clock.passHours(72 - late)
    expect(await accept(code, 'zu kurz')).toMatchObject({ error: { code: 'password_too_weak' } })
    world.clock.passHours(late)
    expect(await accept(code)).toMatchObject({ error: { code: 'link_expired' } })
  })

  test('is void while the clock shows a time before it was made: F5', async () => {
    const code = await codeFor({ role: 'counsellor' })
    world.clock.passHours(-24)
    expect(await accept(code)).toMatchObject({ error: { code: 'link_expired' } })
    world.clock.passHours(24)
    expect((await accept(code)).ok).toBe(true)
  })

  test.each(['zu kurz', 'Passwort1234', `${EMAIL}`])(
    'does not take the password %s',
    async (password) => {
      const code = await codeFor({ role: 'counsellor' })
      expect(await accept(code, password)).toEqual({
        ok: false,
        error: { code: 'password_too_weak' },
      })
      expect((await accept(code)).ok).toBe(true)
    },
  )

  test('that nobody made is answered like a used one', async () => {
    expect(await accept('gibt-es-nicht')).toEqual({ ok: false, error: { code: 'link_expired' } })
  })

  test('may be tried ten times in a quarter of an hour', async () => {
    const code = await codeFor({ role: 'counsellor' })
    for (let i = 0; i < 10; i += 1) await accept(code, 'zu kurz')
    expect(await accept(code)).toMatchObject({ error: { code: 'too_many_tries', minutes: 15 } })
    world.clock.passHours(0.25)
    expect((await accept(code)).ok).toBe(true)
  })
})

describe('an operator', () => {
  const invitee = { email: 'betrieb@beispiel.example', name: 'Olga Betrieb' }

  test('is made on the terminal, and begins at the administration', async () => {
    const done = await addOperator(world.asSystem(), invitee)
    if (!done.ok) throw new Error(done.error.code)
    expect(await accept(codeOf(done.value.link))).toMatchObject({ value: { home: '/verwaltung' } })
    expect(await events()).toContainEqual(
      expect.objectContaining({
        centre_id: 'installation',
        event: 'account_invited',
        role: 'system',
      }),
    )
  })

  test('who forgot the password gets a new link for the same account', async () => {
    const first = await addOperator(world.asSystem(), invitee)
    const second = await addOperator(world.asSystem(), invitee)
    if (!first.ok || !second.ok) throw new Error('refused')
    expect(second.value.accountId).toBe(first.value.accountId)
    expect(await accept(codeOf(first.value.link))).toMatchObject({
      error: { code: 'link_expired' },
    })
    expect((await accept(codeOf(second.value.link))).ok).toBe(true)
  })

  test('is not made by another operator', async () => {
    expect(await addOperator(world.as('operator'), invitee)).toMatchObject({
      error: { code: 'forbidden' },
    })
  })
})
