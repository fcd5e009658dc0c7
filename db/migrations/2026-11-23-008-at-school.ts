import type { Migration } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/** What a school says of a child that goes there: where in the school it learns. */
export function atSchool(engine: Engine): Migration {
  return {
    up: (db) =>
      createSchema(db, engine, {
        tables: [
          {
            name: 'school_class',
            key: ['centre_id', 'id'],
            columns: { centre_id: 'text', id: 'text', sealed: 'text', said_at: 'text' },
            checks: ["sealed like 'v1.%'"],
            references: [
              {
                columns: ['centre_id', 'id'],
                table: 'pupil_case',
                target: ['centre_id', 'id'],
              },
            ],
          },
        ],
        // the newcomers of a school, the newest first
        indexes: [
          `create index pupil_case_newcomers on pupil_case (centre_id, school_number, first_day, id)
           where stage = 'attending'`,
        ],
        appendOnly: [],
      }),
  }
}
