import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { openProvider } from '#app/gateways/provider.server.ts'
import {
  goToLink,
  linkProvider,
  unlinkProvider,
} from '#app/services/account/link-provider.server.ts'
import { resetAccount } from '#app/services/account/reset-account.server.ts'
import { goToProvider, signInByProvider } from '#app/services/account/sign-in-by-provider.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  type IdentityProvider,
  startIdentityProvider,
  type Told,
} from '#tests/setup/identity-provider.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import { CENTRES, makeWorld, type World } from '#tests/setup/world.ts'

const BROWSER = 'the cookie this browser had before'
const SESSION = 'hashed id of a session'
const ME = 'account-counsellor-dn' as AccountId
const FAILED = { ok: false, error: { code: 'provider_failed' } }
const NOT_LINKED = { ok: false, error: { code: 'provider_not_linked' } }

let idp: IdentityProvider
let other: IdentityProvider
let world: World
beforeAll(async () => {
  idp = await startIdentityProvider()
  other = await startIdentityProvider()
})
afterAll(async () => {
  await idp.close()
  await other.close()
})
beforeEach(async () => {
  world = await makeWorld()
})

function withProvider(ctx: Context, of = idp): Context {
  const { issuer, clientId, clientSecret } = of
  return { ...ctx, provider: openProvider({ issuer, clientId, clientSecret }) }
}

function program(): Context {
  return withProvider(world.asSystem())
}

async function link(ctx: Context, told?: Told) {
  const way = await goToLink(ctx, SESSION)
  if (!way.ok) return way
  return linkProvider(ctx, { url: await idp.comeBack(way.value, told), idHash: SESSION })
}

async function linked(): Promise<void> {
  const done = await link(withProvider(world.as('counsellor')))
  if (!done.ok) throw new Error(done.error.code)
}

async function wayTo(ctx = program()): Promise<string> {
  const way = await goToProvider(ctx, BROWSER)
  if (!way.ok) throw new Error(way.error.code)
  return way.value
}

function arrive(url: string, ctx = program(), boundTo = BROWSER) {
  const from = { address: '192.0.2.7', browser: 'Firefox unter Linux', replaces: null }
  return signInByProvider(ctx, { url, boundTo, ...from })
}

async function enter(told?: Told) {
  return arrive(await idp.comeBack(await wayTo(), told))
}

function sessions() {
  return world.database.db.selectFrom('session').selectAll().execute()
}

describe('who is linked', () => {
  test('is signed in by issuer and subject, with the roles we know', async () => {
    await linked()
    const done = await enter({ claims: { role: 'operator', email: 'betrieb@kreis.example' } })
    const session = await staffSession(world, done.ok ? done.value.token : '')
    expect(session).toMatchObject({
      standing: 'open',
      actor: { accountId: ME, assignments: [{ role: 'counsellor', centreId: CENTRES.DN.id }] },
    })
    expect(Object.fromEntries(idp.asked())).toMatchObject({
      ...{ response_type: 'code', scope: 'openid', code_challenge_method: 'S256' },
      redirect_uri: 'http://127.0.0.1:3000/anmelden/dienststelle',
    })
  })

  test.each<[string, Told['claims'], 'open' | 'prove']>([
    ['nothing', {}, 'prove'],
    ['a password alone', { amr: ['pwd'], acr: '1' }, 'prove'],
    ['more than a password', { amr: ['pwd', 'mfa'] }, 'open'],
    ['a level that means more', { acr: 'https://refeds.org/profile/mfa' }, 'open'],
    ['a fingerprint alone', { amr: ['fpt'] }, 'prove'],
    ['a list that is none', { amr: 'mfa' }, 'prove'],
  ])(
    'and proved %s: the own second factor is asked for or not',
    async (_what, claims, standing) => {
      await linked()
      await giveTotp(world, ME)
      const done = await enter({ claims: claims ?? {} })
      const session = await staffSession(world, done.ok ? done.value.token : '')
      expect(session?.standing).toBe(standing)
    },
  )

  test('in an installation without a second factor must set one up, unless the provider had one', async () => {
    await linked()
    const installed = { ...program(), isEvaluation: false }
    for (const [amr, standing] of [
      [['pwd'], 'set_up'],
      [['mfa'], 'open'],
    ] as const) {
      const url = await idp.comeBack(await wayTo(installed), { claims: { amr } })
      const done = await arrive(url, installed)
      const token = done.ok ? done.value.token : ''
      expect((await staffSession(installed, token))?.standing).toBe(standing)
    }
  })

  test('is let in no more once disabled, reset or unlinked', async () => {
    await linked()
    const state = (value: 'disabled' | 'active') =>
      world.database.write((tx) =>
        tx.updateTable('account').set({ state: value }).where('id', '=', ME).execute(),
      )
    await state('disabled')
    expect(await enter()).toEqual(NOT_LINKED)
    await state('active')
    expect((await enter()).ok).toBe(true)
    await unlinkProvider(withProvider(world.as('counsellor')))
    expect(await enter()).toEqual(NOT_LINKED)
    await linked()
    await resetAccount(world.as('lead'), { centreId: CENTRES.DN.id, accountId: ME })
    await state('active')
    expect(await enter()).toEqual(NOT_LINKED)
  })
})

describe('linking', () => {
  test('makes no account: whom nobody linked is refused, whatever the token says', async () => {
    const claims = { email: 'counsellor-dn@beispiel.example', email_verified: true }
    expect(await enter({ claims })).toEqual(NOT_LINKED)
    expect(await sessions()).toEqual([])
  })

  test('is taken back once: a second time changes nothing and tells nobody', async () => {
    await linked()
    const count = async () => {
      const { db } = world.database
      const notices = await db.selectFrom('account_notice').select('kind').execute()
      const entries = await db.selectFrom('audit_entry').select('event').execute()
      return [
        notices.filter(({ kind }) => kind === 'provider_unlinked').length,
        entries.filter(({ event }) => event === 'provider_unlinked').length,
      ]
    }
    const unlink = () => unlinkProvider(withProvider(world.as('counsellor')))
    expect((await unlink()).ok).toBe(true)
    expect(await unlink()).toEqual({ ok: false, error: { code: 'provider_unlinked' } })
    expect(await count()).toEqual([1, 1])
    // control: linked again, it is taken back again
    await linked()
    expect((await unlink()).ok).toBe(true)
    expect(await count()).toEqual([2, 2])
  })

  test('is for one account and one person, and wants a fresh proof', async () => {
    await linked()
    expect(await link(withProvider(world.as('lead')))).toMatchObject({
      error: { code: 'provider_taken' },
    })
    const second = await link(withProvider(world.as('counsellor')), { subject: 'person-2' })
    expect(second).toMatchObject({ error: { code: 'provider_taken' } })
    const stale = { ...withProvider(world.as('lead')), steppedUp: false }
    for (const done of [
      await goToLink(stale, SESSION),
      await linkProvider(stale, { url: 'http://127.0.0.1/', idHash: SESSION }),
      await unlinkProvider(stale),
    ]) {
      expect(done).toMatchObject({ error: { code: 'step_up_needed' } })
    }
  })

  test('holds in the session that began it: somebody else’s way back links nothing', async () => {
    const way = await goToLink(withProvider(world.as('lead')), 'session of an attacker')
    const url = await idp.comeBack(way.ok ? way.value : '')
    const victim = withProvider(world.as('counsellor'))
    expect(await linkProvider(victim, { url, idHash: SESSION })).toEqual(FAILED)
  })
})

const now = () => Math.floor(Date.now() / 1000)
const parts = (token: string) => token.split('.') as [string, string, string]
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a token is refused', () => {
  test.each<[string, () => Told]>([
    ['of another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['without an issuer', () => ({ claims: { iss: undefined } })],
    ['for another client', () => ({ claims: { aud: 'somebody-else' } })],
    ['without a client', () => ({ claims: { aud: undefined } })],
    ['for several, meant for another', () => ({ claims: { aud: ['einstieg', 'b'], azp: 'b' } })],
    ['with another nonce', () => ({ claims: { nonce: 'another' } })],
    ['without a nonce', () => ({ claims: { nonce: undefined } })],
    ['that is over', () => ({ claims: { exp: now() - 300 } })],
    ['without an end', () => ({ claims: { exp: undefined } })],
    ['that does not hold yet', () => ({ claims: { nbf: now() + 3600 } })],
    ['without a time of issue', () => ({ claims: { iat: undefined } })],
    ['without a subject', () => ({ claims: { sub: undefined } })],
    ['whose subject is empty', () => ({ claims: { sub: '' } })],
    ['whose subject is no text', () => ({ claims: { sub: 7 } })],
    ['that is not signed', () => ({ isUnsigned: true })],
    ['signed by another key', () => ({ hasForeignKey: true })],
    [
      'whose claims were changed after signing',
      () => ({
        token: (good) => {
          const [head, body, signature] = parts(good)
          const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
          return [head, encoded({ ...claims, sub: 'person-9' }), signature].join('.')
        },
      }),
    ],
    [
      'that says of itself: signed with our own secret',
      () => ({
        token: (good) =>
          [encoded({ alg: 'HS256', kid: 'key-1' }), ...parts(good).slice(1)].join('.'),
      }),
    ],
    ['without its signature', () => ({ token: (good) => `${parts(good).slice(0, 2).join('.')}.` })],
    ['that is missing', () => ({ token: () => undefined })],
    ['that is no token', () => ({ token: () => 'good morning' })],
    ['in an answer that is an error', () => ({ answer: { status: 400, body: { error: 'x' } } })],
    ['in an answer that is nothing', () => ({ answer: { status: 200, body: null } })],
    ['in an answer of a broken provider', () => ({ answer: { status: 500, body: {} } })],
  ])('%s', async (_what, told) => {
    await linked()
    expect(await enter(told())).toEqual(FAILED)
    expect(await sessions()).toEqual([])
    // control: the same with a good token
    expect((await enter()).ok).toBe(true)
  })
})

describe('a way back is refused', () => {
  test.each<[string, (url: URL) => void]>([
    ['without a state', (url) => url.searchParams.delete('state')],
    ['with another state', (url) => url.searchParams.set('state', 'a.b.c')],
    ['with the state of nobody', (url) => url.searchParams.set('state', '')],
    ['without a code', (url) => url.searchParams.delete('code')],
    ['with another code', (url) => url.searchParams.set('code', 'another')],
    [
      'that says no',
      (url) => {
        url.searchParams.delete('code')
        url.searchParams.set('error', 'access_denied')
      },
    ],
    ['of another issuer', (url) => url.searchParams.set('iss', 'https://evil.example')],
  ])('%s', async (_what, change) => {
    await linked()
    const url = new URL(await idp.comeBack(await wayTo()))
    change(url)
    expect(await arrive(url.href)).toEqual(FAILED)
    expect(await sessions()).toEqual([])
  })

  test('in another browser', async () => {
    await linked()
    const url = await idp.comeBack(await wayTo())
    expect(await arrive(url, program(), 'another browser')).toEqual(FAILED)
  })

  test('a second time, and with a new code as well', async () => {
    await linked()
    const way = await wayTo()
    const url = await idp.comeBack(way)
    expect((await arrive(url)).ok).toBe(true)
    expect(await arrive(url)).toEqual(FAILED)
    expect(await arrive(await idp.comeBack(way))).toEqual(FAILED)
  })

  test('with a code that was given for another request: PKCE', async () => {
    await linked()
    const [stolen, own] = [await idp.comeBack(await wayTo()), await idp.comeBack(await wayTo())]
    const mixed = new URL(own)
    mixed.searchParams.set('code', new URL(stolen).searchParams.get('code') ?? '')
    expect(await arrive(mixed.href)).toEqual(FAILED)
  })

  test('after ten minutes', async () => {
    await linked()
    const url = await idp.comeBack(await wayTo())
    world.clock.passHours(0.17)
    expect(await arrive(url)).toEqual(FAILED)
  })

  test('from linking, at signing in', async () => {
    await linked()
    const way = await goToLink(withProvider(world.as('counsellor')), BROWSER)
    const url = await idp.comeBack(way.ok ? way.value : '')
    expect(await arrive(url)).toEqual(FAILED)
  })

  test('from another provider with the same subject', async () => {
    await linked()
    const elsewhere = withProvider(world.asSystem(), other)
    const url = await other.comeBack(await wayTo(elsewhere))
    expect(await arrive(url, elsewhere)).toEqual(NOT_LINKED)
  })
})

describe('a provider', () => {
  test('that speaks http is asked on this machine only; one that is down stops nothing else', async () => {
    const client = { clientId: 'einstieg', clientSecret: 'x' }
    for (const issuer of ['http://provider.example', 'http://127.0.0.1:1']) {
      const ctx = { ...world.asSystem(), provider: openProvider({ issuer, ...client }) }
      expect(await goToProvider(ctx, BROWSER)).toEqual(FAILED)
    }
  })

  test('there is none: nor are its pages', async () => {
    const missing = { ok: false, error: { code: 'page_not_found' } }
    expect(await goToProvider(world.asSystem(), BROWSER)).toEqual(missing)
    expect(await arrive('http://127.0.0.1/?state=x', world.asSystem())).toEqual(missing)
    expect(await goToLink(world.as('lead'), SESSION)).toEqual(missing)
  })
})

test.skipIf(!postgresPresent)('on PostgreSQL as well (needs PostgreSQL)', async () => {
  world = await makeWorld({ engine: 'postgres' })
  await linked()
  expect((await enter()).ok).toBe(true)
  const again = await link(withProvider(world.as('lead')))
  expect(again).toMatchObject({ error: { code: 'provider_taken' } })
  await world.close()
})
