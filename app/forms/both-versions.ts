/** What stands in one field: one value, or several that are one answer (a box "keine" and its rows). */
export type FieldAnswer = Readonly<Record<string, unknown>>

/** The answers of a record that several people edit, by the name of their field. */
export type RecordAnswers = Readonly<Record<string, FieldAnswer>>

/** How two people's answers over one state come together. */
export type Merged = {
  /** What belongs in the fields: what either changed; what was typed where both did. */
  readonly answers: RecordAnswers
  /** Fields in which both changed something, and not to the same. */
  readonly conflicts: readonly string[]
  /** Fields only the other one changed. */
  readonly theirs: readonly string[]
}

/**
 * Brings together what is stored now and what was typed over an earlier state (`base`), field by
 * field: where one of both changed something, that holds; where both did, a person has to choose. Of a
 * base that is not known anything may have changed: then every difference is a conflict. `asked`:
 * fields a person was asked about and has not saved since; they stay a question while they differ.
 */
export function mergeAnswers(
  base: RecordAnswers | null,
  stored: RecordAnswers,
  typed: RecordAnswers,
  asked: readonly string[] = [],
): Merged {
  const fields = Object.entries(stored).map(([name, now]) => {
    const mine = typed[name] ?? {}
    const who = changedBy(base?.[name], now, mine)
    return { name, now, mine, who: who !== 'nobody' && asked.includes(name) ? 'both' : who }
  })
  const namesOf = (by: (typeof fields)[number]['who']) =>
    fields.filter(({ who }) => who === by).map(({ name }) => name)
  return {
    answers: Object.fromEntries(
      fields.map(({ name, now, mine, who }) => [name, who === 'them' ? now : mine]),
    ),
    conflicts: namesOf('both'),
    theirs: namesOf('them'),
  }
}

function changedBy(
  base: FieldAnswer | undefined,
  now: FieldAnswer,
  mine: FieldAnswer,
): 'nobody' | 'me' | 'them' | 'both' {
  const [stored, typed] = [canonical(now), canonical(mine)]
  if (stored === typed) return 'nobody'
  if (base === undefined) return 'both'
  const before = canonical(base)
  if (stored === before) return 'me'
  return typed === before ? 'them' : 'both'
}

/**
 * A value as a form would send it, for comparing: numbers are text, what is empty is not there, line
 * ends are those of the program, and a list counts as one value.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical).filter((item) => item !== '')
    return items.length === 0 ? '' : JSON.stringify(items)
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .map(([name, part]) => [name, canonical(part)] as const)
      .filter(([, part]) => part !== '')
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
    return entries.length === 0 ? '' : JSON.stringify(entries)
  }
  return String(value ?? '')
    .replaceAll(/\r\n?/g, '\n')
    .trim()
}

// ---- in the form ----

/** The hidden field that carries what stood on the screen, the group of choices, and that of what was typed. */
const WAS = 'was'
const CHOOSE = 'choose'
const MINE = 'mine'

/** What a person chooses where both have changed a field. */
export const CHOICES = ['stored', 'typed'] as const

type Tree = Readonly<Record<string, unknown>>

/** The name of the hidden field of a record; `prefix` names the record (`pools.0`), `''` the form. */
export function wasName(prefix: string): string {
  return nameIn(prefix, WAS)
}

/** The name of the choice about one field of a record. */
export function chooseName(prefix: string, field: string): string {
  return nameIn(prefix, `${CHOOSE}.${field}`)
}

/** The name of the hidden field for what was typed, while the stored value stands in its place. */
export function mineName(prefix: string, field: string): string {
  return nameIn(prefix, `${MINE}.${field}`)
}

/** What was typed into a field, as {@link mineName} carries it. */
export function mineText(typed: FieldAnswer): string {
  return JSON.stringify(asSent(typed))
}

/** The name of a value of a record in its form. */
export function nameIn(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}

/** The field a choice is about, as it is named without it; another name stays. */
export function fieldOfChoice(name: string): string {
  return name.replace(/(^|\.)choose\./, '$1')
}

/** What stood on the screen, as its hidden field carries it: every value as a form sends it. */
export function wasText(stored: RecordAnswers): string {
  return JSON.stringify(asSent(stored))
}

function asSent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSent)
  if (!isTree(value)) return String(value ?? '')
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asSent(part)]))
}

/** What stood on the screen, or null where the form does not say it in a way that can be read. */
export function readWas(record: Tree): RecordAnswers | null {
  const read = readTree(record[WAS])
  return read !== null && Object.values(read).every(isTree) ? (read as RecordAnswers) : null
}

function readTree(text: unknown): Tree | null {
  if (typeof text !== 'string') return null
  try {
    const read: unknown = JSON.parse(text)
    return isTree(read) ? read : null
  } catch {
    return null
  }
}

/** The answers of a form's record to the fields of `stored`. */
export function typedAnswers(record: Tree, stored: RecordAnswers): RecordAnswers {
  const was = readWas(record)
  return Object.fromEntries(
    Object.entries(stored).map(([field, answer]) => [
      field,
      typedAnswer(record, field, was?.[field] ?? answer),
    ]),
  )
}

/** What stands in a field; where that is the stored value in place of what was typed, what was typed. */
function typedAnswer(record: Tree, field: string, was: FieldAnswer): FieldAnswer {
  const mine = readMine(record, field)
  const isStanding = canonical(answersIn(record, was)) === canonical(was)
  return answersIn(mine !== null && isStanding ? mine : record, was)
}

function readMine({ [MINE]: mine }: Tree, field: string): Tree | null {
  return isTree(mine) ? readTree(mine[field]) : null
}

function answersIn(values: Tree, answer: FieldAnswer): FieldAnswer {
  return Object.fromEntries(Object.keys(answer).map((name) => [name, values[name]]))
}

/** What was chosen, by field; empty text: asked and not chosen yet. */
export function choicesOf(record: Tree): Readonly<Record<string, string>> {
  const choices = record[CHOOSE]
  if (!isTree(choices)) return {}
  return Object.fromEntries(
    Object.entries(choices).map(([field, sent]) => [field, String([sent].flat().at(-1) ?? '')]),
  )
}

export type Settled = {
  readonly values: Tree
  /** Choices not made yet, by the path of their name. */
  readonly open: readonly (readonly string[])[]
}

/**
 * A form as it is meant, its choices followed: where the stored value is kept, it takes the place of
 * what was typed. Records that stand in lists are settled each by itself.
 */
export function settled(tree: Tree): Settled {
  let values: Record<string, unknown> = { ...tree }
  const open: (readonly string[])[] = []
  for (const [name, value] of Object.entries(tree)) {
    if (!Array.isArray(value)) continue
    values[name] = value.map((item: unknown, index) => {
      if (!isTree(item)) return item
      const below = settled(item)
      open.push(...below.open.map((path) => [name, String(index), ...path]))
      return below.values
    })
  }
  const was = readWas(tree)
  for (const [field, choice] of Object.entries(choicesOf(tree))) {
    const meant = chosen(tree, field, choice, was?.[field])
    if (meant === null) open.push([CHOOSE, field])
    else values = { ...values, ...meant }
  }
  return { values, open }
}

/** The answer a choice is for; null: that cannot be told, so it is asked. */
function chosen(
  record: Tree,
  field: string,
  choice: string,
  was: FieldAnswer | undefined,
): Tree | null {
  if (choice === 'stored') {
    return was === undefined || isTypedOver(record, field, was) ? null : answersOf(was)
  }
  if (choice !== 'typed') return null
  if (was === undefined || readMine(record, field) === null) return {}
  return answersOf(typedAnswer(record, field, was))
}

/** The stored value stood in the field, and somebody typed over it without choosing anew. */
function isTypedOver(record: Tree, field: string, was: FieldAnswer): boolean {
  const standing = answersIn(record, was)
  return readMine(record, field) !== null && canonical(standing) !== canonical(was)
}

/** What says where a form goes and over what: never an answer that stood on the screen. */
const STEERING: readonly string[] = ['intent', 'version', 'poolId', 'schoolNumber']

function answersOf(stored: Tree): Tree {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !STEERING.includes(name)))
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
