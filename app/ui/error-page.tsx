import { useContext } from 'react'
import { refusalText } from '#app/i18n/refusal-text.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { PageTitle } from './frame.tsx'
import { ServedContext } from './served.ts'

/** A page that cannot be shown: the refusal's sentence, or the number to report. */
export function ErrorPage({ refusal }: { readonly refusal: Refusal | null }) {
  const { requestId } = useContext(ServedContext)
  const number = requestId.slice(0, 8).toUpperCase() || '–'
  return (
    <>
      <PageTitle title={refusal ? 'Hier geht es nicht weiter' : 'Das hat nicht geklappt'} />
      <p className="m-prose">
        {refusal ? refusalText(refusal) : t('refusal.unexpected', { number })}
      </p>
      <p className="m-sect">
        <a href="/">Zur Startseite</a>
      </p>
    </>
  )
}
