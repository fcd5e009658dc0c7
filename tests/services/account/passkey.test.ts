import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { askForNewPasskey, askForPasskey } from '#app/services/account/ask-passkey.server.ts'
import { passkeySite } from '#app/services/account/passkey.server.ts'
import { registerPasskey } from '#app/services/account/register-passkey.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { signInByFactor } from '#app/services/account/sign-in-by-factor.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { type Authenticator, newAuthenticator, type Said } from '#tests/setup/authenticator.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const HERE = '192.0.2.7'
const SITE = { rpID: 'localhost', origin: 'http://localhost:3000' }
const WRONG = { ok: false, error: { code: 'passkey_not_right' } }

let world: World
let device: Authenticator
beforeEach(async () => {
  world = await makeWorld()
  device = newAuthenticator()
})

async function half(key = 'counsellor-dn'): Promise<Context & { readonly idHash: string }> {
  const typed = { email: `${key}@beispiel.example`, password: WORLD_PASSWORD }
  const done = await signIn(world.asSystem(), { ...typed, address: HERE, replaces: null })
  const session = await staffSession(world, done.ok ? done.value.token : '')
  if (session === null) throw new Error('Not signed in')
  const { actor, idHash } = session
  return { ...world.asSystem(), actor, idHash, steppedUp: true }
}

async function registers(
  ctx: Context & { readonly idHash: string },
  said: Partial<Said> = {},
  by = device,
) {
  const asked = await askForNewPasskey(ctx, ctx.idHash)
  const challenge = asked.ok ? asked.value.challenge : ''
  const answer = by.register({ ...SITE, challenge, ...said })
  return registerPasskey(ctx, { label: 'Laptop', answer, idHash: ctx.idHash })
}

async function ask(ctx: Context & { readonly idHash: string }): Promise<string> {
  const asked = await askForPasskey(ctx, ctx.idHash)
  return asked.ok ? asked.value.challenge : ''
}

function proves(ctx: Context & { readonly idHash: string }, proof: string) {
  return signInByFactor(ctx, { way: 'passkey', proof, address: HERE, idHash: ctx.idHash })
}

describe('a passkey', () => {
  test('is registered, sealed, and from then on asked for beside the password', async () => {
    const ctx = await half()
    expect((await registers(ctx)).ok).toBe(true)
    const rows = await world.database.db.selectFrom('second_factor').selectAll().execute()
    expect(rows).toMatchObject([{ kind: 'passkey', label: 'Laptop', counter: 1 }])
    expect(JSON.stringify(rows)).not.toContain(device.id)
    const again = await half()
    const challenge = await ask(again)
    const done = await proves(again, device.answer({ ...SITE, challenge }))
    expect(done.ok).toBe(true)
    const session = await staffSession(world, done.ok ? done.value.token : '')
    expect(session?.standing).toBe('open')
  })

  test('names those there are, so that one device is not registered twice', async () => {
    await registers(await half())
    const ctx = await half()
    const asked = await askForNewPasskey(ctx, ctx.idHash)
    expect(asked).toMatchObject({ value: { excludeCredentials: [{ id: device.id }] } })
    expect((await registers(ctx, {}, newAuthenticator())).ok).toBe(true)
    expect(await world.database.db.selectFrom('second_factor').selectAll().execute()).toHaveLength(
      2,
    )
  })

  test('belongs to our own address, whatever a request says', () => {
    const installed = { origin: 'https://einstieg.example', isEvaluation: false }
    expect(passkeySite(installed)).toEqual({
      rpID: 'einstieg.example',
      origin: 'https://einstieg.example',
    })
    expect(passkeySite(world)).toEqual(SITE)
  })
})

const OTHER = Buffer.from('another challenge').toString('base64url')

describe('an answer is refused', () => {
  test.each<[string, Partial<Said>]>([
    ['to another question', { challenge: OTHER }],
    ['from another site', { origin: 'http://localhost:3001' }],
    ['from a site that looks like ours', { origin: 'http://localhost.evil.example:3000' }],
    ['for another site', { rpID: 'evil.example' }],
    ['whose person the device did not verify', { isVerified: false }],
  ])('%s: at registration', async (_what, said) => {
    expect(await registers(await half(), said)).toEqual(WRONG)
    expect(await world.database.db.selectFrom('second_factor').selectAll().execute()).toEqual([])
  })

  test.each<[string, Partial<Said>]>([
    ['to another question', { challenge: OTHER }],
    ['from another site', { origin: 'http://localhost:3001' }],
    ['for another site', { rpID: 'evil.example' }],
    ['whose person the device did not verify', { isVerified: false }],
    ['whose counter stands still: a copy of the device', { counter: 1 }],
    ['whose counter goes back', { counter: 0 }],
  ])('%s: at the second step', async (_what, said) => {
    await registers(await half())
    const ctx = await half()
    const challenge = await ask(ctx)
    expect(await proves(ctx, device.answer({ ...SITE, challenge, ...said }))).toEqual(WRONG)
  })

  test('that was given before, in this session or another', async () => {
    await registers(await half())
    const [ctx, other] = [await half(), await half()]
    const answer = device.answer({ ...SITE, challenge: await ask(ctx) })
    await ask(other)
    expect(await proves(other, answer)).toEqual(WRONG)
    expect((await proves(ctx, answer)).ok).toBe(true)
    const later = await half()
    expect(await proves(later, answer)).toEqual(WRONG)
    await ask(later)
    expect(await proves(later, answer)).toEqual(WRONG)
  })

  test('after a wrong one: a question is answered once', async () => {
    await registers(await half())
    const ctx = await half()
    const challenge = await ask(ctx)
    await proves(ctx, device.answer({ ...SITE, challenge, origin: 'https://evil.example' }))
    expect(await proves(ctx, device.answer({ ...SITE, challenge }))).toEqual(WRONG)
  })

  test('after five minutes', async () => {
    await registers(await half())
    const ctx = await half()
    const challenge = await ask(ctx)
    world.clock.passHours(0.09)
    expect(await proves(ctx, device.answer({ ...SITE, challenge }))).toEqual(WRONG)
  })

  test('from the passkey of another account, and from one nobody registered', async () => {
    await registers(await half())
    const theirs = newAuthenticator()
    await registers(await half('lead-dn'), {}, theirs)
    for (const by of [theirs, newAuthenticator()]) {
      const ctx = await half()
      const answer = by.answer({ ...SITE, challenge: await ask(ctx) })
      expect(await proves(ctx, answer)).toEqual(WRONG)
      const renamed = JSON.stringify({ ...JSON.parse(answer), id: device.id, rawId: device.id })
      const again = await half()
      await ask(again)
      expect(await proves(again, renamed)).toEqual(WRONG)
    }
  })

  test.each(['', 'x', '{}', 'null', '[]', '{"id":7}', '{"id":"a","response":null}'])(
    'that is none: %j',
    async (answer) => {
      await registers(await half())
      const ctx = await half()
      await ask(ctx)
      expect(await proves(ctx, answer)).toEqual(WRONG)
      const own = await half('lead-dn')
      await askForNewPasskey(own, own.idHash)
      const given = { label: 'x', answer, idHash: own.idHash }
      expect(await registerPasskey(own, given)).toEqual(WRONG)
    },
  )

  test('registering without a fresh proof of who one is', async () => {
    const ctx = { ...(await half()), steppedUp: false }
    expect(await askForNewPasskey(ctx, ctx.idHash)).toMatchObject({
      error: { code: 'step_up_needed' },
    })
    expect(await registers(ctx)).toMatchObject({ error: { code: 'step_up_needed' } })
  })
})

test.skipIf(!postgresPresent)('on PostgreSQL as well (needs PostgreSQL)', async () => {
  world = await makeWorld({ engine: 'postgres' })
  expect((await registers(await half())).ok).toBe(true)
  const ctx = await half()
  const answer = device.answer({ ...SITE, challenge: await ask(ctx) })
  const done = await Promise.all([proves(ctx, answer), proves(ctx, answer)])
  expect(done.filter(({ ok }) => ok)).toHaveLength(1)
  const account = 'account-counsellor-dn' as AccountId
  expect(ctx.actor).toMatchObject({ accountId: account })
  await world.close()
})
