import type { CentreId, ChildId } from '#app/domain/ids.ts'
import { authorize } from '#app/policy/policy.ts'
import { listChildrenAfter } from '#db/queries/child.server.ts'
import { insertLedger, listLedger, listUnfinished } from '#db/queries/erasure.server.ts'
import type { Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { beginErasure } from './begin-erasure.server.ts'
import { carryOutErasure, ledgerHash } from './carry-out-erasure.server.ts'

export type Settled = {
  /** Erasures that a process had left in the middle. */
  readonly resumed: number
  /** Children that had been erased and came back with a restored database. */
  readonly erasedAgain: number
  /** Ledger entries that file and database took over from each other. */
  readonly takenOver: number
}

const AT_ONCE = 500

/**
 * Before the port opens, and after every restore: file and database know the same ledger, erasures
 * that were cut off go on, and who stands in the ledger and in the database as well is erased again
 * (F24). An evaluation does the same.
 */
export async function settleErasures(deps: Deps): Promise<Settled> {
  const takenOver = await levelLedgers(deps)
  const unfinished = await listUnfinished(deps.database.db)
  for (const { centre_id, id } of unfinished) await carryOutErasure(deps, centre_id, id)
  const erasedAgain = await eraseAgain(deps)
  const settled = { resumed: unfinished.length, erasedAgain, takenOver }
  for (const [code, count] of Object.entries(settled)) {
    if (count > 0) deps.log({ event: 'erasures_settled', code, count })
  }
  return settled
}

/** Goes on with what was cut off; for the clockwork. Returns how many. */
export async function resumeErasures(deps: Deps): Promise<number> {
  const unfinished = await listUnfinished(deps.database.db)
  for (const { centre_id, id } of unfinished) await carryOutErasure(deps, centre_id, id)
  return unfinished.length
}

async function levelLedgers(deps: Deps): Promise<number> {
  const rows = await listLedger(deps.database.db)
  const stored = new Map(rows.map((row) => [row.id, row]))
  const inFile = new Map(deps.ledger.read().map((entry) => [entry.hash, entry]))
  const onlyStored = rows.filter(({ id }) => !inFile.has(id))
  const onlyInFile = [...inFile.values()].filter(({ hash }) => !stored.has(hash))
  deps.ledger.append(
    onlyStored.map(({ id, centre_id, erased_on, ground, role }) => ({
      ...{ hash: id, centreId: centre_id, on: erased_on, ground, role },
    })),
  )
  if (onlyInFile.length > 0) {
    await deps.database.write((tx) =>
      insertLedger(
        tx,
        onlyInFile.map(({ hash, centreId, on, ground, role }) => ({
          ...{ centre_id: centreId, id: hash, erased_on: on, ground, role },
        })),
      ),
    )
  }
  return onlyStored.length + onlyInFile.length
}

async function eraseAgain(deps: Deps): Promise<number> {
  const erased = new Set((await listLedger(deps.database.db)).map(({ id }) => id))
  if (erased.size === 0) return 0
  const ctx = systemContext(deps)
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) throw new Error('The program may not run its own work')
  let count = 0
  for (const { centreId, childId } of await childrenIn(deps, erased)) {
    const order = { centreId, childId, ground: 'restored' } as const
    const begun = await beginErasure(ctx, permit.value, order)
    if (!begun.ok) throw new Error(`An erased child came back and stays: ${begun.error.code}`)
    await carryOutErasure(deps, centreId, begun.value.erasureId)
    count += 1
  }
  return count
}

type Subject = { readonly centreId: CentreId; readonly childId: ChildId }

async function childrenIn(deps: Deps, erased: ReadonlySet<string>): Promise<readonly Subject[]> {
  const found: Subject[] = []
  let after = { centreId: '', id: '' }
  for (;;) {
    const some = await listChildrenAfter(deps.database.db, after, AT_ONCE)
    for (const { centre_id, id } of some) {
      if (erased.has(ledgerHash(deps, centre_id, id)))
        found.push({ centreId: centre_id, childId: id })
    }
    const last = some.at(-1)
    if (last === undefined || some.length < AT_ONCE) return found
    after = { centreId: last.centre_id, id: last.id }
  }
}
