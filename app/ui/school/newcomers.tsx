import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { NewcomerRow } from '#app/presenters/newcomers.server.ts'
import { ChildName } from '../case/words.tsx'
import { levelWord } from '../follow-up/level-words.ts'
import { FoldTable } from '../list/fold-table.tsx'

type Props = { readonly rows: readonly NewcomerRow[]; readonly caption: string }

/** The children that go to a school, and what is to be done for each. */
export function Newcomers({ rows, caption }: Props) {
  return (
    <FoldTable
      caption={caption}
      captionHidden
      columns={[
        { key: 'child', label: 'Kind' },
        { key: 'class', label: 'Klasse' },
        { key: 'first', label: 'Erster Schultag' },
        { key: 'level', label: 'Deutsch' },
        { key: 'support', label: 'Förderung bis' },
        { key: 'task', label: 'Zu tun' },
      ]}
      groups={[{ key: 'all', rows: rows.map((row) => ({ id: row.caseId, cells: cellsOf(row) })) }]}
    />
  )
}

function cellsOf(row: NewcomerRow) {
  const { caseId, name, original, className, firstDay, level } = row
  return [
    <ChildName key="child" name={name} original={original} to={`/faelle/${caseId}/aufnahme`} />,
    className ?? '–',
    formatDate(firstDay),
    level === null ? '–' : levelWord(level),
    <Support key="support" row={row} />,
    <Task key="task" row={row} />,
  ]
}

function Support({ row: { supportEndsOn, daysLeft } }: { readonly row: NewcomerRow }) {
  if (supportEndsOn === null) return '–'
  return (
    <span>
      {formatDate(supportEndsOn)}{' '}
      {daysLeft === null ? null : <span className="m-soon">{leftText(daysLeft)}</span>}
    </span>
  )
}

function leftText(days: number): string {
  if (days === 0) return 'heute'
  return days === 1 ? 'morgen' : `in ${days} Tagen`
}

function Task({ row: { caseId, name, task, nextReviewOn } }: { readonly row: NewcomerRow }) {
  if (task === 'review') return t('school_task.review', { on: formatDate(nextReviewOn) })
  if (task !== 'name_class') return t(`school_task.${task}`)
  return (
    <a href={`/faelle/${caseId}/aufnahme`} aria-label={`${t('school_task.name_class')}: ${name}`}>
      {t('school_task.name_class')}
    </a>
  )
}
