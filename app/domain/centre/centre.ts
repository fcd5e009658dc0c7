import { err, ok, type Result } from '../result.ts'

/** How many calendar days each clock may run before a case counts as overdue. */
export type Targets = {
  /** Meldung to Beratung. */
  readonly counsellingDays: number
  /** Beratung to Zuweisung. */
  readonly assignmentDays: number
  /** Zuweisung to the first school day. */
  readonly firstDayDays: number
}

/** What holds until a centre sets its own. No statute sets a deadline in NRW (domain.md §3.1). */
export const DEFAULT_TARGETS: Targets = {
  counsellingDays: 28,
  assignmentDays: 14,
  firstDayDays: 7,
}

/** How a centre works with seats until it says otherwise. */
export const DEFAULT_SEAT_RULES = {
  secondSeat: 'warn',
  supportDecidedBy: 'school',
  regularDecidedBy: 'owner',
  assignedBy: 'authority',
} as const

/** The longest target a centre may set, in calendar days; the shortest is one day. */
export const LONGEST_TARGET_DAYS = 365

export type TargetRefusal = {
  readonly code: 'target_out_of_range'
  readonly target: keyof Targets
  readonly min: number
  readonly max: number
}

/** Targets of whole days from 1 to 365. Refused: `target_out_of_range`, naming the first. */
export function checkTargets(targets: Targets): Result<Targets, TargetRefusal> {
  for (const target of ['counsellingDays', 'assignmentDays', 'firstDayDays'] as const) {
    const days = targets[target]
    if (!Number.isInteger(days) || days < 1 || days > LONGEST_TARGET_DAYS) {
      return err({ code: 'target_out_of_range', target, min: 1, max: LONGEST_TARGET_DAYS })
    }
  }
  return ok(targets)
}

/** Whether `code` can lead case numbers: two or three capital letters, as on number plates. */
export function isCentreCode(code: string): boolean {
  return /^[A-Z]{2,3}$/.test(code)
}
