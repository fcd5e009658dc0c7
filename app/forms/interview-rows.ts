import type { Topic } from '#app/domain/interview/topics.ts'
import { toTree } from './form.ts'

/** The list of rows a topic has, by its field name; topics without one cannot grow. */
const ROWS_OF: Readonly<Partial<Record<Topic, string>>> = {
  languages: 'languages',
  schooling: 'schooling',
  siblings: 'siblings',
  wish: 'schools',
}

/** What the buttons under and beside the rows send as `intent`. */
export const ADD_ROW = 'add_row'

const REMOVE_ROW = /^remove_row\.(\d{1,3})$/

/** The `intent` that takes a row away, counted from 0. */
export function removeRow(index: number): string {
  return `remove_row.${index}`
}

/** Whether a form was sent to change its rows, not to be saved. */
export function isRowIntent(intent: unknown): boolean {
  return intent === ADD_ROW || REMOVE_ROW.test(String(intent))
}

/**
 * What was typed, with one row more or less, when a button asked for that; null when the form was
 * sent for something else. Nothing is saved: the page shows the rows again, without JavaScript too.
 */
export function withChangedRows(
  topic: Topic,
  form: FormData,
): Readonly<Record<string, unknown>> | null {
  const name = ROWS_OF[topic]
  const intent = String(form.get('intent') ?? '')
  const values = toTree(form)
  const rows = name === undefined ? [] : values[name]
  if (name === undefined || !Array.isArray(rows)) return null
  if (intent === ADD_ROW) return { ...values, [name]: [...rows, {}] }
  const [, index] = REMOVE_ROW.exec(intent) ?? []
  if (index === undefined) return null
  return { ...values, [name]: rows.filter((_, at) => at !== Number(index)) }
}
