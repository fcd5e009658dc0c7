import { describe, expect, test } from 'vitest'
import { frameFor } from '#app/presenters/frame.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import { alsoIn, makeWorld, type World } from '#tests/setup/world.ts'
import { signedIn } from './visitor.ts'

describe('the menu', () => {
  async function menuOf(world: World, email: string): Promise<readonly string[]> {
    const session = await staffSession(world, (await signedIn(world, email)).sessionToken() ?? '')
    const { nav } = await frameFor(world, session)
    return nav.map(({ label }) => label)
  }

  test('holds what one may in any centre: a school here that counsels there', async () => {
    const world = await makeWorld()
    const email = 'school-180101@beispiel.example'
    expect(await menuOf(world, email)).toEqual(['Schultisch'])

    await alsoIn(world, 'school-180101', 'counsellor', 'BOR')
    expect(await menuOf(world, email)).toEqual([
      ...['Arbeitsliste', 'Fälle', 'Schultisch', 'Termine', 'Plan', 'Schulen'],
    ])
  })

  test('says nothing twice to who has the same role in both', async () => {
    const world = await makeWorld()
    const email = 'counsellor-dn@beispiel.example'
    const before = await menuOf(world, email)
    await alsoIn(world, 'counsellor-dn', 'counsellor', 'BOR')
    expect(await menuOf(world, email)).toEqual(before)
  })

  test('of who works without a centre holds what the role alone allows', async () => {
    const world = await makeWorld()
    expect(await menuOf(world, 'state@beispiel.example')).toEqual(['Berichte'])
    expect(await menuOf(world, 'operator@beispiel.example')).toEqual(['Verwaltung'])
  })

  test('of an owner leads to its own seats and to those without a place', async () => {
    const world = await makeWorld()
    expect(await menuOf(world, 'owner-dn@beispiel.example')).toEqual([
      ...['Schulen', 'Eigene Plätze', 'Ohne Schulplatz'],
    ])
  })
})
