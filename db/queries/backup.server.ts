import type { Db, Row, Tx } from '../schema.ts'

export type BackupRun = Row<'backup_run'>

/** Writes down how a backup ended. */
export async function insertBackupRun(tx: Tx, run: BackupRun): Promise<void> {
  await tx.insertInto('backup_run').values(run).execute()
}

/** The newest backup that was made, and the newest attempt; null where there is none. */
export async function lastBackups(
  db: Db,
): Promise<{ readonly good: BackupRun | null; readonly attempt: BackupRun | null }> {
  const newest = db.selectFrom('backup_run').selectAll().orderBy('started_at', 'desc').limit(1)
  const attempt = await newest.executeTakeFirst()
  const good = await newest.where('state', '=', 'done').executeTakeFirst()
  return { good: good ?? null, attempt: attempt ?? null }
}
