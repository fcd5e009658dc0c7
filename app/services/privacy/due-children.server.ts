import type { CentreId, ChildId } from '#app/domain/ids.ts'
import {
  childDue,
  type Due,
  isClockBelievable,
  type Periods,
} from '#app/domain/privacy/retention.ts'
import { addDays, type CalendarDate } from '#app/domain/time.ts'
import {
  type FiledCase,
  lastRetentionRun,
  listFiledCases,
  rulesOn,
} from '#db/queries/retention.server.ts'
import type { Db } from '#db/schema.ts'
import type { Deps } from '../context.server.ts'

/** A child whose time has come, or comes by the day that was asked for. */
export type DueChild = {
  readonly childId: ChildId
  readonly caseNumbers: readonly string[]
  readonly due: Due
}

/**
 * The one decision of retention: which children of a centre may be erased by `until`, the earliest
 * first, by the periods given. The page, the terminal and the run itself all ask it.
 */
export async function dueChildren(
  db: Db,
  centreId: CentreId,
  periods: Periods,
  until: CalendarDate,
): Promise<readonly DueChild[]> {
  const children = new Map<ChildId, FiledCase[]>()
  for (const one of await listFiledCases(db, centreId, periods, until)) {
    children.set(one.childId, [...(children.get(one.childId) ?? []), one])
  }
  return [...children]
    .flatMap(([childId, cases]) => {
      const due = childDue(cases, periods)
      const caseNumbers = cases.map(({ caseNumber }) => caseNumber)
      return due === null || due.on > until ? [] : [{ childId, caseNumbers, due }]
    })
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
}

/**
 * Who is erased from `day` until `until`, as the runs of these days decide it: today by the rules of
 * today, then by those that hold from tomorrow on. A rule that was approved today can be looked at
 * before it takes anybody (decision 0022).
 */
export async function dueAhead(
  db: Db,
  centreId: CentreId,
  day: CalendarDate,
  until: CalendarDate,
): Promise<readonly DueChild[]> {
  const tomorrow = addDays(day, 1)
  const first = await dueChildren(db, centreId, await periodsOn(db, centreId, day), day)
  const periods = await periodsOn(db, centreId, tomorrow)
  const isFirst = new Set(first.map(({ childId }) => childId))
  const later = (await dueChildren(db, centreId, periods, until))
    .filter(({ childId }) => !isFirst.has(childId))
    .map((child) => {
      const { due } = child
      return due.on < tomorrow ? { ...child, due: { ...due, on: tomorrow } } : child
    })
  return [...first, ...later].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
}

/** The months a centre's approved rules name on a day. */
export async function periodsOn(db: Db, centreId: CentreId, day: CalendarDate): Promise<Periods> {
  return periodsIn(await rulesOn(db, centreId, day))
}

/** The months that rules in force name. */
export function periodsIn(rules: Awaited<ReturnType<typeof rulesOn>>): Periods {
  return Object.fromEntries([...rules].map(([kind, { months }]) => [kind, months]))
}

/** Whether the run waits for a person to say that the clock is right. */
export async function isClockDoubted(deps: Pick<Deps, 'database' | 'clock'>): Promise<boolean> {
  const last = await lastRetentionRun(deps.database.db)
  return !isClockBelievable(last === null ? null : new Date(last.at), deps.clock.now())
}

function orderOf({ due, caseNumbers }: DueChild): string {
  return `${due.on} ${caseNumbers.join()}`
}
