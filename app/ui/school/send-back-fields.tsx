import { SEND_BACK_REASONS } from '#app/domain/case/reasons.ts'
import { t } from '#app/i18n/translate.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import type { CheckedForm } from '../form/use-checked-form.ts'

/** The labels of the fields below. */
export const SEND_BACK_LABELS = { reason: 'Grund', sentence: 'Begründung in einem Satz' }

const REASONS = SEND_BACK_REASONS.map((reason) => ({
  value: reason,
  label: t(`send_back.${reason}`),
}))

type Props = {
  readonly form: CheckedForm
  /** Who reads the sentence, and what becomes of the seat. */
  readonly hint: string
  /** What the button says. */
  readonly button: string
}

/** Why proposals go back to the counsellors: a reason, a sentence, and sending them. */
export function SendBackFields({ form, hint, button }: Props) {
  return (
    <>
      <Select {...form.field('reason')} options={REASONS} />
      <TextArea {...form.field('sentence')} hint={hint} maxLength={500} />
      <SubmitButton kind="secondary" name="intent" value="send_back">
        {button}
      </SubmitButton>
    </>
  )
}
