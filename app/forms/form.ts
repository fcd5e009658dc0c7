import * as z from 'zod'
import { settled } from './both-versions.ts'

/** What was typed, and a message key per field (by its path) when it is not filled in. */
export type FormFailure = {
  readonly values: Readonly<Record<string, unknown>>
  readonly errors: Readonly<Record<string, { readonly type: string; readonly message: string }>>
}

export type Parsed<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly failure: FormFailure }

const UNSAFE = new Set(['__proto__', 'prototype', 'constructor'])
const DEEPEST = 6
/** A row of a list. No form has a thousand; a list with a hole of millions stops the process. */
const ROW = /^(?:0|[1-9]\d{0,2})$/

/**
 * The fields of a form as a tree: `child.given` nests, `rows.0.year` makes lists, `x[]` is a list.
 * Fields that no form of ours has (too deep, rows from 1,000 on, something else than a row in a list)
 * are not read.
 */
export function toTree(form: FormData): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const name of new Set(form.keys())) {
    const path = name.replace(/\[\]$/, '').split('.')
    if (name.startsWith('_') || path.length > DEEPEST || path.some((part) => UNSAFE.has(part))) {
      continue
    }
    const all = form.getAll(name)
    place(root, path, name.endsWith('[]') || all.length > 1 ? all : all[0])
  }
  return root
}

/** A tree of fields as the names and values that {@link toTree} reads it from. */
export function toFields(tree: unknown, name = ''): readonly (readonly [string, string])[] {
  if (typeof tree !== 'object' || tree === null) return [[name, String(tree ?? '')]]
  const isRepeated = Array.isArray(tree) && tree.every((one) => typeof one === 'string')
  return Object.entries(tree).flatMap(([part, below]) => {
    if (isRepeated) return toFields(below, tree.length > 1 ? name : `${name}[]`)
    return toFields(below, name === '' ? part : `${name}.${part}`)
  })
}

/**
 * The schema of a form that may come back with choices between what is stored and what was typed: it
 * reads what was chosen, and asks where nothing was (`both-versions.ts`).
 */
export function withChoices<S extends z.ZodType>(schema: S) {
  return z.preprocess((sent, ctx) => {
    const { values, open } = settled(sent as Record<string, unknown>)
    for (const path of open) {
      ctx.addIssue({ code: 'custom', path: [...path], message: 'field.choose' })
    }
    return values
  }, schema)
}

/** Reads a form with its schema: text in, domain types out, or the messages for its fields. */
export function parseForm<S extends z.ZodType>(schema: S, form: FormData): Parsed<z.output<S>> {
  const values = toTree(form)
  const read = withChoices(schema).safeParse(values)
  if (read.success) return { ok: true, data: read.data as z.output<S> }
  const errors: Record<string, { type: string; message: string }> = {}
  for (const issue of read.error.issues) {
    errors[issue.path.join('.') || 'root'] ??= { type: issue.code, message: issue.message }
  }
  return { ok: false, failure: { values, errors } }
}

function place(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = root
  for (const [index, part] of path.entries()) {
    if (Array.isArray(node) && !ROW.test(part)) return
    const next = path[index + 1]
    if (next === undefined) node[part] = value
    else node = below(node, part, ROW.test(next))
  }
}

/** What stands under a name, made where nothing does; what is typed there is no tree, and nothing is put into it. */
function below(node: Record<string, unknown>, part: string, isList: boolean) {
  node[part] ??= isList ? [] : {}
  const child = node[part]
  return typeof child === 'object' && child !== null ? (child as Record<string, unknown>) : {}
}
