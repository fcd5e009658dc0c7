import { formatCaseNumber } from '#app/domain/case/case-number.ts'
import { dueOn } from '#app/domain/case/clocks.ts'
import { type RegisterRefusal, register } from '#app/domain/case/register.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { Family } from '#app/domain/family/family.ts'
import type { CaseId, CentreId, ChildId, FamilyId, MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, type Instant, instant } from '#app/domain/time.ts'
import { authorize, centresOf, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { insertCase, insertCaseEvents, nextRunningNumber } from '#db/queries/case.server.ts'
import { centreOfMunicipality, lockSettings } from '#db/queries/centre.server.ts'
import { insertChild, insertFamily, lockChildChanges } from '#db/queries/child.server.ts'
import type { Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { NAMES_WAIT_MS, nameEntry } from '#db/sealing/name-index-feed.server.ts'
import { sealRecord } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import type { Refusal } from '../refusals.ts'
import { recordRead, transact } from '../transact.server.ts'
import { giveBack, type PreparedKey, takeKeys } from './key-stock.server.ts'
import { type PossibleDuplicate, possibleDuplicates } from './possible-duplicates.server.ts'
import { eventRow, targetsOf } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type RegisterChild = {
  readonly child: Child
  /** A family of its own, or that of a child that is registered already. */
  readonly family:
    | { readonly kind: 'new'; readonly family: Family }
    | { readonly kind: 'of_sibling'; readonly caseId: CaseId }
  readonly language: string
  readonly nationality: string | null
  readonly arrivalMonth: string | null
  readonly municipality: MunicipalityKey
  readonly registeredOn: CalendarDate
  /** The cases a person was shown as likely duplicates and said of that it is another child. */
  readonly confirmedOthers: readonly CaseId[]
}

export type RegisterChildRefusal =
  | Forbidden
  | RegisterRefusal
  | PossibleDuplicate
  | Extract<Refusal, { readonly code: 'outside_area' | 'index_filling' | 'case_not_found' }>

/** The centre registers into, with the permit to do so there. */
type Place = { readonly centreId: CentreId; readonly permit: Permit<'case.register'> }

/** Whom the rows are about, and with what they are sealed. */
type People = {
  readonly childId: ChildId
  readonly childKey: SubjectKey
  readonly familyId: FamilyId
  /** Null: the child joins a family that is there. */
  readonly familyKey: SubjectKey | null
  /** Taken from the stock for this Meldung. */
  readonly taken: readonly PreparedKey[]
}

/**
 * Registers a child (Meldung): child, case and, unless it joins a sibling's, its family. The keys are
 * committed before any row is sealed with them; no child is saved without a complete comparison with
 * all others of the centre. Refused: `forbidden`, `outside_area`, `index_filling`, `case_not_found`
 * (the sibling), `possible_duplicate` for everybody a person has not yet said to be another child, and
 * the days of `register`.
 */
export async function registerChild(
  ctx: Context,
  command: RegisterChild,
): Promise<Result<{ readonly caseId: CaseId }, RegisterChildRefusal>> {
  const place = await placeFor(ctx, command)
  if (!place.ok) return place
  const { centreId, permit } = place.value
  const joined = await joinedFamily(ctx, centreId, command)
  if (!joined.ok) return joined
  if (!(await ctx.names.whenFull(NAMES_WAIT_MS))) return err({ code: 'index_filling' })
  const people = await makePeople(ctx, centreId, joined.value)
  let change: number | null = null
  const registered = await transact(ctx, permit, centreId, async (tx) => {
    const duplicates = await checkDuplicates(ctx, tx, centreId, joined.value, command)
    if (!duplicates.ok) return duplicates
    const stored = await store(ctx, tx, place.value, people, command)
    if (!stored.ok) return stored
    change = stored.value.change
    return ok({ value: { caseId: stored.value.caseId }, events: [stored.value.event] })
  }).catch((accident: unknown) => {
    // the comparison may have taken in children that were to be committed together with this one
    ctx.names.refill()
    throw accident
  })
  if (!registered.ok) return refused(ctx, place.value, people, registered.error)
  if (change === null) {
    // the same form had been sent before: its first time is the answer
    giveBack(ctx, centreId, people.taken)
    return registered
  }
  const caseIds = [registered.value.caseId]
  ctx.names.takeIn(change, nameEntry(centreId, people.childId, command.child, caseIds))
  return registered
}

/** The keys were not needed; who was shown to the person is written down. */
async function refused(
  ctx: Context,
  { centreId, permit }: Place,
  people: People,
  refusal: RegisterChildRefusal,
): Promise<Result<never, RegisterChildRefusal>> {
  giveBack(ctx, centreId, people.taken)
  if (refusal.code === 'possible_duplicate') {
    const caseIds = refusal.children.map(({ caseId }) => caseId)
    await recordRead(ctx, permit, centreId, { event: 'duplicates_shown', caseIds })
  }
  return err(refusal)
}

/** The centre of the Gemeinde, if it is one the person may register in. */
async function placeFor(
  ctx: Context,
  command: RegisterChild,
): Promise<Result<Place, RegisterChildRefusal>> {
  const [own] = centresOf(ctx.actor, ['counsellor', 'lead'])
  if (own === undefined) return err({ code: 'forbidden', action: 'case.register' })
  const centreId = await centreOfMunicipality(ctx.database.db, command.municipality)
  const permit = authorize(ctx.actor, 'case.register', { centreId: centreId ?? own })
  if (centreId !== null && permit.ok) return ok({ centreId, permit: permit.value })
  const { family } = command
  const postcode = family.kind === 'new' ? family.family.address.postcode : ''
  return err({ code: 'outside_area', postcode })
}

/** The family of the sibling; null: a family of its own. */
async function joinedFamily(
  ctx: Context,
  centreId: CentreId,
  { family }: RegisterChild,
): Promise<Result<FamilyId | null, { readonly code: 'case_not_found' }>> {
  if (family.kind === 'new') return ok(null)
  const sibling = await visibleCase(ctx, family.caseId)
  if (sibling === null || sibling.facts.centreId !== centreId) {
    return err({ code: 'case_not_found' })
  }
  return ok(sibling.pupilCase.familyId)
}

async function makePeople(
  ctx: Context,
  centreId: CentreId,
  joined: FamilyId | null,
): Promise<People> {
  const kinds = joined === null ? (['child', 'family'] as const) : (['child'] as const)
  const taken = await takeKeys(ctx, centreId, kinds)
  const [child, family] = taken
  const familyId = joined ?? family?.id
  if (child === undefined || familyId === undefined) throw new Error('Too few keys were made')
  return {
    taken,
    childId: child.id as ChildId,
    childKey: child.key,
    familyId: familyId as FamilyId,
    familyKey: family?.key ?? null,
  }
}

async function checkDuplicates(
  ctx: Context,
  tx: Tx,
  centreId: CentreId,
  joined: FamilyId | null,
  command: RegisterChild,
): Promise<Result<null, PossibleDuplicate | { readonly code: 'index_filling' }>> {
  await lockChildChanges(tx)
  await ctx.names.catchUp(tx)
  // it was full before the transaction, but may have had to be read anew since
  if (ctx.names.state() !== 'full') return err({ code: 'index_filling' })
  return possibleDuplicates(tx, ctx.names.index, { ...command, centreId, joinedFamily: joined })
}

async function store(
  ctx: Context,
  tx: Tx,
  { centreId, permit }: Place,
  people: People,
  command: RegisterChild,
) {
  const centre = await lockSettings(tx, centreId)
  if (centre === null) throw new Error(`No centre ${centreId}`)
  const year = Number(command.registeredOn.slice(0, 4))
  const running = await nextRunningNumber(tx, centreId, year)
  const now = instant(ctx.clock)
  const decided = register({
    id: ctx.newId() as CaseId,
    centreId,
    childId: people.childId,
    familyId: people.familyId,
    caseNumber: formatCaseNumber({ centreCode: centre.code, year, running }),
    registeredOn: command.registeredOn,
    counsellorId: ctx.actor.kind === 'staff' ? ctx.actor.accountId : null,
    municipality: command.municipality,
    language: command.language,
    nationality: command.nationality,
    arrivalMonth: command.arrivalMonth,
    now,
  })
  if (!decided.ok) return decided
  const pupilCase = decided.value.next
  const change = await storePeople(tx, centreId, people, command, now)
  await insertCase(tx, pupilCase, dueOn(pupilCase, targetsOf(centre)))
  const facts = { event: 'case_registered', schoolNumber: null, key: people.childKey }
  await insertCaseEvents(
    tx,
    decided.value.steps.map((step) => eventRow(ctx, permit, pupilCase, step, facts)),
  )
  const { id: caseId, registeredOn } = pupilCase
  return ok({ caseId, change, event: { event: 'case_registered', caseId, registeredOn } as const })
}

/** Returns the number of the child's change, for the name index. */
async function storePeople(
  tx: Tx,
  centreId: CentreId,
  { childId, childKey, familyId, familyKey }: People,
  { child, family }: RegisterChild,
  now: Instant,
): Promise<number> {
  const row = { centre_id: centreId, version: 1, created_at: now }
  if (family.kind === 'new' && familyKey !== null) {
    const sealed = sealRecord(familyKey, 'family', centreId, familyId, family.family)
    await insertFamily(tx, { ...row, id: familyId, sealed })
  }
  const sealed = sealRecord(childKey, 'child', centreId, childId, child)
  return insertChild(tx, { ...row, id: childId, family_id: familyId, sealed })
}
