import { useMemo } from 'react'
import { get, set } from 'react-hook-form'
import {
  canonical,
  choicesOf,
  type FieldAnswer,
  mergeAnswers,
  type RecordAnswers,
  readWas,
  typedAnswers,
  wasText,
} from '#app/forms/both-versions.ts'

/** A field of a record that somebody else may change while it is being edited. */
export type SharedField = {
  readonly name: string
  readonly label: string
  /** What is stored now, by the names of the form, as the form begins with it. */
  readonly stored: FieldAnswer
  /** An answer in the words of the page; by default as it is. Empty text: nothing. */
  readonly text?: ((answer: FieldAnswer) => string) | undefined
}

/** A record that is edited in a form: the form's own, or one of several (`pools.0`). */
export type SharedRecord = {
  /** Where its fields stand in the form; `''`: the form is the record. */
  readonly prefix: string
  readonly fields: readonly SharedField[]
  /** The field and value by which it is found among the records sent, where it may have stood elsewhere. */
  readonly key?: { readonly name: string; readonly value: string } | undefined
  /** Who saved it last and when, as far as the page may say. */
  readonly savedBy?: string | undefined
}

/** A field both changed: what is stored and what was typed, in words. */
export type Conflict = {
  readonly name: string
  readonly label: string
  readonly stored: string
  readonly typed: string
  /** What was chosen and not saved; empty: nothing yet. */
  readonly choice: string
  /** The stored value was chosen, and stands in the field. */
  readonly isKept: boolean
  /** Both by the names of the form, to stand in the field. */
  readonly answers: { readonly stored: FieldAnswer; readonly typed: FieldAnswer }
}

/** What became of one record while somebody typed. */
export type RecordVersions = {
  readonly prefix: string
  /** Where it stood in the form that was sent; null: it was not among what was sent. */
  readonly sentAs: string | null
  /** What the form hands back as that which stood on the screen. */
  readonly was: string
  readonly conflicts: readonly Conflict[]
  /** What only others changed and stands in the form now, in words. */
  readonly theirs: readonly { readonly label: string; readonly stored: string }[]
  readonly savedBy: string | null
}

/** Each value of a form as a field of its own; `text` has the words of those that are codes. */
export function eachField<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
  labels: Readonly<Record<Name, string>>,
  text?: Readonly<Partial<Record<Name, (value: unknown) => string>>>,
): readonly SharedField[] {
  return (Object.keys(values) as Name[]).map((name) => {
    const words = text?.[name]
    return {
      name,
      label: labels[name],
      stored: { [name]: values[name] },
      ...(words === undefined ? {} : { text: (answer) => words(answer[name]) }),
    }
  })
}

type Tree = Readonly<Record<string, unknown>>

type BothVersions = {
  readonly typed: Tree | undefined
  readonly versions: readonly RecordVersions[]
}

const NONE: readonly SharedRecord[] = []

/**
 * Brings what was typed together with what is stored by now, record by record: what only others
 * changed stands in the form, what both changed is a question (decision 0032). Whether the answer said
 * "stale" does not matter: a form that came back for another reason stands over newer values too.
 */
export function useBothVersions(
  values: Tree | undefined,
  shared: readonly SharedRecord[] = NONE,
): BothVersions {
  const key = JSON.stringify(shared.map((one) => [one.prefix, one.key, storedOf(one)]))
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is what of `shared` matters
  return useMemo(() => bothVersions(values, shared), [values, key])
}

function bothVersions(values: Tree | undefined, shared: readonly SharedRecord[]): BothVersions {
  if (values === undefined) {
    return { typed: undefined, versions: shared.map((record) => versionsOf(record, null, null)) }
  }
  const typed: Record<string, unknown> = structuredClone(values)
  const versions = shared.map((record) => {
    const sentAs = sentAsOf(record, values)
    const sent = sentAs === null ? undefined : at(values, sentAs)
    const merging = sent === undefined ? null : merge(record, sent)
    const standing = merging?.values ?? flat(storedOf(record))
    if (record.prefix === '') Object.assign(typed, standing)
    else set(typed, record.prefix, standing)
    return versionsOf(record, merging, sentAs)
  })
  return { typed, versions }
}

function storedOf({ fields }: SharedRecord): RecordAnswers {
  return Object.fromEntries(fields.map(({ name, stored }) => [name, stored]))
}

/** Where a record stands in what was sent; null: nowhere. */
function sentAsOf({ prefix, key }: SharedRecord, values: Tree): string | null {
  if (key === undefined) return prefix
  const list = listOf(prefix)
  const rows: unknown = get(values, list)
  const index = Array.isArray(rows) ? rows.findIndex((row) => row?.[key.name] === key.value) : -1
  return index === -1 ? null : `${list}.${index}`
}

function at(values: Tree, prefix: string): Tree | undefined {
  return prefix === '' ? values : get(values, prefix)
}

/** `pools` of `pools.0`. */
function listOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('.'))
}

/**
 * What is wrong with the fields of a form that was sent, by the names they have now: a row may stand
 * elsewhere since. What was wrong with a row that is not there any more is left out.
 */
export function atPresentNames<T>(
  errors: Readonly<Record<string, T>>,
  versions: readonly RecordVersions[],
): Readonly<Record<string, T>> {
  const lists = versions.flatMap(({ prefix }) => (prefix === '' ? [] : `${listOf(prefix)}.`))
  return Object.fromEntries(
    Object.entries(errors).flatMap(([name, error]) => {
      const row = versions.find(({ sentAs }) => sentAs && name.startsWith(`${sentAs}.`))
      if (row?.sentAs) return [[`${row.prefix}${name.slice(row.sentAs.length)}`, error]]
      return lists.some((list) => name.startsWith(list)) ? [] : [[name, error]]
    }),
  )
}

type Merging = ReturnType<typeof merge>

function merge(record: SharedRecord, sent: Tree) {
  const stored = storedOf(record)
  const was = readWas(sent)
  const choices = choicesOf(sent)
  const typed = typedAnswers(sent, stored)
  const merged = mergeAnswers(was, stored, typed, Object.keys(choices))
  // what was chosen holds for what it was chosen between
  const held = canonical(was) === canonical(stored) ? choices : {}
  const kept = merged.conflicts.filter(
    (field) => held[field] === 'stored' && isPlain(stored[field]) && isPlain(typed[field]),
  )
  const standing = kept.map((field) => [field, stored[field] ?? {}] as const)
  const answers = { ...merged.answers, ...Object.fromEntries(standing) }
  return { ...merged, typed, kept, values: { ...sent, ...flat(answers) }, choices: held }
}

/** One value in each of its fields: rows and boxes go on showing what was typed. */
function isPlain(answer: FieldAnswer = {}): boolean {
  return Object.values(answer).every((value) => typeof value !== 'object' || value === null)
}

/** The answers of all fields, by the names of the form. */
function flat(answers: RecordAnswers): Tree {
  return Object.assign({}, ...Object.values(answers))
}

function versionsOf(
  record: SharedRecord,
  merging: Merging | null,
  sentAs: string | null,
): RecordVersions {
  const byName = new Map(record.fields.map((field) => [field.name, field]))
  const fields = (names: readonly string[] = []) => names.flatMap((name) => byName.get(name) ?? [])
  return {
    prefix: record.prefix,
    sentAs,
    was: wasText(storedOf(record)),
    conflicts: fields(merging?.conflicts).map((field) => ({
      name: field.name,
      label: field.label,
      stored: wordsOf(field, field.stored),
      typed: wordsOf(field, merging?.typed[field.name] ?? {}),
      choice: merging?.choices[field.name] ?? '',
      isKept: merging?.kept.includes(field.name) ?? false,
      answers: { stored: field.stored, typed: merging?.typed[field.name] ?? {} },
    })),
    theirs: fields(merging?.theirs).map((field) => ({
      label: field.label,
      stored: wordsOf(field, field.stored),
    })),
    savedBy: record.savedBy ?? null,
  }
}

function wordsOf({ text = plain }: SharedField, answer: FieldAnswer): string {
  return text(answer)
}

/** Values as they stand in the fields. */
function plain(answer: FieldAnswer): string {
  return Object.values(answer)
    .map(canonical)
    .filter((value) => value !== '')
    .join(', ')
}
