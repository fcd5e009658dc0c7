import { displayName } from '#app/domain/child/name.ts'
import type { Draft } from '#app/domain/draft/draft.ts'
import type { CaseId, CentreId, ChildId, MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import { authorize, centresOf } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { offeredDraft } from '#app/services/draft/offered-draft.server.ts'
import { isFamilyLocked } from '#app/services/family/kin.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listAreaOf } from '#db/queries/centre.server.ts'
import { NAMES_WAIT_MS } from '#db/sealing/name-index-feed.server.ts'

/** The form of a Meldung: what can be chosen in it, and whose brother or sister the child is. */
export type RegisterPage = {
  /** The Berlin day the page was made: birth dates and the Meldung are held against it. */
  readonly today: CalendarDate
  /** By name: the Gemeinden of all centres the person registers in; with a sibling, of its centre. */
  readonly municipalities: readonly { readonly key: MunicipalityKey; readonly name: string }[]
  /** The child whose family this one joins; null: a family of its own. */
  readonly sibling: {
    readonly caseId: CaseId
    readonly name: string
    /** Null under an address lock in the family: the page must not tell it. */
    readonly municipality: MunicipalityKey | null
    readonly language: string
  } | null
  /** What the person had typed here and not sent. */
  readonly draft: Draft | null
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
  const own = centresOf(ctx.actor, ROLES).filter(
    (centreId) => authorize(ctx.actor, 'case.register', { centreId }).ok,
  )
  if (own.length === 0) return err({ code: 'forbidden', action: 'case.register' })
  const joined = siblingOf === null ? null : await siblingIn(ctx, own, siblingOf)
  if (joined !== null && !joined.ok) return joined
  return ok({
    today: today(ctx.clock),
    municipalities: await municipalitiesOf(ctx, joined === null ? own : [joined.value.centreId]),
    sibling: joined === null ? null : joined.value.sibling,
    draft: await offeredDraft(
      ctx,
      { form: 'registration', caseId: siblingOf },
      joined === null ? null : joined.value.childId,
    ),
  })
}

async function municipalitiesOf(
  { database }: Context,
  centres: readonly CentreId[],
): Promise<RegisterPage['municipalities']> {
  const areas = await Promise.all(centres.map((id) => listAreaOf(database.db, id)))
  return areas
    .flat()
    .map(({ key, name }) => ({ key, name }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'de'))
}

type Joined = {
  readonly centreId: CentreId
  readonly childId: ChildId
  readonly sibling: RegisterPage['sibling']
}

async function siblingIn(
  ctx: Context,
  own: readonly CentreId[],
  caseId: CaseId,
): Promise<Result<Joined, Refusal>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null || !own.includes(found.facts.centreId)) return err({ code: 'case_not_found' })
  const { centreId } = found.facts
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
  return ok({ centreId, childId, sibling: { caseId, name, municipality, language } })
}
