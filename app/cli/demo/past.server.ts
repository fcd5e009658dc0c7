import type { Instant } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import type { Context, Deps, Hasher } from '#app/services/context.server.ts'
import { DEMO_PIN, DEMO_SHORT_CODE } from './sign-ins.ts'

/** The program as somebody saw it at an instant before the first start. */
export type Past = (actor: Actor, at: Instant) => Context

/**
 * Lets the services work in the past: a clock that stands at the instant, ids that follow from it,
 * the slip's fixed code and PIN. The one password of all accounts is hashed once.
 */
export function pastOf(deps: Deps): Past {
  const newId = countingIds()
  const hasher = rememberingHasher(deps.hasher)
  const secrets = { ...deps.secrets, shortCode: () => DEMO_SHORT_CODE, pin: () => DEMO_PIN }
  return (actor, at) => ({
    ...deps,
    clock: { now: () => new Date(at) },
    newId: () => newId(at),
    hasher,
    secrets,
    // its people are invented, and what happened to them is weeks ago
    mail: null,
    actor,
    requestId: newId(at),
    steppedUp: true,
    idempotencyKey: null,
  })
}

/** Ids in the shape of UUIDv7: the instant, then a running number instead of chance. */
function countingIds(): (at: Instant) => string {
  let count = 0
  return (at) => {
    count += 1
    const time = Date.parse(at).toString(16).padStart(12, '0')
    const running = count.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${running}`
  }
}

function rememberingHasher(hasher: Hasher): Hasher {
  const hashes = new Map<string, Promise<string>>()
  return {
    verify: hasher.verify,
    hash: (secret) => {
      const hash = hashes.get(secret) ?? hasher.hash(secret)
      hashes.set(secret, hash)
      return hash
    },
  }
}
