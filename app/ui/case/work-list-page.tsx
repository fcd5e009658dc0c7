import type { ReactNode } from 'react'
import type { CalendarDate } from '#app/domain/time.ts'
import { workListPath } from '#app/forms/list-query.ts'
import { formatDate, formatDayMonth, formatLongDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { WorkGroup, WorkListPage } from '#app/presenters/work-list.server.ts'
import type { WorkRow } from '#app/presenters/work-list-row.server.ts'
import { LinkButton } from '../form/buttons.tsx'
import { PageTitle } from '../frame.tsx'
import { ChildCell, RecommendationCell } from '../list/case-cells.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { ChildSearch, SearchEnded } from '../list/child-search.tsx'
import { type FilterChip, FilterChips } from '../list/filter-chips.tsx'
import { type Column, FoldTable, type Row } from '../list/fold-table.tsx'
import { Pager } from '../list/pager.tsx'
import { NewsSection } from '../notice/news-section.tsx'
import { ClockBar } from './clock-bar.tsx'
import { StageText, WaitTag } from './words.tsx'
import { WorkListEmpty } from './work-list-empty.tsx'
import { OneNumber } from './work-list-number.tsx'
import { stepPath } from './work-list-steps.ts'

const COLUMNS: readonly Column[] = [
  { key: 'child', label: 'Kind' },
  { key: 'recommendation', label: 'Empfehlung, Sprache' },
  { key: 'stage', label: 'Stand' },
  { key: 'waits', label: 'Wartet auf' },
  { key: 'clock', label: 'Laufende Uhr: Tage / Ziel' },
  { key: 'next', label: 'Nächster Schritt' },
]

/** The work list: the one number, then who is overdue, who is waited for, and what comes next. */
export function WorkListView({ page }: { readonly page: WorkListPage }) {
  const { view, total } = page
  const { centre, scope, narrow } = view
  return (
    <>
      <PageTitle
        title="Arbeitsliste"
        sub={formatLongDate(page.today)}
        side={<LinkButton to="/faelle/neu">Kind melden</LinkButton>}
      />
      <NewsSection news={page.news} />
      <SearchEnded search={view} />
      <CentreSwitch
        centres={page.centres}
        current={centre}
        // a counsellor's list begins with the own cases, a lead's with all: that may differ by centre
        href={(id) => workListPath({ ...view, centre: id, scope: null, page: 1 })}
      />
      <OneNumber medians={page.medians} />
      <FilterChips label="Fälle filtern" groups={chips(page)} />
      <ChildSearch search={view} href={workListPath({ centre, scope, narrow })} />
      {total === 0 ? (
        <WorkListEmpty page={page} />
      ) : (
        <>
          <FoldTable
            caption="Offene Fälle, überfällige zuerst"
            captionHidden
            variant="case"
            edge
            columns={COLUMNS}
            groups={page.groups.map((group) => ({
              key: group.when,
              title: groupTitle(group),
              rows: group.rows.map((row) => tableRow(row, page.today)),
            }))}
          />
          <Pager
            page={view.page}
            total={total}
            pageSize={page.pageSize}
            things="Fällen"
            href={(number) => workListPath({ ...view, page: number })}
          />
        </>
      )}
    </>
  )
}

function chips({ view, counts }: WorkListPage) {
  const { centre, scope, narrow, word } = view
  const isSearch = word !== ''
  const scopeChip = (of: 'mine' | 'all', label: string): FilterChip => ({
    label,
    count: counts[of],
    href: workListPath({ centre, scope: of }),
    current: !isSearch && scope === of,
  })
  const narrowChip = (of: 'overdue' | 'us' | 'family' | 'school' | 'authority'): FilterChip => {
    const isCurrent = !isSearch && narrow === of
    return {
      label: of === 'overdue' ? 'Überfällig' : t(`wait.${of}`),
      count: counts[of],
      // chosen once more, a filter is taken off again
      href: workListPath({ centre, scope, narrow: isCurrent ? null : of }),
      current: isCurrent,
    }
  }
  return [
    { chips: [scopeChip('mine', 'Meine'), scopeChip('all', 'Alle'), narrowChip('overdue')] },
    {
      label: 'Wartet auf:',
      chips: (['us', 'family', 'school', 'authority'] as const).map(narrowChip),
    },
  ]
}

function groupTitle({ when, count }: WorkGroup): string {
  if (when === 'overdue') return `Überfällig (${count})`
  return when === 'soon' ? `Bis Sonntag fällig (${count})` : `Später fällig (${count})`
}

function tableRow(row: WorkRow, today: CalendarDate): Row {
  return {
    id: row.caseId,
    late: row.isLate,
    cells: [
      <ChildCell key="child" child={row} />,
      <RecommendationCell key="recommendation" child={row} />,
      <StageText key="stage" stage={row.stage} note={stageNote(row, today)} />,
      <WaitTag key="waits" on={row.waitsFor} />,
      <ClockCell key="clock" row={row} />,
      <StepLink key="next" row={row} />,
    ],
  }
}

/** The year is said only where it is another one. */
function stageNote({ note, since }: WorkRow, today: CalendarDate): string {
  const written = (day: CalendarDate) =>
    day.slice(0, 4) === today.slice(0, 4) ? formatDayMonth(day) : formatDate(day)
  if (note === null) return `seit ${written(since)}`
  return note.kind === 'appointment' ? `am ${written(note.on)}` : `1. Schultag ${written(note.on)}`
}

function ClockCell({ row }: { readonly row: WorkRow }): ReactNode {
  if (row.clock !== null) return <ClockBar clock={row.clock} named />
  if (row.dueOn === null) return null
  return (
    <span>
      Lernstand
      <span className="sub">
        {row.isLate ? (
          <span className="m-over">überfällig seit {formatDate(row.dueOn)}</span>
        ) : (
          `fällig am ${formatDate(row.dueOn)}`
        )}
      </span>
    </span>
  )
}

/** What to do next, as a link whose whole name says for whom. */
function StepLink({ row }: { readonly row: WorkRow }) {
  const step = t(`next.${row.next}`)
  return (
    <a href={stepPath(row.caseId, row.next)} aria-label={`${step}: ${row.name}`}>
      {step}
    </a>
  )
}
