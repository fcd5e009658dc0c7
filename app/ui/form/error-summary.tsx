import { useEffect, useId, useRef } from 'react'
import { fieldMessage } from '#app/i18n/translate.ts'
import { fieldId } from './field.tsx'

/** One message: the field it belongs to, its label, and a message key or sentence. */
export type SummaryItem = {
  readonly name: string
  readonly label?: string | undefined
  readonly message: string
  /** Where to jump, when the field's id is not made from its name. */
  readonly id?: string | undefined
}

type Props = {
  readonly errors: readonly SummaryItem[]
  readonly title?: string | undefined
  /** The ids of fields, by name, that have another than their name gives: two forms with the same field. */
  readonly ids?: Readonly<Record<string, string>> | undefined
}

function heading(count: number): string {
  return count === 1 ? 'Bitte prüfen Sie eine Angabe' : `Bitte prüfen Sie ${count} Angaben`
}

/**
 * What is missing, at the top, each a link to its field. Takes the focus when it appears, so that
 * screen readers and keyboards start here (GOV.UK pattern), and again with every new list.
 * Nothing when nothing is missing.
 */
export function ErrorSummary({ errors, title, ids }: Props) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (errors.length > 0) box.current?.focus()
  }, [errors])
  if (errors.length === 0) return null
  return (
    <div
      ref={box}
      className="kern-alert kern-alert--danger m-summary"
      role="alert"
      aria-labelledby={id}
      tabIndex={-1}
    >
      <div className="kern-alert__header">
        <span className="kern-icon kern-icon--danger" aria-hidden="true" />
        <h2 className="kern-title" id={id}>
          {title ?? heading(errors.length)}
        </h2>
      </div>
      <div className="kern-alert__body">
        <ul>
          {errors.map((item) => (
            <li key={item.name}>
              <a href={`#${item.id ?? ids?.[item.name] ?? fieldId(item.name)}`}>
                {item.label ? `${item.label}: ` : ''}
                {fieldMessage(item.message)}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
