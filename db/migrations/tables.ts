import { type CreateTableBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { Engine } from '../schema.ts'

/** The one way in which migrations write down a schema for both engines. Frozen like they are. */
export async function createSchema(
  db: Kysely<unknown>,
  engine: Engine,
  schema: {
    readonly tables: readonly Table[]
    readonly indexes: readonly string[]
    /** Tables that the engine lets nobody change or delete from. */
    readonly appendOnly: readonly string[]
  },
): Promise<void> {
  for (const table of schema.tables) await createTable(db, engine, table)
  for (const index of schema.indexes) await sql.raw(index).execute(db)
  for (const table of schema.appendOnly) await guard(db, engine, table)
}

type Columns = Readonly<Record<string, string>>

/** A table as both engines make it; a type that ends with `?` may be null. */
export type Table = {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: Columns
  readonly unique?: readonly (readonly string[])[]
  readonly checks?: readonly string[]
  readonly references?: readonly {
    readonly columns: readonly string[]
    readonly table: string
    readonly target: readonly string[]
    readonly cascade?: boolean
  }[]
}

async function createTable(db: Kysely<unknown>, engine: Engine, table: Table): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table.name)
  for (const [name, type] of Object.entries(table.columns)) {
    builder = builder.addColumn(name, dataType(type, engine), (column) =>
      type.endsWith('?') ? column : column.notNull(),
    )
  }
  builder = builder.addPrimaryKeyConstraint(`${table.name}_pk`, [...table.key] as never[])
  for (const columns of table.unique ?? []) {
    const name = `${table.name}_${columns.join('_')}_unique`
    builder = builder.addUniqueConstraint(name, [...columns] as never[])
  }
  for (const [index, check] of (table.checks ?? []).entries()) {
    builder = builder.addCheckConstraint(
      `${table.name}_check_${index + 1}`,
      sql.raw<SqlBool>(check),
    )
  }
  for (const reference of table.references ?? []) {
    builder = builder.addForeignKeyConstraint(
      `${table.name}_${reference.table}_fk_${reference.columns.at(-1)}`,
      [...reference.columns] as never[],
      reference.table,
      [...reference.target] as never[],
      (key) => (reference.cascade ? key.onDelete('cascade') : key),
    )
  }
  if (engine === 'sqlite') builder = builder.modifyEnd(sql`strict`)
  await builder.execute()
}

function dataType(type: string, engine: Engine) {
  const plain = type.replace('?', '')
  if (plain === 'bigint') return engine === 'sqlite' ? 'integer' : 'bigint'
  return plain as 'text' | 'integer'
}

/** The trail and the seat decisions are only ever added to; the engine itself refuses the rest. */
async function guard(db: Kysely<unknown>, engine: Engine, table: string): Promise<void> {
  if (engine === 'sqlite') {
    for (const verb of ['update', 'delete']) {
      await sql
        .raw(
          `create trigger ${table}_no_${verb} before ${verb} on ${table}
           begin select raise(abort, '${table} is append-only'); end`,
        )
        .execute(db)
    }
    return
  }
  await sql
    .raw(
      `create function ${table}_append_only() returns trigger language plpgsql as
       $$ begin raise exception '${table} is append-only'; end $$`,
    )
    .execute(db)
  await sql
    .raw(
      `create trigger ${table}_append_only before update or delete or truncate on ${table}
       for each statement execute function ${table}_append_only()`,
    )
    .execute(db)
}
