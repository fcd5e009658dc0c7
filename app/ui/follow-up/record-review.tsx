import type { CalendarDate } from '#app/domain/time.ts'
import { ReviewForm } from '#app/forms/review.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { RadioGroup } from '../form/choices.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { DateField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import { LEVEL_OPTIONS } from './level-words.ts'

const LABELS = {
  on: 'Tag des Lernstands',
  gerLevel: 'Deutsch nach GeR',
  b1: 'Hält die Schule B1 für erreicht?',
}

type Props = { readonly version: number; readonly today: CalendarDate }

/** Recording one review: day and level, never the report itself. */
export function RecordReview({ version, today }: Props) {
  const { formProps, field, summary } = useCheckedForm(ReviewForm, {
    labels: LABELS,
    defaults: { on: today },
  })
  return (
    <Section title="Lernstand eintragen" prose>
      <ErrorSummary errors={summary} />
      <Form {...formProps} className="m-stack">
        <input type="hidden" name="version" value={version} />
        <DateField {...field('on')} max={today} required />
        <Select {...field('gerLevel')} options={LEVEL_OPTIONS} required />
        <RadioGroup
          {...field('b1')}
          options={[
            { value: 'ja', label: 'ja' },
            { value: 'nein', label: 'nein' },
          ]}
          horizontal
          required
        />
        <SubmitButton>Lernstand eintragen</SubmitButton>
      </Form>
    </Section>
  )
}
