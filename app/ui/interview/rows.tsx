import { useActionData } from '@remix-run/react'
import { type ReactNode, useEffect } from 'react'
import { ADD_ROW, isRowIntent, removeRow } from '#app/forms/interview-rows.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { fieldId } from '../form/field.tsx'
import type { CheckedForm } from '../form/use-checked-form.ts'

type Answer = { readonly values?: Readonly<Record<string, unknown>> }

/**
 * How many rows stand on the page: what was typed where the form has just been sent, else what is
 * stored with one empty row after it. A row that was added takes the focus on its `first` field.
 */
export function useRows(
  { typed: values }: CheckedForm,
  name: string,
  first: string,
  stored: number,
): number {
  const typed = values?.[name]
  const count = Array.isArray(typed) ? typed.length : stored + 1
  useEffect(() => {
    if (values?.['intent'] !== ADD_ROW) return
    document.getElementById(fieldId(`${name}.${count - 1}.${first}`))?.focus()
  }, [values, name, first, count])
  return count
}

/**
 * Changes whenever rows were added or taken away: as the key of a topic it begins the form anew with
 * the rows of the answer. A form that stays keeps what it knew of each place, whatever stands there.
 */
export function useRowsKey(): string {
  const values = useActionData<Answer>()?.values
  return isRowIntent(values?.['intent']) ? JSON.stringify(values) : ''
}

type RowsProps = {
  readonly rows: number
  /** "Sprache": a row is called "Sprache 2". */
  readonly thing: string
  /** "Weitere Sprache". */
  readonly add: string
  readonly children: (index: number) => ReactNode
}

/** Rows of fields, each a group of its own, with buttons that work without JavaScript. */
export function RowList({ rows, thing, add, children }: RowsProps) {
  return (
    <>
      <div>
        {Array.from({ length: rows }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
          <fieldset key={index} className="m-lang">
            <legend>
              {thing} {index + 1}
            </legend>
            {children(index)}
            {rows > 1 ? (
              <SubmitButton
                kind="tertiary"
                small
                noCheck
                name="intent"
                value={removeRow(index)}
                label={`${thing} ${index + 1} entfernen`}
              >
                Entfernen
              </SubmitButton>
            ) : null}
          </fieldset>
        ))}
      </div>
      <p>
        <SubmitButton kind="secondary" noCheck name="intent" value={ADD_ROW}>
          {add}
        </SubmitButton>
      </p>
    </>
  )
}

/** The boxes that were ticked of a list: as sent, else as stored. */
export function tickedOf(
  { typed }: CheckedForm,
  name: string,
  stored: readonly string[],
): readonly string[] {
  if (typed === undefined) return stored
  const sent = typed[name]
  return Array.isArray(sent) ? (sent as string[]) : []
}
