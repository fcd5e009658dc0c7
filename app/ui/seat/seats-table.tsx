import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { seatsPath } from '#app/forms/authority-query.ts'
import { t } from '#app/i18n/translate.ts'
import type { SeatsPage, SeatsRow } from '#app/presenters/authority-seats.server.ts'

type Props = { readonly page: SeatsPage }

const NUMBERS = ['beschlossen', 'belegt', 'vorgemerkt', 'Reserve', 'frei'] as const

/** The numbers of the overview: a line for each kind of seat in each Gemeinde, the sums below. */
export function SeatsTable({ page }: Props) {
  const { rows, totals, chosen } = page
  if (rows.length === 0) return <p>Hier sind keine Plätze dieser Auswahl gemeldet.</p>
  return (
    <section
      className="m-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Tabelle der Plätze, seitlich rollbar"
    >
      <table className="m-table m-seatsums">
        <caption className="kern-sr-only">
          Plätze je {chosen === null ? 'Gemeinde' : 'Schulform'} und Art
        </caption>
        <thead>
          <tr>
            <th scope="col">{chosen === null ? 'Gemeinde' : 'Schulform'}</th>
            <th scope="col">Art</th>
            {NUMBERS.map((label) => (
              <th key={label} scope="col" className="m-num">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => (
          <Lines key={row.key} row={row} page={page} />
        ))}
        {totals.length === 0 ? null : (
          <tfoot>
            {totals.map((total, index) => (
              <Line key={total.kind} head={index === 0 ? 'Summe' : null} total={total} />
            ))}
          </tfoot>
        )}
      </table>
    </section>
  )
}

function Lines({ row, page: { query } }: Props & { readonly row: SeatsRow }) {
  const { municipality, name, kinds } = row
  const head =
    municipality === null ? name : <Link to={seatsPath({ ...query, municipality })}>{name}</Link>
  if (kinds.length === 0) {
    return (
      <tbody>
        <tr>
          <th scope="row">{head}</th>
          <td colSpan={1 + NUMBERS.length} className="m-muted">
            keine Plätze gemeldet
          </td>
        </tr>
      </tbody>
    )
  }
  return (
    <tbody>
      {kinds.map((total, index) => (
        <Line key={total.kind} head={index === 0 ? head : null} name={name} total={total} />
      ))}
    </tbody>
  )
}

type LineProps = {
  /** What stands in the first cell; null: the same as above, said to screen readers alone. */
  readonly head: ReactNode
  readonly name?: string
  readonly total: SeatsRow['kinds'][number]
}

function Line({ head, name = 'Summe', total: { kind, seats } }: LineProps) {
  return (
    <tr>
      <th scope="row">{head ?? <span className="kern-sr-only">{name}</span>}</th>
      <td>{t(`seat_kind.${kind}`)}</td>
      <td className="m-num">{seats.decided}</td>
      <td className="m-num">{seats.taken}</td>
      <td className="m-num">{seats.held}</td>
      <td className="m-num">{seats.reserve}</td>
      <td className="m-num free">{seats.free}</td>
    </tr>
  )
}
