import { createHash } from 'node:crypto'
import { programFacts } from '#app/deps/program-facts.server.ts'
import { randomSecrets } from '#app/deps/secrets.server.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'
import type { Deps, Hasher } from '#app/services/context.server.ts'
import { keyedHash } from '#db/sealing/kek.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { memoryLedger, nowhere, openEmpty } from '#tests/setup/world.ts'

export type EmptyProgram = Deps & { readonly close: () => Promise<void> }

/** The program on a migrated database that holds nothing, on a morning in Berlin. */
export async function emptyProgram(day: CalendarDate): Promise<EmptyProgram> {
  const { database, keys, close } = await openEmpty()
  const names = nameIndexFeed(database, keys)
  const clock = { now: () => new Date(`${day}T07:00:00.000Z`) }
  return {
    database,
    keys,
    names,
    clock,
    newId: countingIds(),
    secrets: randomSecrets(),
    hasher: fastHasher(),
    keyed: keyedHash(await keys.root()),
    borders: loadBorders,
    provider: null,
    mail: null,
    ledger: memoryLedger(),
    removeLeftovers: async () => undefined,
    log: () => undefined,
    program: programFacts(clock).facts,
    settings: nowhere(),
    origin: 'http://127.0.0.1:3000',
    isEvaluation: true,
    close: async () => {
      names.stop()
      await close()
    },
  }
}

function countingIds(): () => string {
  let count = 0
  return () => {
    count += 1
    return `019e0000-0000-7000-9000-${count.toString(16).padStart(12, '0')}`
  }
}

/** sha256 instead of argon2id: hashing lies outside what these tests are about, and costs 30 ms. */
function fastHasher(): Hasher {
  const hashed = (secret: string) => createHash('sha256').update(secret).digest('hex')
  return {
    hash: async (secret) => hashed(secret),
    verify: async (stored, secret) => stored === hashed(secret),
  }
}
