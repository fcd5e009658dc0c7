import { beforeEach, describe, expect, test } from 'vitest'
import { loader as home } from '#app/routes/home.tsx'
import { action as accept, loader as invitation } from '#app/routes/invitation.tsx'
import { loader as notFound } from '#app/routes/not-found.tsx'
import { action as proveAgain } from '#app/routes/own-account.confirm.tsx'
import { action as changeOwn, loader as own } from '#app/routes/own-account.tsx'
import { loader as door, action as enter } from '#app/routes/sign-in.tsx'
import { action as leave, loader as leaving } from '#app/routes/sign-out.tsx'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { CENTRES, makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'
import { signedIn, stranger } from './visitor.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
const RIGHT = { email: EMAIL, password: WORLD_PASSWORD, back: '' }

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

async function code(): Promise<string> {
  const done = await inviteAccount(world.as('lead'), {
    centreId: CENTRES.DN.id,
    email: 'neu@beispiel.example',
    name: 'Nina Neu',
    invited: { role: 'counsellor' },
  })
  if (!done.ok || done.value.kind !== 'fresh') throw new Error('no link')
  return done.value.link.split('#')[1] ?? ''
}

describe('/anmelden', () => {
  test('signs in with a cookie no script can read, and leads to the first page', async () => {
    const visitor = stranger(world)
    const answer = await visitor.send(enter, '/anmelden', RIGHT)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe('/arbeitsliste')
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sid=\S+; Path=\/; HttpOnly; SameSite=Lax$/)
    visitor.keep(answer)
    expect((await visitor.open(home, '/')).headers.get('Location')).toBe('/arbeitsliste')
    expect((await visitor.open(door, '/anmelden')).headers.get('Location')).toBe('/')
  })

  test('as an installation the cookie is for this host over https only', async () => {
    const installed = { ...world, isEvaluation: false }
    const answer = await stranger(installed).send(enter, '/anmelden', RIGHT)
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-sid=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  test.each([
    ['/faelle/0190', '/faelle/0190'],
    ['/schulen?seite=2', '/schulen?seite=2'],
    ['//evil.example', '/arbeitsliste'],
    ['/\\evil.example', '/arbeitsliste'],
    ['/a\\b', '/arbeitsliste'],
    ['/\t/evil.example', '/arbeitsliste'],
    ['https://evil.example', '/arbeitsliste'],
    ['javascript:alert(1)', '/arbeitsliste'],
    ['anmelden', '/arbeitsliste'],
    ['/abmelden', '/arbeitsliste'],
    ['', '/arbeitsliste'],
  ])('goes on with %j at %s', async (back, path) => {
    const answer = await stranger(world).send(enter, '/anmelden', { ...RIGHT, back })
    expect(answer.headers.get('Location')).toBe(path)
  })

  test('offers the page one came for, when it is ours', async () => {
    const asked = await stranger(world).open(door, '/anmelden?zurueck=%2Ffaelle%2F1')
    expect(await asked.json()).toEqual({ back: '/faelle/1', hasDraft: false, hasProvider: false })
    const foreign = await stranger(world).open(door, '/anmelden?zurueck=%2F%2Fevil.example')
    expect(await foreign.json()).toEqual({ back: '', hasDraft: false, hasProvider: false })
  })

  test('keeps the address and never the password in what it answers', async () => {
    const answer = await stranger(world).send(enter, '/anmelden', {
      ...RIGHT,
      password: 'ganz falsch',
    })
    expect(answer.status).toBe(422)
    const body = await answer.text()
    expect(body).toContain(EMAIL)
    expect(body).toContain('sign_in_failed')
    expect(body).not.toContain('ganz falsch')
    const unread = await stranger(world).send(enter, '/anmelden', {
      email: 'x',
      password: 'ganz falsch',
    })
    expect(unread.status).toBe(422)
    expect(await unread.text()).not.toContain('ganz falsch')
  })

  test('refuses a form that is not from our page', async () => {
    const answer = await stranger(world).send(enter, '/anmelden', { ...RIGHT, _csrf: 'fremd' })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('Set-Cookie')).toBeNull()
  })

  test('says how long to wait, with 429', async () => {
    for (let i = 0; i < 10; i += 1) {
      await stranger(world).send(enter, '/anmelden', { ...RIGHT, password: 'falsch' })
    }
    const answer = await stranger(world).send(enter, '/anmelden', RIGHT)
    expect(answer.status).toBe(429)
    expect(await answer.json()).toMatchObject({ refusal: { code: 'too_many_tries', minutes: 15 } })
  })
})

describe('/abmelden', () => {
  test('ends the session, clears the cookie and what the browser kept', async () => {
    const visitor = await signedIn(world, EMAIL)
    const answer = await visitor.send(leave, '/abmelden', {})
    expect(answer.headers.get('Location')).toBe('/anmelden')
    expect(answer.headers.get('Set-Cookie')).toContain('sid=; ')
    expect(answer.headers.get('Set-Cookie')).toContain('Max-Age=0')
    expect(answer.headers.get('Clear-Site-Data')).toBe('"cache", "storage"')
    expect((await visitor.open(home, '/')).headers.get('Location')).toBe('/anmelden')
  })

  test('does nothing by its address alone, nor without our token', async () => {
    const visitor = await signedIn(world, EMAIL)
    expect((await visitor.open(leaving, '/abmelden')).headers.get('Location')).toBe('/')
    expect((await visitor.send(leave, '/abmelden', { _csrf: 'fremd' })).status).toBe(403)
    expect((await visitor.open(home, '/')).headers.get('Location')).toBe('/arbeitsliste')
  })
})

describe('/einladung', () => {
  test('opens for everybody', async () => {
    expect((await stranger(world).open(invitation, '/einladung')).status).toBe(200)
  })

  test('sets the password and signs in', async () => {
    const visitor = stranger(world)
    const password = 'Regen im November'
    const fields = { code: await code(), password, again: password }
    const answer = await visitor.send(accept, '/einladung', fields)
    expect(answer.headers.get('Location')).toBe('/arbeitsliste')
    visitor.keep(answer)
    expect((await visitor.open(own, '/konto')).status).toBe(200)
    expect((await stranger(world).send(accept, '/einladung', fields)).status).toBe(410)
  })

  test('also while somebody else is signed in here: their session ends', async () => {
    const visitor = await signedIn(world, EMAIL)
    const before = visitor.sessionToken() ?? ''
    const password = 'Regen im November'
    visitor.keep(
      await visitor.send(accept, '/einladung', { code: await code(), password, again: password }),
    )
    expect(visitor.sessionToken()).not.toBe(before)
    const page = await (await visitor.open(own, '/konto')).json()
    expect(page).toMatchObject({ name: 'Nina Neu' })
  })

  test.each([
    ['too short', { password: 'kurz', again: 'kurz' }],
    ['two different ones', { password: 'Regen im November', again: 'Regen im Dezember' }],
    ['none', { password: '', again: '' }],
  ])('refuses %s at the field and repeats no password', async (_what, fields) => {
    const answer = await stranger(world).send(accept, '/einladung', {
      code: await code(),
      ...fields,
    })
    expect(answer.status).toBe(422)
    const { values } = await answer.json()
    expect(values).not.toHaveProperty('password')
    expect(values).not.toHaveProperty('again')
    expect(values).toHaveProperty('code')
  })
})

describe('/konto', () => {
  test('asks strangers to sign in', async () => {
    const answer = await stranger(world).open(own, '/konto')
    expect(answer.headers.get('Location')).toBe('/anmelden?zurueck=%2Fkonto')
    expect((await stranger(world).send(changeOwn, '/konto', {})).headers.get('Location')).toBe(
      '/anmelden',
    )
  })

  test('shows the own roles and other sessions, and ends those', async () => {
    const elsewhere = await signedIn(world, EMAIL)
    const visitor = await signedIn(world, EMAIL)
    const page = await (await visitor.open(own, '/konto')).json()
    expect(page).toMatchObject({
      email: EMAIL,
      roles: [{ role: 'counsellor', centre: CENTRES.DN.name }],
      sessions: [{ isHere: true }, { isHere: false }],
    })
    const refused = await visitor.send(changeOwn, '/konto', { intent: 'end_sessions' })
    expect(refused.status).toBe(403)
    const proof = { way: 'password', proof: WORLD_PASSWORD }
    visitor.keep(await visitor.send(proveAgain, '/konto/bestaetigen', proof))
    const answer = await visitor.send(changeOwn, '/konto', { intent: 'end_sessions' })
    expect(answer.headers.get('Location')).toBe('/konto?fertig=sitzungen')
    expect((await elsewhere.open(own, '/konto')).status).toBe(303)
    expect((await visitor.open(own, '/konto')).status).toBe(200)
  })

  test('changes the password', async () => {
    const visitor = await signedIn(world, EMAIL)
    const password = 'Regen im November'
    const wrong = { intent: 'password', present: 'falsch', password, again: password }
    const refused = await visitor.send(changeOwn, '/konto', wrong)
    expect(refused.status).toBe(422)
    expect(await refused.text()).not.toContain(password)
    const right = { ...wrong, present: WORLD_PASSWORD }
    const answer = await visitor.send(changeOwn, '/konto', right)
    expect(answer.headers.get('Location')).toBe('/konto?fertig=passwort')
  })
})

test('an address nobody knows is answered with 404 and its sentence', async () => {
  const answer = await stranger(world).open(notFound, '/gibt/es/nicht')
  expect(answer.status).toBe(404)
  expect(await answer.json()).toEqual({ refusal: { code: 'page_not_found' } })
})
