import type { Kysely, Transaction } from 'kysely'
import type { Stage } from '#app/domain/case/stage.ts'
import type { DraftForm } from '#app/domain/draft/draft.ts'
import type {
  AccountId,
  AppointmentId,
  CaseId,
  CentreId,
  ChildId,
  FamilyId,
  MunicipalityKey,
  ReviewId,
  SchoolNumber,
  SeatEntryId,
  SeatPoolId,
} from '#app/domain/ids.ts'
import type { DeskNoticeKind } from '#app/domain/notice/desk-notice.ts'
import type { ErasureGround, ErasureState, RecipientKind } from '#app/domain/privacy/erasure.ts'
import type { RetentionClass, RetentionTrigger } from '#app/domain/privacy/retention.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'

/** An AES-256-GCM envelope as `db/sealing/envelope.ts` writes it; plain text does not fit here. */
export type Sealed = string & { readonly __sealed: true }

/** 0 or 1: better-sqlite3 binds no booleans, and both engines store the same. */
export type Flag = 0 | 1

/** Centre id of what belongs to the installation and to no centre (operator's trail, sign-ins). */
export const INSTALLATION = 'installation' as CentreId

/** What can prove a person beside the password; `provider`: the single sign-on said it had. */
export type Factor = 'totp' | 'passkey' | 'recovery_code' | 'provider'

type Centre = {
  id: CentreId
  name: string
  code: string
  phone: string | null
  address: string | null
  target_counselling_days: number
  target_assignment_days: number
  target_first_day_days: number
  hold_days: number
  source: 'operator' | 'demo'
  /** Whether a support place needs a regular place with it (domain.md §3.7). */
  second_seat: 'required' | 'warn' | 'off'
  /** Who decides how many places of a kind there are. */
  support_decided_by: 'school' | 'owner'
  regular_decided_by: 'school' | 'owner'
  /** Who assigns: the authority, or the centre for it, with one or two people. */
  assigned_by: 'authority' | 'centre' | 'two_at_centre'
  version: number
}
type CentreArea = { centre_id: CentreId; municipality_key: MunicipalityKey }
type Municipality = { key: MunicipalityKey; name: string; east: number; north: number }
type School = {
  number: SchoolNumber
  source: 'list' | 'demo'
  form: SchoolForm
  name_1: string
  name_2: string
  name_3: string
  short_name: string
  district: string | null
  postcode: string
  town: string
  street: string
  phone_prefix: string
  phone: string
  fax_prefix: string
  fax: string
  email: string
  homepage: string
  legal_form: string
  owner_number: string
  municipality_key: MunicipalityKey
  status: string
  status_on: CalendarDate
  epsg: string
  east: number
  north: number
  delisted_on: CalendarDate | null
}

type Account = {
  id: AccountId
  email: string
  name: string
  password_hash: string | null
  state: 'invited' | 'active' | 'disabled'
  link_hash: string | null
  link_expires_at: Instant | null
  created_at: Instant
  version: number
}
type RoleAssignment = {
  id: string
  account_id: AccountId
  role: string
  scope_centre_id: CentreId | null
  school_number: SchoolNumber | null
  owner_number: string | null
  /** AGS prefixes, comma separated; null: the whole centre. */
  area: string | null
  /** Keys of Schulformen, comma separated; null: all. */
  forms: string | null
  created_at: Instant
  ended_at: Instant | null
}
type Session = {
  id_hash: string
  account_id: AccountId
  created_at: Instant
  last_seen_at: Instant
  absolute_end: Instant
  step_up_until: Instant | null
  ended_at: Instant | null
  /** What proved the person beside the password; null: nothing yet. */
  factor: Factor | null
  factor_at: Instant | null
  /** "Firefox unter Windows": never the browser's own words. */
  browser: string | null
}
type SecondFactor = {
  id: string
  account_id: AccountId
  kind: 'totp' | 'passkey'
  /** What its person calls it. */
  label: string
  /** A TOTP's secret, or a passkey's public credential, under the account's key. */
  sealed: Sealed
  /** The last time step whose code was used, or a passkey's signature counter: never goes back. */
  counter: number
  created_at: Instant
  /** Null: being set up; proves nobody yet. */
  confirmed_at: Instant | null
}
type RecoveryCode = {
  account_id: AccountId
  /** 0 to 9: the code's first digit, so that one hash is checked and not ten. */
  place: number
  code_hash: string
  made_at: Instant
  used_at: Instant | null
}
/** A question put to a passkey: answered once, within minutes. */
type PasskeyChallenge = {
  id: string
  account_id: AccountId
  challenge: string
  expires_at: Instant
}
/** Who somebody is at the provider of the single sign-on. */
type ProviderLink = { issuer: string; subject: string; account_id: AccountId; created_at: Instant }
type AccountNotice = {
  id: string
  account_id: AccountId
  at: Instant
  kind: string
  /** In which role somebody else did it; null: the person. */
  by_role: string | null
  acknowledged_at: Instant | null
}
type Job = {
  id: string
  kind: string
  dedupe_key: string
  payload: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  attempts: number
  run_at: Instant
  lease_until: Instant | null
  leased_by: string | null
  created_at: Instant
}

type Family = {
  centre_id: CentreId
  id: FamilyId
  sealed: Sealed
  version: number
  created_at: Instant
}
type Child = {
  centre_id: CentreId
  id: ChildId
  family_id: FamilyId
  sealed: Sealed
  version: number
  created_at: Instant
}
type PupilCase = {
  centre_id: CentreId
  id: CaseId
  case_number: string
  child_id: ChildId
  family_id: FamilyId
  stage: Stage
  stage_since: CalendarDate
  /** Day the running clock reaches its target, or the next review; null: nothing is due. */
  due_on: CalendarDate | null
  registered_on: CalendarDate
  appointment_on: CalendarDate | null
  counselled_on: CalendarDate | null
  proposed_on: CalendarDate | null
  assigned_on: CalendarDate | null
  admitted_on: CalendarDate | null
  planned_first_day: CalendarDate | null
  first_day: CalendarDate | null
  last_review_on: CalendarDate | null
  next_review_on: CalendarDate | null
  /** Since when its school says that the child is not there any more. */
  gone_on: CalendarDate | null
  ended_on: CalendarDate | null
  close_reason: string | null
  grade: number | null
  form: SchoolForm | null
  nationality: string | null
  language: string
  municipality_key: MunicipalityKey
  arrival_month: string | null
  counsellor_id: AccountId | null
  school_number: SchoolNumber | null
  pool_id: SeatPoolId | null
  seat_entry_id: SeatEntryId | null
  hold_until: Instant | null
  can_admit_at: Instant | null
  /** Since when a school waits for the authority's word because it has no place for the child. */
  capacity_reported_at: Instant | null
  /** When the authority decided that the assignment stays all the same. */
  capacity_kept_at: Instant | null
  /** Who proposed the school; null before and after, and where the program did. */
  proposed_by: AccountId | null
  version: number
}
type CaseEvent = {
  centre_id: CentreId
  id: string
  case_id: CaseId
  /** What happened, past tense: `proposal_declined`. */
  event: string
  /** Stage reached by it; null when the stage stayed. */
  stage: Stage | null
  valid_on: CalendarDate
  recorded_at: Instant
  account_id: AccountId | null
  role: string
  school_number: SchoolNumber | null
  /** The reason, its code and its words, under the child's key. */
  sealed: Sealed | null
}
type Interview = {
  centre_id: CentreId
  id: CaseId
  sealed: Sealed
  finished_at: Instant | null
  version: number
  changed_at: Instant
}
type LanguageSupport = {
  centre_id: CentreId
  id: CaseId
  /** How many months it lasts, without why, under the child's key. */
  sealed: Sealed
}
type SchoolClassTable = {
  centre_id: CentreId
  id: CaseId
  /** The class, its kind and how long support lasts, under the child's key. */
  sealed: Sealed
  said_at: Instant
}
type Whereabouts = {
  centre_id: CentreId
  id: string
  case_id: CaseId
  school_year: number
  is_here: Flag
  answered_at: Instant
  answered_by: AccountId
}
type Review = {
  centre_id: CentreId
  id: ReviewId
  case_id: CaseId
  held_on: CalendarDate
  sealed: Sealed
}
type Appointment = {
  centre_id: CentreId
  id: AppointmentId
  family_id: FamilyId
  starts_at: Instant
  state: 'planned' | 'cancelled'
  /** How long, in which mode and where, under the family's key. */
  sealed: Sealed
}
type AppointmentCase = {
  centre_id: CentreId
  appointment_id: AppointmentId
  case_id: CaseId
  outcome: 'planned' | 'came' | 'missed' | 'cancelled'
}

type SeatPool = {
  centre_id: CentreId
  id: SeatPoolId
  school_number: SchoolNumber
  school_year: number
  grade_from: number
  grade_to: number
  kind: 'support' | 'regular'
  seats: number
  /** 1: stated by the school, entered by a counsellor because the school has no account. */
  entered_for_school: Flag
  decided_by: AccountId
  decided_at: Instant
  version: number
  /** Seats where children sit who came another way, as last told; nobody of them is named. */
  others: number
  /** Parallel classes of each grade; null: nobody said. */
  classes: number | null
  /** Seats kept back for expected arrivals, through `reserve_until`. */
  reserve: number
  reserve_until: CalendarDate | null
  /** The next day on which another decision comes into force; null: none. */
  changes_on: CalendarDate | null
  /** How many of the seats last through the school year, where some do not; null: all. */
  lasting: number | null
}
type SeatDecision = {
  centre_id: CentreId
  id: string
  pool_id: SeatPoolId
  seats: number
  reason_code: string
  entered_for_school: Flag
  decided_by: AccountId
  decided_at: Instant
  valid_from: CalendarDate
  /** The last day; null: until a later decision. */
  valid_to: CalendarDate | null
  others: number
  classes: number | null
  /** The pool's version that came of it: the order of its decisions. */
  pool_version: number
}
type SeatEntry = {
  centre_id: CentreId
  id: SeatEntryId
  pool_id: SeatPoolId
  case_id: CaseId
  state: 'hold' | 'assigned' | 'taken' | 'released'
  hold_until: Instant | null
  made_at: Instant
  released_at: Instant | null
  /** Of what kind the pool is: a child has one live entry of each. */
  kind: 'support' | 'regular'
  /** The seat of the pool, from 1 on; 0 for what was released before seats had numbers. */
  seat_number: number
  /** Of which school year the pool is: a child has one live entry of each kind and year. */
  school_year: number
}

type FamilyAccess = {
  centre_id: CentreId
  id: string
  case_id: CaseId
  code_hash: string
  pin_hash: string
  /** The short code itself, under the child's key, so that a reprint can show it again. */
  sealed: Sealed
  created_at: Instant
  tries: number
  locked_at: Instant | null
  revoked_at: Instant | null
}
type FamilySession = {
  centre_id: CentreId
  id: string
  access_id: string
  created_at: Instant
  last_seen_at: Instant
  absolute_end: Instant
  ended_at: Instant | null
}

type AuditEntry = {
  centre_id: CentreId
  id: string
  at: Instant
  account_id: AccountId | null
  role: string
  action: string
  event: string
  request_id: string
  /** Ids, dates, counts and codes as JSON: see `app/audit/events.ts`. */
  facts: string
}
type AuditCase = { centre_id: CentreId; entry_id: string; case_id: CaseId }
type AuditSeal = { centre_id: CentreId; seq: number; entry_id: string; prev: string; hmac: string }
type ChildChange = { centre_id: CentreId; seq: number; child_id: ChildId }
type CaseCounter = { centre_id: CentreId; year: number; last: number }
type Outbox = {
  centre_id: CentreId
  id: string
  /** The member of staff it goes to; null: to somebody else. */
  account_id: AccountId | null
  event_id: string
  channel: string
  case_id: CaseId | null
  /** Null: a mail to a member of staff says nothing about anybody, so it hangs on no child's key. */
  sealed: Sealed | null
  state: 'waiting' | 'running' | 'done' | 'failed'
  attempts: number
  run_at: Instant
  lease_until: Instant | null
  leased_by: string | null
  created_at: Instant
}
/** A command that was carried out once: the same key gets the same answer, not a second effect. */
type Command = {
  centre_id: CentreId
  id: string
  actor_id: string
  action: string
  result: string
  done_at: Instant
}
type RateLimit = { centre_id: CentreId; id: string; window_ends_at: Instant; tries: number }

/** How a backup ended. */
type BackupRun = {
  id: string
  started_at: Instant
  ended_at: Instant
  state: 'done' | 'failed'
  /** Why it failed: the code of a refusal. */
  code: string | null
}
/** A period as somebody proposed it, and whether somebody else approved it. */
type RetentionRule = {
  centre_id: CentreId
  id: string
  class: RetentionClass
  trigger_event: RetentionTrigger
  months: number
  action: 'delete'
  /** The ground as it stood on the page when the rule was proposed. */
  law_ref: string
  /** Null: the program's own proposal. */
  proposed_by: AccountId | null
  proposed_at: Instant
  approved_by: AccountId | null
  approved_at: Instant | null
  valid_from: CalendarDate | null
  ended_at: Instant | null
}
/** Nobody erases the case until then; why stands sealed under the child's key. */
type LegalHold = {
  centre_id: CentreId
  id: CaseId
  until: CalendarDate
  sealed: Sealed
  set_by: AccountId
  set_at: Instant
}
type Erasure = {
  centre_id: CentreId
  id: string
  number: number
  /** Null once the child is gone from every file. */
  child_id: ChildId | null
  family_id: FamilyId | null
  /** 1: the last child of its family, which goes with it. */
  with_family: Flag
  state: ErasureState
  ground: ErasureGround
  rule_id: string | null
  role: string
  ordered_by: AccountId | null
  ordered_at: Instant
  rows_gone_at: Instant | null
  key_gone_at: Instant | null
  finished_at: Instant | null
  /** What was deleted, by kind, as JSON. */
  counts: string
}
type ErasureRecipient = {
  centre_id: CentreId
  id: string
  erasure_id: string
  kind: RecipientKind
  school_number: SchoolNumber | null
  /** Until they have been told: it is all they know the child by. */
  case_number: string | null
  told_at: Instant | null
  told_by: AccountId | null
}
/** Who was erased, as a keyed hash: what a restored backup brings back is found by it. */
type ErasureLedger = {
  centre_id: CentreId
  id: string
  erased_on: CalendarDate
  ground: ErasureGround
  role: string
}
type RetentionRun = {
  centre_id: CentreId
  id: string
  /** Counts the entries: a clock that jumped back must not change their order. */
  seq: number
  at: Instant
  outcome: 'done' | 'stopped' | 'confirmed'
  erased: number
  account_id: AccountId | null
}

type Draft = {
  centre_id: CentreId
  id: string
  account_id: AccountId
  /** Null: the form is about no case; the row then has a key of its own. */
  case_id: CaseId | null
  form: DraftForm
  sealed: Sealed
  saved_at: Instant
  kept_until: Instant
}

/** That something waits for a member of staff: which kind, and in which case. */
type DeskNotice = {
  centre_id: CentreId
  id: string
  account_id: AccountId
  kind: DeskNoticeKind
  case_id: CaseId | null
  made_at: Instant
  read_at: Instant | null
}
/** A row: its person wants no mail. */
type MailRefusal = { account_id: AccountId; since: Instant }

/** Every table, as both engines store it (instants and dates as text, flags as 0 and 1). */
export type Schema = {
  centre: Centre
  centre_area: CentreArea
  municipality: Municipality
  school: School
  account: Account
  role_assignment: RoleAssignment
  session: Session
  second_factor: SecondFactor
  recovery_code: RecoveryCode
  passkey_challenge: PasskeyChallenge
  provider_link: ProviderLink
  account_notice: AccountNotice
  job: Job
  family: Family
  child: Child
  pupil_case: PupilCase
  case_event: CaseEvent
  interview: Interview
  language_support: LanguageSupport
  school_class: SchoolClassTable
  review: Review
  whereabouts: Whereabouts
  appointment: Appointment
  appointment_case: AppointmentCase
  seat_pool: SeatPool
  seat_decision: SeatDecision
  seat_entry: SeatEntry
  family_access: FamilyAccess
  family_session: FamilySession
  audit_entry: AuditEntry
  audit_case: AuditCase
  audit_seal: AuditSeal
  child_change: ChildChange
  case_counter: CaseCounter
  outbox: Outbox
  command: Command
  rate_limit: RateLimit
  backup_run: BackupRun
  retention_rule: RetentionRule
  legal_hold: LegalHold
  erasure: Erasure
  erasure_recipient: ErasureRecipient
  erasure_ledger: ErasureLedger
  retention_run: RetentionRun
  draft: Draft
  desk_notice: DeskNotice
  mail_refusal: MailRefusal
}

/** Reads. Either a reader connection or the transaction one is in. */
export type Db = Kysely<Schema>

/** Writes. Only `transact` and the start of the program make one. */
export type Tx = Transaction<Schema>

export type Engine = 'sqlite' | 'postgres'

/** A row of a table as a query returns it. */
export type Row<Table extends keyof Schema> = Readonly<Schema[Table]>
