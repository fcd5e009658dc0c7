import type { ReactNode } from 'react'
import { formatTime } from '#app/i18n/format.ts'
import { refusalText } from '#app/i18n/refusal-text.ts'
import type {
  DeskIntent,
  DeskResult,
  ResultRow,
} from '#app/presenters/authority-desk-result.server.ts'
import { ChildName } from '../case/words.tsx'
import { Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Notice } from '../notice.tsx'
import { SeatsText } from './authority-desk-cells.tsx'

type Props = { readonly result: DeskResult | null }

const DONE: Readonly<Record<DeskIntent, string>> = {
  assign: 'zugewiesen',
  send_back: 'zurückgegeben',
}

/** "2 von 3 Kindern sind zugewiesen, 1 nicht." "1 von 3 Kindern ist zugewiesen, 2 nicht." */
export function DeskResultNotice({ result }: Props) {
  if (result === null) return null
  const { intent, rows } = result
  const done = rows.filter(({ refusal }) => refusal === null).length
  if (done === rows.length) {
    const title = `${done === 1 ? '1 Kind ist' : `${done} Kinder sind`} ${DONE[intent]}.`
    return <Notice kind="success" title={title} live="status" />
  }
  return (
    <Notice
      kind="warning"
      title={`${done} von ${rows.length} ${rows.length === 1 ? 'Kind' : 'Kindern'} ${done === 1 || rows.length === 1 ? 'ist' : 'sind'} ${DONE[intent]}, ${rows.length - done} nicht.`}
      live="status"
    >
      <p>Was mit jedem Kind geschehen ist, steht unten unter „{resultTitle(result)}“.</p>
    </Notice>
  )
}

function resultTitle({ at }: DeskResult): string {
  return `Ergebnis von ${formatTime(at)} Uhr`
}

/** The result of each child, in the order in which they stood on the page. */
export function DeskResultTable({ result }: Props) {
  if (result === null) return null
  const { intent, rows } = result
  return (
    <Section title={resultTitle(result)}>
      <FoldTable
        caption="Ergebnis für jedes Kind"
        captionHidden
        columns={[
          { key: 'child', label: 'Kind' },
          { key: 'school', label: 'Schule' },
          { key: 'result', label: 'Ergebnis' },
          { key: 'next', label: 'Nächster Schritt', short: 'Weiter' },
        ]}
        groups={[
          {
            key: 'all',
            rows: rows.map((row, index) => ({
              id: row.child?.caseId ?? String(index),
              cells: [
                <Child key="child" row={row} />,
                row.child?.school ?? '–',
                <Outcome key="result" row={row} intent={intent} />,
                <Next key="next" row={row} intent={intent} />,
              ],
            })),
          },
        ]}
      />
    </Section>
  )
}

type RowProps = { readonly row: ResultRow; readonly intent: DeskIntent }

function Child({ row: { child } }: Pick<RowProps, 'row'>) {
  if (child === null) return 'Kind, das nicht mehr bei Ihnen steht'
  return <ChildName name={child.name ?? 'Name nicht lesbar'} original={child.original} />
}

function Outcome({ row: { child, refusal }, intent }: RowProps) {
  if (refusal === null) return <Badge kind="success">{DONE[intent]}</Badge>
  return (
    <span>
      <Badge kind="danger">nicht {DONE[intent]}</Badge>
      <span className="sub">
        {child === null && refusal.code !== 'proposal_expired'
          ? 'Der Vorschlag liegt nicht mehr bei Ihnen: Er wurde inzwischen zurückgenommen, abgelehnt oder geändert, oder die Vormerkung ist abgelaufen.'
          : refusalText(refusal)}
      </span>
    </span>
  )
}

type BadgeProps = { readonly kind: 'success' | 'danger'; readonly children: ReactNode }

/** A result, always with its icon. */
function Badge({ kind, children }: BadgeProps) {
  return (
    <span className={`kern-badge kern-badge--small kern-badge--${kind}`}>
      <span className={`kern-icon kern-icon--${kind}`} aria-hidden="true" />
      <span className="kern-label kern-label--small">{children}</span>
    </span>
  )
}

function Next({ row, intent }: RowProps) {
  const { child, refusal } = row
  if (child === null) return <span className="m-muted">–</span>
  const href = `/faelle/${child.caseId}/zuweisung`
  if (refusal === null) {
    return intent === 'assign' ? (
      <a href={href}>Zuweisung ansehen</a>
    ) : (
      'Die Beratung sucht eine andere Schule.'
    )
  }
  if (refusal.code === 'hold_expired') return <AfterExpiry row={row} href={href} />
  return <a href={href}>Vorschlag noch einmal ansehen</a>
}

/** Proposing is the counsellor's: the authority can only name the school and send the proposal back. */
function AfterExpiry({ row: { next }, href }: { readonly row: ResultRow; readonly href: string }) {
  return (
    <span>
      {next === null ? (
        'Zurzeit hat keine passende Schule einen freien Platz.'
      ) : (
        <>
          Am besten passt jetzt: {next.name} (<SeatsText of={next} /> frei).
        </>
      )}{' '}
      <a href={`${href}#zurueckgeben`}>
        Mit Grund zurückgeben
        <span className="kern-sr-only">, damit die Beratung neu vorschlägt</span>
      </a>
    </span>
  )
}
