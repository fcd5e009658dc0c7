import { join } from 'node:path'
import { Sqlite } from '#db/sqlite.server.ts'

/** What of the demo stands in the addresses of the sweep. */
export type DemoSamples = {
  /** One case of every stage, with a report that a place is missing or without, for each of the schools below and for no school. */
  readonly caseIds: readonly string[]
  readonly schoolNumbers: readonly string[]
  /** A case whose family reads from right to left. */
  readonly arabicCaseId: string
}

type Row = { readonly id: string }

/** Reads the samples from the database of a running evaluation; only plain columns. */
export function readDemoSamples(dataDir: string, schools: readonly string[]): DemoSamples {
  const database = new Sqlite(join(dataDir, 'einstieg.db'), { readonly: true })
  try {
    const cases = database
      .prepare(
        `select min(id) as id from pupil_case
         where school_number is null or school_number in (${schools.map(() => '?').join(', ')})
         group by stage, school_number, capacity_reported_at is null order by stage, school_number`,
      )
      .all(...schools) as readonly Row[]
    const arabic = database
      .prepare(`select min(id) as id from pupil_case where language = 'ar' and stage = 'waiting'`)
      .get() as Row
    return {
      caseIds: cases.map(({ id }) => id),
      schoolNumbers: schools,
      arabicCaseId: arabic.id,
    }
  } finally {
    database.close()
  }
}
