import { expect, test } from 'vitest'
import { makeMetrics } from '#app/http/metrics.server.ts'
import { makeWorld, type World } from '#tests/setup/world.ts'

/** As when PostgreSQL is stopped, or the file's disk is gone. */
function withoutDatabase(world: World): World {
  const down = () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }
  const db = new Proxy(world.database.db, { get: () => down })
  const isHealthy = async () => false
  return { ...world, database: { ...world.database, db, isHealthy } }
}

const REFUSED = /^einstieg_self_check\{state="refused"\} (\d+)$/m

test('without its database the program says that a start would be refused', async () => {
  const world = await makeWorld()
  const page = await makeMetrics(withoutDatabase(world)).page()
  expect(page).toMatch(/^einstieg_healthy 0$/m)
  expect(page.match(REFUSED)?.[1]).toBe('1')
  // control: with it nothing is refused
  expect((await makeMetrics(world).page()).match(REFUSED)?.[1]).toBe('0')
})
