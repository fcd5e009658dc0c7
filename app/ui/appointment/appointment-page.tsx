import { formatLongDate, formatTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { CasePartHead } from '../case/case-page-head.tsx'
import { Facts } from '../case/facts.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { Section } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import type { CaseAppointments, ShownAppointment } from './appointment-data.ts'
import { BookAppointment } from './book-appointment.tsx'

type Props = {
  readonly page: CaseAppointments
  readonly refusal: Refusal | null | undefined
}

/** The appointment of a case: what is booked, booking, and what became of earlier ones. */
export function AppointmentPage({ page, refusal }: Props) {
  const { planned, earlier } = page
  return (
    <>
      <CasePartHead head={page} title="Termin" current="/termin" />
      <RefusalNotice refusal={refusal} />
      {planned === null ? null : <Planned page={page} planned={planned} />}
      {page.canAppoint ? (
        <BookAppointment key={page.version} page={page} />
      ) : (
        <p className="m-prose">
          Der Fall steht bei „{t(`stage.${page.stage}`)}“. Ein Termin für die Beratung ist nicht
          mehr nötig.
        </p>
      )}
      {earlier.length === 0 ? null : (
        <Section title="Frühere Termine">
          <ul className="m-kin">
            {earlier.map((one) => (
              <li key={one.id}>
                {whenText(one)}
                <span className="sub">{t(`outcome.${one.outcome}`)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function whenText({ startsAt }: ShownAppointment): string {
  return `${formatLongDate(startsAt)}, ${formatTime(startsAt)} Uhr`
}

type PlannedProps = { readonly page: CaseAppointments; readonly planned: ShownAppointment }

function Planned({ page, planned }: PlannedProps) {
  return (
    <Section title="Vereinbarter Termin">
      <Facts
        facts={[
          { term: 'Wann', value: whenText(planned) },
          { term: 'Dauer', value: `${planned.durationMinutes} Minuten` },
          {
            term: 'Wo',
            value: [t(`mode.${planned.mode}`), planned.place].filter(Boolean).join(', '),
          },
        ]}
      />
      {page.canMarkMissed ? (
        <Form className="m-sect0">
          <input type="hidden" name="intent" value="missed" />
          <input type="hidden" name="version" value={page.version} />
          <SubmitButton kind="secondary" label={`${page.name} ist nicht erschienen`}>
            Nicht erschienen
          </SubmitButton>
        </Form>
      ) : null}
    </Section>
  )
}
