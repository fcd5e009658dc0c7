import { TAKE_BACK_REASONS } from '#app/domain/case/reasons.ts'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { TakeBack } from '#app/forms/assignment.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { AssignmentPage } from '#app/presenters/assignment-page.server.ts'
import type { ShownReport } from '#app/presenters/authority-desk-report.server.ts'
import { Facts } from '../case/facts.tsx'
import { NextStepBox } from '../case/next-step.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import { gradesText } from '../seat/pool-table.tsx'
import { freeText, OthersCell } from './authority-desk-cells.tsx'

type Props = { readonly page: AssignmentPage; readonly report: ShownReport }

/** A school reported that it has no place: who answers leaves the assignment or takes it back. */
export function ReportStep({ page, report }: Props) {
  const text = `${report.school.name} hat am ${formatDate(report.reportedAt)} gemeldet, dass der Platz fehlt.`
  if (!page.canAnswerReport) {
    return (
      <NextStepBox {...OTHERS[page.decider === 'authority' ? 'authority' : 'colleague']}>
        {text} Bis zur Entscheidung bleibt das Kind dort zugewiesen.
      </NextStepBox>
    )
  }
  return (
    <NextStepBox
      title="Bleibt die Zuweisung?"
      action={
        <Form label="Zuweisung bleibt">
          <input type="hidden" name="intent" value="keep" />
          <input type="hidden" name="version" value={page.version} />
          <SubmitButton>Zuweisung bleibt</SubmitButton>
        </Form>
      }
    >
      {text} Bleibt die Zuweisung, nimmt die Schule das Kind auf; sie wird benachrichtigt. Sonst
      nehmen Sie die Zuweisung unten mit Grund zurück.
    </NextStepBox>
  )
}

const OTHERS = {
  authority: { title: 'Das Schulamt entscheidet', waitsFor: 'authority' },
  colleague: {
    title: 'Jemand anderes aus Ihrem Zentrum oder das Schulamt entscheidet',
    waitsFor: 'us',
  },
} as const

/** What the decision rests on: the school's reason, its seats, where else there are some. */
export function ReportSections({ page, report }: Props) {
  const { school, pool, reason } = report
  return (
    <>
      <Section title={`Kapazität gemeldet: ${school.name}`}>
        <Facts
          facts={[
            { term: 'Grund', value: reason === null ? '' : t(`no_place.${reason.code}`) },
            { term: 'Begründung der Schule', value: reason?.sentence ?? '' },
            { term: 'Schulform', value: SCHOOL_FORMS[school.form] },
            { term: 'Plätze für', value: gradesText(pool.gradeFrom, pool.gradeTo) },
            { term: 'Frei', value: `${freeText(report)}, einer diesem Kind zugewiesen` },
            {
              term: 'Andere Schulen: Förder- und Regelplätze frei',
              value: <OthersCell others={report.others} />,
            },
          ]}
        />
      </Section>
      {page.canAnswerReport ? <TakeBackForm page={page} /> : null}
    </>
  )
}

function TakeBackForm({ page }: { readonly page: AssignmentPage }) {
  const form = useCheckedForm(TakeBack, {
    intent: 'take_back',
    labels: { reason: 'Grund', sentence: 'Begründung in einem Satz' },
  })
  return (
    <Section title="Zuweisung zurücknehmen" prose>
      <Form {...form.formProps} className="m-stack" label="Zuweisung zurücknehmen">
        <ErrorSummary errors={form.summary} />
        <input type="hidden" name="intent" value="take_back" />
        <input type="hidden" name="version" value={page.version} />
        <Select
          {...form.field('reason')}
          options={TAKE_BACK_REASONS.map((reason) => ({
            value: reason,
            label: t(`take_back.${reason}`),
          }))}
        />
        <TextArea
          {...form.field('sentence')}
          hint="Die Beratung liest ihn und sucht damit eine andere Schule. Der Platz wird wieder frei."
          maxLength={500}
        />
        <SubmitButton kind="secondary">Zuweisung zurücknehmen</SubmitButton>
      </Form>
    </Section>
  )
}
