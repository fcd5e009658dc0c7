import { LONGEST_WORD } from './spelling-distance.ts'
import {
  type CyrillicReading,
  cyrillicReadingOf,
  plainForm,
  type Transliteration,
  transliterate,
} from './transliteration.ts'

/**
 * One word of a name, taken apart into what two spellings of it have in common. Computed once and kept in
 * memory; nothing of it is stored.
 */
export type TokenKey = {
  /** The word in `plainForm`, in its own script. */
  readonly plain: string
  /** The word in a–z, as somebody types it who reads no other script. */
  readonly latin: string
  /** `Transliteration.sounds`. */
  readonly sounds: string
  /**
   * The consonants, doubled ones once, weak ones (a last h, y and w before no vowel) left out; a leading `a`
   * stands for "begins with a vowel".
   */
  readonly skeleton: string
  /** The vowels that follow each letter of the skeleton, as many as the skeleton has letters. */
  readonly vowels: readonly string[]
  /** Skeleton and vowels put together again with the vowels folded to a, i, u and the consonants to plain ones. */
  readonly folded: string
  readonly isAbjad: boolean
  /** A particle (bin, bint, oğlu, de, von …): counts little. */
  readonly isParticle: boolean
  /** The same word without its article: Hassan for Al-Hassan and Alhassan; null when there is none. */
  readonly bare: TokenKey | null
}

/** A whole name taken apart: given names and family name, articles and particles dealt with. */
export type NameKey = {
  readonly given: NameWords
  readonly family: NameWords
}

export type NameWords = {
  readonly words: readonly TokenKey[]
  /** All words written as one (Alireza for Ali Reza); null when there is only one, or none. */
  readonly joined: TokenKey | null
}

/** The words of a given and a family name, both read by the same alphabet. */
export function nameKey(given: string, family: string): NameKey {
  const reading = cyrillicReadingOf(`${given} ${family}`)
  return { given: nameWords(given, reading), family: nameWords(family, reading) }
}

/** The words of a text as typed, each for itself: what the search box works on. */
export function searchTokens(text: string): readonly TokenKey[] {
  const reading = cyrillicReadingOf(text)
  return wordsOf(text).map((plain) => partKey({ plain, ...transliterate(plain, reading) }))
}

/** A name in a–z: "محمد" is "mhmd", "Олександр" is "oleksandr" in a Ukrainian name. */
export function latinForm(text: string): string {
  return searchTokens(text)
    .map((token) => token.latin)
    .join(' ')
}

/**
 * The words of one name with what belongs together joined, since it is written together as often as not:
 * articles, Abd (servant of …), Abu, -ddin, -ullah.
 */
function nameWords(text: string, reading: CyrillicReading): NameWords {
  const parts = compounds(
    wordsOf(text).map((plain) => ({ plain, ...transliterate(plain, reading) })),
  )
  const words = parts.map(partKey)
  return { words, joined: words.length > 1 ? partKey(parts.reduce(join)) : null }
}

function partKey(part: Part): TokenKey {
  return tokenKey(part.plain, { ...part, sounds: canonical(part.sounds) })
}

function compounds(words: readonly Part[]): readonly Part[] {
  const parts: Part[] = []
  let opening: Part | null = null
  for (const [at, word] of words.entries()) {
    const part: Part = opening === null ? word : join(opening, word)
    const before = parts.at(-1)
    opening = null
    if (before !== undefined && isEnding(part)) parts[parts.length - 1] = join(before, part)
    else if (opensNext(word, words[at + 1])) opening = part
    else parts.push(part)
  }
  return parts
}

type Part = Transliteration & { readonly plain: string }

function join(first: Part, second: Part): Part {
  return {
    plain: `${first.plain}${second.plain}`,
    latin: `${first.latin}${second.latin}`,
    sounds: `${first.sounds}${second.sounds}`,
    isAbjad: first.isAbjad || second.isAbjad,
  }
}

/** White space, hyphens of all kinds and punctuation part words; apostrophes are already gone. */
function wordsOf(text: string): readonly string[] {
  return plainForm(text)
    .split(/[\p{Z}\p{Pd}\p{Po}\p{Ps}\p{Pe}_\s]+/u)
    .filter((word) => word !== '')
}

// ---- Arabic compounds ----

/** Words that belong to the one after them: articles (As-Sayyid too), Abd in its passport spellings, Abu. */
function opensNext({ sounds }: Part, next: Part | undefined): boolean {
  if (next === undefined) return false
  if (/^(?:[aeu]l|abd(?:[aeou]l|[aeou][rsSnzdt])?|ab[uo])$/.test(sounds)) return true
  return /^[aeu][rsSnzdt]$/.test(sounds) && next.sounds.startsWith(sounds.charAt(1))
}

/** Words that belong to the one before them: (al-)Din, (A)llah. */
function isEnding({ sounds }: Part): boolean {
  return /^(?:[aeu]?[ld]?din[ea]?|[aou]l+ah?)$/.test(sounds)
}

/**
 * Compounds in one spelling: Abd al-Rahman, Abdurrahman, Abdelrahman → abdrahman; Salah al-Din, Salaheddine →
 * salahdin, Najib Allah, Najibullah → najibula.
 */
function canonical(sounds: string): string {
  return sounds
    .replace(/^[aeu]([rsSnzdt])(?=\1)/, 'al')
    .replace(/^abd[aeiou]?l?([^aeiou])\1?/, 'abd$1')
    .replace(/^(.{3,}?)[aeiou]?[ld]?dine?$/, '$1din')
    .replace(/^(.{3,}?)[aou]ll+ah?$/, '$1ula')
}

/** What is left of a word that may begin with an article; null when it does not. */
function withoutArticle(sounds: string): string | null {
  const [, rest] = /^[ae]l([^aeiouy].{2,})$/.exec(sounds) ?? []
  return rest ?? null
}

const PARTICLES = new Set(
  'bin ibn ben bn abn bint bnt walad ould oglu ogly ogli kizi kyzy qizi von van der den de da do dos del di la le'.split(
    ' ',
  ),
)

// ---- one word ----

function tokenKey(plain: string, spelled: Transliteration): TokenKey {
  const { latin, isAbjad } = spelled
  const sounds = spelled.sounds.slice(0, LONGEST_WORD)
  const rest = withoutArticle(sounds)
  return {
    plain,
    latin,
    sounds,
    ...frame(sounds, isAbjad),
    isAbjad,
    isParticle: PARTICLES.has(latin),
    bare: rest === null ? null : tokenKey(rest, { latin: rest, sounds: rest, isAbjad }),
  }
}

type Frame = Pick<TokenKey, 'skeleton' | 'vowels' | 'folded'>

/** Parts consonants and vowels. An Arabic spelling never doubles a consonant, so there two are two. */
function frame(sounds: string, isAbjad: boolean): Frame {
  let skeleton = ''
  const vowels: string[] = []
  for (let at = 0; at < sounds.length; at += 1) {
    const sound = soundAt(sounds, at, isAbjad)
    if (sound.isVowel) {
      if (skeleton === '') [skeleton, vowels[0]] = ['a', '']
      appendVowel(vowels, sound.letter)
    } else if (isAbjad || vowels.at(-1) !== '' || skeleton.at(-1) !== sound.letter) {
      skeleton += sound.letter
      vowels.push('')
    }
  }
  return { skeleton, vowels, folded: folded(skeleton, vowels) }
}

type Sound = { readonly letter: string; readonly isVowel: boolean }

function soundAt(sounds: string, at: number, isAbjad: boolean): Sound {
  const letter = sounds.charAt(at)
  if ('aeiou'.includes(letter)) return { letter, isVowel: true }
  if (at === 0 || !'ywjh'.includes(letter)) return { letter, isVowel: false }
  return weakSoundAt(letter, sounds.slice(0, at), sounds.charAt(at + 1), isAbjad)
}

/**
 * y, w, j and h inside a word: a y is a vowel; so is a w after a, i, u and before a consonant (Mawlud, but
 * Schewtschenko), a j after e, i, u at the end (Sergej); an h that only closes -ah or -eh is silent.
 */
function weakSoundAt(letter: string, before: string, next: string, isAbjad: boolean): Sound {
  if (letter === 'y') return { letter: 'i', isVowel: true }
  if (isAbjad) return { letter, isVowel: false }
  if (letter === 'w' && /[aiu]$/.test(before) && !/^[aeiou]/.test(next))
    return { letter: 'u', isVowel: true }
  if (next === '' && letter === 'j' && /[eiu]$/.test(before)) return { letter: 'i', isVowel: true }
  if (next === '' && letter === 'h' && /(?:a|..[^aeiou]e)$/.test(before))
    return { letter: '', isVowel: true }
  return { letter, isVowel: false }
}

function appendVowel(vowels: string[], letter: string): void {
  const last = vowels.length - 1
  const before = vowels[last] ?? ''
  if (!before.endsWith(letter)) vowels[last] = before + letter
}

const FOLDED_CONSONANTS: Readonly<Record<string, string>> = {
  S: 's',
  Z: 'z',
  C: 's',
  H: 'h',
  X: 'h',
  G: 'g',
  T: 't',
  D: 'd',
  J: 'j',
  Q: 'j',
  c: 'k',
  w: 'v',
  y: 'j',
}

/** One vowel for any number: an i or u in it decides, for diphthongs are written in every way. */
function foldedVowel(vowels: string): string {
  if (vowels === '') return ''
  if (vowels.includes('i')) return 'i'
  return /[ou]/.test(vowels) ? 'u' : 'a'
}

function folded(skeleton: string, vowels: readonly string[]): string {
  let text = ''
  for (const [at, letter] of [...skeleton].entries()) {
    if (at > 0 || letter !== 'a') text += FOLDED_CONSONANTS[letter] ?? letter
    text += foldedVowel(vowels[at] ?? '')
  }
  return text
}
