import { Link } from '@remix-run/react'
import { childrenPath, deskPath } from '#app/forms/school-desk-query.ts'
import { schoolYearPath } from '#app/forms/school-year.ts'
import { formatDate, formatDayMonth, formatDays, formatLongDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { DeskRow, SchoolDesk } from '#app/presenters/school-desk.server.ts'
import { ChildName } from '../case/words.tsx'
import { LinkButton } from '../form/buttons.tsx'
import { PageTitle, Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { NewsSection } from '../notice/news-section.tsx'
import { Notice } from '../notice.tsx'
import { SeatsRefused } from '../seat/refused-seats.tsx'
import { schoolYearText } from '../seat/school-year-text.ts'
import { SeatReviewForm, useSeatReview } from '../seat/seat-review.tsx'
import { addSeatsPath, SeatsEditor } from '../seat/seats-editor.tsx'
import { Newcomers } from './newcomers.tsx'
import { WHEREABOUTS_ANCHOR } from './whereabouts-form.tsx'

/** The desk of a school: deadlines first, then its seats, then its newcomers. */
export function SchoolDeskView({ desk }: { readonly desk: SchoolDesk }) {
  const { rows, seats } = desk
  const isReviewed = useSeatReview() !== null
  const open = rows.filter(({ isAnswered }) => !isAnswered).length
  return (
    <>
      <PageTitle
        title="Schultisch"
        sub={`${desk.school.name} · Schuljahr ${schoolYearText(seats.years[0] ?? 0)} · ${formatLongDate(desk.today)}`}
      />
      <OtherSchools desk={desk} />
      <SeatsRefused seats={seats} />
      <SeatReviewForm />
      <Contradiction desk={desk} />
      <Missing desk={desk} />
      <NewsSection news={desk.news} />
      <Section title={open === 0 ? 'Zu beantworten' : `Zu beantworten (${open})`}>
        {open === 0 && desk.askedWhereabouts === 0 ? <NothingDue desk={desk} /> : null}
        {rows.length === 0 ? null : <Open rows={rows} isReviewed={isReviewed} />}
        <Whereabouts desk={desk} />
      </Section>
      <Section
        id="plaetze"
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
      <NewAtSchool desk={desk} />
    </>
  )
}

/** The school declined because no seat is free, and its own number says that some are. */
function Contradiction({ desk: { contradiction } }: { readonly desk: SchoolDesk }) {
  if (contradiction === null) return null
  const { free, gradeFrom, gradeTo, kind } = contradiction
  const grades =
    gradeFrom === gradeTo ? `Klasse ${gradeFrom}` : `Klasse ${gradeFrom} bis ${gradeTo}`
  const seats = kind === 'support' ? 'Förderplätze' : 'Regelplätze'
  return (
    <Notice kind="warning" title="Sie haben gemeldet, dass kein Platz frei ist.">
      Ihre Zahl sagt: {free} frei ({seats}, {grades}). Bitte berichtigen Sie sie, sonst werden Ihnen
      weiter Kinder vorgeschlagen. <a href="#plaetze">Zu Ihren Plätzen</a>
    </Notice>
  )
}

/** The school declined because no seat is free, and told of none for this school year. */
function Missing({ desk: { missing, school } }: { readonly desk: SchoolDesk }) {
  if (missing === null) return null
  const { kind, year, isTurn } = missing
  return (
    <Notice kind="warning" title="Sie haben gemeldet, dass kein Platz frei ist.">
      Für {schoolYearText(year)} sind hier noch keine {t(`seat_kind.${kind}`)} eingetragen. Bitte
      tragen Sie ein, wie viele es sind.{' '}
      {isTurn ? (
        <Link to={schoolYearPath(school.number)}>Plätze für {schoolYearText(year)} übernehmen</Link>
      ) : (
        <Link reloadDocument to={addSeatsPath(school.number)}>
          Plätze eintragen
        </Link>
      )}
    </Notice>
  )
}

function NewAtSchool({ desk: { school, newcomers } }: { readonly desk: SchoolDesk }) {
  const { rows, total } = newcomers
  if (total === 0) return null
  return (
    <Section
      title="Neu an der Schule"
      side={
        <Link to={childrenPath(school.number)}>
          {total === 1 ? 'Das Kind ansehen' : `Alle ${total} Kinder`}
        </Link>
      }
    >
      <Newcomers rows={rows} caption="Die neuesten Kinder Ihrer Schule" />
    </Section>
  )
}

/** The yearly question, as one line; it is answered on the page of the children. */
function Whereabouts({ desk: { school, askedWhereabouts } }: { readonly desk: SchoolDesk }) {
  if (askedWhereabouts === 0) return null
  return (
    <p className="m-sect0">
      {askedWhereabouts === 1
        ? '1 Kind: Ist es noch an Ihrer Schule? '
        : `${askedWhereabouts} Kinder: Sind sie noch an Ihrer Schule? `}
      <Link to={`${childrenPath(school.number)}#${WHEREABOUTS_ANCHOR}`}>Jetzt antworten</Link>
    </p>
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
              to={deskPath({ school: number })}
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
  const { lastDecidedOn } = desk.seats
  return (
    <p className="m-prose">
      Zurzeit ist nichts zu beantworten.
      {lastDecidedOn === null
        ? null
        : ` Stimmen Ihre freien Plätze noch? Zuletzt geändert am ${formatDate(lastDecidedOn)}.`}
    </p>
  )
}

type OpenProps = {
  readonly rows: readonly DeskRow[]
  /** New numbers wait for being saved: that is the one next step of the page. */
  readonly isReviewed: boolean
}

function Open({ rows, isReviewed }: OpenProps) {
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
            late: !row.isAnswered && (row.daysLeft ?? 0) < 0,
            cells: [
              <Child key="child" row={row} />,
              whatText(row),
              <Until key="until" row={row} />,
              <LinkButton
                key="answer"
                small
                kind={index === 0 && !row.isAnswered && !isReviewed ? 'primary' : 'secondary'}
                to={`/faelle/${row.caseId}/aufnahme`}
                label={`${buttonText(row)}: ${row.name}`}
              >
                {buttonText(row)}
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
  capacity: 'Ansehen',
  kept: 'Aufnahme bestätigen',
  first_day: 'Ersten Schultag bestätigen',
  absence: 'Ansehen',
} as const satisfies Readonly<Record<DeskRow['asks'], string>>

function buttonText({ asks, isAnswered, plannedFirstDay }: DeskRow): string {
  if (isAnswered) return 'Ansehen'
  return asks === 'first_day' && plannedFirstDay === null ? 'Ersten Schultag nennen' : BUTTONS[asks]
}

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
    return `Zugewiesen am ${since} Bitte bestätigen Sie die Aufnahme.`
  }
  if (row.asks === 'capacity') {
    return `Am ${since} haben Sie gemeldet, dass der Platz fehlt. Jetzt wird entschieden, ob die Zuweisung bleibt.`
  }
  if (row.asks === 'kept') {
    return `Am ${since} ist entschieden worden: Die Zuweisung bleibt. Bitte bestätigen Sie die Aufnahme.`
  }
  if (row.asks === 'absence') {
    return `Am ${since} als nicht gekommen gemeldet. Die Beratung klärt mit der Familie, warum.`
  }
  if (row.asks === 'first_day') return firstDayText(row, since)
  return row.hasSaidYes
    ? 'Sie haben gesagt, dass Sie das Kind aufnehmen können. Über die Zuweisung wird noch entschieden.'
    : `Vorgeschlagen am ${since} Der Platz ist bis zur Antwort vorgemerkt.`
}

function firstDayText({ plannedFirstDay, daysLeft }: DeskRow, since: string): string {
  if (plannedFirstDay === null) {
    return `Aufgenommen am ${since} Der erste Schultag ist noch nicht genannt.`
  }
  const day = formatDate(plannedFirstDay)
  if (daysLeft !== null && daysLeft > 0) return `Erster Schultag ist der ${day}.`
  return `Erster Schultag ${daysLeft === 0 ? 'ist heute' : `war der ${day}`}. Ist das Kind gekommen?`
}

function Until({ row }: { readonly row: DeskRow }) {
  if (row.dueOn === null || row.daysLeft === null) return null
  return (
    <span>
      {formatDayMonth(row.dueOn)}
      {row.isAnswered ? null : <DaysLeft days={row.daysLeft} />}
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
