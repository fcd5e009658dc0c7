import type { Context } from '#app/services/context.server.ts'
import { listCentres } from '#db/queries/centre.server.ts'

/**
 * The number to ring before anybody is signed in: the centre's where the installation has one
 * only; of several, nobody knows yet which one is meant, so none is shown.
 */
export async function centrePhone(ctx: Context): Promise<string> {
  const centres = await listCentres(ctx.database.db)
  return centres.length === 1 ? (centres[0]?.phone ?? '') : ''
}
