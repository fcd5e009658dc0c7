import type { Migration } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/** What running an installation leaves behind: how its backups ended. */
export function operation(engine: Engine): Migration {
  return {
    up: (db) =>
      createSchema(db, engine, {
        tables: [
          {
            name: 'backup_run',
            key: ['id'],
            columns: {
              id: 'text',
              started_at: 'text',
              ended_at: 'text',
              state: 'text',
              code: 'text?',
            },
            checks: ["state in ('done', 'failed')"],
          },
        ],
        indexes: ['create index backup_run_started_at on backup_run (started_at)'],
        appendOnly: [],
      }),
  }
}
