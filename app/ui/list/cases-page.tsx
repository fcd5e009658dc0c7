import { Link } from '@remix-run/react'
import { casesPath } from '#app/forms/list-query.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { CasesListPage, CasesRow } from '#app/presenters/cases-list.server.ts'
import { StageText } from '../case/words.tsx'
import { LinkButton } from '../form/buttons.tsx'
import { PageTitle } from '../frame.tsx'
import { ChildCell, RecommendationCell } from './case-cells.tsx'
import { CentreSwitch } from './centre-switch.tsx'
import { ChildSearch, SearchEnded } from './child-search.tsx'
import { EmptyState } from './empty-state.tsx'
import { FilterChips } from './filter-chips.tsx'
import { type Column, FoldTable, type Row } from './fold-table.tsx'
import { Pager } from './pager.tsx'

const COLUMNS: readonly Column[] = [
  { key: 'child', label: 'Kind' },
  { key: 'number', label: 'Fallnummer' },
  { key: 'recommendation', label: 'Empfehlung, Sprache' },
  { key: 'stage', label: 'Stand' },
  { key: 'registered', label: 'Gemeldet am' },
]

/** All cases of the centre, by name or by number, the ended ones too. */
export function CasesListView({ page }: { readonly page: CasesListPage }) {
  const { view, total } = page
  const { centre, stage, order } = view
  return (
    <>
      <PageTitle
        title="Fälle"
        sub="Alle gemeldeten Kinder, auch die beendeten Fälle"
        side={<LinkButton to="/faelle/neu">Kind melden</LinkButton>}
      />
      <SearchEnded search={view} />
      <CentreSwitch
        centres={page.centres}
        current={centre}
        href={(id) => casesPath({ ...view, centre: id, page: 1 })}
      />
      <ChildSearch search={view} href={casesPath({ centre, stage, order })} />
      <FilterChips label="Fälle filtern" groups={chips(page)} />
      {total === 0 ? (
        <Empty page={page} />
      ) : (
        <>
          {view.word === '' ? <Order page={page} /> : null}
          <FoldTable
            caption={order === 'name' ? 'Fälle nach Name' : 'Fälle nach Fallnummer'}
            captionHidden
            columns={COLUMNS}
            groups={[{ key: 'all', rows: page.rows.map(tableRow) }]}
          />
          <Pager
            page={view.page}
            total={total}
            pageSize={page.pageSize}
            things="Fällen"
            href={(number) => casesPath({ ...view, page: number })}
          />
        </>
      )}
    </>
  )
}

function chips({ view, stages, all }: CasesListPage) {
  return [
    {
      chips: [
        {
          label: 'Alle',
          count: all,
          href: casesPath({ ...view, stage: null, page: 1 }),
          current: view.stage === null,
        },
        ...stages.map(({ stage, count }) => ({
          label: t(`stage.${stage}`),
          count,
          href: casesPath({ ...view, stage, page: 1 }),
          current: view.stage === stage,
        })),
      ],
    },
  ]
}

function Order({ page: { view } }: { readonly page: CasesListPage }) {
  const isByName = view.order === 'name'
  return (
    <p className="m-small m-muted">
      {isByName ? 'Nach Name geordnet. ' : 'Die neuesten Fallnummern zuerst. '}
      <Link to={casesPath({ ...view, order: isByName ? 'number' : 'name', page: 1 })}>
        {isByName ? 'Nach Fallnummer ordnen' : 'Nach Name ordnen'}
      </Link>
    </p>
  )
}

function tableRow(row: CasesRow): Row {
  return {
    id: row.caseId,
    cells: [
      <ChildCell key="child" child={row} />,
      <span key="number" className="m-nowrap">
        {row.caseNumber}
      </span>,
      <RecommendationCell key="recommendation" child={row} />,
      <StageText key="stage" stage={row.stage} since={row.since} />,
      formatDate(row.registeredOn),
    ],
  }
}

function Empty({ page: { view, all } }: { readonly page: CasesListPage }) {
  if (all === 0) {
    return (
      <EmptyState title="Noch ist kein Kind gemeldet">
        <p>Mit der ersten Meldung beginnt hier die Liste.</p>
        <p>
          <Link to="/faelle/neu">Kind melden</Link>
        </p>
      </EmptyState>
    )
  }
  if (view.word === '') {
    return (
      <EmptyState title="Kein Fall steht auf diesem Stand">
        <p>
          <Link to={casesPath({ centre: view.centre, order: view.order })}>Alle Fälle zeigen</Link>
        </p>
      </EmptyState>
    )
  }
  return (
    <EmptyState title={`Kein Fall passt zu „${view.word}“`}>
      <p>
        Versuchen Sie es mit einem Teil des Namens, in einer anderen Schreibweise oder mit der
        Fallnummer.
        {view.stage === null ? null : ` Gesucht wurde nur unter „${t(`stage.${view.stage}`)}“.`}
      </p>
      {view.stage === null ? (
        <p>
          <Link to="/faelle/neu">Kind melden</Link>
        </p>
      ) : (
        <p>
          <Link to={casesPath({ centre: view.centre, sealed: view.sealed })}>
            In allen Fällen suchen
          </Link>
        </p>
      )}
    </EmptyState>
  )
}
