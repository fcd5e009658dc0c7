import { err, ok, type Result } from '../result.ts'
import { addMonths, type CalendarDate, dayOf, type Instant } from '../time.ts'
import type { CaseCore } from './pupil-case.ts'
import { type Decided, step } from './transition.ts'

/** How far back a Meldung may lie. Ours, not the law's: it catches a mistyped year. */
const OLDEST_REGISTRATION_YEARS = 10

export type RegisterFacts = Omit<CaseCore, 'version' | 'stageSince'> & { readonly now: Instant }

export type RegisterRefusal =
  | { readonly code: 'date_in_future'; readonly latest: CalendarDate }
  | { readonly code: 'registration_long_ago'; readonly earliest: CalendarDate }

/**
 * A new case (Meldung), version 1. The day of the Meldung may lie back, because the first clock
 * starts on the day the centre was told, not on the day somebody typed it. Refused:
 * `date_in_future`, `registration_long_ago` (more than ten years).
 */
export function register(facts: RegisterFacts): Result<Decided<'registered'>, RegisterRefusal> {
  const { now, ...core } = facts
  const today = dayOf(now)
  const earliest = addMonths(today, -12 * OLDEST_REGISTRATION_YEARS)
  if (core.registeredOn > today) return err({ code: 'date_in_future', latest: today })
  if (core.registeredOn < earliest) return err({ code: 'registration_long_ago', earliest })
  const { registeredOn } = core
  return ok({
    next: { ...core, version: 1, stageSince: registeredOn, stage: 'registered' },
    steps: [step('registered', registeredOn)],
    seatMove: null,
  })
}
