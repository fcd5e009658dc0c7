import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProvider } from '#app/gateways/provider.server.ts'
import * as confirmRoute from '#app/routes/own-account.confirm.tsx'
import { loader as link } from '#app/routes/own-account.provider.tsx'
import { loader as begin } from '#app/routes/sign-in.provider.tsx'
import { type IdentityProvider, startIdentityProvider } from '#tests/setup/identity-provider.ts'
import { makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'
import { ledHither, signedIn } from './visitor.ts'

let idp: IdentityProvider
let world: World
beforeAll(async () => {
  idp = await startIdentityProvider()
  const { issuer, clientId, clientSecret } = idp
  const provider = openProvider({ issuer, clientId, clientSecret })
  world = { ...(await makeWorld()), provider }
})
afterAll(async () => {
  await world.close()
  await idp.close()
})

test('a page of ours leads to the provider, another one nowhere', async () => {
  const me = await signedIn(world, 'counsellor-dn@beispiel.example')
  const proof = { way: 'password', proof: WORLD_PASSWORD }
  me.keep(await me.send(confirmRoute.action, '/konto/bestaetigen', proof))
  const led = ledHither(world, me.sessionToken())

  expect((await me.open(link, '/konto/dienststelle')).headers.get('Location')).toContain(idp.issuer)
  expect((await led.open(link, '/konto/dienststelle')).headers.get('Location')).toBe('/konto')
  expect((await me.open(begin, '/anmelden/dienststelle')).headers.get('Location')).toContain(
    idp.issuer,
  )
  expect((await led.open(begin, '/anmelden/dienststelle')).headers.get('Location')).toBe(
    '/anmelden',
  )
})
