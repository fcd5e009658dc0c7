/** Why a child is erased: a rule's day has come, or a person orders it, or it came back with a backup. */
export const ERASURE_GROUNDS = [
  'retention',
  'art_17',
  'wrong_registration',
  'consent_withdrawn',
  'restored',
] as const
export type ErasureGround = (typeof ERASURE_GROUNDS)[number]

/** The grounds a person can give for erasing at once. */
export const ORDERED_GROUNDS = ['art_17', 'wrong_registration', 'consent_withdrawn'] as const
export type OrderedGround = (typeof ORDERED_GROUNDS)[number]

/** How far an erasure has come; each step is stored, so that the next process goes on from there. */
export type ErasureState = 'ordered' | 'rows_gone' | 'key_gone' | 'done'

/** What was deleted, by kind: the certificate's figures. */
export const ERASED_KINDS = [
  'cases',
  'history',
  'interviews',
  'reviews',
  'appointments',
  'seats',
  'accesses',
  'messages',
  'families',
] as const
export type ErasedKind = (typeof ERASED_KINDS)[number]

export type ErasedCounts = Readonly<Record<ErasedKind, number>>

/** Whom the child's data was passed on to: they have to hear of the erasure (Art. 19 DSGVO). */
export type RecipientKind = 'school' | 'authority'

/** How long copies outlive an erasure, in days (promises.md §6.1): afterwards no backup shows the child. */
export const KEY_BACKUP_DAYS = 7
export const DATA_BACKUP_DAYS = 35
