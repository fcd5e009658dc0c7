import { Link, useLocation } from '@remix-run/react'
import { Children, type ReactNode, useId } from 'react'
import { refusalText } from '#app/i18n/refusal-text.ts'
import type { Refusal } from '#app/services/refusals.ts'

type NoticeProps = {
  readonly kind: 'info' | 'success' | 'warning' | 'danger'
  readonly title: string
  /** `alert` interrupts, `status` waits its turn; neither for what stands on the page from the start. */
  readonly live?: 'alert' | 'status' | undefined
  readonly children?: ReactNode
}

/** A message above the content: what is the case, then what to do. */
export function Notice({ kind, title, live, children }: NoticeProps) {
  const id = useId()
  return (
    <div
      className={`kern-alert kern-alert--${kind} m-notice`}
      {...(live === undefined ? {} : { role: live, 'aria-labelledby': id })}
    >
      <div className="kern-alert__header">
        <span className={`kern-icon kern-icon--${kind}`} aria-hidden="true" />
        <h2 className="kern-title" id={id}>
          {title}
        </h2>
      </div>
      {Children.toArray(children).length > 0 ? (
        <div className="kern-alert__body">{children}</div>
      ) : null}
    </div>
  )
}

/** To the page that asks again who one is, and from there back to this one. */
function StepUpLink() {
  const { pathname, search } = useLocation()
  return (
    <p>
      <Link to={`/konto/bestaetigen?zurueck=${encodeURIComponent(`${pathname}${search}`)}`}>
        Jetzt bestätigen
      </Link>
    </p>
  )
}

type RefusalProps = {
  /** The code and its facts, as the service answered; null shows nothing. */
  readonly refusal: Refusal | null | undefined
  readonly children?: ReactNode
}

/** Why something was not done, in one sentence, and what is possible instead. */
export function RefusalNotice({ refusal, children }: RefusalProps) {
  if (!refusal) return null
  return (
    <Notice kind="danger" title={refusalText(refusal)} live="alert">
      {refusal.code === 'step_up_needed' ? <StepUpLink /> : null}
      {children}
    </Notice>
  )
}
