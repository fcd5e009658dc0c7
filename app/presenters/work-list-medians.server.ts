import type { ClockName } from '#app/domain/case/clocks.ts'
import type { Targets } from '#app/domain/centre/centre.ts'
import type { CentreId } from '#app/domain/ids.ts'
import {
  addDays,
  addMonths,
  type CalendarDate,
  dayOf,
  daysBetween,
  type Instant,
  schoolYearOf,
} from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { listWaysToSchool, type WayToSchool } from '#db/queries/work-list.server.ts'
import { makeKeeper } from './work-list-kept.server.ts'

/** Median calendar days over the children whose first school day lies in a school year, so far. */
export type Medians = {
  /** The year the school year starts in. */
  readonly schoolYear: number
  readonly children: number
  /** From the Meldung to the first school day; null: no child has one yet. */
  readonly days: number | null
  readonly target: number
  readonly lastYear: number | null
  readonly clocks: readonly {
    readonly name: ClockName
    readonly days: number | null
    readonly target: number
  }[]
  /** The median as it stood at the end of each week, oldest first. */
  readonly course: readonly { readonly on: CalendarDate; readonly days: number }[]
}

type Counted = Omit<Medians, 'target' | 'clocks'> & {
  readonly byClock: Readonly<Record<ClockName, number | null>>
}

const keep = makeKeeper<Counted>()

/**
 * The one number of a centre with its three clocks. Counted anew when the day or the newest entry in
 * the centre's histories (`lastEvent`) is another one: a first school day always writes such an entry.
 */
export async function mediansOf(
  ctx: Context,
  centreId: CentreId,
  targets: Targets,
  at: { readonly now: Instant; readonly lastEvent: string },
): Promise<Medians> {
  const { database } = ctx
  const today = dayOf(at.now)
  const where = { database, centreId, now: at.now }
  const counted = await keep(where, `${today}|${at.lastEvent}`, async () => ({
    value: await count(ctx, centreId, today),
    wrongFrom: null,
  }))
  return withTargets(counted, targets)
}

async function count(ctx: Context, centreId: CentreId, today: CalendarDate): Promise<Counted> {
  const schoolYear = schoolYearOf(today)
  const begin: CalendarDate = `${schoolYear}-08-01`
  const span = { from: addMonths(begin, -12), to: today }
  const ways = await listWaysToSchool(ctx.database.db, centreId, span)
  const ofYear = ways.filter(({ firstDay }) => firstDay >= begin)
  return {
    schoolYear,
    children: ofYear.length,
    days: median(ofYear.map(wholeWay)),
    lastYear: median(ways.filter(({ firstDay }) => firstDay < begin).map(wholeWay)),
    byClock: {
      counselling: medianBetween(ofYear, 'registeredOn', 'counselledOn'),
      assignment: medianBetween(ofYear, 'counselledOn', 'assignedOn'),
      first_day: medianBetween(ofYear, 'assignedOn', 'firstDay'),
    },
    course: courseOf(ofYear, begin, today),
  }
}

function withTargets({ byClock, ...counted }: Counted, targets: Targets): Medians {
  const { counsellingDays, assignmentDays, firstDayDays } = targets
  return {
    ...counted,
    target: counsellingDays + assignmentDays + firstDayDays,
    clocks: [
      { name: 'counselling', days: byClock.counselling, target: counsellingDays },
      { name: 'assignment', days: byClock.assignment, target: assignmentDays },
      { name: 'first_day', days: byClock.first_day, target: firstDayDays },
    ],
  }
}

function wholeWay({ registeredOn, firstDay }: WayToSchool): number {
  return daysBetween(registeredOn, firstDay)
}

function medianBetween(
  ways: readonly WayToSchool[],
  from: keyof WayToSchool,
  to: keyof WayToSchool,
): number | null {
  return median(
    ways.flatMap((way) => {
      const [start, end] = [way[from], way[to]]
      return start === null || end === null ? [] : [daysBetween(start, end)]
    }),
  )
}

/** Ends of weeks from the begin of the school year on, today last; weeks before the first child are left out. */
function courseOf(ways: readonly WayToSchool[], begin: CalendarDate, today: CalendarDate) {
  const ends = Array.from({ length: Math.floor(daysBetween(begin, today) / 7) }, (_, week) =>
    addDays(begin, 7 * (week + 1)),
  )
  return [...ends.filter((end) => end < today), today].flatMap((on) => {
    const days = median(ways.filter(({ firstDay }) => firstDay <= on).map(wholeWay))
    return days === null ? [] : [{ on, days }]
  })
}

/** The middle of the sorted numbers, of two the mean, as a whole number; null of none. */
function median(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : Math.round((lower + upper) / 2)
}
