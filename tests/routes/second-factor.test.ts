import { beforeEach, describe, expect, test } from 'vitest'
import { action as changeAccounts } from '#app/routes/administration.accounts.tsx'
import { loader as cases } from '#app/routes/cases.tsx'
import { loader as home } from '#app/routes/home.tsx'
import { loader as askAgain, action as proveAgain } from '#app/routes/own-account.confirm.tsx'
import { loader as factors, action as setUp } from '#app/routes/own-account.factors.tsx'
import { loader as own } from '#app/routes/own-account.tsx'
import { loader as asks, action as secondStep } from '#app/routes/sign-in.confirm.tsx'
import { action as enter } from '#app/routes/sign-in.tsx'
import { action as leave } from '#app/routes/sign-out.tsx'
import { appWith, giveTotp } from '#tests/setup/second-factor.ts'
import { CENTRES, makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'
import { signedIn, stranger, type Visitor } from './visitor.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
const RIGHT = { email: EMAIL, password: WORLD_PASSWORD, back: '' }
const PROOF = { way: 'password', proof: WORLD_PASSWORD, back: '' }

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

async function halfIn(deps = world): Promise<Visitor> {
  const visitor = stranger(deps)
  visitor.keep(await visitor.send(enter, '/anmelden', RIGHT))
  return visitor
}

const way = (answer: Response) => answer.headers.get('Location')

describe('/anmelden/bestaetigen', () => {
  test('stands between the password and every page, and leads back to the one asked for', async () => {
    const app = await giveTotp(world, 'account-counsellor-dn')
    const visitor = await halfIn()
    expect(way(await visitor.open(cases, '/faelle'))).toBe(
      '/anmelden/bestaetigen?zurueck=%2Ffaelle',
    )
    expect(way(await visitor.open(own, '/konto'))).toMatch('/anmelden/bestaetigen')
    expect(way(await visitor.open(factors, '/konto/zwei-schritte'))).toMatch('/anmelden/best')
    expect(way(await visitor.open(askAgain, '/konto/bestaetigen'))).toMatch('/anmelden/best')
    const page = await visitor.open(asks, '/anmelden/bestaetigen?zurueck=%2Ffaelle')
    expect(await page.json()).toMatchObject({ hasTotp: true, back: '/faelle' })
    const fields = { way: 'totp', proof: ` ${app.code().slice(0, 3)} ${app.code().slice(3)} ` }
    const before = visitor.sessionToken()
    const answer = await visitor.send(secondStep, '/anmelden/bestaetigen', {
      ...fields,
      back: '/faelle',
    })
    expect(way(answer)).toBe('/faelle')
    visitor.keep(answer)
    expect(visitor.sessionToken()).not.toBe(before)
    expect((await visitor.open(own, '/konto')).status).toBe(200)
    expect(way(await visitor.open(asks, '/anmelden/bestaetigen'))).toBe('/')
  })

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/anmelden'])(
    'leads to no other place: %s',
    async (back) => {
      const app = await giveTotp(world, 'account-counsellor-dn')
      const visitor = await halfIn()
      const fields = { way: 'totp', proof: app.code(), back }
      const answer = await visitor.send(secondStep, '/anmelden/bestaetigen', fields)
      expect(way(answer)).toBe('/arbeitsliste')
    },
  )

  test('repeats no code, says what is wrong, and lets go', async () => {
    await giveTotp(world, 'account-counsellor-dn')
    const visitor = await halfIn()
    const wrong = { way: 'totp', proof: '000000', back: '' }
    const answer = await visitor.send(secondStep, '/anmelden/bestaetigen', wrong)
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(text).toContain('proof_wrong')
    expect(text).not.toContain('000000')
    const unread = await visitor.send(secondStep, '/x', { ...wrong, proof: 'abc' })
    expect(unread.status).toBe(422)
    expect(way(await visitor.send(leave, '/abmelden', {}))).toBe('/anmelden')
    expect(way(await visitor.open(home, '/'))).toBe('/anmelden')
  })

  test('takes no password instead', async () => {
    await giveTotp(world, 'account-counsellor-dn')
    const visitor = await halfIn()
    expect((await visitor.send(secondStep, '/x', PROOF)).status).toBe(422)
    expect(way(await visitor.send(proveAgain, '/konto/bestaetigen', PROOF))).toBe(
      '/anmelden/bestaetigen',
    )
  })

  test('asks strangers for the password first', async () => {
    expect(way(await stranger(world).open(asks, '/anmelden/bestaetigen'))).toMatch('/anmelden?')
    expect(way(await stranger(world).send(secondStep, '/x', {}))).toBe('/anmelden')
  })
})

describe('an installation', () => {
  test('lets nobody work without a second step, and leads to setting it up', async () => {
    const installed = { ...world, isEvaluation: false }
    const visitor = await halfIn(installed)
    for (const page of [home, own, cases]) {
      expect(way(await visitor.open(page, '/faelle'))).toBe('/konto/zwei-schritte')
    }
    visitor.keep(await visitor.send(setUp, '/konto/zwei-schritte', { intent: 'begin' }))
    const shown = await (await visitor.open(factors, '/konto/zwei-schritte')).json()
    expect(shown).toMatchObject({ isDemanded: true, factors: [] })
    expect(shown.pending.qr).toMatch(/^data:image\/svg\+xml;base64,/)
    const app = appWith(shown.pending.secret.replaceAll(' ', ''), world)
    const wrong = await visitor.send(setUp, '/konto/zwei-schritte', { proof: '000000' })
    expect(wrong.status).toBe(422)
    const answer = await visitor.send(setUp, '/konto/zwei-schritte', {
      intent: 'confirm',
      proof: app.code(),
    })
    expect(way(answer)).toBe('/konto/zwei-schritte?fertig=eingerichtet')
    visitor.keep(answer)
    expect(way(await visitor.open(home, '/'))).toBe('/arbeitsliste')
    const codes = await visitor.send(setUp, '/konto/zwei-schritte', { intent: 'codes' })
    expect((await codes.json()).codes).toHaveLength(10)
  })
})

describe('/konto/bestaetigen', () => {
  test('opens what wants a proof, and leads back', async () => {
    const visitor = await signedIn(world, 'lead-dn@beispiel.example')
    const reset = {
      ...{ intent: 'reset', centre: CENTRES.DN.id },
      account: 'account-counsellor-dn',
    }
    const refused = await visitor.send(changeAccounts, '/verwaltung/konten', reset)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ refusal: { code: 'step_up_needed' } })
    const asked = await visitor.open(askAgain, '/konto/bestaetigen?zurueck=%2Fverwaltung%2Fkonten')
    expect(await asked.json()).toMatchObject({ hasPasswordOnly: true, back: '/verwaltung/konten' })
    const proof = { ...PROOF, back: '/verwaltung/konten' }
    const wrong = await visitor.send(proveAgain, '/konto/bestaetigen', { ...proof, proof: 'nein' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).not.toContain('nein"')
    const answer = await visitor.send(proveAgain, '/konto/bestaetigen', proof)
    expect(way(answer)).toBe('/verwaltung/konten')
    visitor.keep(answer)
    expect((await visitor.send(changeAccounts, '/verwaltung/konten', reset)).status).toBe(200)
  })
})
