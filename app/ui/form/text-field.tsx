import type { HTMLInputAutoCompleteAttribute, HTMLInputTypeAttribute } from 'react'
import { classes } from '../class-names.ts'
import { describedBy, Field, type FieldProps, fieldId } from './field.tsx'

type Props = FieldProps & {
  readonly type?: HTMLInputTypeAttribute | undefined
  readonly defaultValue?: string | number | undefined
  readonly autoComplete?: HTMLInputAutoCompleteAttribute | undefined
  readonly inputMode?: 'text' | 'numeric' | 'tel' | 'email' | 'search' | undefined
  readonly maxLength?: number | undefined
  readonly min?: string | undefined
  readonly max?: string | undefined
  readonly accept?: string | undefined
  /** Language and direction of what is typed: names in their original script. */
  readonly lang?: string | undefined
  readonly dir?: 'ltr' | 'rtl' | 'auto' | undefined
  readonly narrow?: boolean | undefined
}

/** One line of text; also passwords, e-mail, numbers (as text), times and files by `type`. */
export function TextField(props: Props) {
  const { name, label, hint, error, optional, control, narrow, required, ...rest } = props
  const id = props.id ?? fieldId(name)
  return (
    <Field id={id} label={label} hint={hint} error={error} optional={optional}>
      <input
        {...rest}
        {...control}
        id={id}
        name={name}
        type={props.type ?? 'text'}
        required={required}
        className={classes(
          'kern-form-input__input',
          narrow && 'm-narrow',
          error && 'kern-form-input__input--error',
        )}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Field>
  )
}

/** A day, by the browser's own date field; `defaultValue` is `YYYY-MM-DD`. */
export function DateField(props: Omit<Props, 'type' | 'narrow'>) {
  return <TextField {...props} type="date" narrow />
}
