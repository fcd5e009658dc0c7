import { drawMap, type SeatMap } from '#app/domain/geo/seat-map.ts'
import type { CentreId, MunicipalityKey } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { SCHOOL_FORMS, type SchoolForm } from '#app/domain/school/form.ts'
import { isPlaceable } from '#app/domain/school/school.ts'
import {
  type MapStep,
  type SeatGroup,
  type SeatSum,
  stepOf,
  sumSeats,
} from '#app/domain/seat/seat-overview.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { instant, schoolYearOf, today } from '#app/domain/time.ts'
import { can, centresWhere, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { listAreaOf } from '#db/queries/centre.server.ts'
import { countSeatGroups } from '#db/queries/seat-overview.server.ts'

const KINDS: readonly SeatKind[] = ['support', 'regular']
const FORMS = Object.keys(SCHOOL_FORMS) as SchoolForm[]
const GERMAN = new Intl.Collator('de')

/** What the overview is narrowed to; see `app/forms/authority-query.ts`. */
type Query = {
  readonly municipality: string | null
  readonly form: SchoolForm | null
  readonly kind: SeatKind | null
  readonly grade: number | null
}

/** A Gemeinde, or within one a school form, with its seats by kind. */
export type SeatsRow = {
  readonly key: string
  /** Of the Gemeinde; null: the row is about a form of the Gemeinde that was chosen. */
  readonly municipality: string | null
  readonly name: string
  /** Empty: no school there has reported seats of this choice. */
  readonly kinds: readonly { readonly kind: SeatKind; readonly seats: SeatSum }[]
}

/** A Gemeinde on the map. */
export type SeatsArea = SeatMap['shapes'][number] & {
  readonly municipality: string
  readonly name: string
  /** Free seats of the kind the map is about; null: none were reported. */
  readonly free: number | null
  readonly step: MapStep | null
}

/** The seats of the person's area, counted; no child stands on this page. */
export type SeatsPage = {
  readonly query: Query
  /** The name of the Gemeinde that was chosen. */
  readonly chosen: string | null
  readonly schoolYear: number
  /** The school forms that have reported seats, whatever the filters. */
  readonly forms: readonly SchoolForm[]
  readonly rows: readonly SeatsRow[]
  readonly totals: SeatsRow['kinds']
  readonly map: {
    readonly width: number
    readonly height: number
    readonly kind: SeatKind
    readonly areas: readonly SeatsArea[]
  } | null
}

/**
 * The seats of this school year by Gemeinde and kind in the person's area and school forms, at
 * schools that take children today. Counts alone: nothing is written down. Refused: `forbidden`.
 */
export async function seatsOverview(
  ctx: Context,
  asked: Query,
): Promise<Result<SeatsPage, Forbidden>> {
  const centres = centresWhere(ctx.actor, 'school.list')
  if (centres.length === 0) return err({ code: 'forbidden', action: 'school.list' })
  const schoolYear = schoolYearOf(today(ctx.clock))
  const found = await Promise.all(centres.map((id) => countedIn(ctx, id, schoolYear, asked.grade)))
  const towns = found.flatMap((one) => one.towns).toSorted(byName)
  const chosen = towns.find(({ key }) => key === asked.municipality) ?? null
  const query = { ...asked, municipality: chosen?.key ?? null }
  const groups = found.flatMap((one) => one.groups)
  const ofForm = groups.filter(({ form }) => query.form === null || form === query.form)
  const shown = ofForm.filter(({ kind }) => query.kind === null || kind === query.kind)
  const ofChosen = shown.filter(
    ({ municipality }) => chosen === null || municipality === chosen.key,
  )
  return ok({
    query,
    chosen: chosen?.name ?? null,
    schoolYear,
    forms: FORMS.filter((form) => groups.some((group) => group.form === form)),
    rows: chosen === null ? rowsByTown(towns, shown) : rowsByForm(ofChosen),
    totals: byKind(ofChosen),
    map: mapOf(ctx, towns, ofForm, query.kind ?? 'support'),
  })
}

type Town = Awaited<ReturnType<typeof listAreaOf>>[number]

/** What a person may count in a centre: its own Gemeinden, and groups of its own school forms. */
async function countedIn(
  ctx: Context,
  centreId: CentreId,
  schoolYear: number,
  grade: number | null,
): Promise<{ readonly towns: readonly Town[]; readonly groups: readonly SeatGroup[] }> {
  const { db } = ctx.database
  const day = today(ctx.clock)
  const may = (municipality: MunicipalityKey, schoolForm: SchoolForm) =>
    can(ctx.actor, 'seat.count', { centreId, municipality, schoolForm })
  const towns = await listAreaOf(db, centreId)
  const counted = { schoolYear, grade, now: instant(ctx.clock) }
  const groups = await countSeatGroups(db, centreId, counted)
  return {
    towns: towns.filter(({ key }) => FORMS.some((form) => may(key, form))),
    groups: groups.filter(
      (group) => may(group.municipality, group.form) && isPlaceable(group, day),
    ),
  }
}

function byName(a: Town, b: Town): number {
  return GERMAN.compare(a.name, b.name)
}

function rowsByTown(towns: readonly Town[], groups: readonly SeatGroup[]): readonly SeatsRow[] {
  return towns.map(({ key, name }) => ({
    key,
    municipality: key,
    name,
    kinds: byKind(groups.filter(({ municipality }) => municipality === key)),
  }))
}

function rowsByForm(groups: readonly SeatGroup[]): readonly SeatsRow[] {
  return FORMS.filter((form) => groups.some((group) => group.form === form)).map((form) => ({
    key: form,
    municipality: null,
    name: SCHOOL_FORMS[form],
    kinds: byKind(groups.filter((group) => group.form === form)),
  }))
}

function byKind(groups: readonly SeatGroup[]): SeatsRow['kinds'] {
  return KINDS.flatMap((kind) => {
    const seats = sumSeats(groups.filter((group) => group.kind === kind))
    return seats === null ? [] : [{ kind, seats }]
  })
}

/** Drawn from the borders that come with the program; a Gemeinde without one is its middle. */
function mapOf(
  ctx: Context,
  towns: readonly Town[],
  groups: readonly SeatGroup[],
  kind: SeatKind,
): SeatsPage['map'] {
  const borders = ctx.borders()
  const drawn = drawMap(
    towns.map(({ key, east, north }) => ({ rings: borders.ringsOf(key), middle: { east, north } })),
  )
  if (drawn === null) return null
  const { width, height, shapes } = drawn
  const areas = towns.flatMap(({ key, name }, index): readonly SeatsArea[] => {
    const shape = shapes[index]
    const own = groups.filter((group) => group.municipality === key && group.kind === kind)
    const free = sumSeats(own)?.free ?? null
    if (shape === undefined) return []
    return [{ ...shape, municipality: key, name, free, step: free === null ? null : stepOf(free) }]
  })
  return { width, height, kind, areas }
}
