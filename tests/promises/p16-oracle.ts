/**
 * When a child's file may be erased, worked out by hand from §§ 187 (1), 188 (2) and (3) BGB: nothing
 * of this is taken from the program. Days are written as it writes them, `YYYY-MM-DD`.
 */
export type Day = `${number}-${number}-${number}`

export type Kind = 'ended_early' | 'follow_up_over' | 'never_completed'

/** One case as a person would note it down; `kind` null: it is open, or nothing counts yet. */
export type NotedCase = {
  kind: Kind | null
  /** The day of the event the period counts from. */
  from: Day | null
  /** The last day on which nobody may erase it. */
  heldUntil: Day | null
}

/** The cases of one child. */
export type Life = { readonly cases: NotedCase[] }

/** How many months a kind is kept, said of a day; null: nobody approved a rule that holds then. */
export type Months = (kind: Kind, day: Day) => number | null

/** Whether a child goes on a day: every one of its cases is free on it. */
export function goesOn(life: Life, day: Day, months: Months): boolean {
  return life.cases.every((one) => isFree(one, day, months))
}

/** The first day on which the last of its cases is free, as far as periods say; null: one is not. */
export function freeFrom({ cases }: Life, day: Day, months: Months): Day | null {
  let last: Day | null = null
  for (const { kind, from } of cases) {
    const period = kind === null ? null : months(kind, day)
    if (from === null || period === null) return null
    const free = dayAfter(monthsLater(from, period))
    if (last === null || free > last) last = free
  }
  return last
}

function isFree(one: NotedCase, day: Day, months: Months): boolean {
  const free = freeFrom({ cases: [one] }, day, months)
  return free !== null && free <= day && (one.heldUntil === null || one.heldUntil < day)
}

/** The day with the same number, so many months later; the month's last where it has no such day. */
export function monthsLater(from: Day, months: number): Day {
  const [year, month, day] = partsOf(from)
  const counted = year * 12 + (month - 1) + months
  const [toYear, toMonth] = [Math.floor(counted / 12), (counted % 12) + 1]
  return written(toYear, toMonth, Math.min(day, lastOf(toYear, toMonth)))
}

export function dayAfter(day: Day): Day {
  const [year, month, number] = partsOf(day)
  if (number < lastOf(year, month)) return written(year, month, number + 1)
  return month === 12 ? written(year + 1, 1, 1) : written(year, month + 1, 1)
}

function lastOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

function partsOf(day: Day): readonly [number, number, number] {
  return day.split('-').map(Number) as [number, number, number]
}

function written(year: number, month: number, day: number): Day {
  const [mm, dd] = [month, day].map((part) => String(part).padStart(2, '0'))
  return `${year}-${mm}-${dd}` as Day
}
