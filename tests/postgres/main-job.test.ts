import { describe, test } from 'vitest'
import { walkTheMainJob } from '#tests/postgres/main-job.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { makeWorld } from '#tests/setup/world.ts'

describe('one child from the Meldung to the first review and the page of its family', () => {
  test('on SQLite', async () => {
    const world = await makeWorld()
    await walkTheMainJob(world)
    await world.close()
  })

  describe.skipIf(!postgresPresent)('needs PostgreSQL', () => {
    test('on PostgreSQL', async () => {
      const world = await makeWorld({ engine: 'postgres' })
      await walkTheMainJob(world)
      await world.close()
    })
  })
})
