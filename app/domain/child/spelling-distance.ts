/**
 * Letters of a skeleton that are often left out, and what leaving them out costs (all others: 1); a leading `a`
 * stands for "begins with a vowel".
 */
const WEAK: Readonly<Record<string, number>> = {
  h: 0.35,
  w: 0.35,
  y: 0.25,
  a: 0.4,
  j: 0.35,
  v: 0.6,
}

/**
 * Sounds that romanisations of one name write differently, by what the change costs (all others: 1): q/k/c/g and
 * kh/h of Arabic and Persian, last d/t of Turkish, Ukrainian h for Russian g, s for ş, j for y, w for v, Somali c
 * for ع. Letters as in `transliteration.ts`.
 */
const MIXED_UP: readonly (readonly [cost: number, pairs: string])[] = [
  [0, 'Jj'],
  [0.05, 'vw CH jy'],
  [0.1, 'ck HX gG tT dD zD dQ JQ'],
  [0.15, 'sT sS SH cC hX gh jQ JZ jZ'],
  [0.2, 'cJ cj cs cH kH hH'],
  [0.25, 'dt zZ kG'],
  [0.3, 'kg kX GX Jg jg JC jC Jy QC QZ Qg TD dT sz cS vf ay'],
  [0.35, 'cz pb pf Gh SZ sC SC ah'],
  [0.4, 'ac aj aw vb zT jz wf sH'],
  [0.5, 'kC kh'],
  [0.6, 'mn dz'],
  [0.7, 'lr'],
]

/** A difference weighs a third more than its share: names are short, and most have the vowels in common. */
const SEVERITY = 1.3

/** How alike two skeletons are: 1 the same, 0 nothing in common; slips `WEAK` and `MIXED_UP` cost a fraction. */
export function skeletonLikeness(a: string, b: string): number {
  if (a === b) return 1
  const cost = distance(a, b, weakness, changeCost)
  return Math.max(0, 1 - (cost * SEVERITY) / Math.max(a.length, b.length))
}

/** 1 minus the share of letters to change, drop or add (Levenshtein). */
export function editLikeness(a: string, b: string): number {
  if (a === b) return 1
  return 1 - distance(a, b, always, differs) / Math.max(a.length, b.length)
}

/** Jaro's measure of letters in common, with Winkler's bonus of 0.1 for each of up to four first letters shared. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const [inA, inB] = lettersInCommon(a, b, reach)
  const shared = inA.length
  if (shared === 0) return 0
  let misplaced = 0
  for (let at = 0; at < shared; at += 1) if (inA[at] !== inB[at]) misplaced += 0.5
  const jaro = (shared / a.length + shared / b.length + (shared - misplaced) / shared) / 3
  return jaro + sharedStart(a, b) * 0.1 * (1 - jaro)
}

function lettersInCommon(a: string, b: string, reach: number): readonly [string, string] {
  let inA = ''
  let taken = 0
  for (let at = 0; at < a.length; at += 1) {
    const found = findFree(a.charAt(at), b, at, reach, taken)
    if (found < 0) continue
    inA += a.charAt(at)
    taken |= 1 << found
  }
  let inB = ''
  for (let at = 0; at < b.length; at += 1) if (taken & (1 << at)) inB += b.charAt(at)
  return [inA, inB]
}

/** Words are capped at 31 letters (`LONGEST_WORD`), so which letters are taken fits into one number. */
function findFree(letter: string, text: string, at: number, reach: number, taken: number): number {
  const end = Math.min(text.length - 1, at + reach)
  for (let index = Math.max(0, at - reach); index <= end; index += 1) {
    if (text.charAt(index) === letter && (taken & (1 << index)) === 0) return index
  }
  return -1
}

function sharedStart(a: string, b: string): number {
  let shared = 0
  while (shared < 4 && shared < a.length && a.charAt(shared) === b.charAt(shared)) shared += 1
  return shared
}

/** Longest word that is compared, in letters of its Latin sounds; what is longer is compared by its beginning. */
export const LONGEST_WORD = 31

type DropCost = (letter: number) => number
type ChangeCost = (one: number, other: number) => number

/** Reused by every comparison: a register of 20,000 asks some hundred thousand times. Nothing survives a call. */
const costsSoFar = new Float64Array(LONGEST_WORD + 1)

function distance(a: string, b: string, drop: DropCost, change: ChangeCost): number {
  costsSoFar[0] = 0
  for (let at = 0; at < b.length; at += 1) {
    costsSoFar[at + 1] = soFar(at) + drop(b.charCodeAt(at))
  }
  for (let at = 0; at < a.length; at += 1) addLetter(a.charCodeAt(at), b, drop, change)
  return soFar(b.length)
}

function addLetter(letter: number, b: string, drop: DropCost, change: ChangeCost): void {
  const dropped = drop(letter)
  let diagonal = soFar(0)
  costsSoFar[0] = diagonal + dropped
  for (let at = 0; at < b.length; at += 1) {
    const other = b.charCodeAt(at)
    const above = soFar(at + 1)
    const best = Math.min(
      diagonal + change(letter, other),
      above + dropped,
      soFar(at) + drop(other),
    )
    costsSoFar[at + 1] = best
    diagonal = above
  }
}

function soFar(at: number): number {
  return costsSoFar[at] ?? 0
}

const always: DropCost = () => 1
const differs: ChangeCost = (one, other) => (one === other ? 0 : 1)

const ASCII = 128

const weakTable = new Float64Array(ASCII).fill(1)
for (const [letter, cost] of Object.entries(WEAK)) weakTable[letter.charCodeAt(0)] = cost

const changeTable = new Float64Array(ASCII * ASCII).fill(1)
for (const [cost, pairs] of MIXED_UP) {
  for (const pair of pairs.split(' ')) {
    const [one, other] = [pair.charCodeAt(0), pair.charCodeAt(1)]
    changeTable[one * ASCII + other] = cost
    changeTable[other * ASCII + one] = cost
  }
}

function weakness(letter: number): number {
  return weakTable[letter] ?? 1
}

function changeCost(one: number, other: number): number {
  if (one === other) return 0
  return one < ASCII && other < ASCII ? (changeTable[one * ASCII + other] ?? 1) : 1
}
