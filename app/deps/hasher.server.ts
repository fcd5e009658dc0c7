import { hash, verify } from '@node-rs/argon2'
import type { Hasher } from '#app/services/context.server.ts'

/** argon2id with OWASP's minimum (m = 19 MiB, t = 2, p = 1), as ASVS 5.0 asks. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const AT_ONCE = 4

/** argon2id, four at a time: a flood of sign-ins must not take the memory of everybody else. */
export function argonHasher(): Hasher {
  const gate = makeGate(AT_ONCE)
  const nobody = hash('nobody has this password', PARAMETERS)
  return {
    hash: (secret) => gate(() => hash(secret, PARAMETERS)),
    verify: (stored, secret) =>
      gate(async () => {
        const right = await verify(stored ?? (await nobody), secret)
        return stored !== null && right
      }),
  }
}

function makeGate(places: number) {
  let free = places
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((go) => waiting.push(go))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
