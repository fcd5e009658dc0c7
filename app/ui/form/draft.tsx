import { useActionData } from '@remix-run/react'
import { Fragment, type ReactNode, type RefObject, useMemo } from 'react'
import { DRAFT_HOURS, type Draft } from '#app/domain/draft/draft.ts'
import { addHours, type CalendarDate, dayOf } from '#app/domain/time.ts'
import { draftValues } from '#app/forms/draft.ts'
import { formatDateTime, formatTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import { Notice } from '../notice.tsx'
import { SubmitButton } from './buttons.tsx'
import { DraftContext, useDraft } from './draft-context.ts'
import { Form } from './form.tsx'
import { useAutosave } from './use-autosave.ts'

type ScopeProps = { readonly draft: Draft | null; readonly children: ReactNode }

/**
 * The page around a form whose text is kept until it is sent. A draft is offered when the page is
 * opened; once something was sent, that stands in the form. Fields begin anew with what they are
 * offered, so that a draft thrown away leaves them too.
 */
export function DraftScope({ draft, children }: ScopeProps) {
  const isSent = useActionData() !== undefined
  const offered = useMemo(
    () =>
      draft === null || isSent
        ? null
        : { savedAt: draft.savedAt, values: draftValues(draft.fields) },
    [draft, isSent],
  )
  return (
    <DraftContext.Provider value={offered}>
      <Fragment key={offered?.savedAt ?? ''}>{children}</Fragment>
    </DraftContext.Provider>
  )
}

type NoticeProps = {
  readonly today: CalendarDate
  /** Somebody has saved this form since it was typed. */
  readonly isOutdated?: boolean
}

/** Says that what was typed is back, and offers to throw it away. */
export function DraftNotice({ today, isOutdated = false }: NoticeProps) {
  const draft = useDraft()
  if (draft === null) return null
  const { savedAt } = draft
  const until = formatDateTime(addHours(savedAt, DRAFT_HOURS))
  const title =
    dayOf(savedAt) === today
      ? t('draft.back', { at: formatTime(savedAt) })
      : t('draft.back_from_day', { at: formatDateTime(savedAt) })
  return (
    <Notice kind="info" title={title}>
      <p>{isOutdated ? t('draft.outdated') : t('draft.hint', { until })}</p>
      <Form label={t('draft.discard')}>
        <SubmitButton kind="secondary" small name="_draft" value="discard">
          {t('draft.discard')}
        </SubmitButton>
      </Form>
    </Notice>
  )
}

/** Inside the form: keeps what is typed, and says whether it does. Does nothing without JavaScript. */
export function DraftKeeper({ formRef }: { readonly formRef: RefObject<HTMLFormElement> }) {
  const keeping = useAutosave(formRef)
  return (
    <p className={keeping === 'not_kept' ? 'm-small' : 'm-small m-muted'} role="status">
      {keeping === null ? null : t(`draft.${keeping}`)}
    </p>
  )
}
