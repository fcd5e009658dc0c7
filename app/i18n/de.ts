import { checkNames, checks } from './checks.de.ts'
import { familyDe } from './family.de.ts'
import { refusals } from './refusals.de.ts'
import { staffDe } from './staff.de.ts'

/** `refusal.seat_taken` and the like: the refusals under keys of the one catalogue. */
const refusalKeys = Object.fromEntries(
  Object.entries(refusals).map(([code, sentence]) => [`refusal.${code}`, sentence]),
) as { readonly [Code in keyof typeof refusals as `refusal.${Code}`]: string }

/** `check.clock_behind` and the like: what the self-check says. */
const checkKeys = Object.fromEntries(
  Object.entries(checks).map(([code, sentence]) => [`check.${code}`, sentence]),
) as { readonly [Code in keyof typeof checks as `check.${Code}`]: string }

/** German is the source: everything that is a code, a field message or read by families. */
export const de = { ...staffDe, ...refusalKeys, ...checkNames, ...checkKeys, ...familyDe }
