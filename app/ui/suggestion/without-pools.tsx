import { Link } from '@remix-run/react'
import { formatKilometres } from '#app/i18n/format.ts'
import { telHref } from '../telephone.ts'

/** A fitting school nobody has entered seats for. */
export type WithoutPoolsRow = {
  readonly number: string
  readonly name: string
  readonly phone: string | null
  readonly wayMetres: number | null
  /** Where its seats can be entered. */
  readonly to?: string | undefined
}

/** Fitting schools without any pool, folded: they cannot be proposed, but one can ring them up. */
export function WithoutPoolsGroup({ schools }: { readonly schools: readonly WithoutPoolsRow[] }) {
  if (schools.length === 0) return null
  const subject =
    schools.length === 1 ? '1 passende Schule hat' : `${schools.length} passende Schulen haben`
  return (
    <details className="kern-accordion m-sect">
      <summary className="kern-accordion__header">
        <span className="kern-title">{subject} noch keine Plätze gemeldet</span>
      </summary>
      <div className="kern-accordion__body">
        <p className="m-prose">
          Diese Schulen passen, aber niemand hat dort Plätze eingetragen. Fragen Sie nach; dann
          können Sie die Plätze eintragen und die Schule vorschlagen.
        </p>
        <ul className="m-calls">
          {schools.map((school) => (
            <WithoutPools key={school.number} {...school} />
          ))}
        </ul>
      </div>
    </details>
  )
}

function WithoutPools({ name, phone, wayMetres, to }: WithoutPoolsRow) {
  return (
    <li>
      <span>
        {name}
        {wayMetres === null ? null : (
          <span className="m-muted">, geschätzt {formatKilometres(wayMetres)}</span>
        )}
      </span>
      {phone === null ? (
        <span className="m-muted">keine Telefonnummer in der Schulliste</span>
      ) : (
        <a href={telHref(phone)}>{phone}</a>
      )}
      {to === undefined ? null : <Link to={to}>Plätze eintragen</Link>}
    </li>
  )
}
