import type { Child } from '#app/domain/child/child.ts'
import type { Family } from '#app/domain/family/family.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { RegisterChild } from '#app/services/case/register-child.server.ts'
import { registration } from '#tests/setup/world.ts'

/** The given names of every canary child begin so: a search for it finds them all. */
export const COMMON_NAME = 'Kanari'

/** The personal fields of a child that hold a text of their own, each with its mark in the token. */
const FIELDS = {
  given: 'gi',
  family: 'fa',
  originalGiven: 'og',
  originalFamily: 'of',
  guardian: 'gu',
  reachability: 're',
  street: 'st',
  town: 'to',
  free: 'fr',
  phone: 'ph',
  email: 'em',
  place: 'pl',
  wishNote: 'wn',
  advice: 'ad',
  sentence: 'se',
  className: 'cl',
} as const

export type CanaryField = keyof typeof FIELDS

/** Every canary begins so: long enough to be recognised in hex and base64, where it starts anywhere. */
export const STEM = 'Qzxwvykjq'

/** A token that stands in exactly one personal field of exactly one child: found means leaked. */
export function canary(serial: number, field: CanaryField): string {
  return `${STEM}${letters(serial)}${FIELDS[field]}`
}

/** Every token of the child with this serial number, in the spelling the program stores. */
export function canariesOf(serial: number): readonly string[] {
  return (Object.keys(FIELDS) as CanaryField[]).map((field) => canary(serial, field))
}

/** The birth date of a canary child; 2013 stands nowhere else. */
export function canaryBirthDate(serial: number): CalendarDate {
  const day = new Date(Date.UTC(2013, 0, 1 + (serial % 365)))
  return day.toISOString().slice(0, 10) as CalendarDate
}

/** The registration of a child whose every personal text is a canary. */
export function canaryRegistration(
  serial: number,
  facts: Partial<Omit<RegisterChild, 'child' | 'family'>> = {},
): RegisterChild {
  return registration({
    ...facts,
    child: canaryChild(serial),
    family: { kind: 'new', family: canaryFamily(serial) },
  })
}

/** The canaries of what is written about the child after the Meldung. */
export function canaryTexts(serial: number) {
  return {
    place: canary(serial, 'place'),
    wishNote: canary(serial, 'wishNote'),
    advice: canary(serial, 'advice'),
    sentence: canary(serial, 'sentence'),
    className: canary(serial, 'className'),
  } as const
}

/** Finds whose canaries stand in a text, whatever its case. Matches case by case, not field by field. */
export function canaryFinder(
  children: readonly { readonly caseId: CaseId; readonly serial: number }[],
): (text: string) => ReadonlySet<CaseId> {
  const pattern = new RegExp(`${STEM.toLowerCase()}([a-z]{3})`, 'g')
  const owners = new Map(children.map(({ caseId, serial }) => [letters(serial), caseId]))
  return (text) => {
    const found = new Set<CaseId>()
    for (const [, key] of text.toLowerCase().matchAll(pattern)) {
      const owner = owners.get(key ?? '')
      if (owner !== undefined) found.add(owner)
    }
    return found
  }
}

function canaryChild(serial: number): Partial<Child> {
  return {
    givenNames: `${COMMON_NAME} ${canary(serial, 'given')}`,
    familyName: canary(serial, 'family'),
    originalScript: {
      given: canary(serial, 'originalGiven'),
      family: canary(serial, 'originalFamily'),
    },
    birthDate: { precision: 'day', date: canaryBirthDate(serial) },
  }
}

function canaryFamily(serial: number): Family {
  return {
    guardians: [
      {
        name: canary(serial, 'guardian'),
        role: 'mother',
        reachability: canary(serial, 'reachability'),
      },
    ],
    address: {
      street: `${canary(serial, 'street')} 4`,
      postcode: '52349',
      town: canary(serial, 'town'),
      free: canary(serial, 'free'),
    },
    contact: {
      phone: `0151 ${canary(serial, 'phone')}`,
      email: `${canary(serial, 'email')}@beispiel.example`,
      channel: 'phone',
    },
    readsLanguages: ['uk'],
  }
}

/** Three letters for a number below 17,576. */
function letters(serial: number): string {
  return [676, 26, 1]
    .map((unit) => String.fromCharCode(97 + (Math.floor(serial / unit) % 26)))
    .join('')
}
