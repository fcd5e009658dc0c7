import { expect, test } from 'vitest'
import { health } from '#app/http/health.server.ts'
import { makeWorld } from '#tests/setup/world.ts'

test('ok while data and keys answer, down when one does not', async () => {
  const world = await makeWorld()
  expect(await health(world)).toMatchObject({ status: 200 })
  await world.keys.close()
  expect(await health(world)).toMatchObject({ status: 503, body: { status: 'down' } })
  await world.close()
})
