import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { type Reason, speaksFor } from '#app/domain/suggestion/reason.ts'
import { formatKilometres } from '#app/i18n/format.ts'
import { reasonText } from '#app/i18n/suggestion-text.ts'

type Props = {
  /** From 1. */
  readonly rank: number
  readonly name: string
  /** Form, place, number: one line under the name. */
  readonly sub?: string | undefined
  readonly to?: string | undefined
  readonly free: number
  readonly decided: number
  /** Estimated way in metres; null when it cannot be estimated, undefined where none is shown. */
  readonly wayMetres: number | null | undefined
  readonly reasons: readonly Reason[]
  /** The form or link that proposes this school; only the first has the primary button. */
  readonly action: ReactNode
}

/** One suggested school: its rank, three facts, and the reasons for and against it. */
export function SuggestionCard(props: Props) {
  return (
    <li className="m-school">
      <span className="m-rank">
        <span className="kern-sr-only">Rang </span>
        {props.rank}
      </span>
      <div>
        <h2>{props.to === undefined ? props.name : <Link to={props.to}>{props.name}</Link>}</h2>
        {props.sub ? <p className="m-small m-muted">{props.sub}</p> : null}
        <dl className="m-facts">
          <div>
            <dt>Förderplatz</dt>
            <dd>
              <b>{props.free}</b> von {props.decided} frei
            </dd>
          </div>
          {props.wayMetres === undefined ? null : (
            <div>
              <dt>Schulweg (geschätzt)</dt>
              <dd>
                <b>
                  {props.wayMetres === null ? 'nicht bekannt' : formatKilometres(props.wayMetres)}
                </b>
              </dd>
            </div>
          )}
        </dl>
        <ul className="m-reasons">
          {props.reasons.map((reason) => (
            <li key={reason.kind} className={speaksFor(reason) ? 'pro' : 'con'}>
              {reasonText(reason)}
            </li>
          ))}
        </ul>
        <div className="foot">{props.action}</div>
      </div>
    </li>
  )
}

/** The suggested schools in their order. */
export function SuggestionList({ children }: { readonly children: ReactNode }) {
  return <ol className="m-schools">{children}</ol>
}
