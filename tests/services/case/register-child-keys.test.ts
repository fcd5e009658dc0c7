import { describe, expect, test } from 'vitest'
import { takeKeys } from '#app/services/case/key-stock.server.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { sweepKeys } from '#app/services/keys/sweep-keys.server.ts'
import type { KeyStore, Subject } from '#db/sealing/keys.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { CENTRES, makeWorld, registerAnyway, registration } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN

/** What is left of a filling after the Meldung that caused it. */
const SEVEN = Array.from({ length: 7 })

/** A world whose key store notes how many keys each commit made. */
async function watchedWorld() {
  const world = await makeWorld()
  const commits: number[] = []
  const keys: KeyStore = {
    ...world.keys,
    create: (subjects, now) => {
      commits.push(subjects.length)
      return world.keys.create(subjects, now)
    },
  }
  const ctx = { ...world.as('counsellor'), keys }
  const register = () => registerAnyway(ctx, registration())
  const refuse = () => registerChild(ctx, registration())
  return { world: { ...world, keys }, ctx, commits, register, refuse }
}

describe('keys of a registration', () => {
  test('are committed one Meldung at a time, in a row eight at once', async () => {
    const { world, commits, register } = await watchedWorld()
    for (let at = 0; at < 10; at += 1) expect((await register()).ok).toBe(true)
    expect(commits).toEqual([2, 16, 16])

    world.clock.passHours(1)
    for (let at = 0; at < 7; at += 1) await register()
    world.clock.passHours(1)
    await register()
    expect(commits).toEqual([2, 16, 16, 2])
  })

  test('are put back when the Meldung is refused', async () => {
    const { commits, register, refuse } = await watchedWorld()
    await register()
    const refused = await refuse()
    await register()

    expect(refused.ok).toBe(false)
    expect(commits).toEqual([2, 16])
  })

  test('are put back when the same form had been sent before', async () => {
    const { ctx, commits, register } = await watchedWorld()
    await register()
    const sent = { ...ctx, idempotencyKey: 'one-form' }
    for (let at = 0; at < 9; at += 1) await registerAnyway(sent, registration())

    expect(commits).toEqual([2, 16])
  })

  test('are one Meldung’s alone: two at once with a single one left each get theirs', async () => {
    const { ctx, register } = await watchedWorld()
    await register()
    await register()
    const allButOneFamily = [...SEVEN.map(() => 'child'), ...SEVEN.slice(1).map(() => 'family')]
    await takeKeys(ctx, centreId, allButOneFamily as Subject['kind'][])
    const two = await Promise.all([1, 2].map(() => takeKeys(ctx, centreId, ['child', 'family'])))

    expect(two.map((keys) => keys.map(({ kind }) => kind))).toEqual([
      ['child', 'family'],
      ['child', 'family'],
    ])
    expect(new Set(two.flat().map(({ id }) => id)).size).toBe(4)
  })

  test('are never used once the sweep could take them for left over', async () => {
    const { world, commits, register } = await watchedWorld()
    await register()
    await register()
    world.clock.passHours(23)
    await register()
    expect(commits).toEqual([2, 16, 2])

    world.clock.passHours(24)
    await sweepKeys(world)
    const { db } = world.database
    for (const { id } of await db.selectFrom('child').select('id').execute()) {
      expect((await readChild(db, world.keys, centreId, id)).givenNames).toBe('Daryna')
    }
  })
})
