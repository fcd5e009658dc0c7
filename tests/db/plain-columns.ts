/** Why a column of a child, a family or a case may be read without a key. */
export const WHY = {
  // the closed list of decision 0008
  id: 'ids',
  stage: 'stage and its dates',
  registered: 'date of Meldung',
  arrival: 'month of arrival',
  grade: 'grade',
  form: 'form',
  nationality: 'nationality',
  language: 'language',
  municipality: 'municipality',
  place: 'school and pool ids',
  number: 'case number',
  version: 'version',
  // beside it, each for the reason that decision 0015 gives
  beginning: '0015: when an appointment begins',
  due: '0015: the day a case is due',
  hold: '0015: how long a seat is held',
  answer: '0015: that a proposed school has said yes',
  outcome: '0015: whether a stage’s appointment took place',
  history: '0015: what happened, in whose role, recorded when',
  ledger: '0015: state of a seat entry, 0028: which seat of which kind it is',
  access: '0015: hashes, tries and times of a family’s access',
  trail: '0015: the trail names ids, dates, counts and codes',
  erasure: '0022: what became of a child that is gone, by ids, days, counts and codes',
  lock: '0022: until when nobody erases a case',
  whereabouts: 'product.md §7: the yearly answer of its school; who is still asked about is SQL',
  draft: '0026: that a person began a form, which, and when; never what',
  notice: '0015: that something in a case waits for a person, and since when',
  machinery: '0015: state of the program’s own work',
  sealed: 'an envelope',
} as const

type Why = keyof typeof WHY

/** Columns for these reasons say something of the child itself: P6 asks who sees them. */
export const PERSONAL = [
  ...(['registered', 'arrival', 'grade', 'form', 'nationality', 'language'] as const),
  ...(['municipality', 'number', 'beginning', 'lock'] as const),
] as const satisfies readonly Why[]

/** Every column of every table that has rows about a child, a family or a case. */
export const ABOUT_SOMEBODY = {
  family: {
    centre_id: 'id',
    id: 'id',
    sealed: 'sealed',
    version: 'version',
    created_at: 'history',
  },
  child: {
    ...{ centre_id: 'id', id: 'id', family_id: 'id', sealed: 'sealed', version: 'version' },
    created_at: 'history',
  },
  pupil_case: {
    ...{ centre_id: 'id', id: 'id', child_id: 'id', family_id: 'id', counsellor_id: 'id' },
    proposed_by: 'id',
    ...{ case_number: 'number', registered_on: 'registered', arrival_month: 'arrival' },
    ...{ grade: 'grade', form: 'form', nationality: 'nationality', language: 'language' },
    ...{ municipality_key: 'municipality', version: 'version' },
    ...{ school_number: 'place', pool_id: 'place', seat_entry_id: 'place' },
    ...{ stage: 'stage', stage_since: 'stage', appointment_on: 'stage', counselled_on: 'stage' },
    ...{ proposed_on: 'stage', assigned_on: 'stage', admitted_on: 'stage', first_day: 'stage' },
    ...{ planned_first_day: 'stage', last_review_on: 'stage', next_review_on: 'stage' },
    gone_on: 'whereabouts',
    ...{ ended_on: 'stage', close_reason: 'stage' },
    ...{ due_on: 'due', hold_until: 'hold', can_admit_at: 'answer' },
    ...{ capacity_reported_at: 'answer', capacity_kept_at: 'answer' },
  },
  case_event: {
    ...{ centre_id: 'id', id: 'id', case_id: 'id', account_id: 'id', school_number: 'place' },
    ...{ stage: 'stage', valid_on: 'stage', sealed: 'sealed' },
    ...{ event: 'history', recorded_at: 'history', role: 'history' },
  },
  interview: {
    ...{ centre_id: 'id', id: 'id', sealed: 'sealed', version: 'version' },
    ...{ finished_at: 'history', changed_at: 'history' },
  },
  language_support: { centre_id: 'id', id: 'id', sealed: 'sealed' },
  school_class: { centre_id: 'id', id: 'id', sealed: 'sealed', said_at: 'history' },
  whereabouts: {
    ...{ centre_id: 'id', id: 'id', case_id: 'id', answered_by: 'id' },
    ...{ school_year: 'whereabouts', is_here: 'whereabouts', answered_at: 'history' },
  },
  review: { centre_id: 'id', id: 'id', case_id: 'id', held_on: 'stage', sealed: 'sealed' },
  appointment: {
    ...{ centre_id: 'id', id: 'id', family_id: 'id', sealed: 'sealed' },
    ...{ starts_at: 'beginning', state: 'outcome' },
  },
  appointment_case: { centre_id: 'id', appointment_id: 'id', case_id: 'id', outcome: 'outcome' },
  seat_entry: {
    ...{ centre_id: 'id', id: 'id', pool_id: 'place', case_id: 'id', hold_until: 'hold' },
    ...{ state: 'ledger', made_at: 'ledger', released_at: 'ledger' },
    ...{ kind: 'ledger', seat_number: 'ledger', school_year: 'ledger' },
  },
  family_access: {
    ...{ centre_id: 'id', id: 'id', case_id: 'id', sealed: 'sealed' },
    ...{ code_hash: 'access', pin_hash: 'access', created_at: 'access', tries: 'access' },
    ...{ locked_at: 'access', revoked_at: 'access' },
  },
  family_session: {
    ...{ centre_id: 'id', id: 'id', access_id: 'id' },
    ...{ created_at: 'access', last_seen_at: 'access', absolute_end: 'access', ended_at: 'access' },
  },
  audit_entry: {
    ...{ centre_id: 'id', id: 'id', account_id: 'id', at: 'trail', role: 'trail' },
    ...{ action: 'trail', event: 'trail', request_id: 'trail', facts: 'trail' },
  },
  audit_case: { centre_id: 'id', entry_id: 'id', case_id: 'id' },
  audit_seal: { centre_id: 'id', seq: 'trail', entry_id: 'id', prev: 'trail', hmac: 'trail' },
  legal_hold: {
    ...{ centre_id: 'id', id: 'id', set_by: 'id', sealed: 'sealed' },
    ...{ until: 'lock', set_at: 'history' },
  },
  erasure: {
    ...{ centre_id: 'id', id: 'id', child_id: 'id', family_id: 'id', rule_id: 'id' },
    ...{ ordered_by: 'id', number: 'erasure', with_family: 'erasure', state: 'erasure' },
    ...{ ground: 'erasure', role: 'erasure', counts: 'erasure', ordered_at: 'erasure' },
    ...{ rows_gone_at: 'erasure', key_gone_at: 'erasure', finished_at: 'erasure' },
  },
  erasure_recipient: {
    ...{ centre_id: 'id', id: 'id', erasure_id: 'id', told_by: 'id', case_number: 'number' },
    ...{ school_number: 'place', kind: 'erasure', told_at: 'erasure' },
  },
  erasure_ledger: {
    ...{ centre_id: 'id', id: 'erasure', erased_on: 'erasure', ground: 'erasure' },
    role: 'erasure',
  },
  draft: {
    ...{ centre_id: 'id', id: 'id', account_id: 'id', case_id: 'id', sealed: 'sealed' },
    ...{ form: 'draft', saved_at: 'draft', kept_until: 'draft' },
  },
  desk_notice: {
    ...{ centre_id: 'id', id: 'id', account_id: 'id', case_id: 'id' },
    ...{ kind: 'notice', made_at: 'notice', read_at: 'notice' },
  },
  child_change: { centre_id: 'id', seq: 'machinery', child_id: 'id' },
  outbox: {
    ...{ centre_id: 'id', id: 'id', event_id: 'id', case_id: 'id', account_id: 'id' },
    sealed: 'sealed',
    ...{ channel: 'machinery', state: 'machinery', attempts: 'machinery', run_at: 'machinery' },
    ...{ lease_until: 'machinery', leased_by: 'machinery', created_at: 'machinery' },
  },
  command: {
    ...{ centre_id: 'id', id: 'id', actor_id: 'id', action: 'machinery' },
    ...{ result: 'machinery', done_at: 'machinery' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Why>>>>
