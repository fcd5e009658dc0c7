import type { TokenKey } from './name-key.ts'

/**
 * How far two vowels are apart (all others: 1): romanisations swap a and e, e and i, o and u, and e stands for any
 * short vowel; a and i make two names. Y is one of ai, ei; W is au; E is ae.
 */
const APART: Readonly<Record<string, number>> = {
  ae: 0.2,
  ao: 0.5,
  au: 0.8,
  ei: 0.2,
  eo: 0.5,
  eu: 0.5,
  io: 0.9,
  ou: 0.1,
  Ya: 0.8,
  Ye: 0.15,
  Yi: 0.1,
  Wa: 0.6,
  Wo: 0.1,
  Wu: 0.15,
  EY: 0.1,
  Ea: 0.2,
  Ee: 0.1,
  Ei: 0.3,
}

/** One vowel more in a row of several: "ie" for "i", "ai" for "i". */
const ONE_MORE = 0.15
/** No vowel where the other has one, in scripts that write all of them. */
const LEFT_OUT = 0.3
/** A vowel only one has, where the other's script would show it: long in Arabic (حسن, حسین), or the last (Ahmad, Ahmadi). */
const WOULD_SHOW = 0.7
/** ی at the end is i in Arabic and may be a in Persian (مصطفی). */
const LAST_YA = 0.2
/** How much contradicting vowels take off, and how much from words of one or two consonants (Ali, Ela). */
const WEIGHT = 0.45
const WEIGHT_OF_SHORT = 0.55
/** A last a on one side only: Amin and Amina, Oleksandr and Oleksandra are brother and sister. */
const GENDER_ENDING = 0.62

type Spelled = Pick<TokenKey, 'skeleton' | 'vowels' | 'isAbjad'>

/**
 * The factor (0 to 1) two words with the same number of consonants keep for their vowels; 1 where nothing
 * contradicts, and for words whose consonants differ in number (they have lost enough). Arabic script leaves short
 * vowels out, so there a missing one contradicts nothing.
 */
export function vowelAgreement(a: Spelled, b: Spelled): number {
  const length = a.vowels.length
  if (length !== b.vowels.length) return 1
  let sum = 0
  let compared = 0
  for (let at = 0; at < length; at += 1) {
    if (a.vowels[at] === '' && b.vowels[at] === '') continue
    compared += 1
    if (at > 0 || !isOpeningUnclear(a, b)) sum += costAt(at, a, b)
  }
  if (compared === 0) return 1
  const weight = length <= 2 ? WEIGHT_OF_SHORT : WEIGHT
  return (1 - (weight * sum) / compared) * genderFactor(a, b)
}

/** An alif or ayn at the beginning stands for any vowel. */
function isOpeningUnclear(...both: readonly Spelled[]): boolean {
  return both.some(({ isAbjad, skeleton }) => isAbjad && skeleton.startsWith('a'))
}

function costAt(at: number, a: Spelled, b: Spelled): number {
  const isLast = at === a.vowels.length - 1
  return slotCost(diphthongs(a.vowels[at]), diphthongs(b.vowels[at]), a, b, isLast)
}

function diphthongs(vowels = ''): string {
  if (vowels.length < 2) return vowels
  return vowels.slice(0, LONGEST_ROW).replace(/[ae]i/, 'Y').replace('au', 'W').replace('ae', 'E')
}

function genderFactor(a: Spelled, b: Spelled): number {
  const [one, other] = [a.vowels.at(-1) ?? '', b.vowels.at(-1) ?? '']
  return (one === '' && other === 'a') || (one === 'a' && other === '') ? GENDER_ENDING : 1
}

function slotCost(one: string, other: string, a: Spelled, b: Spelled, isLast: boolean): number {
  if (one === other) return 0
  const isAnyAbjad = a.isAbjad || b.isAbjad
  if (one === '') return missingCost(other, a, b, isLast)
  if (other === '') return missingCost(one, b, a, isLast)
  if (isLast && isAnyAbjad && [one, other].toSorted().join('') === 'ai') return LAST_YA
  return Math.min(1, rowCost(one, other, isAnyAbjad ? 0 : ONE_MORE))
}

/** `silent` writes no vowel where `spoken` writes `vowels`. */
function missingCost(vowels: string, silent: Spelled, spoken: Spelled, isLast: boolean): number {
  if (isLast) return vowels === 'e' ? LEFT_OUT : WOULD_SHOW
  if (!silent.isAbjad) return LEFT_OUT
  return !spoken.isAbjad && /^[aeiou]$/.test(vowels) ? 0 : WOULD_SHOW
}

/** No name has more vowels in a row that matter; a longer row would only cost time. */
const LONGEST_ROW = 4

/** The cheapest way from one row of vowels to another. */
function rowCost(one: string, other: string, oneMore: number): number {
  if (one === '' || other === '') return (one.length + other.length) * oneMore
  const change =
    apart(one.charAt(0), other.charAt(0)) + rowCost(one.slice(1), other.slice(1), oneMore)
  if (one.length === other.length) return change
  return one.length > other.length
    ? Math.min(change, oneMore + rowCost(one.slice(1), other, oneMore))
    : Math.min(change, oneMore + rowCost(one, other.slice(1), oneMore))
}

function apart(one: string, other: string): number {
  if (one === other) return 0
  return APART[one < other ? one + other : other + one] ?? 1
}
