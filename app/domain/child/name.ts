import { err, ok, type Result } from '../result.ts'

/**
 * A child's name as the papers and the family give it. Either part may be empty, not both: many people
 * have one name only (promises.md §4, BI-01). Kept in NFC exactly as typed, never "cleaned".
 */
export type ChildName = {
  readonly givenNames: string
  readonly familyName: string
  /** The same name in the script the family writes; null when not asked or Latin anyway. */
  readonly originalScript: { readonly given: string; readonly family: string } | null
}

/** Longest name accepted, in code points (promises.md §4, BI-01 and BI-05). */
export const LONGEST_NAME = 120

export type NameRefusal =
  | { readonly code: 'name_missing' }
  | { readonly code: 'name_too_long'; readonly longest: number }
  | { readonly code: 'name_has_control_characters' }

/** Which of the four texts of a `ChildName` a refusal is about. */
export type NameField = 'givenNames' | 'familyName' | 'originalGiven' | 'originalFamily'

export type ChildNameText = { readonly [Field in NameField]: string }

/**
 * One name as it is: NFC, outer white space off, nothing else changed. Refused: empty or nothing
 * visible (`name_missing`), more than `LONGEST_NAME` code points, control characters (C0, C1, line and
 * paragraph separators, lone surrogates). Everything else is somebody's name.
 */
export function parseName(text: string): Result<string, NameRefusal> {
  const name = text.normalize('NFC').trim()
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) return err({ code: 'name_has_control_characters' })
  if (displayName(name) === '') return err({ code: 'name_missing' })
  if ([...name].length > LONGEST_NAME) return err({ code: 'name_too_long', longest: LONGEST_NAME })
  return ok(name)
}

/**
 * The whole name of a child. Each text by `parseName`, but any of them may be empty as long as a given
 * or a family name stands; the refusal says at which field.
 */
export function parseChildName(
  text: ChildNameText,
): Result<ChildName, NameRefusal & { readonly field: NameField }> {
  const accepted = { givenNames: '', familyName: '', originalGiven: '', originalFamily: '' }
  for (const field of Object.keys(accepted) as NameField[]) {
    const parsed = parseName(text[field])
    if (parsed.ok) accepted[field] = parsed.value
    else if (parsed.error.code !== 'name_missing') return err({ ...parsed.error, field })
  }
  const { givenNames, familyName, originalGiven, originalFamily } = accepted
  if (givenNames === '' && familyName === '')
    return err({ code: 'name_missing', field: 'givenNames' })
  const hasOriginal = originalGiven !== '' || originalFamily !== ''
  const originalScript = hasOriginal ? { given: originalGiven, family: originalFamily } : null
  return ok({ givenNames, familyName, originalScript })
}

/**
 * The name without what could turn or hide the text around it on a page: bidi embeddings, overrides and
 * isolates, tag characters, the byte order mark. Joiners stay (Persian needs U+200C), so do U+200E/F.
 */
export function displayName(name: string): string {
  return name.replace(/[\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu, '').trim()
}

/** Given names, then family name, for headings and letters. */
export function fullName(name: ChildName): string {
  return joined([name.givenNames, name.familyName], ' ')
}

/** Family name, then given names: what lists show and sort by (with a German collator). */
export function sortName(name: ChildName): string {
  return joined([name.familyName, name.givenNames], ', ')
}

function joined(parts: readonly string[], separator: string): string {
  return parts
    .map(displayName)
    .filter((part) => part !== '')
    .join(separator)
}
