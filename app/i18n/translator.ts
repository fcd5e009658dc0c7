import { ar } from './ar.ts'
import type { BaseKey, Values } from './catalog.ts'
import { en } from './en.ts'
import { speaker } from './engine.ts'
import { familyDe } from './family.de.ts'
import type { Locale } from './locales.ts'

/** Everything families and the slip can be told, by key. */
export type FamilyKey = BaseKey<keyof typeof familyDe & string>

/** Says a family sentence in one language. */
export type FamilyTranslate = (key: FamilyKey, values?: Values) => string

const speakers: Readonly<Record<Locale, FamilyTranslate>> = {
  de: speaker('de', familyDe),
  en: speaker('en', en),
  ar: speaker('ar', ar),
}

/**
 * The family part in one of its languages, at once and without waiting. Only the family pages and
 * the slip import this module, so staff pages load German alone.
 */
export function translator(locale: Locale): FamilyTranslate {
  return speakers[locale]
}
