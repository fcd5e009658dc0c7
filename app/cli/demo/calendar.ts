import { addDays, berlinInstant, type CalendarDate, type Instant } from '#app/domain/time.ts'

/**
 * The working day that lies `days` from the day of the first start. What falls on a weekend moves:
 * what is past back to Friday, what is ahead (or today) on to Monday, so that nothing past becomes
 * future and the order of days stays.
 */
export function workingDay(start: CalendarDate, days: number): CalendarDate {
  const day = addDays(start, days)
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  if (weekday === 6) return addDays(day, days < 0 ? -1 : 2)
  if (weekday === 0) return addDays(day, days < 0 ? -2 : 1)
  return day
}

/** An instant on a day, by minutes since midnight in Berlin; office hours only. */
export function instantAt(day: CalendarDate, minutes: number): Instant {
  const hour = String(Math.floor(minutes / 60)).padStart(2, '0')
  const minute = String(minutes % 60).padStart(2, '0')
  const at = berlinInstant(day, `${hour}:${minute}`)
  if (at === null) throw new Error(`No such time in Berlin: ${day} ${hour}:${minute}`)
  return at
}

/**
 * A number that depends on the words alone: the demo chooses by it and not by chance, so that two
 * first starts on the same day make the same centre (FNV-1a, 32 bit).
 */
export function seedOf(words: string): number {
  let hash = 0x811c9dc5
  for (const character of words) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return hash
}

/** One of the choices, the same one for the same words. */
export function chosen<T>(choices: readonly [T, ...T[]], words: string): T {
  return choices[seedOf(words) % choices.length] ?? choices[0]
}
