import { type Area, type AreaRefusal, inArea, parseArea } from '#app/domain/centre/area.ts'
import { DEFAULT_RULES, DEFAULT_TARGETS, isCentreCode } from '#app/domain/centre/centre.ts'
import type { CentreId, MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import {
  findCentreByCode,
  findOverlaps,
  insertArea,
  insertCentre,
  listMunicipalities,
  ruleColumns,
} from '#db/queries/centre.server.ts'
import { INSTALLATION, type Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type AddCentreRefusal =
  | Forbidden
  | AreaRefusal
  | { readonly code: 'centre_code_invalid' }
  | { readonly code: 'centre_code_taken'; readonly centreCode: string }
  | { readonly code: 'area_unknown'; readonly prefix: string }
  | { readonly code: 'area_overlaps'; readonly municipality: string }

/** How long a proposal holds its seat until a centre sets its own, in days (product.md §3). */
const DEFAULT_HOLD_DAYS = 7

/**
 * Adds a centre with its area: prefixes of the Gemeindeschlüssel, stored as the Gemeinden they
 * stand for. Areas of centres do not overlap. Refused: `forbidden`, `centre_code_invalid`,
 * `centre_code_taken`, `area_empty`, `area_prefix_invalid`, `area_unknown`, `area_overlaps`.
 */
export async function addCentre(
  ctx: Context,
  command: {
    readonly name: string
    readonly code: string
    /** AGS prefixes, comma separated. */
    readonly area: string
    readonly source: 'operator' | 'demo'
  },
): Promise<Result<{ readonly centreId: CentreId }, AddCentreRefusal>> {
  const permit = authorize(ctx.actor, 'centre.add', null)
  if (!permit.ok) return permit
  const code = command.code.trim().toUpperCase()
  if (!isCentreCode(code)) return err({ code: 'centre_code_invalid' })
  const area = parseArea(command.area)
  if (!area.ok) return area
  const centreId = ctx.newId() as CentreId
  return transact(ctx, permit.value, INSTALLATION, async (tx) => {
    if ((await findCentreByCode(tx, code)) !== null) {
      return err({ code: 'centre_code_taken', centreCode: code })
    }
    const keys = await freeMunicipalities(tx, area.value)
    if (!keys.ok) return keys
    await insertCentre(tx, {
      id: centreId,
      name: command.name.trim(),
      code,
      phone: null,
      address: null,
      target_counselling_days: DEFAULT_TARGETS.counsellingDays,
      target_assignment_days: DEFAULT_TARGETS.assignmentDays,
      target_first_day_days: DEFAULT_TARGETS.firstDayDays,
      hold_days: DEFAULT_HOLD_DAYS,
      ...ruleColumns(DEFAULT_RULES),
      source: command.source,
      version: 1,
    })
    await insertArea(tx, centreId, keys.value)
    return ok({ value: { centreId }, events: [{ event: 'centre_added', centre: centreId }] })
  })
}

async function freeMunicipalities(
  tx: Tx,
  area: Area,
): Promise<
  Result<
    readonly MunicipalityKey[],
    Extract<AddCentreRefusal, { readonly code: 'area_unknown' | 'area_overlaps' }>
  >
> {
  const keys = (await listMunicipalities(tx)).map(({ key }) => key)
  const unknown = area.find((prefix) => !keys.some((key) => key.startsWith(prefix)))
  if (unknown !== undefined) return err({ code: 'area_unknown', prefix: unknown })
  const wanted = keys.filter((key) => inArea(area, key))
  const [taken] = await findOverlaps(tx, wanted)
  if (taken !== undefined) return err({ code: 'area_overlaps', municipality: taken.name })
  return ok(wanted)
}
