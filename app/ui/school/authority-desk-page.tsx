import { Link, useActionData } from '@remix-run/react'
import { deskPath } from '#app/forms/authority-query.ts'
import { formatLongDate } from '#app/i18n/format.ts'
import type { AuthorityDesk } from '#app/presenters/authority-desk.server.ts'
import type { DeskResult } from '#app/presenters/authority-desk-result.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { PageTitle, Section } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { FilterChips } from '../list/filter-chips.tsx'
import { Pager } from '../list/pager.tsx'
import { NewsSection } from '../notice/news-section.tsx'
import { RefusalNotice } from '../notice.tsx'
import { AuthorityDeskForm, AuthorityDeskTable } from './authority-desk-form.tsx'
import { CapacityReports } from './authority-desk-reports.tsx'
import { DeskResultNotice, DeskResultTable } from './authority-desk-result.tsx'

type Props = { readonly desk: AuthorityDesk }

/** The queue of the authority: what was proposed and why; one child or many are decided at once. */
export function AuthorityDeskView({ desk }: Props) {
  const answer = useActionData<{
    readonly refusal?: Refusal | null
    readonly result?: DeskResult
  }>()
  const result = answer?.result ?? null
  const { counts } = desk
  return (
    <>
      <PageTitle
        title="Entscheidungen"
        sub={`${counts.all === 1 ? '1 Vorschlag offen' : `${counts.all} Vorschläge offen`}, ${counts.overdue} überfällig · ${formatLongDate(desk.today)}`}
        side={<Link to="/schulamt/plaetze">Plätze im Überblick</Link>}
      />
      <RefusalNotice refusal={answer?.refusal} />
      <DeskResultNotice result={result} />
      <NewsSection news={desk.news} />
      <CapacityReports rows={desk.reports} />
      <Delegated desk={desk} />
      {counts.all + counts.at_centre === 0 ? null : <Filters desk={desk} />}
      {desk.rows.length === 0 ? <Nothing desk={desk} /> : <Queue desk={desk} at={result?.at} />}
      <DeskResultTable result={result} />
    </>
  )
}

/** Why proposals of a centre are not here to be decided. */
function Delegated({ desk: { assigningCentres } }: Props) {
  if (assigningCentres.length === 0) return null
  return (
    <p className="m-prose m-sect0">
      Für die Schulaufsicht weist selbst zu: {assigningCentres.join(', ')}. Diese Vorschläge können
      Sie unter „Entscheidet das Zentrum“ ansehen.
    </p>
  )
}

function Filters({ desk: { query, counts, assigningCentres } }: Props) {
  const chips = [
    { narrow: null, label: 'Alle', count: counts.all },
    { narrow: 'overdue', label: 'Überfällig', count: counts.overdue },
    { narrow: 'ends_soon', label: 'Vormerkung endet bald', count: counts.ends_soon },
    { narrow: 'said_yes', label: 'Schule hat zugesagt', count: counts.said_yes },
    ...(assigningCentres.length === 0 ? [] : [AT_CENTRE(counts.at_centre)]),
  ] as const
  return (
    <div className="m-sect0">
      <FilterChips
        label="Vorschläge filtern"
        groups={[
          {
            chips: chips.map(({ narrow, label, count }) => ({
              label,
              count,
              href: deskPath({ narrow }),
              current: query.narrow === narrow,
            })),
          },
        ]}
      />
    </div>
  )
}

const AT_CENTRE = (count: number) =>
  ({ narrow: 'at_centre', label: 'Entscheidet das Zentrum', count }) as const

function Nothing({ desk: { query, counts, reports } }: Props) {
  if (counts.all === 0 && query.narrow !== 'at_centre') {
    return (
      <EmptyState
        title={
          reports.length === 0
            ? 'Zurzeit ist nichts zu entscheiden.'
            : 'Zurzeit liegt kein Vorschlag vor.'
        }
      >
        <p>
          Sobald die Beratung eine Schule vorschlägt, steht das Kind hier. Abgelaufene Vorschläge
          gehen an die Beratung zurück.
        </p>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title={
        query.narrow === null ? 'So viele Seiten hat die Liste nicht.' : 'Hierauf passt kein Kind.'
      }
    >
      <p>
        <Link to={deskPath({})}>Alle Vorschläge ansehen ({counts.all})</Link>
      </p>
    </EmptyState>
  )
}

/** `at`: when the last decision was answered; what was ticked before it is decided. */
function Queue({ desk, at }: Props & { readonly at: string | undefined }) {
  const { query, total } = desk
  const { narrow, page, all } = query
  if (narrow === 'at_centre') return <AtCentre desk={desk} />
  return (
    <Section
      title={`Zu entscheiden (${total})`}
      side={
        <p className="m-small m-noprint">
          {all ? (
            <Link to={deskPath({ narrow, page })}>Auswahl aufheben</Link>
          ) : (
            <Link to={deskPath({ narrow, page, all: true })}>Alle auswählen</Link>
          )}
        </p>
      }
    >
      <AuthorityDeskForm key={`${at} ${deskPath(query)}`} desk={desk} />
      <Pager
        page={page}
        total={total}
        things="Vorschlägen"
        href={(number) => deskPath({ narrow, page: number })}
      />
    </Section>
  )
}

/** What the centre decides: to be read, nothing is chosen. */
function AtCentre({ desk }: Props) {
  const { rows, total, query } = desk
  return (
    <Section title={`Entscheidet das Zentrum (${total})`}>
      <AuthorityDeskTable
        caption="Vorschläge, über die das Zentrum entscheidet"
        rows={rows.map((row) => ({ row }))}
      />
      <Pager
        page={query.page}
        total={total}
        things="Vorschlägen"
        href={(number) => deskPath({ narrow: query.narrow, page: number })}
      />
    </Section>
  )
}
