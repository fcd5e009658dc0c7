import { ownSeatsPath, withoutPlacePath } from '#app/forms/owner-query.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { UnplacedRow, WithoutPlacePage } from '#app/presenters/without-place.server.ts'
import { Crumb, PageTitle } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { FilterChips } from '../list/filter-chips.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Pager } from '../list/pager.tsx'
import { telHref } from '../telephone.ts'

type Props = { readonly page: WithoutPlacePage }

/** The children of compulsory age without a place, as the owner that is answerable for them sees them. */
export function WithoutPlaceView({ page }: Props) {
  const { query, centres, gemeinden, total } = page
  return (
    <>
      <Crumb href={ownSeatsPath({ centre: query.centre })}>Eigene Plätze</Crumb>
      <PageTitle
        title="Kinder ohne Schulplatz"
        sub={gemeinden.map(({ name }) => name).join(', ')}
      />
      <CentreSwitch
        centres={centres}
        current={query.centre}
        href={(centre) => withoutPlacePath({ centre })}
      />
      {gemeinden.length === 0 ? (
        <NotAnswerable page={page} />
      ) : (
        <div className="m-stack">
          <Contact page={page} />
          <Filters page={page} />
          {total === 0 ? <Nobody /> : <Rows page={page} />}
          <Grounds page={page} />
        </div>
      )}
    </>
  )
}

function NotAnswerable({ page: { contact } }: Props) {
  return (
    <EmptyState title="Diese Liste führt die Gemeinde, zu der ein Kind gehört.">
      <p>
        Als zuständig gilt, wer dort Träger einer öffentlichen Grundschule ist; das trifft auf Ihre
        Schulen nicht zu. Stimmt das nicht, melden Sie sich bitte beim Zentrum: {contact.name}
        <Phone phone={contact.phone} />.
      </p>
    </EmptyState>
  )
}

function Nobody() {
  return (
    <EmptyState title="Zurzeit ist kein Kind im schulpflichtigen Alter ohne Schulplatz.">
      <p>Sobald ein Kind gemeldet wird, steht es hier, bis eine Schule zugewiesen ist.</p>
    </EmptyState>
  )
}

function Contact({ page: { contact } }: Props) {
  return (
    <p className="m-prose">
      Hier steht, was Sie brauchen, um der Schulpflicht nachzugehen. Alles Weitere weiß das Zentrum:{' '}
      {contact.name}
      <Phone phone={contact.phone} />. Jeder Aufruf dieser Liste wird vermerkt.
    </p>
  )
}

function Phone({ phone }: Pick<WithoutPlacePage['contact'], 'phone'>) {
  if (phone === null) return null
  return (
    <>
      , Telefon <a href={telHref(phone)}>{phone}</a>
    </>
  )
}

function Filters({ page: { query, gemeinden } }: Props) {
  const { centre, municipality, order } = query
  return (
    <div className="m-filters m-noprint">
      {gemeinden.length < 2 ? null : (
        <FilterChips
          label="Gemeinde"
          groups={[
            {
              label: 'Gemeinde:',
              chips: [{ key: null, name: 'alle' }, ...gemeinden].map(({ key, name }) => ({
                label: name,
                href: withoutPlacePath({ centre, order, municipality: key }),
                current: municipality === key,
              })),
            },
          ]}
        />
      )}
      <FilterChips
        label="Reihenfolge"
        groups={[
          {
            label: 'Zuerst:',
            chips: (['waiting', 'age'] as const).map((one) => ({
              label: one === 'waiting' ? 'die am längsten warten' : 'die Ältesten',
              href: withoutPlacePath({ centre, municipality, order: one }),
              current: order === one,
            })),
          },
        ]}
      />
    </div>
  )
}

function Rows({ page }: Props) {
  const { query, rows, total, pageSize } = page
  const first = (query.page - 1) * pageSize
  return (
    <>
      <FoldTable
        caption="Kinder im schulpflichtigen Alter ohne Schulplatz"
        captionHidden
        columns={[
          { key: 'child', label: 'Kind' },
          { key: 'born', label: 'Geboren' },
          { key: 'gemeinde', label: 'Gemeinde' },
          { key: 'registered', label: 'Gemeldet am' },
          { key: 'awaits', label: 'Stand' },
        ]}
        groups={[
          {
            key: 'all',
            // no address leads from here to the case, so nothing but its place names a row
            rows: rows.map((row, index) => ({ id: String(first + index), cells: cellsOf(row) })),
          },
        ]}
      />
      <Pager
        page={query.page}
        total={total}
        pageSize={pageSize}
        things="Kindern"
        href={(number) => withoutPlacePath({ ...query, page: number })}
      />
    </>
  )
}

function cellsOf({ name, born, schooling, municipality, registeredOn, awaits }: UnplacedRow) {
  return [
    name === '' ? 'Name nicht lesbar' : name,
    <span key="born">
      {born}
      <span className="sub">{t(`schooling.${schooling}`)}</span>
    </span>,
    municipality ?? '–',
    formatDate(registeredOn),
    t(`awaited.${awaits}`),
  ]
}

function Grounds({ page: { sources } }: Props) {
  return (
    <p className="m-small m-muted m-prose">
      Wer im schulpflichtigen Alter ist, rechnet das Programm aus dem Geburtsdatum (
      {sources.map(({ citation }) => citation).join(', ')}; noch von niemandem geprüft). Wie viele
      Jahre ein Kind schon zur Schule ging und ob es einer Gemeinde zugewiesen ist, weiß es nicht;
      deshalb gilt die Angabe ungefähr. Nicht auf der Liste stehen Kinder mit einer zugewiesenen
      Schule und solche, deren Familie selbst anmeldet.
    </p>
  )
}
