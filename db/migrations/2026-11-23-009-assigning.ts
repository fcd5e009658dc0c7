import { type Migration, sql } from 'kysely'

/** Who proposed, for centres that assign with two people; and how a centre worked when. */
export function assigning(): Migration {
  return {
    up: async (db) => {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
    },
  }
}

const STATEMENTS = [
  'alter table pupil_case add column proposed_by text references account (id)',
  // what is proposed already was proposed by whom its history says
  `update pupil_case set proposed_by = (
    select account_id from case_event
    where case_event.centre_id = pupil_case.centre_id and case_event.case_id = pupil_case.id
      and case_event.event = 'school_proposed' and case_event.stage = 'proposed'
    order by case_event.recorded_at desc, case_event.id desc limit 1
  ) where stage = 'proposed'`,
  // how a centre works changes a few times a year, in a trail of millions
  "create index audit_entry_rules on audit_entry (centre_id, id) where event = 'rules_changed'",
]
