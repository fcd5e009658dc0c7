import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { ownAccountPage } from '#app/presenters/own-account.server.ts'
import { changePassword } from '#app/services/account/change-password.server.ts'
import { endOtherSessions } from '#app/services/account/end-other-sessions.server.ts'
import { endOwnSession, signOutEverywhere } from '#app/services/account/end-own-sessions.server.ts'
import { acknowledge } from '#app/services/account/notices.server.ts'
import { resetAccount } from '#app/services/account/reset-account.server.ts'
import { sessionName } from '#app/services/account/session-name.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import { CENTRES, makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const ME = 'account-counsellor-dn' as AccountId
const RESET = { centreId: CENTRES.DN.id, accountId: ME }

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

async function come(key = 'counsellor-dn', browser: string | null = null): Promise<string> {
  const typed = { email: `${key}@beispiel.example`, password: WORLD_PASSWORD }
  const from = { address: '192.0.2.7', replaces: null, browser }
  const done = await signIn(world.asSystem(), { ...typed, ...from })
  if (!done.ok) throw new Error(done.error.code)
  return world.keyed('session', done.value.token)
}

async function pageFor(idHash: string) {
  const page = await ownAccountPage(world.as('counsellor'), idHash)
  if (!page.ok) throw new Error(page.error.code)
  return page.value
}

function openSessions() {
  return world.database.db
    .selectFrom('session')
    .select('id_hash')
    .where('ended_at', 'is', null)
    .execute()
}

describe('the own sessions', () => {
  test('are listed, this one first, with the coarse browser and without idle ones', async () => {
    await come('counsellor-dn', 'Safari unter iOS')
    world.clock.passHours(0.6)
    await come('counsellor-dn', 'Firefox unter Windows')
    const here = await come('counsellor-dn', 'Edge unter Windows')
    const { sessions } = await pageFor(here)
    expect(sessions).toMatchObject([
      { browser: 'Edge unter Windows', isHere: true },
      { browser: 'Firefox unter Windows', isHere: false },
    ])
    expect(JSON.stringify(sessions)).not.toContain(here)
  })

  test('end one by one; never those of somebody else', async () => {
    const [mine, theirs, here] = [await come(), await come('lead-dn'), await come()]
    const ctx = world.as('counsellor')
    const refused = await endOwnSession(ctx, sessionName(world, theirs), here)
    expect(refused).toEqual({ ok: false, error: { code: 'session_not_found' } })
    expect(await endOwnSession(ctx, sessionName(world, mine), here)).toMatchObject({
      ok: true,
      value: { idHash: mine },
    })
    const left = (await openSessions()).map(({ id_hash }) => id_hash)
    expect(left.sort()).toEqual([theirs, here].sort())
  })

  test('end elsewhere only for who proves again who they are; here for everybody', async () => {
    const [other, here] = [await come(), await come()]
    const ctx = { ...world.as('counsellor'), steppedUp: false }
    for (const done of [
      await endOwnSession(ctx, sessionName(world, other), here),
      await endOtherSessions(ctx, here),
      await signOutEverywhere(ctx),
    ]) {
      expect(done).toEqual({ ok: false, error: { code: 'step_up_needed' } })
    }
    expect(await openSessions()).toHaveLength(2)
    expect((await endOwnSession(ctx, sessionName(world, here), here)).ok).toBe(true)
    expect(await openSessions()).toEqual([{ id_hash: other }])
  })

  test('end everywhere, here as well; a notice of it stays', async () => {
    const here = await come()
    await come()
    const other = await come('lead-dn')
    expect((await signOutEverywhere(world.as('counsellor'))).ok).toBe(true)
    expect(await openSessions()).toEqual([{ id_hash: other }])
    expect((await pageFor(here)).notices).toMatchObject([{ kind: 'signed_out_everywhere' }])
  })
})

describe('a reset by the lead', () => {
  test('takes password, factors, codes and sessions, and says so by role until it is read', async () => {
    await giveTotp(world, ME)
    await come()
    expect((await resetAccount(world.as('lead'), RESET)).ok).toBe(true)
    expect(await openSessions()).toEqual([])
    for (const table of ['second_factor', 'recovery_code'] as const) {
      expect(await world.database.db.selectFrom(table).selectAll().execute()).toEqual([])
    }
    expect((await pageFor('')).notices).toMatchObject([
      { kind: 'account_reset', byRole: 'lead', at: '2026-11-19T09:00:00.000Z' },
    ])
    expect((await acknowledge(world.as('lead'))).ok).toBe(true)
    expect((await pageFor('')).notices).toHaveLength(1)
    expect((await acknowledge(world.as('counsellor'))).ok).toBe(true)
    expect((await pageFor('')).notices).toEqual([])
  })

  test('wants the lead to prove again who they are; who may not reset is told that first', async () => {
    const lead = { ...world.as('lead'), steppedUp: false }
    expect(await resetAccount(lead, RESET)).toMatchObject({ error: { code: 'step_up_needed' } })
    const other = { ...world.as('counsellor'), steppedUp: false }
    expect(await resetAccount(other, RESET)).toMatchObject({ error: { code: 'forbidden' } })
  })
})

test('a password is changed after a proof of the factor, where there is one', async () => {
  const ctx = { ...world.as('counsellor'), steppedUp: false }
  const typed = { present: WORLD_PASSWORD, password: 'Regen im November', keeps: '' }
  await giveTotp(world, ME)
  expect(await changePassword(ctx, typed)).toMatchObject({ error: { code: 'step_up_needed' } })
  expect((await changePassword({ ...ctx, steppedUp: true }, typed)).ok).toBe(true)
  expect((await pageFor('')).notices).toMatchObject([{ kind: 'password_changed' }])
})

test.skipIf(!postgresPresent)('the same on PostgreSQL (needs PostgreSQL)', async () => {
  world = await makeWorld({ engine: 'postgres' })
  const here = await come()
  await come()
  expect((await pageFor(here)).sessions).toHaveLength(2)
  expect((await resetAccount(world.as('lead'), RESET)).ok).toBe(true)
  expect((await pageFor('')).notices).toHaveLength(1)
  expect(await openSessions()).toEqual([])
  await world.close()
})

test.skipIf(!postgresPresent)(
  'a sign-in and a reset at the same moment leave no session (needs PostgreSQL)',
  async () => {
    world = await makeWorld({ engine: 'postgres' })
    for (let round = 0; round < 20; round += 1) {
      const key = round % 2 === 0 ? 'counsellor-dn' : 'coordinator-dn'
      const accountId = `account-${key}` as AccountId
      const restored = { state: 'active', password_hash: await world.hasher.hash(WORLD_PASSWORD) }
      await world.database.write((tx) =>
        tx
          .updateTable('account')
          .set(restored as never)
          .where('id', '=', accountId)
          .execute(),
      )
      const [entered] = await Promise.allSettled([
        come(key),
        resetAccount(world.as('lead'), { centreId: CENTRES.DN.id, accountId }),
      ])
      expect(['fulfilled', 'rejected']).toContain(entered.status)
      expect(await openSessions()).toEqual([])
    }
    await world.close()
  },
)

test('a session token of before the reset proves nobody', async () => {
  const typed = { email: 'counsellor-dn@beispiel.example', password: WORLD_PASSWORD }
  const done = await signIn(world.asSystem(), { ...typed, address: '192.0.2.7', replaces: null })
  const token = done.ok ? done.value.token : ''
  expect(await staffSession(world, token)).not.toBeNull()
  await resetAccount(world.as('lead'), RESET)
  expect(await staffSession(world, token)).toBeNull()
})
