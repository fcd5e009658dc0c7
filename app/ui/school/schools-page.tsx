import { Link } from '@remix-run/react'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { schoolsPath } from '#app/forms/school-list-query.ts'
import type { SchoolRow, SchoolsPage } from '#app/presenters/schools-page.server.ts'
import { PageTitle } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { FilterChips } from '../list/filter-chips.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Pager } from '../list/pager.tsx'
import { SearchBox } from '../list/search-box.tsx'
import { telHref } from '../telephone.ts'

type Props = { readonly page: SchoolsPage }

/** The schools of the centre: who takes children, how to ring them up, which places are free. */
export function SchoolsView({ page }: Props) {
  const { search, form } = page
  return (
    <>
      <PageTitle
        title="Schulen"
        sub="Schulen im Gebiet Ihres Zentrums"
        side={<Link to="/schulamt/plaetze">Plätze im Überblick</Link>}
      />
      <SearchBox
        label="Schule suchen"
        hint="Name, Ort, Straße oder Schulnummer"
        value={search}
        keep={form === null ? {} : { form }}
        clearHref={schoolsPath({ search: '', form, page: 1 })}
      />
      <Forms page={page} />
      {page.rows.length === 0 ? <Nothing page={page} /> : <Rows page={page} />}
    </>
  )
}

function Forms({ page }: Props) {
  const { search, form, forms } = page
  const all = forms.reduce((sum, { count }) => sum + count, 0)
  return (
    <FilterChips
      label="Schulformen"
      groups={[
        {
          chips: [
            {
              label: 'Alle',
              count: all,
              href: schoolsPath({ search, form: null, page: 1 }),
              current: form === null,
            },
            ...forms.map((one) => ({
              label: SCHOOL_FORMS[one.form],
              count: one.count,
              href: schoolsPath({ search, form: one.form, page: 1 }),
              current: one.form === form,
            })),
          ],
        },
      ]}
    />
  )
}

function Nothing({ page }: Props) {
  if (page.search === '' && page.form === null) {
    return (
      <EmptyState title="Zu Ihrem Zentrum gehört noch keine Schule.">
        <p>
          Die Schulliste ist noch nicht geladen, oder dem Zentrum fehlt sein Gebiet. Bitte wenden
          Sie sich an den Betrieb.
        </p>
      </EmptyState>
    )
  }
  return (
    <EmptyState title="Keine Schule passt zu dieser Suche.">
      <p>
        Bitte prüfen Sie die Schreibweise, oder <Link to="/schulen">sehen Sie alle Schulen an</Link>
        .
      </p>
    </EmptyState>
  )
}

function Rows({ page }: Props) {
  const { search, form } = page
  return (
    <>
      <FoldTable
        caption="Schulen"
        captionHidden
        columns={[
          { key: 'school', label: 'Schule' },
          { key: 'form', label: 'Schulform' },
          { key: 'town', label: 'Ort' },
          { key: 'phone', label: 'Telefon' },
          { key: 'free', label: 'Förderplätze frei' },
        ]}
        groups={[
          { key: 'all', rows: page.rows.map((row) => ({ id: row.number, cells: cellsOf(row) })) },
        ]}
      />
      <Pager
        page={page.page}
        total={page.total}
        things="Schulen"
        href={(number) => schoolsPath({ search, form, page: number })}
      />
    </>
  )
}

function cellsOf(row: SchoolRow) {
  return [
    <>
      <Link to={`/schulen/${row.number}`}>{row.name}</Link>
      <span className="sub">{row.number}</span>
    </>,
    SCHOOL_FORMS[row.form],
    row.town,
    row.phone === null ? (
      '–'
    ) : (
      <a key="phone" href={telHref(row.phone)}>
        {row.phone}
      </a>
    ),
    <Free key="free" row={row} />,
  ]
}

function Free({ row }: { readonly row: SchoolRow }) {
  if (!row.isPlaceable) return <span className="m-muted">nimmt zurzeit keine Kinder auf</span>
  if (row.free === null) return <span className="m-muted">hat noch keine Plätze gemeldet</span>
  return <b>{row.free}</b>
}
