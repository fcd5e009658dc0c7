import { writeSync } from 'node:fs'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { Actor } from '#app/policy/roles.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'

/** Whom a process of its own is to erase, one after the other, until it is killed. */
export type EraseOrder = { readonly actor: Actor; readonly caseIds: readonly CaseId[] }

/**
 * Settings come by the environment; says when it begins, and of each
 * child when its erasure has come to the ledger.
 */
async function main({ actor, caseIds }: EraseOrder): Promise<void> {
  const deps = await makeDeps(readEnv())
  writeSync(1, 'BEGIN\n')
  const append: typeof deps.ledger.append = (entries) => {
    deps.ledger.append(entries)
    writeSync(1, 'MIDDLE\n')
  }
  const ledger = { ...deps.ledger, append }
  for (const [index, caseId] of caseIds.entries()) {
    const ctx = {
      ...{ ...deps, ledger, actor, requestId: `request-${index}` },
      ...{ steppedUp: true, idempotencyKey: null },
    }
    const done = await eraseNow(ctx, { caseId, ground: 'art_17' })
    if (!done.ok) throw new Error(done.error.code)
  }
}

await main(JSON.parse(process.env['ERASE_ORDER'] ?? '') as EraseOrder)
