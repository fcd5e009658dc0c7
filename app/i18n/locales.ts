import { findLanguage } from '#app/domain/language/languages.ts'

/** The languages the family part speaks. */
export const LOCALES = ['de', 'en', 'ar'] as const

export type Locale = (typeof LOCALES)[number]

/** What each language calls itself: the words of the language switch. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  de: 'Deutsch',
  en: 'English',
  ar: 'العربية',
}

/** The locale named by `text` (an URL parameter, a cookie, a stored language), or null. */
export function toLocale(text: string | null | undefined): Locale | null {
  const language = (text ?? '').toLowerCase().split('-')[0] ?? ''
  return LOCALES.find((locale) => locale === language) ?? null
}

/** The direction (`dir`) a page, name or sentence in `lang` (BCP 47) is written in. */
export function directionOf(lang: string): 'ltr' | 'rtl' {
  return findLanguage(lang.split('-')[0] ?? '')?.direction ?? 'ltr'
}
