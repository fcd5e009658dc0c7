import type { ReactNode } from 'react'
import type { WaitsFor } from '#app/domain/case/clocks.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'
import { directionOf } from '#app/i18n/locales.ts'
import { t } from '#app/i18n/translate.ts'

/** Who is being waited for, as a word; our own turn is filled, everybody else's outlined. */
export function WaitTag({ on }: { readonly on: WaitsFor }) {
  if (on === 'nobody') return <span className="m-muted">{t('wait.nobody')}</span>
  return <span className={on === 'us' ? 'm-wait m-wait--us' : 'm-wait'}>{t(`wait.${on}`)}</span>
}

type StageProps = {
  readonly stage: Stage
  /** Since when, or another fact under the word. */
  readonly since?: CalendarDate | undefined
  readonly note?: ReactNode
}

/** A stage is plain text, with since when under it. */
export function StageText({ stage, since, note }: StageProps) {
  return (
    <span>
      {t(`stage.${stage}`)}
      {since === undefined && !note ? null : (
        <span className="sub">{note ?? `seit ${formatDate(since as CalendarDate)}`}</span>
      )}
    </span>
  )
}

/** A name in its own script: the text and its language (BCP 47). */
export type OriginalName = { readonly text: string; readonly lang: string }

type NameProps = {
  /** The name in Latin script, as it is spoken to. */
  readonly name: string
  readonly original?: OriginalName | null | undefined
  /** Links the name to the case. */
  readonly to?: string | undefined
}

/** A child's name, the original script after it in its own direction, same size, muted. */
export function ChildName({ name, original, to }: NameProps) {
  return (
    <>
      {to === undefined ? name : <a href={to}>{name}</a>}
      {original ? (
        <>
          {' '}
          <bdi className="m-orig" lang={original.lang} dir={directionOf(original.lang)}>
            {original.text}
          </bdi>
        </>
      ) : null}
    </>
  )
}
