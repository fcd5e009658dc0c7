import { classes } from '../class-names.ts'
import { describedBy, Field, type FieldProps, fieldId } from './field.tsx'

type Props = FieldProps & {
  readonly defaultValue?: string | undefined
  readonly rows?: number | undefined
  readonly maxLength?: number | undefined
  readonly lang?: string | undefined
  readonly dir?: 'ltr' | 'rtl' | 'auto' | undefined
}

/** Several lines of text. */
export function TextArea(props: Props) {
  const { name, label, hint, error, optional, control, ...rest } = props
  const id = props.id ?? fieldId(name)
  return (
    <Field id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea
        {...rest}
        {...control}
        id={id}
        name={name}
        rows={props.rows ?? 3}
        className={classes('kern-form-input__input', error && 'kern-form-input__input--error')}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Field>
  )
}
