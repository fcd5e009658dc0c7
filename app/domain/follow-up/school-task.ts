import { type CalendarDate, daysBetween } from '../time.ts'
import { type GerLevel, reachesB1 } from './ger-level.ts'

/** What a school has to do next for a child that goes there. */
export type SchoolTask =
  | 'gone'
  | 'name_class'
  | 'support_over'
  | 'support_ends'
  | 'b1_reached'
  | 'review'

/** What the school knows of the child. */
export type AtSchool = {
  /** Since when the school says that the child is gone; null: it says no such thing. */
  readonly goneOn: CalendarDate | null
  readonly className: string | null
  /** At the last review; null: there was none. */
  readonly level: GerLevel | null
  /** When language support ends, and when to remind somebody, earliest first; null: not known. */
  readonly support: {
    readonly endsOn: CalendarDate
    readonly alertsOn: readonly CalendarDate[]
  } | null
}

/**
 * The one thing to do next: nothing for a child that is gone; the class has to be named first; then what language support asks for,
 * because it has a day; B1 reached; else the next review.
 */
export function schoolTask(
  { goneOn, className, level, support }: AtSchool,
  today: CalendarDate,
): SchoolTask {
  if (goneOn !== null) return 'gone'
  if (className === null) return 'name_class'
  if (support !== null && support.endsOn < today) return 'support_over'
  if (support !== null && hasAlert(support.alertsOn, today)) return 'support_ends'
  if (level !== null && reachesB1(level)) return 'b1_reached'
  return 'review'
}

/** Days until language support ends, from its last reminder on; null before, and once it is over. */
export function daysOfSupportLeft(
  { endsOn, alertsOn }: NonNullable<AtSchool['support']>,
  today: CalendarDate,
): number | null {
  const last = alertsOn.at(-1) ?? endsOn
  return last <= today && today <= endsOn ? daysBetween(today, endsOn) : null
}

function hasAlert(alertsOn: readonly CalendarDate[], today: CalendarDate): boolean {
  return alertsOn.some((day) => day <= today)
}
