import { beforeEach, describe, expect, test } from 'vitest'
import { factorsPage } from '#app/presenters/factors-page.server.ts'
import { beginTotp } from '#app/services/account/begin-totp.server.ts'
import type { Shown } from '#app/services/account/check-proof.server.ts'
import { confirmTotp } from '#app/services/account/confirm-totp.server.ts'
import { makeRecoveryCodes } from '#app/services/account/make-recovery-codes.server.ts'
import { proveAgain } from '#app/services/account/prove-again.server.ts'
import { removeFactor } from '#app/services/account/remove-factor.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { signInByFactor } from '#app/services/account/sign-in-by-factor.server.ts'
import { type StaffSession, staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { sweepKeys } from '#app/services/keys/sweep-keys.server.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { appWith, giveTotp } from '#tests/setup/second-factor.ts'
import { makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const ME = 'account-counsellor-dn'
const EMAIL = 'counsellor-dn@beispiel.example'
const HERE = '192.0.2.7'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

async function passwordOnly(address = HERE): Promise<string> {
  const typed = { email: EMAIL, password: WORLD_PASSWORD, address, replaces: null }
  const done = await signIn(world.asSystem(), typed)
  if (!done.ok) throw new Error(done.error.code)
  return done.value.token
}

async function sessionOf(token: string, deps = world): Promise<StaffSession> {
  const session = await staffSession(deps, token)
  if (session === null) throw new Error('That session is over')
  return session
}

async function second(token: string, shown: Shown, address = HERE) {
  const session = await sessionOf(token)
  const ctx = { ...world.asSystem(), actor: session.actor, steppedUp: false }
  return signInByFactor(ctx, { ...shown, address, idHash: session.idHash })
}

const totp = (proof: string) => ({ way: 'totp', proof }) as const

async function codesOf(ctx: Context): Promise<readonly string[]> {
  const made = await makeRecoveryCodes(ctx)
  if (!made.ok) throw new Error(made.error.code)
  return made.value
}

describe('who has a second factor', () => {
  test('is half signed in by the password, and wholly by the code, under a new id', async () => {
    const app = await giveTotp(world, ME)
    const half = await passwordOnly()
    expect(await sessionOf(half)).toMatchObject({ standing: 'prove', steppedUp: false })
    const done = await second(half, totp(app.code()))
    expect(done).toMatchObject({ ok: true, value: { home: '/arbeitsliste' } })
    const token = done.ok ? done.value.token : ''
    expect(token).not.toBe(half)
    expect(await staffSession(world, half)).toBeNull()
    expect(await sessionOf(token)).toMatchObject({ standing: 'open', steppedUp: false })
  })

  test('half signed in, is forgotten after a quarter of an hour', async () => {
    await giveTotp(world, ME)
    const half = await passwordOnly()
    world.clock.passHours(0.26)
    expect(await staffSession(world, half)).toBeNull()
  })

  test('may use the code before or after, and each code once, in whatever session', async () => {
    const app = await giveTotp(world, ME)
    for (const steps of [-1, 0, 1]) {
      expect((await second(await passwordOnly(), totp(app.code(steps)))).ok).toBe(true)
      const again = await second(await passwordOnly(), totp(app.code(steps)))
      expect(again).toEqual({ ok: false, error: { code: 'proof_wrong' } })
    }
    for (const steps of [-2, 2]) {
      const done = await second(await passwordOnly(), totp(app.code(steps)))
      expect(done).toEqual({ ok: false, error: { code: 'proof_wrong' } })
    }
  })

  test('is let in once by a code that is sent twice at once', async () => {
    const app = await giveTotp(world, ME)
    const halves = [await passwordOnly(), await passwordOnly()]
    const done = await Promise.all(halves.map((half) => second(half, totp(app.code()))))
    expect(done.filter(({ ok }) => ok)).toHaveLength(1)
  })

  test('must wait after ten wrong codes from one address; the day knows fifteen over all', async () => {
    const app = await giveTotp(world, ME)
    const wrong = totp(app.code(7))
    for (let i = 0; i < 10; i += 1) {
      expect(await second(await passwordOnly(), wrong)).toMatchObject({
        error: { code: 'proof_wrong' },
      })
    }
    expect(await second(await passwordOnly(), totp(app.code()))).toMatchObject({
      error: { code: 'too_many_tries', minutes: 15 },
    })
    for (let i = 0; i < 5; i += 1) {
      const from = `198.51.100.${i}`
      await second(await passwordOnly(from), wrong, from)
    }
    const last = await second(await passwordOnly('198.51.100.9'), totp(app.code()), '198.51.100.9')
    expect(last).toMatchObject({ error: { code: 'too_many_codes' } })
  })

  test('is not refused by the codes of somebody else, nor by many right ones', async () => {
    const app = await giveTotp(world, ME)
    const other = await giveTotp(world, 'account-lead-dn')
    const theirs = await second(await passwordOnly(), totp(other.code()))
    expect(theirs).toMatchObject({ error: { code: 'proof_wrong' } })
    for (let i = 0; i < 20; i += 1) {
      world.clock.passHours(1 / 60)
      expect((await second(await passwordOnly(), totp(app.code()))).ok).toBe(true)
    }
  })
})

describe('a recovery code', () => {
  test('lets in once, is forgiven its spelling, and leaves a notice; the app’s budget is another', async () => {
    const app = await giveTotp(world, ME)
    const codes = await codesOf(world.as('counsellor'))
    expect(new Set(codes).size).toBe(10)
    for (let i = 0; i < 15; i += 1) {
      const from = `198.51.100.${i}`
      await second(await passwordOnly(from), totp(app.code(9)), from)
    }
    const shown = { way: 'recovery_code', proof: ` ${codes[3]?.toLowerCase()} ` } as const
    expect((await second(await passwordOnly(), shown)).ok).toBe(true)
    expect(await second(await passwordOnly(), shown)).toMatchObject({
      error: { code: 'proof_wrong' },
    })
    const kinds = await world.database.db.selectFrom('account_notice').select('kind').execute()
    expect(kinds.map(({ kind }) => kind)).toContain('recovery_code_used')
  })

  test('is void once new ones were made, and stored as a hash only', async () => {
    await giveTotp(world, ME)
    const [old = ''] = await codesOf(world.as('counsellor'))
    await codesOf(world.as('counsellor'))
    const done = await second(await passwordOnly(), { way: 'recovery_code', proof: old })
    expect(done).toMatchObject({ error: { code: 'proof_wrong' } })
    const rows = await world.database.db.selectFrom('recovery_code').selectAll().execute()
    expect(rows).toHaveLength(10)
    expect(JSON.stringify(rows)).not.toContain(old.replaceAll('-', '').slice(1))
  })

  test('is not made where there is nothing to recover', async () => {
    expect(await makeRecoveryCodes(world.as('counsellor'))).toMatchObject({
      error: { code: 'factor_not_found' },
    })
  })

  test('is shown once: the same form again shows nothing and makes nothing', async () => {
    await giveTotp(world, ME)
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'form-1' }
    expect(await codesOf(ctx)).toHaveLength(10)
    expect(await codesOf(ctx)).toEqual([])
  })
})

describe('setting up an app', () => {
  async function begun(deps: World) {
    const token = await passwordOnly()
    const session = await sessionOf(token, deps)
    const ctx = { ...deps.asSystem(), ...deps, actor: session.actor, steppedUp: true }
    expect((await beginTotp(ctx)).ok).toBe(true)
    const shown = await factorsPage(ctx)
    const secret = shown.ok ? (shown.value.pending?.secret ?? '') : ''
    return { ctx, session, app: appWith(secret.replaceAll(' ', ''), deps), secret }
  }

  test('takes one code; then this session counts as proven, and others must prove it', async () => {
    const elsewhere = await passwordOnly()
    const { ctx, session, app } = await begun(world)
    const wrong = await confirmTotp(ctx, { proof: app.code(5), idHash: session.idHash })
    expect(wrong).toMatchObject({ error: { code: 'proof_wrong' } })
    expect((await sessionOf(elsewhere)).standing).toBe('open')
    const done = await confirmTotp(ctx, { proof: app.code(), idHash: session.idHash })
    const token = (done.ok && done.value.token) || ''
    expect(await sessionOf(token)).toMatchObject({ standing: 'open', steppedUp: true })
    expect((await sessionOf(elsewhere)).standing).toBe('prove')
    expect(await staffSession(world, token)).not.toBeNull()
    const again = await second(elsewhere, totp(app.code()))
    expect(again).toMatchObject({ error: { code: 'proof_wrong' } })
  })

  test('sent again is answered like the first time, and opens nothing more', async () => {
    const { ctx, session, app } = await begun(world)
    const typed = { proof: app.code(), idHash: session.idHash }
    const sent = { ...ctx, idempotencyKey: 'one-form' }
    expect((await confirmTotp(sent, typed)).ok).toBe(true)
    expect(await confirmTotp(sent, typed)).toEqual({ ok: true, value: { token: null } })
    const other = await confirmTotp({ ...ctx, idempotencyKey: 'another' }, typed)
    expect(other).toMatchObject({ error: { code: 'setup_not_begun' } })
  })

  test('keeps the secret sealed, under a key the sweep leaves alone', async () => {
    const { ctx, session, app, secret } = await begun(world)
    await confirmTotp(ctx, { proof: app.code(), idHash: session.idHash })
    const rows = JSON.stringify(
      await world.database.db.selectFrom('second_factor').selectAll().execute(),
    )
    expect(rows).toContain('v1.a256gcm.')
    expect(rows).not.toContain(secret.replaceAll(' ', ''))
    world.clock.passDays(3)
    expect(await sweepKeys(world)).toBe(0)
    expect((await second(await passwordOnly(), totp(app.code()))).ok).toBe(true)
  })

  test('is demanded in an installation: nobody without one may work there', async () => {
    const installed: World = { ...world, isEvaluation: false }
    const typed = { email: EMAIL, password: WORLD_PASSWORD, address: HERE, replaces: null }
    const done = await signIn({ ...world.asSystem(), isEvaluation: false }, typed)
    const token = done.ok ? done.value.token : ''
    expect(await sessionOf(token, installed)).toMatchObject({
      standing: 'set_up',
      steppedUp: true,
    })
    expect((await sessionOf(token)).standing).toBe('open')
  })

  test('is refused to who has not proved again who they are', async () => {
    const ctx = { ...world.as('counsellor'), steppedUp: false }
    for (const done of [
      await beginTotp(ctx),
      await confirmTotp(ctx, { proof: '123456', idHash: '' }),
      await makeRecoveryCodes(ctx),
      await removeFactor(ctx, 'any'),
    ]) {
      expect(done).toEqual({ ok: false, error: { code: 'step_up_needed' } })
    }
  })
})

describe('removing a factor', () => {
  test('takes its codes with the last one; an installation keeps the last one', async () => {
    const { id } = await giveTotp(world, ME)
    const ctx = world.as('counsellor')
    await codesOf(ctx)
    expect(await removeFactor({ ...ctx, isEvaluation: false }, id)).toMatchObject({
      error: { code: 'last_factor' },
    })
    expect(await removeFactor(world.as('lead'), id)).toMatchObject({
      error: { code: 'factor_not_found' },
    })
    expect((await removeFactor(ctx, id)).ok).toBe(true)
    for (const table of ['second_factor', 'recovery_code'] as const) {
      expect(await world.database.db.selectFrom(table).selectAll().execute()).toEqual([])
    }
    expect((await sessionOf(await passwordOnly())).standing).toBe('open')
  })
})

describe('proving again who one is', () => {
  async function proofBy(token: string) {
    const { actor, idHash } = await sessionOf(token)
    return (shown: Shown, idempotencyKey: string | null = null) => {
      const ctx = { ...world.asSystem(), actor, steppedUp: false, idempotencyKey }
      return proveAgain(ctx, { ...shown, address: HERE, idHash })
    }
  }

  async function again(token: string, shown: Shown) {
    const done = await (await proofBy(token))(shown)
    return done.ok ? (done.value.token ?? '') : done.error.code
  }

  test('holds for ten minutes, under a new id, and makes the session no longer', async () => {
    const token = await again(await passwordOnly(), { way: 'password', proof: WORLD_PASSWORD })
    expect(await sessionOf(token)).toMatchObject({ steppedUp: true })
    world.clock.passHours(0.16)
    expect(await sessionOf(token)).toMatchObject({ steppedUp: true })
    world.clock.passHours(0.01)
    expect(await sessionOf(token)).toMatchObject({ steppedUp: false })
    const [ends] = await world.database.db
      .selectFrom('session')
      .select('absolute_end')
      .where('ended_at', 'is', null)
      .execute()
    expect(ends?.absolute_end).toBe('2026-11-19T19:00:00.000Z')
  })

  test('wants the factor where there is one: the password is not enough any more', async () => {
    const app = await giveTotp(world, ME)
    const half = await passwordOnly()
    const signedIn = await second(half, totp(app.code()))
    const token = signedIn.ok ? signedIn.value.token : ''
    expect(await again(token, { way: 'password', proof: WORLD_PASSWORD })).toBe('password_wrong')
    expect(await again(token, totp(app.code()))).toBe('proof_wrong')
    expect((await sessionOf(await again(token, totp(app.code(1))))).steppedUp).toBe(true)
  })

  test('sent again is answered like the first time, and opens nothing more', async () => {
    const app = await giveTotp(world, ME)
    const signedIn = await second(await passwordOnly(), totp(app.code()))
    const prove = await proofBy(signedIn.ok ? signedIn.value.token : '')
    const shown = totp(app.code(1))
    expect((await prove(shown, 'one-form')).ok).toBe(true)
    expect(await prove(shown, 'one-form')).toEqual({ ok: true, value: { token: null } })
    expect(await prove(shown, 'another')).toMatchObject({ error: { code: 'proof_wrong' } })
  })

  test('with a wrong password proves nothing', async () => {
    const token = await passwordOnly()
    expect(await again(token, { way: 'password', proof: 'falsch' })).toBe('password_wrong')
    expect((await sessionOf(token)).steppedUp).toBe(false)
  })
})

test.skipIf(!postgresPresent)('all of it on PostgreSQL (needs PostgreSQL)', async () => {
  world = await makeWorld({ engine: 'postgres' })
  const app = await giveTotp(world, ME)
  const codes = await codesOf(world.as('counsellor'))
  const half = await passwordOnly()
  expect((await sessionOf(half)).standing).toBe('prove')
  const halves = [half, await passwordOnly(), await passwordOnly()]
  const done = await Promise.all(halves.map((one) => second(one, totp(app.code()))))
  expect(done.filter(({ ok }) => ok)).toHaveLength(1)
  const shown = { way: 'recovery_code', proof: codes[0] ?? '' } as const
  expect((await second(await passwordOnly(), shown)).ok).toBe(true)
  expect((await removeFactor(world.as('counsellor'), app.id)).ok).toBe(true)
  await world.close()
})
