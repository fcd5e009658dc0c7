import { type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'

/**
 * A child's seat belongs to the school year of its pool (decision 0030): in the summer it has one for
 * the year that ends and one for the year that comes, of each kind and year one.
 */
export function schoolYears(engine: Engine): Migration {
  return {
    up: async (db) => {
      const statements = [
        'alter table seat_entry add column school_year integer not null default 0',
        `update seat_entry set school_year = ${YEAR_OF_POOL('seat_entry')}`,
        'drop index seat_entry_one_live',
        `create unique index seat_entry_one_live on seat_entry (centre_id, case_id, kind, school_year)
         where state in ('hold', 'assigned', 'taken')`,
        ...(engine === 'sqlite' ? WALL_SQLITE : WALL_POSTGRES),
      ]
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  }
}

const YEAR_OF_POOL = (entry: string) => `(select pool.school_year from seat_pool pool
  where pool.centre_id = ${entry}.centre_id and pool.id = ${entry}.pool_id)`

const COLUMNS = 'school_year, pool_id'
const WRONG = `new.school_year <> ${YEAR_OF_POOL('new')}`

/** Nobody sits in another year than the pool's: the index above would not see a second seat. */
const WALL_SQLITE = [
  ['insert', 'insert'],
  ['move', `update of ${COLUMNS}`],
].map(
  ([name, verb]) =>
    `create trigger seat_entry_year_${name} before ${verb} on seat_entry when ${WRONG}
     begin select raise(abort, 'seat_entry: the pool is of another school year'); end`,
)

const WALL_POSTGRES = [
  `create function seat_entry_year() returns trigger language plpgsql as
   $$ begin
     if ${WRONG} then raise exception 'seat_entry: the pool is of another school year'; end if;
     return new;
   end $$`,
  `create trigger seat_entry_year before insert or update of ${COLUMNS} on seat_entry
   for each row execute function seat_entry_year()`,
]
