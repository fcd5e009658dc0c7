import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { formatDate, formatDayMonth, formatKilometres } from '#app/i18n/format.ts'
import { reasonText } from '#app/i18n/suggestion-text.ts'
import { t } from '#app/i18n/translate.ts'
import type { AuthorityRow } from '#app/presenters/authority-desk.server.ts'
import type { ShownProposal } from '#app/presenters/authority-desk-proposal.server.ts'
import { ChildName } from '../case/words.tsx'

type Props = { readonly proposal: ShownProposal }

type OfChild = Pick<AuthorityRow, 'caseId' | 'name' | 'original' | 'age' | 'grade'> & {
  readonly language?: string
}

/** The child of a row, leading to its own page, with age, grade and language. */
export function ChildCell({ row }: { readonly row: OfChild }) {
  const facts = [
    row.age === null ? null : `${row.age} Jahre`,
    `Klasse ${row.grade}`,
    row.language ?? null,
  ].filter((fact) => fact !== null)
  return (
    <>
      <ChildName name={row.name} original={row.original} to={`/faelle/${row.caseId}/zuweisung`} />
      <span className="sub">{facts.join(' · ')}</span>
    </>
  )
}

/** The proposed school: its seats, the way where it may be told, how long the seat is held. */
export function SchoolCell({ proposal }: Props) {
  const { school, wayMetres, canAdmitAt } = proposal
  const regular = regularText(proposal)
  return (
    <span>
      <b>{school.name}</b>
      <span className="sub">
        {SCHOOL_FORMS[school.form]} · {freeText(proposal)}
      </span>
      {regular === null ? null : <span className="sub">{regular}</span>}
      {wayMetres === null ? null : (
        <span className="sub">{formatKilometres(wayMetres)} Schulweg (geschätzt)</span>
      )}
      <Hold proposal={proposal} />
      <span className="sub">
        {canAdmitAt === null
          ? 'noch keine Antwort der Schule'
          : `Schule kann aufnehmen (${formatDayMonth(canAdmitAt)})`}
      </span>
    </span>
  )
}

function Hold({ proposal: { holdUntil, endsInDays } }: Props) {
  if (endsInDays === null) {
    return <span className="sub">vorgemerkt bis {formatDayMonth(holdUntil)}</span>
  }
  return <span className="sub m-soon">Vormerkung endet {whenText(endsInDays)}</span>
}

function whenText(days: number): string {
  if (days === 0) return 'heute'
  return days === 1 ? 'morgen' : `in ${days} Tagen`
}

/** "Förderplätze: 2 von 6 frei"; the one held for the child is not among them. */
export function freeText({ pool }: Pick<ShownProposal, 'pool'>): string {
  return `${t(`seat_kind.${pool.kind}`)}: ${pool.free} von ${pool.decided} frei`
}

/**
 * "Regelplätze: 0 von 1 frei, einer mit vorgemerkt"; null: the school has reported none. The one held
 * for the child is not among the free ones, so it is told.
 */
export function regularText({
  regular,
  later,
}: Pick<ShownProposal, 'regular' | 'later'>): string | null {
  if (regular === null) return null
  const free = `${t('seat_kind.regular')}: ${regular.free} von ${regular.decided} frei`
  if (later === null) return free
  return later.isKept
    ? `${free}, einer mit vorgemerkt`
    : `${free}, keiner vorgemerkt, fehlt ab ${formatDate(later.from)}`
}

/** What speaks for the school, and why it was not the first where it was not. */
export function Reasons({ proposal }: Props) {
  const { reasons, deviation } = proposal
  if (reasons.length === 0 && deviation === null) return <span className="m-muted">–</span>
  return (
    <ul className="m-reasons">
      {reasons.map((reason) => (
        <li key={reason.kind}>{reasonText(reason)}</li>
      ))}
      {deviation === null ? null : (
        <li>
          Abweichung von der Reihung ({t(`deviation.${deviation.code}`)}): {deviation.sentence}
        </li>
      )}
    </ul>
  )
}

/** The next schools of the list with what is free there; "keine" where none is left. */
export function OthersCell({ others }: Pick<ShownProposal, 'others'>) {
  return (
    <ul className="m-plain m-small">
      {others.length === 0 ? <li>keine</li> : null}
      {others.map((other) => (
        <li key={other.number}>
          {other.name}: <SeatsText of={other} />
        </li>
      ))}
    </ul>
  )
}

/** "4 und 3": support places and regular places; a school may have reported none of the latter. */
export function SeatsText({
  of: { support, regular },
}: {
  readonly of: Pick<ShownProposal['others'][number], 'support' | 'regular'>
}) {
  if (regular !== null) return `${support} und ${regular}`
  return (
    <>
      {support} und <span aria-hidden="true">–</span>
      <span className="kern-sr-only">keine Angabe</span>
    </>
  )
}
