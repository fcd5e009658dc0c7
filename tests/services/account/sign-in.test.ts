import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { signOut } from '#app/services/account/sign-out.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import { CENTRES, makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
const HERE = '192.0.2.7'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

function enter(
  typed: { email?: string; password?: string; address?: string; replaces?: string | null } = {},
) {
  return signIn(world.asSystem(), {
    email: EMAIL,
    password: WORLD_PASSWORD,
    address: HERE,
    replaces: null,
    ...typed,
  })
}

async function token() {
  const done = await enter()
  if (!done.ok) throw new Error(done.error.code)
  return done.value.token
}

function trail() {
  return world.database.db
    .selectFrom('audit_entry')
    .select(['event', 'account_id', 'role', 'facts'])
    .orderBy('id')
    .execute()
}

describe('who knows e-mail and password', () => {
  test('is signed in, begins at the first page of the role, and leaves a trail', async () => {
    const done = await enter()
    expect(done).toMatchObject({ ok: true, value: { home: '/arbeitsliste' } })
    const session = await staffSession(world, done.ok ? done.value.token : '')
    expect(session?.actor).toMatchObject({
      accountId: 'account-counsellor-dn',
      name: 'Amira Brandt',
    })
    expect(await trail()).toMatchObject([
      { event: 'signed_in', account_id: 'account-counsellor-dn' },
    ])
  })

  test('may write the address in capital letters', async () => {
    expect((await enter({ email: EMAIL.toUpperCase() })).ok).toBe(true)
  })

  test('ends the session this browser had before, and no other', async () => {
    const [first, other] = [await token(), await token()]
    await enter({ replaces: world.keyed('session', first) })
    expect(await staffSession(world, first)).toBeNull()
    expect(await staffSession(world, other)).not.toBeNull()
  })

  test('whose account is disabled learns so, and only with the right password', async () => {
    await world.database.write((tx) =>
      tx.updateTable('account').set({ state: 'disabled' }).where('email', '=', EMAIL).execute(),
    )
    expect(await enter()).toEqual({ ok: false, error: { code: 'account_disabled' } })
    expect(await enter({ password: 'ein ganz anderes' })).toEqual({
      ok: false,
      error: { code: 'sign_in_failed' },
    })
  })
})

describe('who does not', () => {
  test('is answered the same for a wrong password and an unknown address, after the same work', async () => {
    const asked: (string | null)[] = []
    const watched = {
      ...world.asSystem(),
      hasher: {
        ...world.hasher,
        verify: async (stored: string | null, secret: string) => {
          asked.push(stored)
          return world.hasher.verify(stored, secret)
        },
      },
    }
    const typed = { password: 'falsch', address: HERE, replaces: null }
    const wrong = await signIn(watched, { ...typed, email: EMAIL })
    const unknown = await signIn(watched, { ...typed, email: 'niemand@beispiel.example' })
    expect(wrong).toEqual({ ok: false, error: { code: 'sign_in_failed' } })
    expect(unknown).toEqual(wrong)
    expect(asked).toEqual([expect.any(String), null])
  })

  test('leaves neither address nor password in log or limits', async () => {
    await enter({ email: 'niemand@beispiel.example', password: 'mein geheimes Wort' })
    const limits = await world.database.db.selectFrom('rate_limit').selectAll().execute()
    const kept = JSON.stringify([world.logLines, limits, await trail()])
    expect(world.logLines).toMatchObject([{ event: 'sign_in_failed' }])
    // account in a quarter hour and in a day, address, everybody
    expect(limits).toHaveLength(4)
    for (const secret of ['niemand', 'geheimes', HERE]) expect(kept).not.toContain(secret)
  })

  test('must wait after ten tries, with the right password too; then may try again', async () => {
    for (let i = 0; i < 10; i += 1) {
      expect(await enter({ password: `falsch ${i}` })).toMatchObject({
        error: { code: 'sign_in_failed' },
      })
    }
    const tooMany = { ok: false, error: { code: 'too_many_tries', minutes: 15 } }
    expect(await enter()).toEqual(tooMany)
    world.clock.passHours(0.25)
    expect((await enter()).ok).toBe(true)
  })

  test('keeps out nobody who comes from elsewhere: an account is never locked', async () => {
    for (let i = 0; i < 12; i += 1) await enter({ password: 'falsch' })
    expect((await enter({ address: '198.51.100.4' })).ok).toBe(true)
  })

  test('must wait when many accounts are tried from one address, by its IPv6 network', async () => {
    const tries = Array.from({ length: 61 }, (_, i) => i)
    let last: unknown
    for (const i of tries) {
      last = await enter({ email: `a${i}@beispiel.example`, address: `2001:db8:1:2::${i}` })
    }
    expect(last).toMatchObject({ error: { code: 'too_many_tries' } })
    expect((await enter({ address: '2001:db8:1:3::1' })).ok).toBe(true)
  })

  test('a town hall with many right sign-ins from one address is not kept out sooner', async () => {
    for (let i = 0; i < 70; i += 1) expect((await enter()).ok).toBe(true)
  })
})

describe('a sign-in that overlaps', () => {
  /** Signs in; at the moment when the password turns out right, something else happens first. */
  async function signInWhile(meanwhile: () => Promise<unknown>) {
    const ctx = world.asSystem()
    const slow = {
      ...ctx.hasher,
      verify: async (stored: string | null, secret: string) => {
        const isRight = await ctx.hasher.verify(stored, secret)
        await meanwhile()
        return isRight
      },
    }
    const typed = { email: EMAIL, password: WORLD_PASSWORD, address: HERE, replaces: null }
    return signIn({ ...ctx, hasher: slow }, typed)
  }
  const command = (intent: 'reset' | 'disable') => ({
    intent,
    centreId: CENTRES.DN.id,
    accountId: 'account-counsellor-dn' as AccountId,
  })

  test.each(['reset', 'disable'] as const)('a %s leaves no session', async (intent) => {
    const done = await signInWhile(() => changeAccount(world.as('lead'), command(intent)))
    expect(done).toEqual({ ok: false, error: { code: 'sign_in_failed' } })
    expect(await world.database.db.selectFrom('session').selectAll().execute()).toEqual([])
  })

  test('nothing, is let in', async () => {
    expect((await signInWhile(async () => undefined)).ok).toBe(true)
  })
})

describe('a session', () => {
  test('ends when its person signs out: the token proves nobody', async () => {
    const mine = await token()
    const other = await token()
    const done = await signOut(world.as('counsellor'), world.keyed('session', mine))
    expect(done.ok).toBe(true)
    expect(await staffSession(world, mine)).toBeNull()
    expect(await staffSession(world, other)).not.toBeNull()
    expect((await trail()).map(({ event }) => event)).toEqual([
      'signed_in',
      'signed_in',
      'signed_out',
    ])
  })

  test('ends after half an hour without use, and after ten hours in any case', async () => {
    const ahead = await token()
    world.clock.passHours(-0.1)
    expect(await staffSession(world, ahead)).not.toBeNull()
    // put back further than clocks err, it would hold for as much longer: F5
    world.clock.passHours(-0.1)
    expect(await staffSession(world, ahead)).toBeNull()

    const idle = await token()
    world.clock.passHours(0.6)
    expect(await staffSession(world, idle)).toBeNull()
    const busy = await token()
    for (let hours = 0; hours < 9.6; hours += 0.4) {
      world.clock.passHours(0.4)
      expect(await staffSession(world, busy)).not.toBeNull()
    }
    world.clock.passHours(0.4)
    expect(await staffSession(world, busy)).toBeNull()
  })

  test('is stored by its hash only', async () => {
    const mine = await token()
    const rows = await world.database.db.selectFrom('session').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(mine)
  })
})
