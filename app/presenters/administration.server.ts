import { ok, type Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { authorize, can, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { listCentres } from '#db/queries/centre.server.ts'
import { findLastImport } from '#db/queries/school.server.ts'

/** A task of the administration somebody may do. */
export type AdministrationTask =
  | 'accounts'
  | 'leads'
  | 'centre'
  | 'schools'
  | 'retention'
  | 'erasures'
  | 'trail'
  | 'operation'

/** How the installation does; for the operator. */
export type Health = {
  readonly engine: 'sqlite' | 'postgres'
  /** Data and keys both answer. */
  readonly isStorageHealthy: boolean
  readonly names: 'filling' | 'full'
  readonly centres: readonly { readonly name: string; readonly code: string }[]
  /** When the state's school list was last taken over; null: never. */
  readonly schoolsImportedAt: Instant | null
  readonly isEvaluation: boolean
}

export type AdministrationPage = {
  readonly tasks: readonly AdministrationTask[]
  readonly health: Health | null
}

/** What the person may administer, and for the operator how the installation does. Refused: `forbidden`. */
export async function administrationPage(
  ctx: Context,
): Promise<Result<AdministrationPage, Forbidden>> {
  const permit = authorize(ctx.actor, 'administration.view', null)
  if (!permit.ok) return permit
  const tasks = tasksOf(ctx)
  const isOperator = can(ctx.actor, 'school.import', null)
  return ok({ tasks, health: isOperator ? await healthOf(ctx) : null })
}

function tasksOf({ actor }: Context): readonly AdministrationTask[] {
  const centres = centresOf(actor, ROLES).map((centreId) => ({ centreId }))
  const tasks: readonly (readonly [AdministrationTask, boolean])[] = [
    ['accounts', centres.some((centre) => can(actor, 'account.manage', centre))],
    ['leads', can(actor, 'centre.add', null)],
    ['centre', centres.some((centre) => can(actor, 'centre.configure', centre))],
    ['schools', can(actor, 'school.import', null)],
    ['retention', centres.some((centre) => can(actor, 'retention.view', centre))],
    ['erasures', centres.some((centre) => can(actor, 'erasure.view', centre))],
    ['trail', centres.some((centre) => can(actor, 'trail.view', centre))],
    ['operation', can(actor, 'operation.view', null)],
  ]
  return tasks.filter(([, may]) => may).map(([task]) => task)
}

async function healthOf({ database, keys, names, isEvaluation }: Context): Promise<Health> {
  const centres = await listCentres(database.db)
  const imported = await findLastImport(database.db)
  return {
    engine: database.engine,
    isStorageHealthy: (await database.isHealthy()) && (await keys.isHealthy()),
    names: names.state(),
    centres: centres.map(({ name, code }) => ({ name, code })),
    schoolsImportedAt: imported?.at ?? null,
    isEvaluation,
  }
}
