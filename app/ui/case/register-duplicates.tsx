import { Link } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { formatDate } from '#app/i18n/format.ts'
import { refusalText } from '#app/i18n/refusal-text.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'

type Shown = Extract<Refusal, { readonly code: 'possible_duplicate' }>['children']

type Props = {
  readonly shown: Shown
  /** Cases that were shown before and answered, as the field holds them. */
  readonly confirmed: string
  /** The child already comes to a family that is known: no other one is offered beside it. */
  readonly joinsFamily: boolean
}

/**
 * Children who may be this one, before anything is saved. The program asks, a person decides: open
 * the case that is there, join its family, or say that it is another child. Stands inside the form,
 * so that every answer takes along what was typed; the answer names whom it is about, so that a
 * child nobody was shown is never answered for.
 */
export function RegisterDuplicates({ shown, confirmed, joinsFamily }: Props) {
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
      {/* Enter sends a form's first button: without this one it would give an answer of those below */}
      <button type="submit" className="kern-sr-only" tabIndex={-1} aria-hidden="true">
        Kind melden
      </button>
      <div className="kern-alert__header">
        <span className="kern-icon kern-icon--warning" aria-hidden="true" />
        <h2 className="kern-title" id="duplicates">
          {refusalText({ code: 'possible_duplicate', children: shown })}
        </h2>
      </div>
      <div className="kern-alert__body m-stack">
        {confirmed === '' ? null : (
          <p>Wen Sie schon verglichen haben, steht hier nicht noch einmal.</p>
        )}
        <ul className="m-plain m-stack">
          {shown.map((child) => (
            <Likely key={child.caseId} child={child} canJoin={!joinsFamily} />
          ))}
        </ul>
        <SubmitButton
          kind="secondary"
          name="confirmed"
          value={[confirmed, ...shown.map(({ caseId }) => caseId)].join(' ').trim()}
        >
          Nein, es ist ein anderes Kind: trotzdem melden
        </SubmitButton>
      </div>
    </div>
  )
}

function Likely({ child, canJoin }: { readonly child: Shown[number]; readonly canJoin: boolean }) {
  const { caseId, caseNumber, name, born, registeredOn, kind } = child
  return (
    <li>
      <Link to={`/faelle/${caseId}`}>{name === '' ? caseNumber : name}</Link>,{' '}
      {/^\d/.test(born) ? `geboren am ${born}` : born}, gemeldet am {formatDate(registeredOn)} (
      {caseNumber})
      {kind === 'sibling' ? (
        <p>
          Vielleicht ein Geschwisterkind: Nachname und Geburtsdatum sind gleich.{' '}
          {canJoin ? (
            <SubmitButton kind="tertiary" small name="siblingOf" value={caseId}>
              Zu dieser Familie melden
            </SubmitButton>
          ) : null}
        </p>
      ) : null}
    </li>
  )
}
