import type { CentreId } from '#app/domain/ids.ts'
import { INSTALLATION, type Sealed } from '#db/schema.ts'
import type { KeyStore, Subject } from '#db/sealing/keys.server.ts'
import { openRecord } from '#db/sealing/records.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'

/** What a query finds in a SQLite file, without the program. */
export function query<T>(file: string, sql: string): T[] {
  const connection = new Sqlite(file, { readonly: true })
  try {
    return connection.prepare(sql).all() as T[]
  } finally {
    connection.close()
  }
}

/** Every table with a sealed column, from the schema itself: a new one must be walked through too. */
export function sealedTablesIn(file: string): readonly string[] {
  return query<{ name: string }>(
    file,
    `select m.name from sqlite_master m join pragma_table_info(m.name) c
     where m.type = 'table' and c.name = 'sealed' order by m.name`,
  ).map(({ name }) => name)
}

/** Which subject's key seals a row: by its child, its case's child, or its family. */
export const SUBJECT_OF: Readonly<Record<string, string>> = {
  child: "'child' kind, t.id subject from child t",
  family: "'family' kind, t.id subject from family t",
  appointment: "'family' kind, t.family_id subject from appointment t",
  interview: "'child' kind, c.child_id subject from interview t join pupil_case c on c.id = t.id",
  draft: `case when t.case_id is null then 'draft' else 'child' end kind,
    coalesce(c.child_id, t.id) subject from draft t left join pupil_case c on c.id = t.case_id`,
  language_support:
    "'child' kind, c.child_id subject from language_support t join pupil_case c on c.id = t.id",
  school_class:
    "'child' kind, c.child_id subject from school_class t join pupil_case c on c.id = t.id",
  legal_hold: "'child' kind, c.child_id subject from legal_hold t join pupil_case c on c.id = t.id",
  second_factor: `'account' kind, t.account_id subject
    from (select '${INSTALLATION}' centre_id, f.* from second_factor f) t`,
  ...Object.fromEntries(
    ['case_event', 'family_access', 'outbox', 'review'].map((table) => [
      table,
      `'child' kind, c.child_id subject from ${table} t join pupil_case c on c.id = t.case_id`,
    ]),
  ),
}

/** A sealed row, and whose key opens it. */
export type SealedRow = {
  readonly table: string
  readonly centreId: CentreId
  readonly id: string
  readonly sealed: Sealed
  readonly kind: Subject['kind']
  readonly subject: string
}

/** The query for every sealed row of a table. @throws for a table nobody has said the key of. */
export function selectSealed(table: string): string {
  const from = SUBJECT_OF[table]
  if (from === undefined) throw new Error(`Whose key seals ${table}?`)
  return `select t.centre_id, t.id, t.sealed, ${from} where t.sealed is not null`
}

/** Every sealed row of a database in a file. */
export function sealedRowsIn(file: string): readonly SealedRow[] {
  return sealedTablesIn(file).flatMap((table) => {
    const rows = query<Omit<SealedRow, 'table' | 'centreId'> & { readonly centre_id: CentreId }>(
      file,
      selectSealed(table),
    )
    return rows.map(({ centre_id: centreId, ...row }) => ({ ...row, table, centreId }))
  })
}

/** Everything in a database file that the given keys open, as one text. */
export async function readableIn(file: string, keys: KeyStore): Promise<string> {
  const texts: string[] = []
  for (const { table, centreId, id, sealed, kind, subject } of sealedRowsIn(file)) {
    const key = await keys.find({ kind, centreId, id: subject })
    if (key !== null) texts.push(JSON.stringify(openRecord(key, table, centreId, id, sealed)))
  }
  return texts.join('\n')
}
