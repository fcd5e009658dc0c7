import type { Stage } from '../case/stage.ts'
import { LEGAL_SOURCES, type LegalSource } from '../law/legal-source.ts'
import { addDays, addMonths, type CalendarDate } from '../time.ts'

/** The kinds of case files with a period of their own. */
export const RETENTION_CLASSES = ['ended_early', 'follow_up_over', 'never_completed'] as const
export type RetentionClass = (typeof RETENTION_CLASSES)[number]

/** The day from which a period counts. */
export type RetentionTrigger = 'case_ended' | 'first_day'

export type RetentionProposal = {
  readonly trigger: RetentionTrigger
  readonly months: number
  /** The ground of minimisation; no statute names a period for the file of a KI (domain.md, [D]). */
  readonly source: LegalSource
}

/**
 * What we propose, and nobody has approved: promises.md §6.3 and domain.md ("KI-only case data"). A
 * proposal erases nothing; see `rulesOn` in `db/queries/retention.server.ts`.
 */
export const RETENTION_PROPOSALS: Readonly<Record<RetentionClass, RetentionProposal>> = {
  ended_early: { trigger: 'case_ended', months: 3, source: LEGAL_SOURCES.storageLimit },
  follow_up_over: { trigger: 'case_ended', months: 12, source: LEGAL_SOURCES.storageLimit },
  never_completed: { trigger: 'first_day', months: 60, source: LEGAL_SOURCES.storageLimit },
}

/** Longest period a rule can name, in months: 50 years, the longest of § 9 VO-DV I. */
export const LONGEST_PERIOD_MONTHS = 600

/** The months that hold for each kind of file; a kind that is missing is kept. */
export type Periods = Readonly<Partial<Record<RetentionClass, number>>>

/** What a period is counted from: one case of a child. */
export type CaseFile = {
  readonly stage: Stage
  /** The day the case ended; null: it is open. */
  readonly endedOn: CalendarDate | null
  readonly firstDay: CalendarDate | null
  /** The last day on which nobody may erase it; null: no hold. */
  readonly heldUntil: CalendarDate | null
}

export type Due = { readonly on: CalendarDate; readonly class: RetentionClass }

/** The kind of a file; null: it is still being worked on and is never due by itself. */
export function retentionClassOf(stage: Stage): RetentionClass | null {
  switch (stage) {
    case 'not_responsible':
    case 'self_enrolment':
    case 'closed':
      return 'ended_early'
    case 'completed':
      return 'follow_up_over'
    case 'attending':
    case 'regular_class':
      return 'never_completed'
    default:
      return null
  }
}

/**
 * The first day on which a case may be erased: the day after its period has run out (§ 187 Abs. 1,
 * § 188 Abs. 2 and 3 BGB: the day of the event is not counted, a month that is too short ends on its
 * last day), and after a hold. Null: no rule, or nothing to count from.
 */
export function caseDue(file: CaseFile, periods: Periods): Due | null {
  const kind = retentionClassOf(file.stage)
  if (kind === null) return null
  const months = periods[kind]
  const from = RETENTION_PROPOSALS[kind].trigger === 'case_ended' ? file.endedOn : file.firstDay
  if (months === undefined || from === null) return null
  const free = addDays(addMonths(from, months), 1)
  const on = file.heldUntil === null ? free : later(free, addDays(file.heldUntil, 1))
  return { on, class: kind }
}

/**
 * The first day on which a child may be erased: when the last of its cases may. One open case, or one
 * without a rule, keeps all of them: there is one child behind them.
 */
export function childDue(files: readonly CaseFile[], periods: Periods): Due | null {
  let latest: Due | null = null
  for (const file of files) {
    const due = caseDue(file, periods)
    if (due === null) return null
    if (latest === null || due.on > latest.on) latest = due
  }
  return latest
}

/** Whether somebody holds one of the cases on a day: then nobody erases the child, by whatever ground. */
export function isHeldOn(files: readonly CaseFile[], day: CalendarDate): boolean {
  return files.some(({ heldUntil }) => heldUntil !== null && heldUntil >= day)
}

/** How far apart two retention runs may lie before a person is asked whether the clock is right, in days. */
const LONGEST_GAP_DAYS = 7

/**
 * Whether the clock can be believed: a wrong clock must not erase a database (F5). `last` is when the
 * last run was, or when a person last said that the clock is right; null: there was none.
 */
export function isClockBelievable(last: Date | null, now: Date): boolean {
  if (last === null) return true
  const gapMs = now.getTime() - last.getTime()
  return gapMs >= 0 && gapMs <= LONGEST_GAP_DAYS * 86_400_000
}

/** Rows of the program's own work, and how long after they have served their time they stay, in hours. */
export const WORKING_DATA_HOURS = {
  /** A form may be sent again and counts once. */
  commands: 48,
  jobs: 14 * 24,
  sessions: 30 * 24,
  family_sessions: 30 * 24,
  /** Messages that were delivered; others too, unless their person still waits for them. */
  outbox: 7 * 24,
  /** Notices on a desk, after they were read. */
  desk_notices: 14 * 24,
  /** Notices that nobody has read: what they told of is long over. */
  unread_notices: 90 * 24,
} as const

/** How long a family can still read on its page that its case has ended, in days. */
export const FAMILY_ACCESS_DAYS = 14

function later(one: CalendarDate, other: CalendarDate): CalendarDate {
  return one > other ? one : other
}
