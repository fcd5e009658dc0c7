import { listCentres } from '#db/queries/centre.server.ts'
import { findAccessByCode } from '#db/queries/family-access.server.ts'
import type { Deps } from '../context.server.ts'

/**
 * What an evaluation finds at its start: no centre at all, the whole demo centre, one whose making
 * was interrupted, or a database in use without a demo.
 */
export type DemoState = 'no_centre' | 'complete' | 'interrupted' | 'not_demo'

/** `lastCode` is the short code of the slip that is printed when everything else is done. */
export async function demoState(deps: Deps, lastCode: string): Promise<DemoState> {
  const centres = await listCentres(deps.database.db)
  if (centres.length === 0) return 'no_centre'
  if (!centres.some(({ source }) => source === 'demo')) return 'not_demo'
  const slip = await findAccessByCode(deps.database.db, deps.keyed('family code', lastCode))
  return slip === null ? 'interrupted' : 'complete'
}
