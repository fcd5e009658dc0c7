import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCentre, listAreaOf } from '#db/queries/centre.server.ts'

export type CentreSettingsPage = {
  readonly id: CentreId
  readonly name: string
  readonly code: string
  readonly version: number
  readonly targets: {
    readonly counselling: number
    readonly assignment: number
    readonly firstDay: number
  }
  readonly holdDays: number
  readonly phone: string
  readonly address: string
  /** Names of the Gemeinden, by name. */
  readonly area: readonly string[]
  /** Further centres the person leads. */
  readonly centres: readonly { readonly id: CentreId; readonly name: string }[]
}

/**
 * What a centre sets for itself. `wanted` is the centre's id from the address, for who leads
 * several. Refused: `forbidden`, `centre_not_found`.
 */
export async function centreSettingsPage(
  ctx: Context,
  wanted: string | null,
): Promise<Result<CentreSettingsPage, Forbidden | { readonly code: 'centre_not_found' }>> {
  const led = centresOf(ctx.actor, ['lead'])
  const centreId = led.find((id) => id === wanted) ?? led[0]
  if (centreId === undefined) return err({ code: 'forbidden', action: 'centre.configure' })
  const permit = authorize(ctx.actor, 'centre.configure', { centreId })
  if (!permit.ok) return permit
  const { db } = ctx.database
  const centre = await findCentre(db, centreId)
  if (centre === null) return err({ code: 'centre_not_found' })
  const area = await listAreaOf(db, centreId)
  return ok({
    id: centreId,
    name: centre.name,
    code: centre.code,
    version: centre.version,
    targets: {
      counselling: centre.target_counselling_days,
      assignment: centre.target_assignment_days,
      firstDay: centre.target_first_day_days,
    },
    holdDays: centre.hold_days,
    phone: centre.phone ?? '',
    address: centre.address ?? '',
    area: area.map(({ name }) => name),
    centres: led.length > 1 ? await namesOf(ctx, led) : [],
  })
}

async function namesOf({ database }: Context, ids: readonly CentreId[]) {
  const named = []
  for (const id of ids) named.push({ id, name: (await findCentre(database.db, id))?.name ?? id })
  return named
}
