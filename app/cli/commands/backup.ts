import { open } from 'node:fs/promises'
import type { Env } from '#app/deps/env.server.ts'
import { keyAt } from '#app/deps/make-deps.server.ts'
import { PROGRAM } from '#app/deps/version.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { newAgePair } from '#app/gateways/age.server.ts'
import { ledgerFile } from '#app/gateways/erasure-ledger-file.server.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { type BackupMade, createBackup } from '#app/services/backup/create-backup.server.ts'
import type { BackupRefusal } from '#app/services/backup/refusals.ts'
import {
  type BackupFiles,
  type Restored,
  type RestoreTarget,
  recordRestore,
  restoreBackup,
  verifyBackup,
} from '#app/services/backup/restore-backup.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { Given, Program, TerminalCommand, Told } from '../terminal.ts'
import { CannotOpen } from '../terminal.ts'

/** The commands around backups; `readEnv` gives the settings when a command asks. */
export function backupCommands(readEnv: () => Env): readonly TerminalCommand[] {
  return [
    {
      ...named('keygen', 'DATEI'),
      words: 1,
      run: (_program, { words }) => runKeygen(words[0] ?? ''),
    },
    {
      ...named('create', 'ORDNER'),
      words: 1,
      run: (program, { words }) => runCreate(program, words[0] ?? '', readEnv),
    },
    {
      ...named('verify', 'DATEI --identity DATEI [--keys DATEI]'),
      ...FILES,
      run: (_program, given) => runVerify(given, readEnv),
    },
    {
      ...named('restore', 'DATEI --identity DATEI [--keys DATEI]'),
      ...FILES,
      run: (program, given) => runRestore(program, given, readEnv),
    },
  ]
}

const FILES = { options: ['identity', 'keys'], required: ['identity'], words: 1 } as const

function named(verb: string, usage: string) {
  return { noun: 'backup', verb, usage, options: [], required: [], flags: [] } as const
}

/** Draws the pair the backups are encrypted with; the secret half goes to a new file and nowhere else. */
async function runKeygen(file: string): Promise<Result<Told, Refusal>> {
  const { identity, recipient } = await newAgePair()
  const handle = await open(file, 'wx', 0o400).catch(() => null)
  if (handle === null) return err({ code: 'backup_identity_exists', file })
  await handle.writeFile(`# public key: ${recipient}\n${identity}\n`)
  await handle.sync()
  await handle.close()
  return ok({
    json: { recipient, file },
    text: [
      `Der geheime Schlüssel liegt in ${file}. Bringen Sie ihn an einen anderen Ort als diesen Rechner: Ohne ihn lässt sich keine Sicherung zurückspielen.`,
      `BACKUP_RECIPIENT=${recipient}`,
    ].join('\n'),
  })
}

async function runCreate(
  program: Program,
  folder: string,
  readEnv: () => Env,
): Promise<Result<Told, Refusal>> {
  const ctx = await program.context()
  const { backupRecipients, dataDir, databaseUrl } = readEnv()
  const settings = { recipients: backupRecipients, workDir: dataDir, databaseUrl, program: PROGRAM }
  const made = await createBackup(ctx, folder, settings)
  return made.ok ? ok({ json: made.value, text: toldMade(made.value).join('\n') }) : made
}

async function runVerify(given: Given, readEnv: () => Env): Promise<Result<Told, BackupRefusal>> {
  const found = await verifyBackup(filesOf(given), targetOf(readEnv))
  if (!found.ok) return found
  return ok({ json: found.value, text: toldTrial(found.value).join('\n') })
}

async function runRestore(
  program: Program,
  given: Given,
  readEnv: () => Env,
): Promise<Result<Told, Refusal>> {
  const done = await restoreBackup(filesOf(given), targetOf(readEnv))
  if (!done.ok) return done
  const recorded = await recordRestore(await program.context(), done.value.createdAt)
  if (!recorded.ok) return recorded
  return ok({
    json: done.value,
    text: [
      'Zurückgespielt.',
      ...toldTrial(done.value),
      'Was danach eingetragen wurde, fehlt. Vergleichen Sie das Protokoll mit dem aufgehobenen Ende: „audit verify --head DATEI“. Nennt AUDIT_HEAD_FILE mehr, als die Sicherung hat, startet der Dienst erst nach „audit accept“.',
    ].join('\n'),
  })
}

/** The keys lie beside the data under the same name, unless they are said. */
function filesOf({ words, text }: Given): BackupFiles {
  const data = words[0] ?? ''
  const beside = data.replace(/\.data\.age$/, '.keys.age')
  return { data, keys: text['keys'] ?? beside, identity: text['identity'] ?? '' }
}

function targetOf(readEnv: () => Env): RestoreTarget {
  try {
    const env = readEnv()
    const { dataDir, databaseUrl, keysDatabaseUrl } = env
    const ledger = ledgerFile(env.ledgerFile)
    return { dataDir, databaseUrl, keysDatabaseUrl, kek: keyAt(env), ledger }
  } catch (accident) {
    throw new CannotOpen(accident instanceof Error ? accident.message : String(accident))
  }
}

function toldMade({ data, keys, trial, removed }: BackupMade): readonly string[] {
  const tried =
    trial.how === 'restored'
      ? 'Zur Probe zurückgespielt: vollständig, Protokoll ungebrochen.'
      : 'Ganz gelesen, aber nicht zurückgespielt: Das Konto der Datenbank darf keine Probedatenbank anlegen.'
  return [
    `Daten: ${data}`,
    `Schlüssel: ${keys}`,
    tried,
    `Kinder: ${trial.counts['child'] ?? 0}, Fälle: ${trial.counts['pupil_case'] ?? 0}, Akten geöffnet: ${trial.recordsOpened}`,
    `Abgelaufene Sicherungen entfernt: ${removed.length}`,
  ]
}

function toldTrial(restored: Restored): readonly string[] {
  const { createdAt, counts, heads, keysOpened, withoutKey, recordsOpened } = restored
  return [
    `Stand der Sicherung: ${formatDateTime(createdAt)}`,
    `Kinder: ${counts['child'] ?? 0}, Fälle: ${counts['pupil_case'] ?? 0}, Einträge im Protokoll: ${counts['audit_entry'] ?? 0}`,
    `Schlüssel geöffnet: ${keysOpened}, ohne Schlüssel (inzwischen gelöscht): ${withoutKey}, Akten geöffnet: ${recordsOpened}`,
    ...heads.map(({ centreId, seq, hmac }) => `Ende des Protokolls ${centreId}: ${seq} ${hmac}`),
  ]
}
