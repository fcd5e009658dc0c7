import { Link, useActionData } from '@remix-run/react'
import { formatDate, formatDayMonth, formatDays, formatLongDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { DeskRow, SchoolDesk } from '#app/presenters/school-desk.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { ChildName } from '../case/words.tsx'
import { LinkButton } from '../form/buttons.tsx'
import { PageTitle, Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { NewsSection } from '../notice/news-section.tsx'
import { RefusalNotice } from '../notice.tsx'
import { schoolYearText } from '../seat/school-year-text.ts'
import { SeatsEditor } from '../seat/seats-editor.tsx'

/** The desk of a school: deadlines first, then its seats. */
export function SchoolDeskView({ desk }: { readonly desk: SchoolDesk }) {
  const answer = useActionData<{ readonly refusal?: Refusal | null }>()
  const { rows, seats } = desk
  return (
    <>
      <PageTitle
        title="Schultisch"
        sub={`${desk.school.name} · Schuljahr ${schoolYearText(seats.years[0] ?? 0)} · ${formatLongDate(desk.today)}`}
      />
      <OtherSchools desk={desk} />
      <RefusalNotice refusal={answer?.refusal} />
      <NewsSection news={desk.news} />
      <Section title={rows.length === 0 ? 'Zu beantworten' : `Zu beantworten (${rows.length})`}>
        {rows.length === 0 ? <NothingDue desk={desk} /> : <Open rows={rows} />}
      </Section>
      <Section
        title="Plätze"
        side={<p className="m-small m-muted">Frei = beschlossen − belegt − vorgemerkt − Reserve</p>}
      >
        {seats.pools.length === 0 ? (
          <p className="m-prose">
            Ihre Schule hat noch keine Plätze gemeldet. Solange können Ihnen keine Kinder
            vorgeschlagen werden. Tragen Sie ein, wie viele Förderplätze Sie haben.
          </p>
        ) : null}
        <SeatsEditor seats={seats} />
      </Section>
    </>
  )
}

function OtherSchools({ desk }: { readonly desk: SchoolDesk }) {
  if (desk.schools.length < 2) return null
  return (
    <nav className="m-filter" aria-label="Ihre Schulen">
      <ul className="m-chips">
        {desk.schools.map(({ number, name }) => (
          <li key={number}>
            <Link
              to={`/schultisch?schule=${number}`}
              aria-current={number === desk.school.number ? 'true' : undefined}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function NothingDue({ desk }: { readonly desk: SchoolDesk }) {
  const days = desk.seats.decisions.map(({ decidedOn }) => decidedOn).toSorted()
  const last = days.at(-1)
  return (
    <p className="m-prose">
      Zurzeit ist nichts zu beantworten.
      {last === undefined
        ? null
        : ` Stimmen Ihre freien Plätze noch? Zuletzt geändert am ${formatDate(last)}.`}
    </p>
  )
}

function Open({ rows }: { readonly rows: readonly DeskRow[] }) {
  return (
    <FoldTable
      caption="Kinder, zu denen Ihre Antwort fehlt"
      captionHidden
      edge
      columns={[
        { key: 'child', label: 'Kind' },
        { key: 'what', label: 'Was' },
        { key: 'until', label: 'Antwort bis' },
        { key: 'answer', label: 'Antwort', hidden: true },
      ]}
      groups={[
        {
          key: 'all',
          rows: rows.map((row, index) => ({
            id: row.caseId,
            late: !row.hasSaidYes && (row.daysLeft ?? 0) < 0,
            cells: [
              <Child key="child" row={row} />,
              whatText(row),
              <Until key="until" row={row} />,
              <LinkButton
                key="answer"
                small
                kind={index === 0 && !row.hasSaidYes ? 'primary' : 'secondary'}
                to={`/faelle/${row.caseId}/aufnahme`}
                label={`${BUTTONS[row.asks]}: ${row.name}`}
              >
                {row.hasSaidYes ? 'Ansehen' : BUTTONS[row.asks]}
              </LinkButton>,
            ],
          })),
        },
      ]}
    />
  )
}

const BUTTONS = {
  proposal: 'Vorschlag beantworten',
  admission: 'Aufnahme bestätigen',
  first_day: 'Ersten Schultag bestätigen',
} as const satisfies Readonly<Record<DeskRow['asks'], string>>

function Child({ row }: { readonly row: DeskRow }) {
  const facts = [
    row.age === null ? null : `${row.age} Jahre`,
    row.grade === null ? null : `Klasse ${row.grade}`,
  ].filter((fact) => fact !== null)
  return (
    <>
      <ChildName name={row.name} original={row.original} />
      <span className="sub">{facts.join(' · ')}</span>
    </>
  )
}

function whatText(row: DeskRow): string {
  const since = formatDayMonth(row.since)
  if (row.asks === 'admission') {
    return `Zugewiesen vom Schulamt am ${since} Bitte bestätigen Sie die Aufnahme.`
  }
  if (row.asks === 'first_day') {
    return row.plannedFirstDay === null
      ? `Aufgenommen am ${since} Ist das Kind gekommen?`
      : `Erster Schultag ist der ${formatDate(row.plannedFirstDay)}. Ist das Kind gekommen?`
  }
  return row.hasSaidYes
    ? `Sie haben gesagt, dass Sie das Kind aufnehmen können. Jetzt entscheidet das Schulamt.`
    : `Vorgeschlagen am ${since} Der Platz ist bis zur Antwort vorgemerkt.`
}

function Until({ row }: { readonly row: DeskRow }) {
  if (row.dueOn === null || row.daysLeft === null) return null
  return (
    <span>
      {formatDayMonth(row.dueOn)}
      {row.hasSaidYes ? null : <DaysLeft days={row.daysLeft} />}
    </span>
  )
}

/** Days of notice in which a deadline is shown as near. */
const SOON_DAYS = 3

function DaysLeft({ days }: { readonly days: number }) {
  if (days < 0) return <span className="sub m-over">seit {formatDays(-days)} vorbei</span>
  const words = days === 0 ? t('clock.today') : days === 1 ? t('clock.tomorrow') : null
  const near = days <= SOON_DAYS
  return (
    <span className={near ? 'sub m-soon' : 'sub'}>{words ?? t('clock.left', { count: days })}</span>
  )
}
