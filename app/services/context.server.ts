import type { DraftSlot } from '#app/domain/draft/draft.ts'
import type { Borders } from '#app/domain/geo/borders.ts'
import type { Clock, Instant } from '#app/domain/time.ts'
import type { ErasureLedger } from '#app/gateways/erasure-ledger-file.server.ts'
import type { MailGateway } from '#app/gateways/mail.server.ts'
import type { Provider } from '#app/gateways/provider.server.ts'
import type { Actor } from '#app/policy/roles.ts'
import type { Database } from '#db/open.server.ts'
import type { KeyStore } from '#db/sealing/keys.server.ts'
import type { NameIndexFeed } from '#db/sealing/name-index-feed.server.ts'

/** Hashes passwords and PINs slowly (argon2id); at most four at once, the rest wait. */
export type Hasher = {
  readonly hash: (secret: string) => Promise<string>
  /** `null` as the stored hash costs the same time and is never right. */
  readonly verify: (stored: string | null, secret: string) => Promise<boolean>
}

/** Secrets that are made, not chosen. The demo centre brings its own fixed ones. */
export type Secrets = {
  /** 256 bits for a one-time link or a session, base64url. */
  readonly token: () => string
  /** Ten characters of Crockford base32. */
  readonly shortCode: () => string
  /** Eight digits. */
  readonly pin: () => string
}

/** One line of the log. Ids, counts and codes by name; free text has no field. */
export type LogLine = {
  readonly event: string
  readonly requestId?: string
  readonly code?: string
  readonly route?: string
  readonly status?: number
  readonly ms?: number
  readonly count?: number
  readonly port?: number
  readonly pid?: number
}

/** What the program knows of itself; for its operator. */
export type ProgramFacts = {
  readonly version: string
  readonly node: string
  readonly startedAt: Instant
  /** How often an event was logged by this process in the last 24 hours. */
  readonly countOfLastDay: (event: string) => number
}

/** Where an installation's files lie, as its settings say; for its self-check. */
export type Whereabouts = {
  readonly dataDir: string
  /** Data and keys; none on PostgreSQL. */
  readonly dataFiles: readonly string[]
  /** Null: an evaluation that makes its own with its first start. */
  readonly keyFile: string | null
  readonly ledgerFile: string
  /** Where the ends of the trail's chains are appended; null: nowhere. */
  readonly auditHeadFile: string | null
  /** Null: an evaluation on loopback. */
  readonly origin: string | null
}

/** Everything a use case needs from outside: made once, handed to every door. */
export type Deps = {
  readonly database: Database
  readonly keys: KeyStore
  readonly names: NameIndexFeed
  readonly clock: Clock
  readonly newId: () => string
  readonly secrets: Secrets
  readonly hasher: Hasher
  /** Keyed hash for look-ups (codes, tokens, limits), and derived keys; never leaves the server. */
  readonly keyed: (purpose: string, text: string) => string
  readonly borders: () => Borders
  /** The single sign-on, where the installation has one. */
  readonly provider: Provider | null
  /** Hands mails over to the installation's mail server; null: nobody is told by mail. */
  readonly mail: MailGateway | null
  /** Who was erased, in a file that outlives a restored backup. */
  readonly ledger: ErasureLedger
  /** Removes copies of data and keys that a killed backup left in the data folder. */
  readonly removeLeftovers: () => Promise<void>
  readonly log: (line: LogLine) => void
  readonly program: ProgramFacts
  readonly settings: Whereabouts
  /** Where families and staff reach the program: `https://einstieg.example`. */
  readonly origin: string
  readonly isEvaluation: boolean
}

/** One request: who asks, and the key under which its command happens once. */
export type Context = Deps & {
  readonly actor: Actor
  readonly requestId: string
  /** Whether the person proved again, within ten minutes, who they are; ask `requireStepUp`. */
  readonly steppedUp: boolean
  /** From the form; absent on reads and on the terminal. */
  readonly idempotencyKey: string | null
  /** The draft of the form that was sent: it goes when the form has done what it is for. */
  readonly draft?: DraftSlot
}
