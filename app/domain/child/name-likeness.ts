import type { NameKey, NameWords, TokenKey } from './name-key.ts'
import { editLikeness, jaroWinkler, skeletonLikeness } from './spelling-distance.ts'
import { vowelAgreement } from './vowel-agreement.ts'

/**
 * How alike two names are, 0 to 1, whatever the script: 1 for the same name, the same both ways round. Word by word
 * 0.45 consonant skeleton + 0.35 Jaro-Winkler on folded vowels + 0.20 Levenshtein (measured best of eight methods,
 * promises.md §5.2), less where the vowels contradict each other (Hasan, Hussein). Given and family name may have
 * changed places at −3 %, words may have moved between them at −6 %.
 */
export function nameLikeness(a: NameKey, b: NameKey): number {
  return namePartsLikeness(a, b).name
}

export type TokenLikeness = (a: TokenKey, b: TokenKey) => number

/** The likeness of the whole name beside that of given and family names as they stand. */
export type NameLikeness = {
  readonly name: number
  /** null: one of the two has none. */
  readonly given: number | null
  readonly family: number | null
}

/** As `nameLikeness`, with its parts. `likeness` compares two words; an index passes one that remembers. */
export function namePartsLikeness(
  a: NameKey,
  b: NameKey,
  likeness: TokenLikeness = tokenLikeness,
): NameLikeness {
  const given = wordsLikeness(a.given, b.given, likeness)
  const family = wordsLikeness(a.family, b.family, likeness)
  const parts = { given: asNumber(given), family: asNumber(family) }
  const straight = whole(given, family)
  if (straight >= CERTAIN) return { name: straight, ...parts }
  const swapped = whole(
    wordsLikeness(a.given, b.family, likeness),
    wordsLikeness(a.family, b.given, likeness),
  )
  const moved = asNumber(wordsLikeness(allWords(a), allWords(b), likeness))
  return { name: Math.max(straight, swapped * SWAPPED, (moved ?? 0) * MOVED), ...parts }
}

/** From here on no other arrangement of the words can do better. */
const CERTAIN = 0.97
const SWAPPED = 0.97
const MOVED = 0.94

/** What comparing two lists of words says; `one_side` and `neither` tell which of them are empty. */
type Compared = number | 'one_side' | 'neither'

function asNumber(compared: Compared): number | null {
  return typeof compared === 'number' ? compared : null
}

function whole(one: Compared, other: Compared): number {
  if (one === 'one_side' || other === 'one_side') return 0
  const present = [one, other].filter((part) => part !== 'neither')
  return present.reduce((sum, part) => sum + part, 0) / Math.max(1, present.length)
}

/**
 * Each word looks for its best counterpart, in both directions; the better direction counts three times, so that a
 * dropped second name costs little.
 */
function wordsLikeness(a: NameWords, b: NameWords, likeness: TokenLikeness): Compared {
  if (a.words.length === 0 || b.words.length === 0)
    return a.words.length === b.words.length ? 'neither' : 'one_side'
  const there = covered(a.words, b.words, likeness)
  const back = covered(b.words, a.words, likeness)
  const apart = Math.max(there, back) * BETTER_SIDE + Math.min(there, back) * (1 - BETTER_SIDE)
  return Math.max(apart, joinedLikeness(a, b, likeness))
}

/** One side in one word, the other in several: Alireza, Ali Reza. */
function joinedLikeness(a: NameWords, b: NameWords, likeness: TokenLikeness): number {
  if (a.words.length === b.words.length) return 0
  const one = a.words.length === 1 ? a.words[0] : a.joined
  const other = b.words.length === 1 ? b.words[0] : b.joined
  return one && other ? likeness(one, other) : 0
}

function allWords(name: NameKey): NameWords {
  return { words: [...name.given.words, ...name.family.words], joined: null }
}

const BETTER_SIDE = 0.75
const PARTICLE_WEIGHT = 0.2

function covered(
  words: readonly TokenKey[],
  others: readonly TokenKey[],
  likeness: TokenLikeness,
): number {
  let sum = 0
  let weights = 0
  for (const word of words) {
    const weight = word.isParticle ? PARTICLE_WEIGHT : 1
    let best = 0
    for (const other of others) best = Math.max(best, likeness(word, other))
    sum += best * weight
    weights += weight
  }
  return sum / weights
}

// ---- two words ----

/** How alike two words of a name are, 0 to 1; with an article on one side only, a little less. */
export function tokenLikeness(a: TokenKey, b: TokenKey): number {
  if (a.plain === b.plain) return 1
  const whole = soundLikeness(a, b)
  if (a.bare === null && b.bare === null) return whole
  if (a.bare !== null && b.bare !== null) return Math.max(whole, soundLikeness(a.bare, b.bare))
  return Math.max(whole, soundLikeness(a.bare ?? a, b.bare ?? b) * ARTICLE_MISSING)
}

const ARTICLE_MISSING = 0.95

function soundLikeness(a: TokenKey, b: TokenKey): number {
  const skeleton = skeletonLikeness(a.skeleton, b.skeleton)
  if (skeleton < HOPELESS) return skeleton * 0.45
  const agreement = vowelAgreement(a, b)
  if (a.isAbjad !== b.isAbjad) return skeleton * agreement
  const composite =
    0.45 * skeleton +
    0.35 * jaroWinkler(a.folded, b.folded) +
    0.2 * editLikeness(a.sounds, b.sounds)
  return composite * agreement
}

/** Below this skeleton two words never come near a threshold: the rest is not worth computing. */
const HOPELESS = 0.3
