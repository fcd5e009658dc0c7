import { useActionData } from '@remix-run/react'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { formatDayMonth, formatLongDate } from '#app/i18n/format.ts'
import { reasonText } from '#app/i18n/suggestion-text.ts'
import { t } from '#app/i18n/translate.ts'
import type { AuthorityDesk, AuthorityRow } from '#app/presenters/authority-desk.server.ts'
import type { ShownProposal } from '#app/presenters/authority-desk-proposal.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { ClockBar } from '../case/clock-bar.tsx'
import { ChildName } from '../case/words.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { PageTitle, Section } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Pager } from '../list/pager.tsx'
import { NewsSection } from '../notice/news-section.tsx'
import { RefusalNotice } from '../notice.tsx'

/** The queue of the authority: what was proposed and why, one click to assign. */
export function AuthorityDeskView({ desk }: { readonly desk: AuthorityDesk }) {
  const answer = useActionData<{ readonly refusal?: Refusal | null }>()
  const { total, overdue } = desk
  return (
    <>
      <PageTitle
        title="Entscheidungen"
        sub={`${total === 1 ? '1 Vorschlag offen' : `${total} Vorschläge offen`}, ${overdue} überfällig · ${formatLongDate(desk.today)}`}
      />
      <RefusalNotice refusal={answer?.refusal} />
      <NewsSection news={desk.news} />
      {desk.rows.length === 0 ? (
        <EmptyState title="Zurzeit ist nichts zu entscheiden.">
          <p>
            Sobald die Beratung eine Schule vorschlägt, steht das Kind hier. Abgelaufene Vorschläge
            gehen an die Beratung zurück.
          </p>
        </EmptyState>
      ) : (
        <Section title={`Zu entscheiden (${total})`}>
          <Queue rows={desk.rows} />
          <Pager
            page={desk.page}
            total={total}
            things="Vorschlägen"
            href={(page) => `/schulamt?seite=${page}`}
          />
        </Section>
      )}
    </>
  )
}

function Queue({ rows }: { readonly rows: readonly AuthorityRow[] }) {
  return (
    <FoldTable
      caption="Vorschläge, über die Sie entscheiden"
      captionHidden
      edge
      variant="decision"
      columns={[
        { key: 'child', label: 'Kind' },
        { key: 'school', label: 'Vorschlag' },
        { key: 'reasons', label: 'Gründe' },
        { key: 'clock', label: 'Uhr' },
        { key: 'decide', label: 'Entscheidung', hidden: true },
      ]}
      groups={[
        {
          key: 'all',
          rows: rows.map((row, index) => ({
            id: row.caseId,
            late: row.isLate,
            cells: [
              <Child key="child" row={row} />,
              <School key="school" proposal={row.proposal} />,
              <Reasons key="reasons" proposal={row.proposal} />,
              row.clock === null ? null : <ClockBar key="clock" clock={row.clock} />,
              <Decide key="decide" row={row} isFirst={index === 0} />,
            ],
          })),
        },
      ]}
    />
  )
}

function Child({ row }: { readonly row: AuthorityRow }) {
  const facts = [
    row.age === null ? null : `${row.age} Jahre`,
    `Klasse ${row.grade}`,
    row.language,
  ].filter((fact) => fact !== null)
  return (
    <>
      <ChildName name={row.name} original={row.original} to={`/faelle/${row.caseId}/zuweisung`} />
      <span className="sub">{facts.join(' · ')}</span>
    </>
  )
}

function School({ proposal }: { readonly proposal: ShownProposal }) {
  const { school, canAdmitAt, holdUntil } = proposal
  return (
    <span>
      <b>{school.name}</b>
      <span className="sub">
        {SCHOOL_FORMS[school.form]} · {freeText(proposal)}
      </span>
      <span className="sub">vorgemerkt bis {formatDayMonth(holdUntil)}</span>
      <span className="sub">
        {canAdmitAt === null
          ? 'noch keine Antwort der Schule'
          : `Schule kann aufnehmen (${formatDayMonth(canAdmitAt)})`}
      </span>
    </span>
  )
}

/** "Förderplätze: 2 von 6 frei"; the one held for the child is not among them. */
export function freeText({ pool }: Pick<ShownProposal, 'pool'>): string {
  return `${t(`seat_kind.${pool.kind}`)}: ${pool.free} von ${pool.decided} frei`
}

/** What speaks for the school, and why it was not the first where it was not. */
export function Reasons({ proposal }: { readonly proposal: ShownProposal }) {
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

function Decide({ row, isFirst }: { readonly row: AuthorityRow; readonly isFirst: boolean }) {
  return (
    <div className="m-row">
      <Form label={`${row.name} zuweisen`}>
        <input type="hidden" name="caseId" value={row.caseId} />
        <input type="hidden" name="version" value={row.version} />
        <SubmitButton
          small
          kind={isFirst ? 'primary' : 'secondary'}
          label={`${row.name} der Schule ${row.proposal.school.name} zuweisen`}
        >
          Zuweisen
        </SubmitButton>
      </Form>
      <a href={`/faelle/${row.caseId}/zuweisung#zurueckgeben`}>
        Zurückgeben
        <span className="kern-sr-only">: {row.name}</span>
      </a>
    </div>
  )
}
