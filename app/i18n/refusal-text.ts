import { STAGES, type Stage } from '#app/domain/case/stage.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { Values } from './catalog.ts'
import { formatDate, formatDateTime } from './format.ts'
import { type MessageKey, t } from './translate.ts'

/** The German sentence of a refusal, its facts put in as a reader writes them. */
export function refusalText(refusal: Refusal): string {
  return t(keyOf(refusal), readable(refusal))
}

/** Where a fact may be missing, the sentence without it is another one. */
function keyOf(refusal: Refusal): MessageKey {
  if (refusal.code === 'stale_case' && refusal.by !== undefined) return 'stale_case.by'
  if (refusal.code === 'seat_taken' || refusal.code === 'support_place_missing') {
    const key = refusal.wasGiven ? 'seat_taken' : 'support_place_missing'
    return refusal.next === null ? `${key}.no_next` : `refusal.${key}`
  }
  if (refusal.code === 'proposal_expired' && refusal.next === null)
    return 'proposal_expired.no_next'
  return `refusal.${refusal.code}`
}

/** Facts as people write them: days, times, stages as words; lists and objects have no place in a sentence. */
export function readable(refusal: object): Values {
  const facts: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(refusal)) {
    if (typeof value === 'number') facts[name] = value
    if (typeof value === 'string') facts[name] = written(value)
  }
  return facts
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T.*Z$/

function written(value: string): string {
  if (DAY.test(value)) return formatDate(value as CalendarDate)
  if (INSTANT.test(value)) return formatDateTime(value as Instant)
  return isStage(value) ? t(`stage.${value}`) : value
}

function isStage(value: string): value is Stage {
  return (STAGES as readonly string[]).includes(value)
}
