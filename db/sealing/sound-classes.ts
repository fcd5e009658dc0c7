import type { TokenKey } from '#app/domain/child/name-key.ts'

/**
 * The rough classes each consonant of a skeleton may fall into; `-` is none. Letters as in the domain's
 * `transliteration.ts`. Two spellings of one name share a class string nearly always; what does not is found by the
 * other name of the child.
 */
const CLASSES: Readonly<Record<string, string>> = {
  a: '-',
  b: 'b',
  p: 'b',
  f: 'f',
  v: 'v',
  w: 'v-',
  m: 'm',
  n: 'n',
  l: 'l',
  r: 'r',
  t: 't',
  d: 't',
  T: 'ts',
  D: 'ts',
  Q: 'tj',
  s: 's',
  z: 'st',
  S: 's',
  C: 's',
  Z: 'sj',
  H: 'sk',
  c: 'ksj',
  k: 'k',
  G: 'k',
  g: 'kj-',
  X: 'k-',
  h: '-',
  J: 'j',
  j: 'j-',
  y: '-',
}

/** So many class strings a word has at most; rare, and what is cut off is found by the child's other names. */
const MOST = 12

/**
 * The class strings of a word and of the word without its article, usually one or two. Words without any consonant
 * share one.
 */
export function soundClasses(key: TokenKey): readonly string[] {
  const own = classesOf(key.skeleton)
  return key.bare === null ? own : [...new Set([...own, ...classesOf(key.bare.skeleton)])]
}

function classesOf(skeleton: string): readonly string[] {
  let classes = ['']
  for (const letter of skeleton) {
    const options = [...(CLASSES[letter] ?? letter)]
    classes = classes.flatMap((before) => options.map((option) => append(before, option)))
    if (classes.length > MOST) classes = classes.slice(0, MOST)
  }
  return [...new Set(classes)]
}

/** A class twice in a row counts once: Mohammad in Arabic script has two m, in Latin often one. */
function append(before: string, option: string): string {
  return option === '-' || before.endsWith(option) ? before : before + option
}
