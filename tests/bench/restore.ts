import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '#tests/setup/server.ts'
import { kiJson } from '#tests/setup/terminal.ts'

/** What a backup and the way back took, in milliseconds: a process each, as an operator calls them. */
export type Restored = {
  /** Written, encrypted, read from the disk and restored on trial. */
  readonly backupMs: number
  readonly restoreMs: number
  /** From the start on the empty machine to the first answer. */
  readonly startMs: number
}

type Machine = { readonly DATA_DIR: string; readonly DATABASE_URL?: string }

/** Backs up `from` and restores it on `to`, an empty machine of the same engine. */
export async function backUpAndRestore(
  from: Machine,
  to: Pick<Machine, 'DATABASE_URL'>,
): Promise<Restored> {
  const outside = mkdtempSync(join(tmpdir(), 'einstieg-bench-backup-'))
  try {
    const [secret, folder] = [join(outside, 'secret'), join(outside, 'backups')]
    mkdirSync(folder)
    const made = await kiJson<{ recipient: string }>(['backup', 'keygen', secret], from)
    const backup = await timed(() =>
      kiJson<{ data: string }>(['backup', 'create', folder], {
        ...from,
        BACKUP_RECIPIENT: made.recipient,
      }),
    )
    // the key-encryption key is never part of a backup
    const kek = join(outside, 'kek')
    copyFileSync(join(from.DATA_DIR, 'keys', 'kek'), kek)
    const machine = { ...to, DATA_DIR: join(outside, 'data'), KEY_FILE: kek }
    const restored = await timed(() =>
      kiJson(['backup', 'restore', backup.value.data, '--identity', secret], machine),
    )
    const { DATA_DIR, ...env } = machine
    const server = await startServer({ dataDir: DATA_DIR, env, timeoutMs: 120_000 })
    await server.stop()
    return {
      backupMs: backup.ms,
      restoreMs: restored.ms,
      startMs: Math.round(server.startedAfterMs),
    }
  } finally {
    rmSync(outside, { recursive: true, force: true })
  }
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number }> {
  const begun = performance.now()
  const value = await work()
  return { value, ms: Math.round(performance.now() - begun) }
}
