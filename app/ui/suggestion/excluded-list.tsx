import type { Exclusion } from '#app/domain/suggestion/suggest.ts'
import { exclusionText } from '#app/i18n/suggestion-text.ts'
import { t } from '#app/i18n/translate.ts'
import { FoldTable } from '../list/fold-table.tsx'

/** A school that is out of the question, and why. */
export type ExcludedRow = {
  readonly number: string
  readonly name: string
  readonly exclusion: Exclusion
}

/** Every excluded school with its reason, folded; the summary counts the reasons. */
export function ExcludedList({ schools }: { readonly schools: readonly ExcludedRow[] }) {
  if (schools.length === 0) return null
  return (
    <details className="kern-accordion m-sect">
      <summary className="kern-accordion__header">
        <span className="kern-title">{summary(schools)}</span>
      </summary>
      <div className="kern-accordion__body">
        <FoldTable
          caption="Schulen, die nicht infrage kommen"
          captionHidden
          columns={[
            { key: 'school', label: 'Schule' },
            { key: 'why', label: 'Warum nicht' },
          ]}
          groups={[
            {
              key: 'all',
              rows: schools.map(({ number, name, exclusion }) => ({
                id: number,
                cells: [name, exclusionText(exclusion)],
              })),
            },
          ]}
        />
      </div>
    </details>
  )
}

/** "7 Schulen kommen nicht infrage: kein freier Förderplatz (2), andere Altersstufe (5)". */
function summary(schools: readonly ExcludedRow[]): string {
  const counts = new Map<Exclusion['why'], number>()
  for (const { exclusion } of schools) {
    counts.set(exclusion.why, (counts.get(exclusion.why) ?? 0) + 1)
  }
  const parts = [...counts].map(([why, count]) => `${t(`exclusion.${why}`)} (${count})`)
  const subject = schools.length === 1 ? '1 Schule kommt' : `${schools.length} Schulen kommen`
  return `${subject} nicht infrage: ${parts.join(', ')}`
}
