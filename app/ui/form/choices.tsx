import { classes } from '../class-names.ts'
import { describedBy, FieldError, type FieldProps, fieldId } from './field.tsx'
import { Fieldset } from './fieldset.tsx'
import type { Option } from './select.tsx'

type RadioProps = FieldProps & {
  readonly options: readonly Option[]
  readonly defaultValue?: string | undefined
  readonly horizontal?: boolean | undefined
}

/** One of a few, all visible. The error summary jumps to the first choice. */
export function RadioGroup(props: RadioProps) {
  const { name, label, hint, error, options, defaultValue, horizontal, required, control } = props
  const id = props.id ?? fieldId(name)
  return (
    <Fieldset id={id} legend={label} hint={hint} error={error} horizontal={horizontal}>
      {options.map((option, index) => (
        <div key={option.value} className="kern-form-check">
          <input
            type="radio"
            id={index === 0 ? id : `${id}-${option.value}`}
            name={name}
            value={option.value}
            required={required}
            defaultChecked={option.value === defaultValue}
            className={classes('kern-form-check__radio', error && 'kern-form-check__radio--error')}
            {...control}
          />
          <label className="kern-label" htmlFor={index === 0 ? id : `${id}-${option.value}`}>
            {option.label}
            {option.hint ? <span className="m-choice-hint">{option.hint}</span> : null}
          </label>
        </div>
      ))}
    </Fieldset>
  )
}

type CheckboxProps = FieldProps & {
  /** What is sent when it is ticked; nothing is sent when it is not. */
  readonly value?: string | undefined
  /** Ticked at first when this is the value; what `field(name)` of `useCheckedForm` hands over. */
  readonly defaultValue?: string | undefined
  readonly defaultChecked?: boolean | undefined
}

/** One statement to tick. */
export function Checkbox(props: CheckboxProps) {
  const { name, label, hint, error, required, control, value = 'ja' } = props
  const id = props.id ?? fieldId(name)
  return (
    <div className={classes('kern-form-check', error && 'kern-form-check--error')}>
      <input
        {...control}
        type="checkbox"
        id={id}
        name={name}
        value={value}
        required={required}
        defaultChecked={props.defaultChecked ?? props.defaultValue === value}
        className={classes(
          'kern-form-check__checkbox',
          error && 'kern-form-check__checkbox--error',
        )}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
      <label className="kern-label" htmlFor={id}>
        {label}
      </label>
      {hint ? (
        <div className="kern-hint m-check-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      <FieldError id={id} error={error} />
    </div>
  )
}
