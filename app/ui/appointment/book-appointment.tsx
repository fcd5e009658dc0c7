import { useActionData } from '@remix-run/react'
import { APPOINTMENT_MODES } from '#app/domain/appointment/appointment.ts'
import { dayOf } from '#app/domain/time.ts'
import { AppointmentForm } from '#app/forms/appointment.ts'
import { formatTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import { dayText, optionText } from '../form/answer-text.ts'
import { BothVersions } from '../form/both-versions.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { Checkbox, RadioGroup } from '../form/choices.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Fieldset } from '../form/fieldset.tsx'
import { Form } from '../form/form.tsx'
import type { SharedRecord } from '../form/shared-record.ts'
import { DateField, TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import type { CaseAppointments } from './appointment-data.ts'

const LABELS = {
  date: 'Tag',
  time: 'Uhrzeit',
  durationMinutes: 'Dauer in Minuten',
  mode: 'Wie findet das Gespräch statt?',
  place: 'Ort oder Raum',
  alsoFor: 'Wer kommt noch mit?',
}

const DEFAULTS = { durationMinutes: '60', mode: 'on_site' }

/** Booking, or booking anew: what was booked is cancelled then. */
export function BookAppointment({ page }: { readonly page: CaseAppointments }) {
  const form = useCheckedForm(AppointmentForm, {
    labels: LABELS,
    defaults: DEFAULTS,
    intent: 'book',
    shared: [sharedAppointment(page)],
  })
  const { formProps, field, summary } = form
  const isAgain = page.planned !== null
  return (
    <Section title={isAgain ? 'Termin verlegen' : 'Termin vereinbaren'} prose>
      <ErrorSummary errors={summary} />
      {isAgain ? <p>Der bisherige Termin wird dann abgesagt.</p> : null}
      <Form {...formProps} className="m-stack">
        <input type="hidden" name="intent" value="book" />
        <input type="hidden" name="version" value={page.version} />
        <BothVersions form={form} />
        <DateField {...field('date')} min={page.today} required />
        <TextField {...field('time')} type="time" narrow required />
        <TextField
          {...field('durationMinutes')}
          inputMode="numeric"
          maxLength={3}
          narrow
          required
        />
        <RadioGroup {...field('mode')} options={MODE_OPTIONS} required />
        <TextField
          {...field('place')}
          maxLength={320}
          hint="Zum Beispiel: Kreishaus, Raum 214. Die Familie liest das auf ihrer Seite."
        />
        <Siblings page={page} />
        <SubmitButton>{isAgain ? 'Termin verlegen' : 'Termin vereinbaren'}</SubmitButton>
      </Form>
    </Section>
  )
}

const MODE_OPTIONS = APPOINTMENT_MODES.map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))

/** What is booked: day and time are one answer, and so is where; one is nothing without the other. */
function sharedAppointment({ planned }: CaseAppointments): SharedRecord {
  const when =
    planned === null
      ? { date: '', time: '' }
      : { date: dayOf(planned.startsAt), time: formatTime(planned.startsAt) }
  const { durationMinutes = '', mode = '', place = '' } = planned ?? {}
  return {
    prefix: '',
    fields: [
      {
        name: 'when',
        label: 'Tag und Uhrzeit',
        stored: when,
        text: ({ date, time }) => inWords(dayText(date), time && `${time} Uhr`),
      },
      { name: 'durationMinutes', label: LABELS.durationMinutes, stored: { durationMinutes } },
      {
        name: 'where',
        label: 'Wo',
        stored: { mode, place },
        text: (answer) => inWords(optionText(MODE_OPTIONS, answer['mode']), answer['place']),
      },
    ],
  }
}

function inWords(...parts: readonly unknown[]): string {
  return parts.filter(Boolean).join(', ')
}

function Siblings({ page }: { readonly page: CaseAppointments }) {
  const answer = useActionData<{ readonly values?: Readonly<Record<string, unknown>> }>()
  const ticked = answer?.values?.['alsoFor']
  if (page.siblings.length === 0) return null
  return (
    <Fieldset id="f-alsoFor" legend={LABELS.alsoFor}>
      {page.siblings.map(({ caseId, name, stage }) => (
        <Checkbox
          key={caseId}
          id={`f-alsoFor-${caseId}`}
          name="alsoFor[]"
          label={`${name} (${t(`stage.${stage}`)})`}
          value={caseId}
          defaultChecked={Array.isArray(ticked) && ticked.includes(caseId)}
        />
      ))}
    </Fieldset>
  )
}
