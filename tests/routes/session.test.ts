import { json } from '@remix-run/node'
import { describe, expect, test } from 'vitest'
import { rootData } from '#app/http/root-data.server.ts'
import * as meldung from '#app/routes/cases.new.tsx'
import * as cases from '#app/routes/cases.tsx'
import { makeWorld, type World } from '#tests/setup/world.ts'
import { signedIn, type Visitor } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'

/** The frame of a page that answers a form, as the server makes it after the action. */
const frameAfterForm: Parameters<Visitor['open']>[0] = async (args) =>
  json(await rootData({ ...args, context: { ...args.context, sentForm: true } }))

type Act = (visitor: Visitor) => Promise<Response>

/** Whether somebody who did this after 20 minutes is still signed in after another 20. */
async function isSignedInAfter(world: World, act: Act): Promise<boolean> {
  const visitor = await signedIn(world, COUNSELLOR)
  world.clock.passHours(20 / 60)
  await act(visitor)
  world.clock.passHours(20 / 60)
  return (await visitor.open(cases.loader, '/faelle')).status === 200
}

const KEPT = { givenNames: 'Daryna', _draft: 'keep' }

describe('who did this is not idle', () => {
  test.each<[string, Act]>([
    ['opened a page', (visitor) => visitor.open(cases.loader, '/faelle')],
    ['searched', (visitor) => visitor.send(cases.action, '/faelle', { word: 'Noori' })],
    ['typed', (visitor) => visitor.send(meldung.action, '/faelle/neu', KEPT)],
  ])('%s', async (_what, act) => {
    expect(await isSignedInAfter(await makeWorld(), act)).toBe(true)
  })
})

describe('a form that another page sent does not prolong the session', () => {
  const _csrf = 'fremd'
  test.each<[string, Act]>([
    ['without our token', (visitor) => visitor.send(cases.action, '/faelle', { word: 'N', _csrf })],
    ['as a draft', (visitor) => visitor.send(meldung.action, '/faelle/neu', { ...KEPT, _csrf })],
    ['with the page that refuses it', (visitor) => visitor.open(frameAfterForm, '/faelle')],
  ])('%s', async (_what, act) => {
    expect(await isSignedInAfter(await makeWorld(), act)).toBe(false)
  })

  test('nor does it end it: its person works on', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    const forged = await visitor.send(cases.action, '/faelle', { word: 'N', _csrf })
    expect(forged.status).toBe(403)
    expect((await visitor.open(cases.loader, '/faelle')).status).toBe(200)
  })
})
