import type { ChangeEventHandler, FocusEventHandler, ReactNode, RefCallback } from 'react'
import { fieldMessage } from '#app/i18n/translate.ts'
import { classes } from '../class-names.ts'

/** What react-hook-form needs of a control; see `useCheckedForm`. */
export type Control = {
  readonly ref: RefCallback<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>
  readonly onChange: ChangeEventHandler
  readonly onBlur: FocusEventHandler
}

/** What every field takes. `error` is a message key (`field.required`) or a sentence. */
export type FieldProps = {
  readonly name: string
  readonly label: string
  readonly id?: string | undefined
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly required?: boolean | undefined
  /** Says "(freiwillig)" beside the label. */
  readonly optional?: boolean | undefined
  readonly control?: Control | undefined
}

/** The id of a field by its name: labels, errors and the error summary all use it. */
export function fieldId(name: string): string {
  return `f-${name.replaceAll(/[^0-9A-Za-z]+/g, '-')}`
}

/** The ids that describe a control, in reading order; undefined when nothing does. */
export function describedBy(id: string, hint: ReactNode, error: string | undefined) {
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return ids === '' ? undefined : ids
}

/** The message at a field, tied to it by `aria-describedby`. */
export function FieldError({
  id,
  error,
}: {
  readonly id: string
  readonly error?: string | undefined
}) {
  if (!error) return null
  return (
    <p className="kern-error" id={`${id}-error`}>
      <span className="kern-icon kern-icon--danger" aria-hidden="true" />
      <span className="kern-body">{fieldMessage(error)}</span>
    </p>
  )
}

type ShellProps = {
  readonly id: string
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly optional?: boolean | undefined
  readonly children: ReactNode
}

/** A labelled control with its hint and its message (WCAG 2.2: 1.3.1, 3.3.1, 3.3.2, 4.1.2). */
export function Field({ id, label, hint, error, optional, children }: ShellProps) {
  return (
    <div className={classes('kern-form-input', error && 'kern-form-input--error')}>
      <label className="kern-label" htmlFor={id}>
        {label}
        {optional ? <span className="m-optional"> (freiwillig)</span> : null}
      </label>
      {hint ? (
        <div className="kern-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      {children}
      <FieldError id={id} error={error} />
    </div>
  )
}
