import { type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'

/**
 * How many seats of a pool last through its school year, and the second wall further out: no decision
 * lets more other children sit than it has seats, and an entry is of its pool's kind.
 */
export function lastingSeats(engine: Engine): Migration {
  return {
    up: async (db) => {
      const statements = engine === 'sqlite' ? WALL_SQLITE : WALL_POSTGRES
      for (const statement of [COLUMN, DUE, ...statements]) await sql.raw(statement).execute(db)
    },
  }
}

const COLUMN = `alter table seat_pool add column lasting integer
  constraint "seat_pool_check_9" check (lasting between 0 and 999)`

/**
 * What rows say that have, had or await another decision was worked out without it: a day that is long
 * past makes whoever reads them next work it out again.
 */
const DUE = `update seat_pool set changes_on = '2000-01-01'
  where changes_on is not null or exists (
    select 1 from seat_decision decision
    where decision.centre_id = seat_pool.centre_id and decision.pool_id = seat_pool.id
      and decision.valid_to is not null)`

// a number or a kind that cannot be is for the CHECKs to refuse
const ABOVE = 'new.others > new.seats and new.seats >= 0 and new.others <= 999'
const OTHER_KIND = `new.kind in ('support', 'regular') and new.kind <> (
  select pool.kind from seat_pool pool
  where pool.centre_id = new.centre_id and pool.id = new.pool_id)`

const TOO_MANY = 'seat_decision: more other children than seats'
const NO_SUCH_KIND = 'seat_entry: the pool is of another kind'

const WALL_SQLITE = [
  // decisions are never updated: their own triggers see to that
  `create trigger seat_decision_others before insert on seat_decision when ${ABOVE}
   begin select raise(abort, '${TOO_MANY}'); end`,
  ...[
    ['insert', 'insert'],
    ['move', 'update of kind, pool_id'],
  ].map(
    ([name, verb]) =>
      `create trigger seat_entry_kind_${name} before ${verb} on seat_entry when ${OTHER_KIND}
       begin select raise(abort, '${NO_SUCH_KIND}'); end`,
  ),
]

const WALL_POSTGRES = [
  `create function seat_decision_others() returns trigger language plpgsql as
   $$ begin
     if ${ABOVE} then raise exception '${TOO_MANY}'; end if;
     return new;
   end $$`,
  `create trigger seat_decision_others before insert on seat_decision
   for each row execute function seat_decision_others()`,
  `create function seat_entry_kind() returns trigger language plpgsql as
   $$ begin
     if ${OTHER_KIND} then raise exception '${NO_SUCH_KIND}'; end if;
     return new;
   end $$`,
  `create trigger seat_entry_kind before insert or update of kind, pool_id on seat_entry
   for each row execute function seat_entry_kind()`,
]
