import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import { addDays, today } from '#app/domain/time.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { lockChildChanges } from '#db/queries/child.server.ts'
import type { Tx } from '#db/schema.ts'
import { holdRows, untilWaiting } from '#tests/setup/held-rows.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

type Told = Result<unknown, { readonly code: string }>

function toldOf(told: Told): string {
  return told.ok ? 'ok' : told.error.code
}

describe('a hold and an erasure at the same moment', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  afterAll(() => world.close())

  test('the erasure was begun and waits: the hold that is confirmed stops it', async () => {
    const caseId = await registered(world, { child: { givenNames: 'Erste' } })
    const letGo = await holdRows(world.database, lockChildChanges)
    const erasing = erase(caseId)
    await untilWaiting(world.database, 1)
    const held = await hold(caseId)
    await letGo()
    expect([toldOf(held), toldOf(await erasing)]).toEqual(['ok', 'on_hold'])
    expect(await isThere(caseId)).toBe(true)
  })

  test('the hold waits for the case, and the erasure comes after it', async () => {
    const caseId = await registered(world, { child: { givenNames: 'Zweite' } })
    const letGo = await holdRows(world.database, (tx) => lockRow(tx, caseId))
    const holding = hold(caseId)
    await untilWaiting(world.database, 1)
    const erasing = erase(caseId)
    await untilWaiting(world.database, 2)
    await letGo()
    expect([toldOf(await holding), toldOf(await erasing)]).toEqual(['ok', 'on_hold'])
    expect(await isThere(caseId)).toBe(true)
  })

  test('the erasure waits for the case, and the hold comes after it', async () => {
    const caseId = await registered(world, { child: { givenNames: 'Dritte' } })
    const letGo = await holdRows(world.database, (tx) => lockRow(tx, caseId))
    const erasing = erase(caseId)
    await untilWaiting(world.database, 1)
    const holding = hold(caseId)
    await untilWaiting(world.database, 2)
    await letGo()
    expect([toldOf(await erasing), toldOf(await holding)]).toEqual(['ok', 'erasure_running'])
    expect(await isThere(caseId)).toBe(false)
  })

  test('of two who erase, the second is told that it runs', async () => {
    const caseId = await registered(world, { child: { givenNames: 'Vierte' } })
    const letGo = await holdRows(world.database, lockChildChanges)
    const erasing = [erase(caseId), erase(caseId)]
    await untilWaiting(world.database, 2)
    await letGo()
    const told = (await Promise.all(erasing)).map(toldOf)
    expect(told.toSorted()).toEqual(['erasure_running', 'ok'])
    expect(await isThere(caseId)).toBe(false)
  })

  function erase(caseId: CaseId): Promise<Told> {
    return eraseNow(world.as('lead'), { caseId, ground: 'art_17' })
  }

  function hold(caseId: CaseId): Promise<Told> {
    const until = addDays(today(world.clock), 10)
    return setHold(world.as('lead'), { caseId, until, sentence: 'Ein Verfahren läuft.' })
  }

  function lockRow(tx: Tx, caseId: CaseId) {
    return sql`select 1 from pupil_case where id = ${caseId} for update`.execute(tx)
  }

  async function isThere(caseId: CaseId): Promise<boolean> {
    const { db } = world.database
    const row = await db.selectFrom('pupil_case').where('id', '=', caseId).select('id').execute()
    return row.length === 1
  }
})
