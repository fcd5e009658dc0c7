import type { Migration } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/**
 * How long language support lasts, beside the Beratungsbogen it is worked out from: what a school
 * does opens this one, and never the other. A migration has no keys, so whose counselling is finished
 * already has none.
 */
export function languageSupport(engine: Engine): Migration {
  return {
    up: (db) =>
      createSchema(db, engine, {
        tables: [
          {
            name: 'language_support',
            key: ['centre_id', 'id'],
            columns: { centre_id: 'text', id: 'text', sealed: 'text' },
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
        indexes: [],
        appendOnly: [],
      }),
  }
}
