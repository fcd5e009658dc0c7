import type { MunicipalityKey } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import type { School } from '#app/domain/school/school.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { insertMunicipalities } from '#db/queries/centre.server.ts'
import { saveSchools } from '#db/queries/school.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/** An invented Gemeinde; its key lies outside `05`, its middle is in UTM32, whole metres. */
export type DemoMunicipality = {
  readonly key: MunicipalityKey
  readonly name: string
  readonly east: number
  readonly north: number
}

/** An invented school; no import of the official list counts, changes or closes it. */
export type DemoSchool = School & { readonly source: 'demo' }

/** Adds the Gemeinden and schools of the demo centre. Refused: `forbidden`. */
export async function addDemoSchools(
  ctx: Context,
  command: {
    readonly municipalities: readonly DemoMunicipality[]
    readonly schools: readonly DemoSchool[]
  },
): Promise<Result<null, Forbidden>> {
  const permit = authorize(ctx.actor, 'school.import', null)
  if (!permit.ok) return permit
  const { municipalities, schools } = command
  return transact(ctx, permit.value, INSTALLATION, async (tx) => {
    await insertMunicipalities(tx, municipalities)
    await saveSchools(tx, schools)
    return ok({ value: null, events: [{ event: 'demo_schools_added', count: schools.length }] })
  })
}
