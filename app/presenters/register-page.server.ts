import { displayName } from '#app/domain/child/name.ts'
import type { CaseId, CentreId, MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import { authorize, centresOf } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { isFamilyLocked } from '#app/services/family/kin.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listAreaOf } from '#db/queries/centre.server.ts'
import { NAMES_WAIT_MS } from '#db/sealing/name-index-feed.server.ts'

/** The form of a Meldung: what can be chosen in it, and whose brother or sister the child is. */
export type RegisterPage = {
  /** The Berlin day the page was made: birth dates and the Meldung are held against it. */
  readonly today: CalendarDate
  /** The Gemeinden of the centre's area, by name. */
  readonly municipalities: readonly { readonly key: MunicipalityKey; readonly name: string }[]
  /** The child whose family this one joins; null: a family of its own. */
  readonly sibling: {
    readonly caseId: CaseId
    readonly name: string
    /** Null under an address lock in the family: the page must not tell it. */
    readonly municipality: MunicipalityKey | null
    readonly language: string
  } | null
}

/**
 * What the form of a Meldung needs. Whose family the child joins (`siblingOf`, the id of a case) is
 * written down as a look at that case. Refused: `forbidden`, `case_not_found`, and with a
 * brother or sister `index_filling` while the names are read in.
 */
export async function registerPage(
  ctx: Context,
  siblingOf: CaseId | null,
): Promise<Result<RegisterPage, Refusal>> {
  const [centreId] = centresOf(ctx.actor, ['counsellor', 'lead'])
  if (centreId === undefined) return err({ code: 'forbidden', action: 'case.register' })
  const permit = authorize(ctx.actor, 'case.register', { centreId })
  if (!permit.ok) return permit
  const sibling = siblingOf === null ? ok(null) : await siblingIn(ctx, centreId, siblingOf)
  if (!sibling.ok) return sibling
  const area = await listAreaOf(ctx.database.db, centreId)
  return ok({
    today: today(ctx.clock),
    municipalities: area.map(({ key, name }) => ({ key, name })),
    sibling: sibling.value,
  })
}

async function siblingIn(
  ctx: Context,
  centreId: CentreId,
  caseId: CaseId,
): Promise<Result<RegisterPage['sibling'], Refusal>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null || found.facts.centreId !== centreId) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view', found.facts)
  if (!permit.ok) return permit
  if (!(await ctx.names.whenFull(NAMES_WAIT_MS))) return err({ code: 'index_filling' })
  await ctx.names.catchUp(ctx.database.db)
  const { childId, familyId, language } = found.pupilCase
  const entry = ctx.names.index.nameOf(centreId, childId)
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'register', caseId })
  const name = displayName(`${entry?.given ?? ''} ${entry?.family ?? ''}`)
  const isLocked = await isFamilyLocked(ctx, centreId, familyId)
  const municipality = isLocked ? null : found.pupilCase.municipality
  return ok({ caseId, name, municipality, language })
}
