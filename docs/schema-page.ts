import type { Database } from '#db/open.server.ts'
import { table } from './table.ts'

/** Tables and columns of a migrated database. */
export async function schemaPage({ db }: Pick<Database, 'db'>): Promise<string> {
  const tables = await db.introspection.getTables()
  const sections = tables
    .filter(({ isView }) => !isView)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, columns }) => {
      const rows = columns.map((column) => [
        `\`${column.name}\``,
        column.dataType.toLowerCase(),
        column.isNullable ? 'may be empty' : '',
      ])
      return `## ${name}\n\n${table(['Column', 'Type', ''], rows)}`
    })
  return `# Schema\n\nAs the migrations make it on SQLite; PostgreSQL has the same columns.\n\n${sections.join('\n')}`
}
