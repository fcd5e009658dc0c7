import type { ReactNode } from 'react'
import { formatDateTime } from '#app/i18n/format.ts'
import { BothVersions } from '../form/both-versions.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { DraftKeeper, DraftNotice } from '../form/draft.tsx'
import { type OfferedDraft, useDraft } from '../form/draft-context.ts'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import type { CheckedForm } from '../form/use-checked-form.ts'
import type { CaseInterview } from './interview-data.ts'

type Props = {
  readonly page: CaseInterview
  readonly checked: CheckedForm
  readonly children: ReactNode
}

/** The form of one topic: its questions, and saving them as a draft. */
export function TopicForm({ page, checked, children }: Props) {
  const draft = useDraft()
  return (
    <>
      <DraftNotice today={page.today} isOutdated={isOutdated(page, draft)} />
      <ErrorSummary errors={checked.summary} title="Bitte prüfen Sie Ihre Angaben" />
      <Form {...checked.formProps} className="m-stack">
        {/* Enter sends a form's first button: without this one it would take a row away */}
        <button
          type="submit"
          name="intent"
          value="next"
          className="kern-sr-only"
          tabIndex={-1}
          aria-hidden="true"
        >
          Speichern und weiter
        </button>
        <input type="hidden" name="version" value={page.interviewVersion} />
        <BothVersions form={checked} />
        {children}
        <div className="m-save">
          <SubmitButton name="intent" value="next">
            Speichern und weiter
          </SubmitButton>
          <SubmitButton kind="tertiary" name="intent" value="leave">
            Speichern und Bogen verlassen
          </SubmitButton>
          <p className="m-small m-muted" role="status">
            {page.savedAt === null
              ? 'Noch nichts gespeichert.'
              : `Zuletzt gespeichert am ${formatDateTime(page.savedAt)}.`}
          </p>
        </div>
        <DraftKeeper formRef={checked.formProps.formRef} />
      </Form>
    </>
  )
}

/** Somebody saved since it was typed; what that means for it stands in the form (`BothVersions`). */
function isOutdated({ interviewVersion }: CaseInterview, draft: OfferedDraft | null): boolean {
  const version = String(interviewVersion)
  return String(draft?.values['version'] ?? version) !== version
}
