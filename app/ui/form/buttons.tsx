import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { classes } from '../class-names.ts'

/** One primary button per page: the next step. Everything else is secondary or tertiary. */
export type ButtonKind = 'primary' | 'secondary' | 'tertiary'

type Look = { readonly kind?: ButtonKind | undefined; readonly small?: boolean | undefined }

function look({ kind, small }: Look): string {
  return classes('kern-btn', `kern-btn--${kind ?? 'primary'}`, small && 'kern-btn--x-small')
}

type SubmitProps = Look & {
  readonly name?: string | undefined
  readonly value?: string | undefined
  /** The whole name where the visible words are short ("Diese vorschlagen"). */
  readonly label?: string | undefined
  readonly form?: string | undefined
  /** Sends without the check in the browser: adding a row, saving a draft. */
  readonly noCheck?: boolean | undefined
  readonly children: ReactNode
}

/** Sends the form. Its words are a verb that says what happens. */
export function SubmitButton({
  name,
  value,
  label,
  form,
  noCheck,
  children,
  ...rest
}: SubmitProps) {
  return (
    <button
      type="submit"
      name={name}
      value={value}
      form={form}
      formNoValidate={noCheck}
      className={look(rest)}
      aria-label={label}
    >
      <span className="kern-label">{children}</span>
    </button>
  )
}

/**
 * The first button of a form in which Enter in a field must do nothing: a browser presses the first
 * one, and outside a dialog this one sends nothing (HTML, "submit a form"). Needs no script; a script
 * asks `isNothing`. Not disabled: Chromium then presses the next one where Enter is pressed on a box.
 */
export function NothingOnEnter() {
  return (
    <button
      type="submit"
      formMethod="dialog"
      className="kern-sr-only"
      tabIndex={-1}
      aria-hidden="true"
    />
  )
}

/** Whether it was `NothingOnEnter` that would send the form. */
export function isNothing(submitter: Element | null): boolean {
  return submitter?.getAttribute('formmethod') === 'dialog'
}

type LinkButtonProps = Look & {
  readonly to: string
  readonly label?: string | undefined
  readonly children: ReactNode
}

/** A link that looks like a button: the next step is a page. */
export function LinkButton({ to, label, children, ...rest }: LinkButtonProps) {
  return (
    <Link to={to} className={look(rest)} aria-label={label}>
      <span className="kern-label">{children}</span>
    </Link>
  )
}
