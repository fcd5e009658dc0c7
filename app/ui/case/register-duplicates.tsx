import { Link } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { formatDate } from '#app/i18n/format.ts'
import { refusalText } from '#app/i18n/refusal-text.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'

type Shown = Extract<Refusal, { readonly code: 'possible_duplicate' }>['children']

/**
 * Children who may be this one, before anything is saved. The program asks, a person decides: open
 * the case that is there, join its family, or say that it is another child. Stands inside the form,
 * so that every answer takes along what was typed.
 */
export function RegisterDuplicates({ shown }: { readonly shown: Shown }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (shown.length > 0) box.current?.focus()
  }, [shown])
  return (
    <div
      ref={box}
      className="kern-alert kern-alert--warning m-notice"
      role="alert"
      aria-labelledby="duplicates"
      tabIndex={-1}
    >
      <div className="kern-alert__header">
        <span className="kern-icon kern-icon--warning" aria-hidden="true" />
        <h2 className="kern-title" id="duplicates">
          {refusalText({ code: 'possible_duplicate', children: shown })}
        </h2>
      </div>
      <div className="kern-alert__body m-stack">
        <ul className="m-plain m-stack">
          {shown.map((child) => (
            <Likely key={child.caseId} child={child} />
          ))}
        </ul>
        <SubmitButton kind="secondary" name="confirmed" value="ja">
          Nein, es ist ein anderes Kind: trotzdem melden
        </SubmitButton>
      </div>
    </div>
  )
}

function Likely({ child }: { readonly child: Shown[number] }) {
  const { caseId, caseNumber, name, born, registeredOn, kind } = child
  return (
    <li>
      <Link to={`/faelle/${caseId}`}>{name === '' ? caseNumber : name}</Link>,{' '}
      {/^\d/.test(born) ? `geboren am ${born}` : born}, gemeldet am {formatDate(registeredOn)} (
      {caseNumber})
      {kind === 'sibling' ? (
        <p>
          Vielleicht ein Geschwisterkind: Nachname und Geburtsdatum sind gleich.{' '}
          <SubmitButton kind="tertiary" small name="siblingOf" value={caseId}>
            Zu dieser Familie melden
          </SubmitButton>
        </p>
      ) : null}
    </li>
  )
}
