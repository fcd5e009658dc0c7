import { test } from 'vitest'
import { walkTheMainJob } from '#tests/services/main-job.ts'
import { makeWorld } from '#tests/setup/world.ts'

test('one child from the Meldung to the first review and the page of its family', async () => {
  const world = await makeWorld()
  await walkTheMainJob(world)
  await world.close()
})
