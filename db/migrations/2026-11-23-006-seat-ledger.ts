import { type Kysely, type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'

const LIVE = "state in ('hold', 'assigned', 'taken')"

/**
 * The seat ledger in full (decision 0028): every entry sits on a numbered seat of its pool, a child
 * can have a support place and a regular place, a decision holds from a day to a day, and a centre
 * says how it works with seats.
 */
export function seatLedger(engine: Engine): Migration {
  return {
    up: async (db) => {
      for (const column of NEW_COLUMNS) await add(db, column)
      await numberSeats(db)
      await sql.raw('drop index seat_entry_one_live').execute(db)
      for (const index of INDEXES) await sql.raw(index).execute(db)
      for (const statement of engine === 'sqlite' ? WALL_SQLITE : WALL_POSTGRES) {
        await sql.raw(statement).execute(db)
      }
    },
  }
}

/** Columns as both engines take them; an added CHECK carries on with the table's numbers. */
const NEW_COLUMNS = [
  `centre.second_seat text not null default 'warn' constraint "centre_check_6" check (second_seat in ('required', 'warn', 'off'))`,
  `centre.support_decided_by text not null default 'school' constraint "centre_check_7" check (support_decided_by in ('school', 'owner'))`,
  `centre.regular_decided_by text not null default 'owner' constraint "centre_check_8" check (regular_decided_by in ('school', 'owner'))`,
  `centre.assigned_by text not null default 'authority' constraint "centre_check_9" check (assigned_by in ('authority', 'centre', 'two_at_centre'))`,
  `seat_pool.others integer not null default 0 constraint "seat_pool_check_6" check (others between 0 and 999)`,
  `seat_pool.classes integer constraint "seat_pool_check_7" check (classes between 1 and 40)`,
  `seat_pool.reserve integer not null default 0 constraint "seat_pool_check_8" check (reserve between 0 and 999)`,
  `seat_pool.reserve_until text`,
  `seat_pool.changes_on text`,
  `seat_decision.others integer not null default 0 constraint "seat_decision_check_3" check (others between 0 and 999)`,
  `seat_decision.classes integer constraint "seat_decision_check_4" check (classes between 1 and 40)`,
  `seat_decision.valid_to text constraint "seat_decision_check_5" check (valid_to >= valid_from)`,
  `seat_decision.pool_version integer not null default 0`,
  `seat_entry.kind text not null default 'support' constraint "seat_entry_check_4" check (kind in ('support', 'regular'))`,
  `seat_entry.seat_number integer not null default 0 constraint "seat_entry_check_5" check (seat_number between 0 and 999)`,
] as const

function add(db: Kysely<unknown>, column: string): Promise<unknown> {
  const dot = column.indexOf('.')
  const [table, definition] = [column.slice(0, dot), column.slice(dot + 1)]
  return sql.raw(`alter table ${table} add column ${definition}`).execute(db)
}

/** Entries that still count get the numbers 1, 2, 3 … of their pool, the oldest first. */
function numberSeats(db: Kysely<unknown>): Promise<unknown> {
  return sql
    .raw(
      `update seat_entry set seat_number = (
         select count(*) from seat_entry other
         where other.centre_id = seat_entry.centre_id and other.pool_id = seat_entry.pool_id
           and other.state <> 'released'
           and (other.made_at < seat_entry.made_at
             or (other.made_at = seat_entry.made_at and other.id <= seat_entry.id)))
       where state <> 'released'`,
    )
    .execute(db)
}

const INDEXES = [
  `create unique index seat_entry_one_live on seat_entry (centre_id, case_id, kind) where ${LIVE}`,
  "create unique index seat_entry_one_seat on seat_entry (centre_id, pool_id, seat_number) where state <> 'released'",
  // what the job looks for that ends holds
  "create index pupil_case_hold on pupil_case (hold_until, centre_id, id) where stage = 'proposed'",
]

/** The second wall: nobody sits down on a seat that nobody decided on, whatever the program says. */
const BEYOND = `new.state <> 'released' and new.seat_number not between 1 and (
  select pool.seats - pool.others from seat_pool pool
  where pool.centre_id = new.centre_id and pool.id = new.pool_id)`

const WALL_SQLITE = [
  ['insert', 'insert'],
  ['move', 'update of seat_number, pool_id'],
].map(
  ([name, verb]) =>
    `create trigger seat_entry_beyond_${name} before ${verb} on seat_entry when ${BEYOND}
     begin select raise(abort, 'seat_entry: the pool has no such seat'); end`,
)

const WALL_POSTGRES = [
  `create function seat_entry_beyond() returns trigger language plpgsql as
   $$ begin
     if ${BEYOND} then raise exception 'seat_entry: the pool has no such seat'; end if;
     return new;
   end $$`,
  `create trigger seat_entry_beyond before insert or update of seat_number, pool_id on seat_entry
   for each row execute function seat_entry_beyond()`,
]
