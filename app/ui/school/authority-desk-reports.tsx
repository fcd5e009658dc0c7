import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { formatDayMonth } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { ReportRow, ShownReport } from '#app/presenters/authority-desk-report.server.ts'
import { LinkButton } from '../form/buttons.tsx'
import { Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { ChildCell, freeText, OthersCell } from './authority-desk-cells.tsx'

/** Children whose school reported that it has no place: first of all, because a child waits there. */
export function CapacityReports({ rows }: { readonly rows: readonly ReportRow[] }) {
  if (rows.length === 0) return null
  return (
    <Section title={`Kapazität gemeldet (${rows.length})`}>
      <FoldTable
        caption="Zugewiesene Kinder, für die ihrer Schule der Platz fehlt"
        captionHidden
        edge
        columns={[
          { key: 'child', label: 'Kind' },
          { key: 'school', label: 'Schule, frei', short: 'Schule' },
          { key: 'reason', label: 'Grund der Schule', short: 'Grund' },
          {
            key: 'others',
            label: 'Andere Schulen: Förder- und Regelplätze frei',
            short: 'Auch frei',
          },
          { key: 'answer', label: 'Entscheiden', hidden: true },
        ]}
        groups={[
          {
            key: 'all',
            rows: rows.map((row) => ({
              id: row.caseId,
              cells: [
                <ChildCell key="child" row={row} />,
                <School key="school" report={row.report} />,
                <Reason key="reason" report={row.report} />,
                <OthersCell key="others" others={row.report.others} />,
                <LinkButton
                  key="answer"
                  small
                  kind="secondary"
                  to={`/faelle/${row.caseId}/zuweisung`}
                  label={`Entscheiden: ${row.name}`}
                >
                  Entscheiden
                </LinkButton>,
              ],
            })),
          },
        ]}
      />
    </Section>
  )
}

type Props = { readonly report: ShownReport }

function School({ report }: Props) {
  const { school, regular } = report
  return (
    <span>
      <b>{school.name}</b>
      <span className="sub">
        {SCHOOL_FORMS[school.form]} · {freeText(report)}
      </span>
      {regular === null ? null : (
        <span className="sub">
          {t('seat_kind.regular')}: {regular.free} von {regular.decided} frei
        </span>
      )}
    </span>
  )
}

function Reason({ report: { reason, reportedAt } }: Props) {
  return (
    <span>
      {reason === null ? '–' : t(`no_place.${reason.code}`)}
      {reason === null ? null : <span className="sub">{reason.sentence}</span>}
      <span className="sub">gemeldet am {formatDayMonth(reportedAt)}</span>
    </span>
  )
}
