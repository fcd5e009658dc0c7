import { ok } from '#app/domain/result.ts'
import { authorize } from '#app/policy/policy.ts'
import { countMunicipalities, insertMunicipalities } from '#db/queries/centre.server.ts'
import { INSTALLATION, type Row } from '#db/schema.ts'
import type { Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { transact } from '../transact.server.ts'

/** Gemeinden of North Rhine-Westphalia; the demo's invented ones lie outside. */
const STATE = '05'

/**
 * Fills in the Gemeinden of North Rhine-Westphalia with their middles (UTM32, metres) from the
 * borders that come with the program, where some are missing. Both doors call it when they open.
 */
export async function ensureMunicipalities(deps: Deps): Promise<void> {
  const borders = deps.borders()
  const known = await countMunicipalities(deps.database.db, STATE)
  if (known >= borders.municipalities.length) return
  const rows = borders.municipalities.flatMap(({ key, name }): readonly Row<'municipality'>[] => {
    const middle = borders.middleOf(key)
    if (middle === null) return []
    return [{ key, name, east: Math.round(middle.east), north: Math.round(middle.north) }]
  })
  const ctx = systemContext(deps)
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) throw new Error('The program may not run its own jobs')
  await transact(ctx, permit.value, INSTALLATION, async (tx) => {
    await insertMunicipalities(tx, rows)
    return ok({
      value: null,
      events: [{ event: 'municipalities_added', count: rows.length - known }],
    })
  })
}
