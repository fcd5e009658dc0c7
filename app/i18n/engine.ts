import { createInstance } from 'i18next'
import type { Values } from './catalog.ts'

/** The sentence of a key, with its values put in. */
export type Speak = (key: string, values?: Values) => string

/** Counted sentences kept a language: days and numbers of children, each at most a few hundred. */
const MOST_COUNTED = 5_000

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
  const counted = new Map<string, string>()
  const sayCounted = (key: string, count: number) => {
    const name = `${key} ${count}`
    const known = counted.get(name)
    if (known !== undefined) return known
    const said = instance.t(key, { count })
    if (counted.size < MOST_COUNTED) counted.set(name, said)
    return said
  }
  return (key, values) => {
    // most sentences take no value or a count, and a list says hundreds: they need no engine
    const plain = values === undefined ? catalog[key] : undefined
    if (plain !== undefined && !plain.includes('{{')) return plain
    const count = onlyCount(values)
    return count === null ? instance.t(key, values ?? {}) : sayCounted(key, count)
  }
}

/** The number of a sentence that takes nothing but a count ("noch 3 Tage"); null: it takes more. */
function onlyCount(values: Values | undefined): number | null {
  if (typeof values?.['count'] !== 'number') return null
  return Object.keys(values).length === 1 ? values['count'] : null
}
