import { Link } from '@remix-run/react'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { ALL_GRADES } from '#app/domain/seat/grades.ts'
import { seatsPath } from '#app/forms/authority-query.ts'
import { t } from '#app/i18n/translate.ts'
import type { SeatsPage } from '#app/presenters/authority-seats.server.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { FilterChips } from '../list/filter-chips.tsx'
import { schoolYearText } from './school-year-text.ts'
import { SeatsMap } from './seats-map.tsx'
import { SeatsTable } from './seats-table.tsx'

type Props = { readonly page: SeatsPage }

/** Where seats are free: a map of the Gemeinden, and beside it the numbers. */
export function SeatsOverviewView({ page }: Props) {
  const { query, chosen, map } = page
  return (
    <>
      <Crumb href="/schulen">Schulen</Crumb>
      <PageTitle
        title="Plätze im Überblick"
        sub={`Schuljahr ${schoolYearText(page.schoolYear)} · Schulen, die zurzeit Kinder aufnehmen`}
      />
      <Filters page={page} />
      {map === null ? (
        <EmptyState title="Zu Ihrem Gebiet gehört noch keine Gemeinde.">
          <p>Das Gebiet trägt der Betrieb ein; bitte wenden Sie sich dorthin.</p>
        </EmptyState>
      ) : (
        <div className="m-seatmap">
          <SeatsMap map={map} query={query} />
          <Section
            title={chosen ?? 'Gemeinden'}
            side={
              chosen === null ? null : (
                <p className="m-small m-noprint">
                  <Link to={seatsPath({ ...query, municipality: null })}>Alle Gemeinden</Link>
                </p>
              )
            }
          >
            <SeatsTable page={page} />
          </Section>
        </div>
      )}
    </>
  )
}

function Filters({ page: { query, forms } }: Props) {
  const grades = Array.from(
    { length: ALL_GRADES.to - ALL_GRADES.from + 1 },
    (_, index) => ALL_GRADES.from + index,
  )
  return (
    <div className="m-filters m-noprint">
      <FilterChips
        label="Art der Plätze"
        groups={[
          {
            label: 'Art:',
            chips: ([null, 'support', 'regular'] as const).map((kind) => ({
              label: kind === null ? 'alle' : t(`seat_kind.${kind}`),
              href: seatsPath({ ...query, kind }),
              current: query.kind === kind,
            })),
          },
        ]}
      />
      <FilterChips
        label="Schulformen"
        groups={[
          {
            label: 'Schulform:',
            chips: [null, ...forms].map((form) => ({
              label: form === null ? 'alle' : SCHOOL_FORMS[form],
              href: seatsPath({ ...query, form }),
              current: query.form === form,
            })),
          },
        ]}
      />
      <FilterChips
        label="Klassen"
        groups={[
          {
            label: 'Klasse:',
            chips: [null, ...grades].map((grade) => ({
              label: grade === null ? 'alle' : String(grade),
              href: seatsPath({ ...query, grade }),
              current: query.grade === grade,
            })),
          },
        ]}
      />
    </div>
  )
}
