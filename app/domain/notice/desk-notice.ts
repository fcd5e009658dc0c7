import type { AccountId, CentreId, MunicipalityKey, SchoolNumber } from '../ids.ts'
import type { SchoolForm } from '../school/form.ts'
import { addHours, type Instant } from '../time.ts'

/** What a person is told of: that something waits for them. Never what about whom. */
export const DESK_NOTICE_KINDS = [
  'school_proposed',
  'school_assigned',
  'proposal_waits',
  'assignment_waits',
  'proposal_declined',
  'school_can_admit',
  'admission_confirmed',
  'proposal_sent_back',
  'case_assigned',
  'hold_ran_out',
  'capacity_reported',
  'report_waits',
  'case_reported',
  'school_kept',
  'case_kept',
  'school_taken_back',
  'case_taken_back',
  'child_not_started',
  'child_gone',
  'regular_place_missing',
  'regular_place_sought',
] as const

export type DeskNoticeKind = (typeof DESK_NOTICE_KINDS)[number]

/** Whose turn it is: the school in question, the authority of the area, or who counsels the case. */
export type NoticeAudience = 'school' | 'authority' | 'counsellor'

/** The page on which somebody is told; each audience has one. */
export const DESKS = {
  school: '/schultisch',
  authority: '/schulamt',
  counsellor: '/arbeitsliste',
} as const satisfies Readonly<Record<NoticeAudience, string>>

const AUDIENCE: Readonly<Record<DeskNoticeKind, NoticeAudience>> = {
  school_proposed: 'school',
  school_assigned: 'school',
  proposal_waits: 'authority',
  assignment_waits: 'counsellor',
  proposal_declined: 'counsellor',
  school_can_admit: 'counsellor',
  admission_confirmed: 'counsellor',
  proposal_sent_back: 'counsellor',
  case_assigned: 'counsellor',
  hold_ran_out: 'counsellor',
  capacity_reported: 'authority',
  report_waits: 'counsellor',
  case_reported: 'counsellor',
  school_kept: 'school',
  case_kept: 'counsellor',
  school_taken_back: 'school',
  case_taken_back: 'counsellor',
  child_not_started: 'counsellor',
  child_gone: 'counsellor',
  regular_place_missing: 'counsellor',
  regular_place_sought: 'authority',
}

const TOLD_OF: Readonly<Record<string, readonly DeskNoticeKind[]>> = {
  // of the last two one finds nobody: either the authority assigns or the centre for it
  school_proposed: ['school_proposed', 'proposal_waits', 'assignment_waits'],
  case_assigned: ['school_assigned', 'case_assigned'],
  proposal_declined: ['proposal_declined'],
  school_can_admit: ['school_can_admit'],
  admission_confirmed: ['admission_confirmed'],
  proposal_sent_back: ['proposal_sent_back'],
  proposal_expired: ['hold_ran_out'],
  // who answers, and who counsels the case and does not answer
  capacity_reported: ['capacity_reported', 'report_waits', 'case_reported'],
  assignment_kept: ['school_kept', 'case_kept'],
  assignment_taken_back: ['school_taken_back', 'case_taken_back'],
  school_not_started: ['child_not_started'],
  gone_from_school: ['child_gone'],
  regular_place_missing: ['regular_place_missing', 'regular_place_sought'],
}

/** What people are told when this happened in a case (`school_proposed`); mostly nothing. */
export function noticesOf(event: string): readonly DeskNoticeKind[] {
  return Object.hasOwn(TOLD_OF, event) ? (TOLD_OF[event] ?? []) : []
}

/** The events of which a kind tells: of these one gave rise to it. */
export function eventsTold(kind: DeskNoticeKind): readonly string[] {
  return Object.keys(TOLD_OF).filter((event) => noticesOf(event).includes(kind))
}

/** What an answer that changes no stage has settled; any other decision settles {@link SETTLED}. */
const SETTLES: Readonly<Record<string, readonly DeskNoticeKind[]>> = {
  school_can_admit: ['school_proposed'],
  // whoever counsels is not to wait for a school that waits itself
  capacity_reported: ['school_assigned', 'school_kept', 'case_assigned', 'case_kept'],
  class_said: [],
  regular_place_taken: [],
  regular_place_missing: [],
}

/**
 * Told to a school that has nothing of the case any more: were it settled by what happens to the child
 * afterwards, its going would tell the school that something did (P5). It stands until it is read.
 */
const UNTIL_READ: readonly DeskNoticeKind[] = ['school_taken_back']

/**
 * What is settled for whoever is told a kind: a school that is asked again about a child learns with the
 * question all there is to know, and is not told any more that it was taken back before.
 */
const SETTLED_FOR: Readonly<Partial<Record<DeskNoticeKind, readonly DeskNoticeKind[]>>> = {
  school_proposed: UNTIL_READ,
}

/** The kinds that do not hold any more for those who are now told `kind` of the same case. */
export function settledForTold(kind: DeskNoticeKind): readonly DeskNoticeKind[] {
  return SETTLED_FOR[kind] ?? []
}

const SETTLED: readonly DeskNoticeKind[] = DESK_NOTICE_KINDS.filter(
  (kind) => !UNTIL_READ.includes(kind),
)

/** What nobody has to read any more once this happened in the case: something newer holds. */
export function settledBy(event: string): readonly DeskNoticeKind[] {
  return Object.hasOwn(SETTLES, event) ? (SETTLES[event] ?? []) : SETTLED
}

const TOLD_ROLES: Readonly<Record<NoticeAudience, readonly string[]>> = {
  school: ['school'],
  authority: ['authority'],
  counsellor: ['counsellor', 'lead'],
}

/** The roles in a centre that are told what an audience is told. */
export function rolesTold(audience: NoticeAudience): readonly string[] {
  return TOLD_ROLES[audience]
}

/** What decides who is told of a notice still. */
export type ToldFacts = {
  readonly kind: DeskNoticeKind
  readonly centreId: CentreId
  /** The school that it is told for; null: it is told to no school, or for which is not known. */
  readonly schoolNumber: SchoolNumber | null
  /** Told to an authority: where its child lives now. Else null. */
  readonly municipality: MunicipalityKey | null
  /** Told to an authority: the form of the school its case is about now, if of one. Else null. */
  readonly schoolForm: SchoolForm | null
}

/** Who is told of it. */
export function audienceOf(kind: DeskNoticeKind): NoticeAudience {
  return AUDIENCE[kind]
}

/** The kinds that an audience is told of. */
export function kindsFor(audience: NoticeAudience): readonly DeskNoticeKind[] {
  return DESK_NOTICE_KINDS.filter((kind) => AUDIENCE[kind] === audience)
}

/** Somebody at the centre who could be told. */
export type Colleague = {
  readonly accountId: AccountId
  readonly role: 'counsellor' | 'lead'
}

/**
 * Who at the centre is told of a case: who counsels it, where that is still somebody who counsels
 * here; else everybody who does; else the leads, so that nobody is forgotten where one alone works.
 */
export function toldAtCentre(
  counsellorId: AccountId | null,
  colleagues: readonly Colleague[],
): readonly AccountId[] {
  const own = colleagues.filter(({ accountId }) => accountId === counsellorId)
  const counsellors = colleagues.filter(({ role }) => role === 'counsellor')
  const told = [own, counsellors].find((some) => some.length > 0) ?? colleagues
  return [...new Set(told.map(({ accountId }) => accountId))]
}

/** Who acts knows of it: everybody else, each once, always in the same order. */
export function withoutActor(
  accountIds: readonly AccountId[],
  actorId: AccountId | null,
): readonly AccountId[] {
  return [...new Set(accountIds)].filter((id) => id !== actorId).toSorted()
}

/** How long a mail waits for further notices to the same person, in minutes: they become one. */
const GATHER_MINUTES = 10

/** From when an unsent mail counts as not delivered, in minutes (F7). */
const LATE_MINUTES = 15

/** Between two tries the wait doubles, from a minute to at most so many. */
const LONGEST_WAIT_MINUTES = 120

/** After so many hours a mail is given up: all that it tells of is a day old. */
const GIVE_UP_HOURS = 24

/** When a mail that is written now is due. */
export function mailDueAt(now: Instant): Instant {
  return addHours(now, GATHER_MINUTES / 60)
}

/** What was written before this moment and is not sent yet counts as not delivered. */
export function lateBefore(now: Instant): Instant {
  return addHours(now, -LATE_MINUTES / 60)
}

/**
 * When a mail is tried again after its try number `attempts` failed; null: it is given up. `newest`
 * is when the last thing it tells of happened: a mail that waits gathers what comes later.
 */
export function nextTryAt(attempts: number, newest: Instant, now: Instant): Instant | null {
  const minutes = Math.min(2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MINUTES)
  const next = addHours(now, minutes / 60)
  return next < addHours(newest, GIVE_UP_HOURS) ? next : null
}
