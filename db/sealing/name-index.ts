import type { BirthDate } from '#app/domain/child/birth-date.ts'
import {
  type ChildRecord,
  type LikelyDuplicate,
  likelyDuplicates,
} from '#app/domain/child/duplicate.ts'
import { type NameKey, nameKey, searchTokens, type TokenKey } from '#app/domain/child/name-key.ts'
import { type TokenLikeness, tokenLikeness } from '#app/domain/child/name-likeness.ts'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import { soundClasses } from './sound-classes.ts'

/** What the index keeps of a child: as much as searching, sorting and comparing need, in memory only. */
export type NameEntry = {
  readonly centreId: CentreId
  readonly childId: ChildId
  readonly caseIds: readonly CaseId[]
  /** Empty where the child has no such name; both are where it cannot be read. */
  readonly given: string
  readonly family: string
  /** The name in the family's own script; empty where none is known. */
  readonly originalGiven: string
  readonly originalFamily: string
  readonly birthDate: BirthDate
  /** What lists sort by, see `sortName`. */
  readonly sortKey: string
}

/** A child about to be saved. `childId` leaves the child itself out when an existing one is changed. */
export type DuplicateCandidate = Pick<
  NameEntry,
  'given' | 'family' | 'originalGiven' | 'originalFamily' | 'birthDate'
> & { readonly childId?: ChildId }

export type NameHit = {
  readonly childId: ChildId
  readonly caseIds: readonly CaseId[]
  /** 1: every word typed in full; less for beginnings and near spellings. */
  readonly score: number
}

/**
 * The names of all children in memory, each centre for itself: names are sealed in the database, so no query can
 * search or sort them (promises.md §6.1). No input or output here; whoever reads `child_change` drives it.
 */
export type NameIndex = {
  /** Full once every stored child is in; until then nobody may rely on finding nothing. */
  state: 'filling' | 'full'
  /** The last `child_change.seq` applied. */
  position: number
  /** Takes a child in, or anew. */
  put(entry: NameEntry): void
  remove(centreId: CentreId, childId: ChildId): void
  nameOf(centreId: CentreId, childId: ChildId): NameEntry | null
  /** How many children a centre has here. */
  count(centreId: CentreId): number
  /** All children of a centre by name, in German order. */
  order(centreId: CentreId): readonly ChildId[]
  /**
   * The children in whose name every word of `text` stands: in full, by its beginning, or nearly; in any script,
   * whichever the name was entered in. Best first, then by name; at most `limit`.
   */
  search(centreId: CentreId, text: string, limit: number): readonly NameHit[]
  /** The children that may be the candidate, most alike first. Only a full index gives a complete answer. */
  duplicates(
    centreId: CentreId,
    candidate: DuplicateCandidate,
  ): readonly LikelyDuplicate<NameEntry>[]
}

/** An empty index, filling. About 1.5 kB a child. */
export function createNameIndex(): NameIndex {
  const registers = new Map<CentreId, Register>()
  return {
    state: 'filling',
    position: 0,
    put(entry) {
      const register = registers.get(entry.centreId) ?? createRegister()
      registers.set(entry.centreId, register)
      removeChild(register, entry.childId)
      addChild(register, entry)
    },
    remove(centreId, childId) {
      const register = registers.get(centreId)
      if (register) removeChild(register, childId)
    },
    nameOf(centreId, childId) {
      return registers.get(centreId)?.children.get(childId)?.entry ?? null
    },
    count(centreId) {
      return registers.get(centreId)?.children.size ?? 0
    },
    order(centreId) {
      const register = registers.get(centreId)
      return register ? sortedChildren(register).map((child) => child.entry.childId) : []
    },
    search(centreId, text, limit) {
      const register = registers.get(centreId)
      return register ? search(register, text.slice(0, LONGEST_QUERY), limit) : []
    },
    duplicates(centreId, candidate) {
      const register = registers.get(centreId)
      return register ? duplicates(register, candidate) : []
    },
  }
}

/** What is longer was not typed to find a name. */
const LONGEST_QUERY = 250

// ---- one centre ----

type Child = ChildRecord & {
  readonly entry: NameEntry
  readonly birthYear: number | null
  readonly words: readonly Word[]
}

/** A word of names, kept once for all children that have it; gone with the last of them. */
type Word = { readonly key: TokenKey; readonly children: Set<Child> }

type Register = {
  readonly children: Map<ChildId, Child>
  readonly words: Map<string, Word>
  /** Words by how they sound, roughly: where near spellings are looked for. */
  readonly bySound: Map<string, Set<Word>>
  /** null: not needed so far, or nothing left of it. */
  sorted: Child[] | null
}

function createRegister(): Register {
  return { children: new Map(), words: new Map(), bySound: new Map(), sorted: null }
}

function addChild(register: Register, entry: NameEntry): void {
  const words = new Set<Word>()
  const names = namesOf(entry).map((name) => intern(register, name, words))
  for (const key of searchKeys(entry)) words.add(wordFor(register, key))
  const birthYear = yearOf(entry.birthDate)
  const child = { entry, names, birthDate: entry.birthDate, birthYear, words: [...words] }
  for (const word of child.words) word.children.add(child)
  register.children.set(entry.childId, child)
  if (register.sorted) register.sorted.splice(placeOf(register.sorted, child), 0, child)
}

function removeChild(register: Register, childId: ChildId): void {
  const child = register.children.get(childId)
  if (!child) return
  register.children.delete(childId)
  if (register.sorted) register.sorted.splice(placeOf(register.sorted, child), 1)
  for (const word of child.words) {
    word.children.delete(child)
    if (word.children.size === 0) forgetWord(register, word)
  }
}

/** Of a child without a name there is nothing to compare. */
function namesOf(child: DuplicateCandidate): readonly NameKey[] {
  if (child.given === '' && child.family === '') return []
  const entered = nameKey(child.given, child.family)
  if (child.originalGiven === '' && child.originalFamily === '') return [entered]
  return [entered, nameKey(child.originalGiven, child.originalFamily)]
}

function searchKeys(child: NameEntry): readonly TokenKey[] {
  return [
    ...searchTokens(`${child.given} ${child.family}`),
    ...searchTokens(`${child.originalGiven} ${child.originalFamily}`),
  ]
}

function yearOf(birthDate: BirthDate): number | null {
  return birthDate.date === null ? null : Number(birthDate.date.slice(0, 4))
}

// ---- words ----

/** The same name over the register's own words, so that a common word is in memory once. */
function intern(register: Register, name: NameKey, words: Set<Word>): NameKey {
  const own = (key: TokenKey) => {
    const word = wordFor(register, key)
    words.add(word)
    return word.key
  }
  const part = (of: NameKey['given']) => ({
    words: of.words.map(own),
    joined: of.joined && own(of.joined),
  })
  return { given: part(name.given), family: part(name.family) }
}

/** One spelling may sound differently in two alphabets (Олег): then it is two words. */
function wordId(key: TokenKey): string {
  return `${key.plain}|${key.sounds}`
}

function wordFor(register: Register, key: TokenKey): Word {
  const known = register.words.get(wordId(key))
  if (known) return known
  const word: Word = { key, children: new Set() }
  register.words.set(wordId(key), word)
  for (const sound of soundClasses(key)) {
    const alike = register.bySound.get(sound) ?? new Set()
    register.bySound.set(sound, alike.add(word))
  }
  return word
}

function forgetWord(register: Register, word: Word): void {
  register.words.delete(wordId(word.key))
  for (const sound of soundClasses(word.key)) {
    const alike = register.bySound.get(sound)
    alike?.delete(word)
    if (alike?.size === 0) register.bySound.delete(sound)
  }
}

/** The words that sound roughly like `key`. */
function soundAlikes(register: Register, key: TokenKey): ReadonlySet<Word> {
  const words = new Set<Word>()
  for (const sound of soundClasses(key)) {
    for (const word of register.bySound.get(sound) ?? []) words.add(word)
  }
  return words
}

// ---- order ----

const collator = new Intl.Collator('de')

function compareChildren(a: Child, b: Child): number {
  const byName = collator.compare(a.entry.sortKey, b.entry.sortKey)
  if (byName !== 0) return byName
  return a.entry.childId < b.entry.childId ? -1 : Number(a.entry.childId > b.entry.childId)
}

function sortedChildren(register: Register): readonly Child[] {
  register.sorted ??= [...register.children.values()].sort(compareChildren)
  return register.sorted
}

/** Where `child` stands, or would stand. */
function placeOf(sorted: readonly Child[], child: Child): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = sorted[middle]
    if (other && compareChildren(other, child) < 0) low = middle + 1
    else high = middle
  }
  return low
}

// ---- search ----

const WHOLE_WORD = 1
const BEGINNING = 0.95
/** A near spelling counts from here on, and at most this much of its likeness. */
const NEAR = 0.75
const NEAR_SHARE = 0.9

function search(register: Register, text: string, limit: number): readonly NameHit[] {
  const typed = searchTokens(text)
  const found = matching(register, typed)
  const compounds = nameKey(text, '').given.words
  if (compounds.length < typed.length) {
    for (const [child, score] of matching(register, compounds)) {
      found.set(child, Math.max(score, found.get(child) ?? 0))
    }
  }
  return sortedChildren(register)
    .flatMap((child) => hitOf(child, found.get(child)))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
}

function hitOf({ entry }: Child, score: number | undefined): readonly NameHit[] {
  return score === undefined ? [] : [{ childId: entry.childId, caseIds: entry.caseIds, score }]
}

/** The children that match every key, with their mean score. */
function matching(register: Register, keys: readonly TokenKey[]): Map<Child, number> {
  let found: Map<Child, number> | null = null
  for (const key of keys) {
    const hits = childrenWith(register, key)
    found = found === null ? hits : both(found, hits)
  }
  const scored = new Map<Child, number>()
  for (const [child, sum] of found ?? []) scored.set(child, sum / keys.length)
  return scored
}

function both(one: Map<Child, number>, other: Map<Child, number>): Map<Child, number> {
  const found = new Map<Child, number>()
  for (const [child, score] of one) {
    const more = other.get(child)
    if (more !== undefined) found.set(child, score + more)
  }
  return found
}

function childrenWith(register: Register, key: TokenKey): Map<Child, number> {
  const found = new Map<Child, number>()
  const take = (word: Word, score: number) => {
    for (const child of word.children) {
      if ((found.get(child) ?? 0) < score) found.set(child, score)
    }
  }
  for (const word of register.words.values()) {
    const score = beginningScore(key, word.key)
    if (score > 0) take(word, score)
  }
  for (const word of soundAlikes(register, key)) {
    const likeness = tokenLikeness(key, word.key)
    if (likeness >= NEAR) take(word, likeness * NEAR_SHARE)
  }
  return found
}

function beginningScore(typed: TokenKey, word: TokenKey): number {
  if (typed.plain === word.plain || typed.latin === word.latin) return WHOLE_WORD
  const isBeginning =
    word.plain.startsWith(typed.plain) ||
    word.latin.startsWith(typed.latin) ||
    word.sounds.startsWith(typed.sounds)
  return isBeginning || isUnvoweledBeginning(typed, word) ? BEGINNING : 0
}

/** "Moham" finds محمد, "محم" finds Mohammed: Arabic script leaves the vowels out, so consonants must do. */
function isUnvoweledBeginning(typed: TokenKey, word: TokenKey): boolean {
  return (
    typed.isAbjad !== word.isAbjad &&
    typed.skeleton.length > 1 &&
    word.skeleton.startsWith(typed.skeleton)
  )
}

// ---- duplicates ----

/**
 * Compares with the children that share a rough sound with any word of the candidate and were born within a year,
 * or at an unknown date (promises.md §5.5.3), not with all.
 */
function duplicates(
  register: Register,
  candidate: DuplicateCandidate,
): readonly LikelyDuplicate<NameEntry>[] {
  const names = namesOf(candidate)
  const nearby = new Set<Child>()
  for (const key of names.flatMap(allKeys)) {
    for (const word of soundAlikes(register, key)) addNearby(nearby, word, candidate)
  }
  const record = { names, birthDate: candidate.birthDate }
  return likelyDuplicates(record, nearby, rememberingLikeness()).map((likely) => ({
    ...likely,
    record: likely.record.entry,
  }))
}

/** `tokenLikeness`, computed once for each pair of words of one question. */
function rememberingLikeness(): TokenLikeness {
  const known = new Map<TokenKey, Map<TokenKey, number>>()
  return (one, other) => {
    const ofOne = known.get(one) ?? new Map<TokenKey, number>()
    known.set(one, ofOne)
    const before = ofOne.get(other)
    if (before !== undefined) return before
    const likeness = tokenLikeness(one, other)
    ofOne.set(other, likeness)
    return likeness
  }
}

function allKeys({ given, family }: NameKey): readonly TokenKey[] {
  const keys = [...given.words, given.joined, ...family.words, family.joined]
  return keys.filter((key) => key !== null && !key.isParticle) as TokenKey[]
}

function addNearby(nearby: Set<Child>, word: Word, candidate: DuplicateCandidate): void {
  const year = yearOf(candidate.birthDate)
  for (const child of word.children) {
    const isNear =
      year === null || child.birthYear === null || Math.abs(child.birthYear - year) <= 1
    if (isNear && child.entry.childId !== candidate.childId) nearby.add(child)
  }
}
