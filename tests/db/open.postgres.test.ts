import { expect, test } from 'vitest'
import { makeWorld } from '#tests/setup/world.ts'

test('a read beside the transaction is refused inside of it, and its write rolled back', async () => {
  const { database, close } = await makeWorld()
  const areas = () => database.db.selectFrom('centre_area').selectAll().execute()
  const before = await areas()
  const write = database.write(async (tx) => {
    await tx.deleteFrom('centre_area').execute()
    await areas()
  })
  await expect(write).rejects.toThrow('Inside a transaction use its tx')
  expect(await areas()).toEqual(before)
  expect(before.length).toBeGreaterThan(0)
  await close()
})
