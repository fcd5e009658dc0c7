import type { Awaited } from '#app/domain/case/without-place.ts'
import { birthDatePhrase } from '#app/domain/child/birth-date.ts'
import { displayName } from '#app/domain/child/name.ts'
import type { CentreId, FamilyId, MunicipalityKey } from '#app/domain/ids.ts'
import {
  COMPULSORY_SOURCES,
  type CompulsorySchooling,
  compulsorySchooling,
  mayBeCompelled,
} from '#app/domain/law/compulsory-schooling.ts'
import type { LegalSource } from '#app/domain/law/legal-source.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { familiesToTellOf } from '#app/services/family/kin.server.ts'
import { recordListRead } from '#app/services/transact.server.ts'
import { NAMES_WAIT_MS } from '#db/sealing/name-index-feed.server.ts'
import type { CentreName } from './chosen-centre.server.ts'
import { type NamedGemeinde, openOwner } from './own-gemeinden.server.ts'
import { type UnplacedChild, unplacedChildren } from './unplaced-children.server.ts'

/** Children on one page. */
const PAGE_SIZE = 25

/** What the list is narrowed to; see `app/forms/owner-query.ts`. */
type Query = {
  readonly centre: string | null
  readonly municipality: string | null
  readonly order: 'waiting' | 'age'
  readonly page: number
}

/** A child of the list: what is needed to ask after its schooling, and no more. Not even its case. */
export type UnplacedRow = {
  /** Empty where the child cannot be read. */
  readonly name: string
  readonly born: string
  readonly schooling: CompulsorySchooling
  /** Null without an address, and under an address lock: the owner cannot tell which. */
  readonly municipality: string | null
  readonly registeredOn: CalendarDate
  readonly awaits: Awaited
}

/** The children of compulsory age without a place, for the owner that is answerable for them. */
export type WithoutPlacePage = {
  readonly query: Query
  readonly centres: readonly CentreName[]
  /** Where the owner is answerable; empty: nowhere, and nobody is listed. */
  readonly gemeinden: readonly NamedGemeinde[]
  readonly rows: readonly UnplacedRow[]
  readonly total: number
  readonly pageSize: number
  /** Whom to ask about a child. */
  readonly contact: { readonly name: string; readonly phone: string | null }
  readonly sources: readonly LegalSource[]
}

/**
 * The children of compulsory age without a place in the Gemeinden an owner is answerable for (decision
 * 0033), those who may be of it too. Nothing of the counselling, no school and no address is loaded for
 * the page. Which of them were on it is written down first. Refused: `forbidden`, `index_filling`.
 */
export async function withoutPlacePage(
  ctx: Context,
  asked: Query,
): Promise<Result<WithoutPlacePage, Forbidden | { readonly code: 'index_filling' }>> {
  const door = await openOwner(ctx, asked.centre)
  if (!door.ok) return door
  const { centre, centres, gemeinden, permit } = door.value
  if (!(await ctx.names.whenFull(NAMES_WAIT_MS))) return err({ code: 'index_filling' })
  await ctx.names.catchUp(ctx.database.db)
  const municipality = gemeinden.find(({ key }) => key === asked.municipality)?.key ?? null
  const listed = await childrenOf(ctx, centre.id, { ...asked, municipality }, gemeinden)
  const page = Math.min(asked.page, Math.max(1, Math.ceil(listed.length / PAGE_SIZE)))
  const shown = listed.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  const rows = await rowsOf(ctx, centre.id, shown, gemeinden)
  if (permit !== null) {
    await recordListRead(ctx, permit, centre.id, {
      list: 'without_place',
      caseIds: shown.map(({ pupilCase }) => pupilCase.id),
    })
  }
  return ok({
    query: { ...asked, centre: centres.length === 0 ? null : centre.id, municipality, page },
    ...{ centres, gemeinden, rows, total: listed.length, pageSize: PAGE_SIZE },
    contact: { name: centre.name, phone: centre.phone },
    sources: COMPULSORY_SOURCES,
  })
}

/** Of one Gemeinde those alone whose Gemeinde may be told: who is asked for by it is told of by it. */
async function childrenOf(
  ctx: Context,
  centreId: CentreId,
  { municipality, order }: Query,
  gemeinden: readonly NamedGemeinde[],
): Promise<readonly UnplacedChild[]> {
  const keys = gemeinden.map(({ key }) => key)
  const asked = municipality === null ? keys : keys.filter((key) => key === municipality)
  const day = today(ctx.clock)
  const found = (await unplacedChildren(ctx, centreId, asked)).filter(({ entry }) =>
    mayBeCompelled(compulsorySchooling(entry.birthDate, day)),
  )
  const sorted = order === 'waiting' ? found : found.toSorted(byAge)
  if (municipality === null) return sorted
  const told = await familiesToTellOf(ctx, centreId, familiesOf(sorted))
  return sorted.filter(({ pupilCase }) => told.has(pupilCase.familyId))
}

/** The oldest first; who is of no known age last. */
function byAge({ entry: one }: UnplacedChild, { entry: other }: UnplacedChild): number {
  const [a, b] = [one.birthDate.date ?? '9', other.birthDate.date ?? '9']
  if (a === b) return 0
  return a < b ? -1 : 1
}

function familiesOf(children: readonly UnplacedChild[]): readonly FamilyId[] {
  return [...new Set(children.map(({ pupilCase }) => pupilCase.familyId))]
}

async function rowsOf(
  ctx: Context,
  centreId: CentreId,
  shown: readonly UnplacedChild[],
  gemeinden: readonly NamedGemeinde[],
): Promise<readonly UnplacedRow[]> {
  const told = await familiesToTellOf(ctx, centreId, familiesOf(shown))
  const names = new Map<MunicipalityKey, string>(gemeinden.map(({ key, name }) => [key, name]))
  const day = today(ctx.clock)
  return shown.map(({ pupilCase, awaits, entry }) => ({
    name: displayName(`${entry.given} ${entry.family}`),
    born: birthDatePhrase(entry.birthDate),
    schooling: compulsorySchooling(entry.birthDate, day),
    municipality: told.has(pupilCase.familyId) ? (names.get(pupilCase.municipality) ?? null) : null,
    registeredOn: pupilCase.registeredOn,
    awaits,
  }))
}
