import { argonHasher } from '#app/deps/hasher.server.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import { WORLD_PASSWORD } from '#tests/setup/world.ts'

/** The world's hasher is a quick one; for a built server its accounts need argon2id. */
export async function argonPasswords({ database }: SharedWorld): Promise<void> {
  const password_hash = await argonHasher().hash(WORLD_PASSWORD)
  await database.write((tx) => tx.updateTable('account').set({ password_hash }).execute())
}
