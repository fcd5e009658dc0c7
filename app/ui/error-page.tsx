import { useContext } from 'react'
import { refusalText } from '#app/i18n/refusal-text.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal, RefusalCode } from '#app/services/refusals.ts'
import { PageTitle } from './frame.tsx'
import { Notice } from './notice.tsx'
import { ServedContext } from './served.ts'

type WayOn = {
  /** Part of the menu that it belongs to: whoever does not have that may not go there; null: all may. */
  readonly within: string | null
  readonly href: string
  readonly label: string
}

/** Where what is missing can be put right. */
const WAYS_ON: Partial<Readonly<Record<RefusalCode, WayOn>>> = {
  step_up_needed: { within: null, href: '/konto/bestaetigen', label: 'Jetzt bestätigen' },
  provider_failed: { within: null, href: '/anmelden', label: 'Zur Anmeldung' },
  provider_not_linked: { within: null, href: '/anmelden', label: 'Zur Anmeldung' },
  provider_taken: { within: null, href: '/konto', label: 'Ihr Konto' },
  centre_phone_missing: {
    within: '/verwaltung',
    href: '/verwaltung/zentrum',
    label: 'Einstellungen des Zentrums',
  },
}

/**
 * A page that cannot be shown: the refusal's sentence and where to go, or the number to report.
 * `menu`: addresses of the person's own menu. `typed`: what they had sent to a page that is gone.
 */
export function ErrorPage({
  refusal,
  typed = [],
  menu,
}: {
  readonly refusal: Refusal | null
  readonly typed?: readonly string[]
  readonly menu: readonly string[]
}) {
  const { requestId } = useContext(ServedContext)
  const known = refusal ? WAYS_ON[refusal.code] : undefined
  const mayGo = known && (known.within === null || menu.includes(known.within))
  const wayOn = mayGo ? known : null
  const number = requestId.slice(0, 8).toUpperCase() || '–'
  return (
    <>
      <PageTitle title={refusal ? 'Hier geht es nicht weiter' : 'Das hat nicht geklappt'} />
      <p className="m-prose">
        {refusal ? refusalText(refusal) : t('refusal.unexpected', { number })}
      </p>
      {typed.length > 0 ? (
        <Notice kind="warning" title={t('typed.unsaved')}>
          <p>{t('typed.copy')}</p>
          {typed.map((text) => (
            <blockquote key={text}>{text}</blockquote>
          ))}
        </Notice>
      ) : null}
      {wayOn ? (
        <p className="m-sect">
          <a href={wayOn.href}>{wayOn.label}</a>
        </p>
      ) : null}
      <p className="m-sect">
        <a href="/">Zur Startseite</a>
      </p>
    </>
  )
}
