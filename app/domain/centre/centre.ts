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

/** Whether a proposal needs a regular place for later beside its support place (domain.md §3.7). */
export const SECOND_SEAT = ['required', 'warn', 'off'] as const

/** Who decides how many places of a kind a school has. */
export const SEATS_DECIDED_BY = ['school', 'owner'] as const

/**
 * Who assigns a proposed child: the authority, or the centre for it, and there with one person or
 * with a second one who did not propose (domain.md §1.3, transition 12).
 */
export const ASSIGNED_BY = ['authority', 'centre', 'two_at_centre'] as const

export type AssignedBy = (typeof ASSIGNED_BY)[number]

/** How a centre works: local rules, no law. */
export type CentreRules = {
  readonly secondSeat: (typeof SECOND_SEAT)[number]
  readonly supportDecidedBy: (typeof SEATS_DECIDED_BY)[number]
  readonly regularDecidedBy: (typeof SEATS_DECIDED_BY)[number]
  readonly assignedBy: AssignedBy
}

/** How a centre works until it says otherwise. */
export const DEFAULT_RULES = {
  secondSeat: 'warn',
  supportDecidedBy: 'school',
  regularDecidedBy: 'owner',
  assignedBy: 'authority',
} as const satisfies CentreRules

/** A rule that was set otherwise, with its codes before and after. */
export type RuleChange = {
  readonly rule: keyof CentreRules
  readonly from: string
  readonly to: string
}

/** Which rules differ, in the order in which the form asks for them. */
export function changedRules(before: CentreRules, after: CentreRules): readonly RuleChange[] {
  return (Object.keys(DEFAULT_RULES) as (keyof CentreRules)[])
    .filter((rule) => before[rule] !== after[rule])
    .map((rule) => ({ rule, from: before[rule], to: after[rule] }))
}

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
