import type { ReactNode } from 'react'
import { classes } from '../class-names.ts'
import { describedBy, FieldError } from './field.tsx'

type Props = {
  readonly legend: string
  /** Id of the hint and message; also where the error summary may jump to. */
  readonly id: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly horizontal?: boolean | undefined
  readonly children: ReactNode
}

/** Fields that answer one question together. */
export function Fieldset({ legend, id, hint, error, horizontal, children }: Props) {
  return (
    <fieldset
      className={classes('kern-fieldset', error && 'kern-fieldset--error')}
      aria-describedby={describedBy(id, hint, error)}
    >
      <legend className="kern-label">{legend}</legend>
      {hint ? (
        <div className="kern-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      <div
        className={classes('kern-fieldset__body', horizontal && 'kern-fieldset__body--horizontal')}
      >
        {children}
      </div>
      <FieldError id={id} error={error} />
    </fieldset>
  )
}
