import { join, resolve } from 'node:path'
import * as z from 'zod'
import { liesInside } from '#db/sealing/kek.server.ts'

const url = (protocols: readonly string[], hint: string) =>
  z.string().refine((text) => {
    try {
      return protocols.includes(new URL(text).protocol)
    } catch {
      return false
    }
  }, hint)

/** `https`, or `http` on this very machine. */
function isProviderAddress(text: string): boolean {
  return (
    /^https:\/\/[^/]|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(text) &&
    URL.canParse(text)
  )
}

/** A host, a port where it is another than the usual one, a name and password where they are asked for. */
function isMailServer(text: string): boolean {
  return /^smtps?:\/\/[^/]+\/?$/.test(text) && URL.canParse(text)
}

const Settings = z.object({
  PORT: z.coerce.number('muss eine Zahl sein').int().min(1).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'muss mit postgres:// beginnen').optional(),
  KEYS_DATABASE_URL: url(['postgres:', 'postgresql:'], 'muss mit postgres:// beginnen').optional(),
  KEY_FILE: z.string().min(1).optional(),
  LEDGER_FILE: z.string().min(1).optional(),
  ORIGIN: url(['https:'], 'muss mit https:// beginnen').optional(),
  SECURITY_CONTACT: url(
    ['mailto:', 'https:', 'tel:'],
    'muss mit mailto:, https:// oder tel: beginnen',
  ).optional(),
  METRICS_PORT: z.coerce.number('muss eine Zahl sein').int().min(1).max(65535).optional(),
  OIDC_ISSUER: z.string().refine(isProviderAddress, 'muss mit https:// beginnen').optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional(),
  SMTP_URL: z.string().refine(isMailServer, 'muss mit smtp:// oder smtps:// beginnen').optional(),
  MAIL_FROM: z.email('muss eine E-Mail-Adresse sein').optional(),
  BACKUP_RECIPIENT: z.string().default(''),
  AUDIT_HEAD_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** What the environment decides; read once, here. */
export type Env = {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly keysDatabaseUrl: string | null
  /** Null: an evaluation, which makes its own key under the data folder. */
  readonly keyFile: string | null
  /** The list of the erased; outlives a restored database. */
  readonly ledgerFile: string
  /** Null: an evaluation on loopback. */
  readonly origin: string | null
  /** The single sign-on; null: none. */
  readonly provider: {
    readonly issuer: string
    readonly clientId: string
    readonly secretFile: string
  } | null
  /** Where mails are handed over, and whose name they bear; null: nobody is told by mail. */
  readonly mail: { readonly url: string; readonly from: string } | null
  /** Public keys of age that backups are encrypted to. */
  readonly backupRecipients: readonly string[]
  /** Where the ends of the trail's chains are appended, on another host; null: nowhere. */
  readonly auditHeadFile: string | null
  readonly logLevel: string
  /** Where faults of security are reported, for `security.txt`; null: there is none. */
  readonly securityContact: string | null
  /** Port on loopback for Prometheus; null: no figures. */
  readonly metricsPort: number | null
}

/**
 * Reads the settings.
 * @throws one sentence that names every setting that is missing or wrong.
 */
export function readEnv(): Env {
  const given = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = Settings.safeParse(given)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new Error(`Einstellungen: ${wrong.join('; ')}. Siehe README, Abschnitt „Einstellungen“.`)
  }
  return checked(parsed.data)
}

function checked(settings: z.output<typeof Settings>): Env {
  const dataDir = resolve(settings.DATA_DIR)
  const origin = settings.ORIGIN === undefined ? null : new URL(settings.ORIGIN).origin
  const keyFile = fileOrNone(settings.KEY_FILE)
  if (origin !== null) refuseKeyFile(keyFile, dataDir)
  return {
    port: settings.PORT,
    host: origin === null ? '127.0.0.1' : settings.HOST,
    dataDir,
    databaseUrl: settings.DATABASE_URL ?? null,
    keysDatabaseUrl: settings.KEYS_DATABASE_URL ?? settings.DATABASE_URL ?? null,
    keyFile,
    ledgerFile: resolve(settings.LEDGER_FILE ?? join(dataDir, 'ledger', 'erasures.jsonl')),
    origin,
    provider: providerIn(settings),
    mail: mailIn(settings),
    backupRecipients: settings.BACKUP_RECIPIENT.split(/[\s,]+/).filter((one) => one !== ''),
    auditHeadFile: fileOrNone(settings.AUDIT_HEAD_FILE),
    logLevel: settings.LOG_LEVEL,
    securityContact: origin === null ? null : (settings.SECURITY_CONTACT ?? null),
    metricsPort: settings.METRICS_PORT ?? null,
  }
}

function fileOrNone(file: string | undefined): string | null {
  return file === undefined ? null : resolve(file)
}

/** An installation's key lies in a file, and not beside what it opens. */
function refuseKeyFile(keyFile: string | null, dataDir: string): void {
  if (keyFile === null) {
    throw new Error('KEY_FILE: Eine Installation (ORIGIN ist gesetzt) braucht eine Schlüsseldatei.')
  }
  if (liesInside(keyFile, dataDir)) {
    throw new Error('KEY_FILE: Die Schlüsseldatei muss außerhalb von DATA_DIR liegen.')
  }
}

/** @throws when one of the three settings is missing. */
function providerIn(settings: z.output<typeof Settings>): Env['provider'] {
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET_FILE: secretFile,
  } = settings
  if (issuer === undefined && clientId === undefined && secretFile === undefined) return null
  if (issuer === undefined || clientId === undefined || secretFile === undefined) {
    throw new Error(
      'OIDC_ISSUER, OIDC_CLIENT_ID und OIDC_CLIENT_SECRET_FILE gehören zusammen: Bitte alle drei angeben oder keine.',
    )
  }
  return { issuer, clientId, secretFile: resolve(secretFile) }
}

/** @throws when one of the two settings is missing. */
function mailIn({ SMTP_URL: url, MAIL_FROM: from }: z.output<typeof Settings>): Env['mail'] {
  if (url === undefined && from === undefined) return null
  if (url === undefined || from === undefined) {
    throw new Error('SMTP_URL und MAIL_FROM gehören zusammen: Bitte beide angeben oder keine.')
  }
  return { url, from }
}
