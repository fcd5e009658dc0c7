import { type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/** What a school says of a child that goes there: where in it the child learns, and that it still does. */
export function atSchool(engine: Engine): Migration {
  return {
    up: async (db) => {
      await sql.raw('alter table pupil_case add column gone_on text').execute(db)
      await createSchema(db, engine, {
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
          {
            name: 'whereabouts',
            key: ['centre_id', 'id'],
            columns: {
              centre_id: 'text',
              id: 'text',
              case_id: 'text',
              school_year: 'integer',
              is_here: 'integer',
              answered_at: 'text',
              answered_by: 'text',
            },
            unique: [['centre_id', 'case_id', 'school_year']],
            checks: ['is_here in (0, 1)'],
            references: [
              {
                columns: ['centre_id', 'case_id'],
                table: 'pupil_case',
                target: ['centre_id', 'id'],
              },
              { columns: ['answered_by'], table: 'account', target: ['id'] },
            ],
          },
        ],
        indexes: [
          // the newcomers of a school, the newest first
          'create index pupil_case_newcomers on pupil_case (centre_id, school_number, stage, first_day, id)',
        ],
        appendOnly: [],
      })
    },
  }
}
