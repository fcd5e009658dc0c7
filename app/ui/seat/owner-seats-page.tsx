import { Link } from '@remix-run/react'
import { FEWEST_SHOWN } from '#app/domain/privacy/small-number.ts'
import type { OwnSeats } from '#app/domain/seat/seat-overview.ts'
import { ownSeatsPath, withoutPlacePath } from '#app/forms/owner-query.ts'
import { t } from '#app/i18n/translate.ts'
import type { OwnerSeatsPage, OwnPool, OwnSchoolSeats } from '#app/presenters/owner-seats.server.ts'
import { PageTitle, Section } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { Pager } from '../list/pager.tsx'
import { gradesText } from './pool-table.tsx'
import { schoolYearText } from './school-year-text.ts'

type Props = { readonly page: OwnerSeatsPage }

/** What an owner has decided, where it has gone, and how many children wait. */
export function OwnerSeatsView({ page }: Props) {
  const { query, centres, schoolYear, total } = page
  return (
    <>
      <PageTitle
        title="Plätze der eigenen Schulen"
        sub={`Schuljahr ${schoolYearText(schoolYear)}`}
        side={<Link to="/schulen">Alle Schulen</Link>}
      />
      <CentreSwitch
        centres={centres}
        current={query.centre}
        href={(centre) => ownSeatsPath({ centre })}
      />
      {total === 0 ? <NoSchool /> : <Seats page={page} />}
      <Waiting page={page} />
    </>
  )
}

function NoSchool() {
  return (
    <EmptyState title="Die Schulliste nennt hier keine Schule unter Ihrer Trägernummer.">
      <p>Bitte wenden Sie sich an die Leitung des Zentrums: Sie hat Ihr Konto eingerichtet.</p>
    </EmptyState>
  )
}

const COLUMNS: readonly (readonly [keyof OwnSeats, string])[] = [
  ['decided', 'beschlossen'],
  ['held', 'vorgemerkt'],
  ['assigned', 'zugewiesen'],
  ['taken', 'belegt'],
  ['reserve', 'Reserve'],
  ['free', 'frei'],
]

function Seats({ page }: Props) {
  const { query, schools, total, totals, pageSize } = page
  return (
    <Section title="Plätze">
      <section
        className="m-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Tabelle der Plätze, seitlich rollbar"
      >
        <table className="m-table m-seatsums">
          <caption className="kern-sr-only">Plätze je Schule, Klasse und Art</caption>
          <thead>
            <tr>
              <th scope="col">Schule</th>
              <th scope="col">Klassen</th>
              <th scope="col">Art</th>
              {COLUMNS.map(([key, label]) => (
                <th key={key} scope="col" className="m-num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          {schools.map((school) => (
            <School key={school.number} school={school} />
          ))}
          {totals.length === 0 ? null : (
            <tfoot>
              {totals.map(({ kind, seats }, index) => (
                <tr key={kind}>
                  <th scope="row" colSpan={2}>
                    {index === 0 ? 'Summe aller Schulen' : <Again>Summe aller Schulen</Again>}
                  </th>
                  <td>{t(`seat_kind.${kind}`)}</td>
                  <Numbers seats={seats} />
                </tr>
              ))}
            </tfoot>
          )}
        </table>
      </section>
      <Pager
        page={query.page}
        total={total}
        pageSize={pageSize}
        things="Schulen"
        href={(number) => ownSeatsPath({ ...query, page: number })}
      />
    </Section>
  )
}

function School({ school: { number, name, pools } }: { readonly school: OwnSchoolSeats }) {
  const head = <Link to={`/schulen/${number}`}>{name}</Link>
  if (pools.length === 0) {
    return (
      <tbody>
        <tr>
          <th scope="row">{head}</th>
          <td colSpan={2 + COLUMNS.length} className="m-muted">
            hat noch keine Plätze gemeldet
          </td>
        </tr>
      </tbody>
    )
  }
  return (
    <tbody>
      {pools.map((pool, index) => (
        <tr key={poolKey(pool)}>
          <th scope="row">{index === 0 ? head : <Again>{name}</Again>}</th>
          <td>{gradesText(pool.gradeFrom, pool.gradeTo)}</td>
          <td>{t(`seat_kind.${pool.kind}`)}</td>
          <Numbers seats={pool.seats} />
        </tr>
      ))}
    </tbody>
  )
}

function poolKey({ kind, gradeFrom, gradeTo }: OwnPool): string {
  return `${kind}-${gradeFrom}-${gradeTo}`
}

function Numbers({ seats }: { readonly seats: OwnSeats }) {
  return COLUMNS.map(([key]) => (
    <td key={key} className={key === 'free' ? 'm-num free' : 'm-num'}>
      {seats[key]}
    </td>
  ))
}

/** The same as above, said to screen readers alone. */
function Again({ children }: { readonly children: string }) {
  return <span className="kern-sr-only">{children}</span>
}

function Waiting({ page: { query, waiting } }: Props) {
  if (waiting === null) return null
  const { gemeinden, groups, total } = waiting
  return (
    <Section
      title="Kinder ohne Schulplatz"
      side={
        <p className="m-small m-noprint">
          <Link to={withoutPlacePath({ centre: query.centre })}>Liste der Kinder</Link>
        </p>
      }
    >
      <table className="m-table m-waiting">
        <caption>{gemeinden.join(', ')}</caption>
        <thead>
          <tr>
            <th scope="col">Alter</th>
            <th scope="col" className="m-num">
              Kinder
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ age, count }) => (
            <tr key={age}>
              <th scope="row">{t(`school_age.${age}`)}</th>
              <td className="m-num">{count ?? fewText()}</td>
            </tr>
          ))}
        </tbody>
        {total === null ? null : (
          <tfoot>
            <tr>
              <th scope="row">Alle</th>
              <td className="m-num">{total}</td>
            </tr>
          </tfoot>
        )}
      </table>
      <p className="m-small m-muted m-sect0">
        Nach dem Geburtsdatum gerechnet, ungefähr. Weniger als {FEWEST_SHOWN} Kinder werden nicht
        einzeln gezählt, und dann auch die Summe nicht.
      </p>
    </Section>
  )
}

function fewText(): string {
  return `weniger als ${FEWEST_SHOWN}`
}
