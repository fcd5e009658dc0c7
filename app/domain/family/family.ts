import { err, ok, type Result } from '../result.ts'

/** Who cares for the child and may be spoken to (domain.md §2.3; VO-DV I § 7 Nr. 6, `checkedOn: null`). */
export const GUARDIAN_ROLES = [
  'mother',
  'father',
  'guardian',
  'foster_carer',
  'youth_office',
] as const

export type GuardianRole = (typeof GUARDIAN_ROLES)[number]

/** How the family wants to be reached first. */
export const CHANNELS = ['phone', 'text_message', 'audio_message', 'letter', 'email'] as const

export type Channel = (typeof CHANNELS)[number]

export type Guardian = {
  readonly name: string
  readonly role: GuardianRole
  /** How this person is reached, in words: "vormittags, Telefon der Tante"; empty when not asked. */
  readonly reachability: string
}

/** Where the family lives. Every part may be empty: some have no street, some no fixed abode. */
export type Address = {
  readonly street: string
  readonly postcode: string
  readonly town: string
  /** What no register knows: "Unterkunft Haus 3, Zimmer 12", "bei Familie Demir", "o. f. W.". */
  readonly free: string
}

/** Kept as given: numbers from abroad, numbers shared by four families, Arabic digits are all real. */
export type Contact = {
  readonly phone: string
  readonly email: string
  readonly channel: Channel
}

/** A family: personal data sealed under the family's key, erased with its last child. */
export type Family = {
  readonly guardians: readonly Guardian[]
  readonly address: Address
  readonly contact: Contact
  /** Languages somebody in the family reads well enough for a letter, BCP 47 codes. */
  readonly readsLanguages: readonly string[]
}

/** Longest line of an address, a contact or a guardian, in code points; an e-mail address can have 254 (RFC 5321). */
export const LONGEST_LINE = 320

export type FamilyTextRefusal =
  | { readonly code: 'text_has_control_characters' }
  | { readonly code: 'text_too_long'; readonly longest: number }

/**
 * One line about a family as it is: NFC, outer white space off, nothing else changed; it may be empty. Refused:
 * control characters and line breaks (they would end up in a mail header or a label), more than `LONGEST_LINE`.
 */
export function parseFamilyText(text: string): Result<string, FamilyTextRefusal> {
  const line = text.normalize('NFC').trim()
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(line)) return err({ code: 'text_has_control_characters' })
  if ([...line].length > LONGEST_LINE) return err({ code: 'text_too_long', longest: LONGEST_LINE })
  return ok(line)
}

/** The address on one line, parts that are empty left out: "Rurstraße 4, 52349 Düren, Unterkunft Haus 3". */
export function addressLine(address: Address): string {
  const town = [address.postcode, address.town].filter((part) => part !== '').join(' ')
  return [address.street, town, address.free].filter((part) => part !== '').join(', ')
}
