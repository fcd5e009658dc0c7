/** The plural categories of Unicode CLDR; i18next appends them to a key: `minutes_one`. */
export type PluralCategory = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'

/** The keys that have plural forms: those with at least `_one` and `_other` in the German source. */
type PluralBase<Key extends string, All extends string = Key> = Key extends `${infer Base}_other`
  ? `${Base}_one` extends All
    ? Base
    : never
  : never

type PluralKey<Key extends string> = `${PluralBase<Key>}_${PluralCategory}`

/** The keys as a program says them: without the plural endings. */
export type BaseKey<Key extends string> = Exclude<Key, PluralKey<Key>> | PluralBase<Key>

/**
 * What another language must say, given the German source: every plain key once, every plural key
 * in each category that language counts in. A missing or surplus sentence does not compile.
 */
export type Translation<Source, Categories extends PluralCategory> = {
  readonly [Key in Exclude<keyof Source & string, PluralKey<keyof Source & string>>]: string
} & {
  readonly [Key in `${PluralBase<keyof Source & string>}_${Categories}`]: string
}

/** Values for the `{{…}}` of a sentence; `count` chooses the plural form. */
export type Values = Readonly<Record<string, string | number>>
