/** The languages the family part speaks, and the direction each is written in. */
export const LOCALES = { de: 'ltr', en: 'ltr', ar: 'rtl' } as const

export type Locale = keyof typeof LOCALES

/** What each language calls itself: the words of the language switch. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  de: 'Deutsch',
  en: 'English',
  ar: 'العربية',
}

/** `ltr` or `rtl`: the `dir` of a page in this language. */
export function direction(locale: Locale): 'ltr' | 'rtl' {
  return LOCALES[locale]
}

/** The locale named by `text` (an URL parameter, a cookie, a stored language), or null. */
export function toLocale(text: string | null | undefined): Locale | null {
  const language = (text ?? '').toLowerCase().split('-')[0] ?? ''
  return Object.hasOwn(LOCALES, language) ? (language as Locale) : null
}

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'ps', 'ckb', 'ur', 'he', 'arc', 'syr', 'sd', 'ug'])

/** The direction a name or sentence in `lang` (BCP 47) is written in, also for languages we do not speak. */
export function directionOf(lang: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(lang.split('-')[0] ?? '') ? 'rtl' : 'ltr'
}
