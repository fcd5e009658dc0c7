import { join } from 'node:path'
import { connect, postgresPool } from '#db/open.server.ts'
import type { Schema } from '#db/schema.ts'
import type { Connection } from '#db/sqlite.server.ts'
import type { Ground } from './fill.ts'

/** Rows of one table; all have the same columns. */
type Rows = readonly [table: keyof Schema, rows: readonly Readonly<Record<string, unknown>>[]]

/** Rows written as fast as the engine takes them: nothing of a bench's ground has to survive a crash. */
export type Bulk = {
  /** Writes the tables in their order, in one transaction. */
  readonly insert: (tables: readonly Rows[]) => Promise<void>
  /** The number of the newest change of a child; 0 before the first. */
  readonly lastChange: () => Promise<number>
  readonly close: () => Promise<void>
}

const LAST_CHANGE = 'select coalesce(max(seq), 0) as last from child_change'

/** Opens the ground's database for bulk. Closing leaves it as a database in use has it: counted and tidy. */
export function openBulk({ dataDir, url }: Pick<Ground, 'dataDir' | 'url'>): Bulk {
  return url === null ? bulkInFile(join(dataDir, 'einstieg.db')) : bulkInPostgres(url)
}

function bulkInFile(file: string): Bulk {
  const connection = connect(file)
  connection.pragma('synchronous = OFF')
  const write = connection.transaction((tables: readonly Rows[]) => {
    for (const [table, rows] of tables) insertAll(connection, table, rows)
  })
  return {
    insert: async (tables) => write(tables),
    lastChange: async () => Number(connection.prepare(LAST_CHANGE).pluck().get()),
    close: async () => {
      connection.pragma('wal_checkpoint(TRUNCATE)')
      connection.close()
    },
  }
}

function insertAll(connection: Connection, table: string, rows: Rows[1]): void {
  const [first] = rows
  if (first === undefined) return
  const names = Object.keys(first)
  const places = names.map((name) => `@${name}`)
  const statement = connection.prepare(
    `insert into ${table} (${names.join(', ')}) values (${places.join(', ')})`,
  )
  for (const row of rows) statement.run(row)
}

function bulkInPostgres(url: string): Bulk {
  const pool = postgresPool(url, 1)
  return {
    insert: async (tables) => {
      await pool.query('begin')
      for (const [table, rows] of tables) {
        const names = Object.keys(rows[0] ?? {}).join(', ')
        if (names === '') continue
        await pool.query(
          `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1)`,
          [JSON.stringify(rows)],
        )
      }
      await pool.query('commit')
    },
    lastChange: async () => Number((await pool.query(LAST_CHANGE)).rows[0].last),
    close: async () => {
      // what autovacuum would have done by the time a centre has so many cases
      await pool.query('vacuum analyze')
      await pool.end()
    },
  }
}
