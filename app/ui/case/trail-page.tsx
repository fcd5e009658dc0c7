import { Link } from '@remix-run/react'
import type { Instant } from '#app/domain/time.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { PageTitle } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import type { CaseHead } from './case-page-data.ts'
import { CasePartHead } from './case-page-head.tsx'
import { type TrailFacts, trailText, whoText } from './trail-words.ts'

/** The trail of a case, one page of it; `head` is null for those who may not see the file. */
export type CaseTrail = {
  readonly caseId: string
  readonly caseNumber: string
  readonly head: CaseHead | null
  readonly entries: readonly {
    readonly id: string
    readonly at: Instant
    readonly who: string | null
    readonly role: string
    readonly event: string
    readonly facts: TrailFacts
  }[]
  /** Names of schools by number. */
  readonly schools: Readonly<Record<string, string>>
  /** True: the entries begin with the newest. */
  readonly isNewest: boolean
  /** The entry after which older ones follow; null: nothing is older. */
  readonly olderThan: string | null
}

const COLUMNS = [
  { key: 'at', label: 'Wann' },
  { key: 'what', label: 'Was' },
  { key: 'who', label: 'Wer' },
]

/** Who saw and changed what, newest first. */
export function TrailPage({ trail }: { readonly trail: CaseTrail }) {
  const { caseNumber, head } = trail
  return (
    <>
      {head === null ? (
        <PageTitle title="Verlauf" sub={`Fall ${caseNumber}`} />
      ) : (
        <CasePartHead head={head} title="Verlauf" current="/verlauf" />
      )}
      <p className="m-lead">
        Jeder Blick in den Fall und jede Änderung steht hier, auch dieser. Niemand kann Einträge
        ändern oder löschen.
      </p>
      <FoldTable
        caption="Wer wann was gesehen oder geändert hat"
        captionHidden
        columns={COLUMNS}
        groups={[
          {
            key: 'all',
            rows: trail.entries.map(({ id, at, who, role, event, facts }) => ({
              id,
              cells: [
                <time key="at" dateTime={at}>
                  {formatDateTime(at)}
                </time>,
                trailText(event, facts, trail.schools),
                whoText(who, role),
              ],
            })),
          },
        ]}
      />
      <Older {...trail} />
    </>
  )
}

/** On by the last entry shown, not by number: every look at a page adds one at the top. */
function Older({ isNewest, olderThan }: Pick<CaseTrail, 'isNewest' | 'olderThan'>) {
  if (isNewest && olderThan === null) return null
  return (
    <nav className="m-pager" aria-label="Seiten">
      <span className="m-row">
        {isNewest ? null : <Link to="?">Neueste Einträge</Link>}
        {olderThan === null ? null : (
          <Link to={`?vor=${olderThan}`} rel="next">
            Ältere Einträge
          </Link>
        )}
      </span>
    </nav>
  )
}
