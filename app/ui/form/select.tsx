import { classes } from '../class-names.ts'
import { describedBy, Field, type FieldProps, fieldId } from './field.tsx'

/** One choice of a list. */
export type Option = {
  readonly value: string
  readonly label: string
  readonly hint?: string | undefined
}

type Props = FieldProps & {
  readonly options: readonly Option[]
  readonly defaultValue?: string | undefined
  /** The first, empty line; by default "bitte wählen". Null: the list has no empty line. */
  readonly empty?: string | null | undefined
}

/** One of many. For up to five choices take `RadioGroup`. */
export function Select(props: Props) {
  const { name, label, hint, error, optional, control, options, empty, required } = props
  const id = props.id ?? fieldId(name)
  return (
    <Field id={id} label={label} hint={hint} error={error} optional={optional}>
      <div className="kern-form-input__select-wrapper">
        <select
          id={id}
          name={name}
          required={required}
          defaultValue={props.defaultValue}
          className={classes('kern-form-input__select', error && 'kern-form-input__select--error')}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(id, hint, error)}
          {...control}
        >
          {empty === null ? null : <option value="">{empty ?? 'bitte wählen'}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </div>
    </Field>
  )
}
