import { Form as RemixForm } from '@remix-run/react'
import { type FormEventHandler, type ReactNode, type Ref, useContext, useId } from 'react'
import { FormGuardContext } from './guard.ts'

type Props = {
  /** Where to send; by default the page's own address. */
  readonly action?: string | undefined
  /** The version of the record on screen; a newer one on the server answers 409. */
  readonly version?: number | undefined
  readonly encType?: 'application/x-www-form-urlencoded' | 'multipart/form-data' | undefined
  readonly className?: string | undefined
  readonly label?: string | undefined
  readonly role?: 'search' | undefined
  /** Send as a plain document request even with JavaScript (downloads, the slip). */
  readonly reloadDocument?: boolean | undefined
  readonly onSubmit?: FormEventHandler<HTMLFormElement> | undefined
  readonly formRef?: Ref<HTMLFormElement> | undefined
  readonly children: ReactNode
}

/**
 * The one form of the program: always POST, always with the CSRF token (`_csrf`), the idempotency
 * key (`_idem`, one per form on the page) and, where a record is changed, its version (`_version`).
 * Without JavaScript, and on family pages, it is a plain `<form>`. What is missing is said by our own
 * messages, never by the browser's.
 */
export function Form(props: Props) {
  const guard = useContext(FormGuardContext)
  const own = useId().replaceAll(/[^0-9A-Za-z]/g, '')
  return (
    <RemixForm
      method="post"
      noValidate
      ref={props.formRef}
      className={props.className}
      role={props.role}
      aria-label={props.label}
      reloadDocument={props.reloadDocument === true}
      {...(props.action === undefined ? {} : { action: props.action })}
      {...(props.encType === undefined ? {} : { encType: props.encType })}
      {...(props.onSubmit === undefined ? {} : { onSubmit: props.onSubmit })}
    >
      {guard === null ? null : (
        <>
          <input type="hidden" name="_csrf" value={guard.csrf} />
          <input type="hidden" name="_idem" value={`${guard.newIdem}.${own}`} />
        </>
      )}
      {props.version === undefined ? null : (
        <input type="hidden" name="_version" value={props.version} />
      )}
      {props.children}
    </RemixForm>
  )
}
