import type { CentreId, MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { answerableOwners } from '#app/domain/school/answerable-owner.ts'
import { today } from '#app/domain/time.ts'
import { authorize, centresWhere, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { type CentreRow, listAreaOf, listCentresById } from '#db/queries/centre.server.ts'
import { listOwnedSchools, type OwnedSchool } from '#db/queries/owner.server.ts'
import { type CentreName, chosenCentre } from './chosen-centre.server.ts'

/** A Gemeinde as pages name it. */
export type NamedGemeinde = { readonly key: MunicipalityKey; readonly name: string }

/** What an owner (Schulträger) has in a centre. */
export type OwnerDoor = {
  readonly centre: CentreRow
  /** Centres one may change between; empty when there is only one. */
  readonly centres: readonly CentreName[]
  /** The owner's schools there, by number, closed ones too. */
  readonly schools: readonly OwnedSchool[]
  /** Where it is answerable for the children; empty for private and other owners. */
  readonly gemeinden: readonly NamedGemeinde[]
  /** The right to list the children there; null: nowhere. */
  readonly permit: Permit<'case.list_unplaced'> | null
}

/** The owner's own in the centre that is asked for, or in the first. Refused: `forbidden`. */
export async function openOwner(
  ctx: Context,
  wanted: string | null,
): Promise<Result<OwnerDoor, Forbidden>> {
  const { actor, database } = ctx
  const own = await listCentresById(database.db, centresWhere(actor, 'owner.view'))
  const chosen = chosenCentre(own, wanted)
  if (chosen === null) return err({ code: 'forbidden', action: 'owner.view' })
  const { centre, centres } = chosen
  const schools = await listOwnedSchools(database.db, centre.id)
  const numbers = ownerNumbers(ctx, centre.id)
  return ok({
    centre,
    centres,
    schools: schools.filter(({ ownerNumber }) => numbers.includes(ownerNumber)),
    ...(await answeredIn(ctx, centre.id, schools)),
  })
}

function ownerNumbers({ actor }: Context, centreId: CentreId): readonly string[] {
  if (actor.kind !== 'staff') return []
  return actor.assignments.flatMap((one) =>
    one.role === 'owner' && one.centreId === centreId ? [one.ownerNumber] : [],
  )
}

async function answeredIn(
  { actor, clock, database }: Context,
  centreId: CentreId,
  schools: readonly OwnedSchool[],
): Promise<Pick<OwnerDoor, 'gemeinden' | 'permit'>> {
  const owners = answerableOwners(schools, today(clock))
  const area = await listAreaOf(database.db, centreId)
  const answered = area.flatMap(({ key, name }) => {
    const facts = { centreId, owners: owners.get(key) ?? [] }
    const permit = authorize(actor, 'case.list_unplaced', facts)
    return permit.ok ? [{ gemeinde: { key, name }, permit: permit.value }] : []
  })
  return {
    gemeinden: answered.map(({ gemeinde }) => gemeinde),
    permit: answered[0]?.permit ?? null,
  }
}
