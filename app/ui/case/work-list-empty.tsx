import { Link } from '@remix-run/react'
import { addDays, type CalendarDate } from '#app/domain/time.ts'
import { casesPath, workListPath } from '#app/forms/list-query.ts'
import { formatWeekday } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { WorkListPage } from '#app/presenters/work-list.server.ts'
import type { WorkRow } from '#app/presenters/work-list-row.server.ts'
import { EmptyState } from '../list/empty-state.tsx'
import { stepPath } from './work-list-steps.ts'

/** Why the list is empty, and what to do next. */
export function WorkListEmpty({ page }: { readonly page: WorkListPage }) {
  const { centre, scope, narrow, word } = page.view
  if (word !== '') return <NothingFound view={page.view} />
  if (page.counts.all === 0) return <NobodyRegistered />
  if (narrow === null) return <NothingOfMine centre={centre} />
  return (
    <EmptyState title={title(narrow)}>
      <p>
        {narrow === 'overdue' ? others(page) : null}
        {page.outlook?.next ? <NextDue row={page.outlook.next} today={page.today} /> : null}
      </p>
      <p>
        <Link to={workListPath({ centre, scope })}>
          {scope === 'mine' ? 'Alle meine Fälle zeigen' : 'Alle Fälle zeigen'}
        </Link>
      </p>
    </EmptyState>
  )
}

type View = WorkListPage['view']

function NothingFound({ view: { centre, word, sealed } }: { readonly view: View }) {
  return (
    <EmptyState title={`Kein offener Fall passt zu „${word}“`}>
      <p>
        Versuchen Sie es mit einem Teil des Namens oder mit der Fallnummer. Beendete Fälle stehen
        nicht in der Arbeitsliste.
      </p>
      <p>
        <Link to={casesPath({ centre, sealed })}>In allen Fällen suchen</Link>
      </p>
    </EmptyState>
  )
}

function NobodyRegistered() {
  return (
    <EmptyState title="Es gibt keinen offenen Fall">
      <p>Sobald ein Kind gemeldet ist, steht es hier, mit der Frist für den nächsten Schritt.</p>
    </EmptyState>
  )
}

function NothingOfMine({ centre }: Pick<View, 'centre'>) {
  return (
    <EmptyState title="Ihnen ist zurzeit kein offener Fall zugeordnet">
      <p>Wer ein Kind meldet, berät es auch. Die Fälle der anderen sehen Sie unter „Alle“.</p>
      <p>
        <Link to={workListPath({ centre, scope: 'all' })}>Alle Fälle zeigen</Link>
      </p>
    </EmptyState>
  )
}

const TITLES = {
  overdue: 'Kein Fall ist überfällig',
  us: 'Kein Fall wartet auf uns',
  family: 'Kein Fall wartet auf die Familie',
  school: 'Kein Fall wartet auf eine Schule',
  authority: 'Kein Fall wartet auf das Schulamt',
} as const

function title(narrow: keyof typeof TITLES): string {
  return TITLES[narrow]
}

function others({ outlook }: WorkListPage): string {
  const waiting = outlook?.waitingForOthers ?? 0
  if (waiting === 0) return ''
  return waiting === 1
    ? '1 Kind wartet auf eine Antwort von anderen. '
    : `${waiting} Kinder warten auf eine Antwort von anderen. `
}

function NextDue({ row, today }: { readonly row: WorkRow; readonly today: CalendarDate }) {
  if (row.dueOn === null) return null
  return (
    <>
      Als Nächstes fällig ist <Link to={stepPath(row.caseId, 'nothing')}>{row.name}</Link>,{' '}
      {dayWords(row.dueOn, today)}:{' '}
      <Link to={stepPath(row.caseId, row.next)}>{t(`next.${row.next}`)}</Link>.
    </>
  )
}

/** "heute", "morgen", "am Donnerstag, 26. November"; what is late is "überfällig". */
function dayWords(day: CalendarDate, today: CalendarDate): string {
  if (day < today) return 'überfällig'
  if (day === today) return 'heute'
  return day === addDays(today, 1) ? 'morgen' : `am ${formatWeekday(day)}`
}
