import { setImmediate as nextTurn } from 'node:timers/promises'
import { instant } from '#app/domain/time.ts'
import { subjectsWithRows } from '#db/queries/child.server.ts'
import { sweepBefore } from '#db/sealing/keys.server.ts'
import type { Deps } from '../context.server.ts'

const AT_ONCE = 500

/**
 * Destroys keys that never got their row, or have lost it: a registration that was cut off after its
 * key was committed, a draft that was cut off after its row was gone. Only keys older than a day, since a younger one may still get its row. Returns how many.
 */
export async function sweepKeys(deps: Deps): Promise<number> {
  const before = sweepBefore(instant(deps.clock))
  let swept = 0
  let after = ''
  for (;;) {
    const some = await deps.keys.olderThan(before, after, AT_ONCE)
    for (const kind of ['child', 'family', 'account', 'draft'] as const) {
      const subjects = some.filter((key) => key.kind === kind)
      const ids = subjects.map(({ id }) => id)
      const alive = await subjectsWithRows(deps.database.db, kind, ids)
      const orphans = subjects.filter(({ id }) => !alive.has(id))
      await deps.keys.destroy(orphans)
      swept += orphans.length
    }
    if (some.length < AT_ONCE) return swept
    after = some.at(-1)?.sortKey ?? after
    // SQLite answers at once: without this no request would come between
    await nextTurn()
  }
}
