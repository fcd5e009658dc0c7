import { classes } from '../class-names.ts'
import { type Control, fieldId } from './field.tsx'
import { Fieldset } from './fieldset.tsx'
import { type Option, Select } from './select.tsx'

/** One of the parts: its name and what stands in it. */
export type DatePart = {
  readonly name: string
  readonly defaultValue?: string | undefined
  readonly error?: string | undefined
  readonly control?: Control | undefined
}

type Props = {
  readonly label: string
  readonly day: DatePart
  readonly month: DatePart
  readonly year: DatePart
  readonly precision: DatePart
  /** How sure the date is; by default exact, month or year only. */
  readonly precisions?: readonly Option[] | undefined
  readonly hint?: string | undefined
}

const PRECISIONS: readonly Option[] = [
  { value: 'day', label: 'Tag, Monat und Jahr sind sicher' },
  { value: 'month', label: 'nur Monat und Jahr sind sicher' },
  { value: 'year', label: 'nur das Jahr ist sicher' },
  { value: 'unknown', label: 'nicht bekannt' },
]

/**
 * A birth date in three short fields with how sure it is: many papers say 1 January because nobody
 * knows the day. An unsure date is said in words wherever it is shown.
 */
export function BirthDateField(props: Props) {
  const { label, day, month, year, precision } = props
  const id = fieldId(day.name)
  const error = day.error ?? month.error ?? year.error
  return (
    <div className="m-stack">
      <Fieldset
        id={id}
        legend={label}
        hint={props.hint ?? 'zum Beispiel 3 8 2014'}
        error={error}
        horizontal
      >
        <Part part={day} label="Tag" width={2} />
        <Part part={month} label="Monat" width={2} />
        <Part part={year} label="Jahr" width={4} />
      </Fieldset>
      <Select
        name={precision.name}
        label="Wie sicher ist das Geburtsdatum?"
        options={props.precisions ?? PRECISIONS}
        empty={null}
        defaultValue={precision.defaultValue}
        error={precision.error}
        control={precision.control}
      />
    </div>
  )
}

type PartProps = { readonly part: DatePart; readonly label: string; readonly width: 2 | 4 }

function Part({ part, label, width }: PartProps) {
  const id = fieldId(part.name)
  return (
    <div className="kern-form-input">
      <label className="kern-label" htmlFor={id}>
        {label}
      </label>
      <input
        {...part.control}
        id={id}
        name={part.name}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        maxLength={width}
        defaultValue={part.defaultValue}
        className={classes(
          'kern-form-input__input',
          `kern-form-input__input--width-${width}`,
          part.error && 'kern-form-input__input--error',
        )}
        aria-invalid={part.error ? true : undefined}
      />
    </div>
  )
}
