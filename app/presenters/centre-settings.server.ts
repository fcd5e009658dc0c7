import type { CentreRules } from '#app/domain/centre/centre.ts'
import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresWhere, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { listAreaOf, listCentresById, rulesOf } from '#db/queries/centre.server.ts'
import { type CentreName, chosenCentre } from './chosen-centre.server.ts'

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
  readonly rules: CentreRules
  readonly phone: string
  readonly address: string
  /** Names of the Gemeinden, by name. */
  readonly area: readonly string[]
  /** All centres the person leads; empty when there is only one. */
  readonly centres: readonly CentreName[]
}

/**
 * What a centre sets for itself. `wanted` is the centre's id from the address, for who leads
 * several. Refused: `forbidden`.
 */
export async function centreSettingsPage(
  ctx: Context,
  wanted: string | null,
): Promise<Result<CentreSettingsPage, Forbidden>> {
  const { db } = ctx.database
  const led = await listCentresById(db, centresWhere(ctx.actor, 'centre.configure'))
  const chosen = chosenCentre(led, wanted)
  if (chosen === null) return err({ code: 'forbidden', action: 'centre.configure' })
  const { centre, centres } = chosen
  const centreId = centre.id
  const permit = authorize(ctx.actor, 'centre.configure', { centreId })
  if (!permit.ok) return permit
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
    rules: rulesOf(centre),
    phone: centre.phone ?? '',
    address: centre.address ?? '',
    area: area.map(({ name }) => name),
    centres,
  })
}
