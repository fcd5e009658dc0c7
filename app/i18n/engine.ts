import { createInstance } from 'i18next'
import type { Values } from './catalog.ts'

/** The sentence of a key, with its values put in. */
export type Speak = (key: string, values?: Values) => string

/**
 * One language, ready at once (nothing is fetched). Nothing is escaped here: React does that.
 * A value a sentence asks for and does not get is left out, never shown as braces.
 */
export function speaker(locale: string, catalog: Readonly<Record<string, string>>): Speak {
  const instance = createInstance()
  void instance.init({
    lng: locale,
    ns: ['t'],
    defaultNS: 't',
    resources: { [locale]: { t: catalog } },
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    missingInterpolationHandler: () => '',
  })
  return (key, values) => {
    // most sentences take no value, and a list says hundreds: they need no engine
    const plain = values === undefined ? catalog[key] : undefined
    return plain !== undefined && !plain.includes('{{') ? plain : instance.t(key, values ?? {})
  }
}
