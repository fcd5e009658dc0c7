import { useContext } from 'react'
import { refusalText } from '#app/i18n/refusal-text.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal, RefusalCode } from '#app/services/refusals.ts'
import { PageTitle } from './frame.tsx'
import { ServedContext } from './served.ts'

/** Where what is missing can be put right. */
const WAYS_ON: Partial<
  Readonly<Record<RefusalCode, { readonly href: string; readonly label: string }>>
> = {
  centre_phone_missing: { href: '/verwaltung/zentrum', label: 'Einstellungen des Zentrums' },
}

/** A page that cannot be shown: the refusal's sentence and where to go, or the number to report. */
export function ErrorPage({ refusal }: { readonly refusal: Refusal | null }) {
  const { requestId } = useContext(ServedContext)
  const wayOn = refusal ? WAYS_ON[refusal.code] : undefined
  const number = requestId.slice(0, 8).toUpperCase() || '–'
  return (
    <>
      <PageTitle title={refusal ? 'Hier geht es nicht weiter' : 'Das hat nicht geklappt'} />
      <p className="m-prose">
        {refusal ? refusalText(refusal) : t('refusal.unexpected', { number })}
      </p>
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
