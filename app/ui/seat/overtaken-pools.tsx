import { Link, useActionData } from '@remix-run/react'
import { canonical } from '#app/forms/both-versions.ts'
import { t } from '#app/i18n/translate.ts'
import type { PresentPool } from '#app/presenters/school-year-page.server.ts'
import { Notice } from '../notice.tsx'
import { NUMBERS, poolText } from './shared-pool.ts'

type Props = {
  readonly pools: readonly PresentPool[]
  /** Where the numbers of the school are changed. */
  readonly at: string
}

/**
 * Numbers that were typed for pools which somebody else has entered for the new year meanwhile: they
 * have no line to be typed in any more, so they stand here beside what is stored.
 */
export function OvertakenPools({ pools, at }: Props) {
  const answer = useActionData<{ readonly values?: Readonly<Record<string, unknown>> }>()
  const sent = rowsOf(answer?.values?.['pools'])
  const lines = pools.flatMap((pool) =>
    sent
      .filter(({ poolId }) => pool.standsFor.some((id) => id === poolId))
      .flatMap((typed) => differences(pool, typed)),
  )
  if (lines.length === 0) return null
  return (
    <Notice kind="warning" title={t('overtaken.title')}>
      <p>{t('overtaken.compare')}</p>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="m-sect0">
        <Link to={at}>{t('overtaken.change')}</Link>
      </p>
    </Notice>
  )
}

type Sent = Readonly<Record<string, unknown>>

function rowsOf(sent: unknown): readonly Sent[] {
  return Array.isArray(sent) ? sent.filter((row) => typeof row === 'object' && row !== null) : []
}

/** What was typed and is stored otherwise, in words. */
function differences(pool: PresentPool, typed: Sent): readonly string[] {
  const stored = { seats: pool.decided, others: pool.others, classes: pool.classes }
  const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]
  return names
    .filter((name) => name in typed && canonical(typed[name]) !== canonical(stored[name]))
    .map((name) => {
      const [now, mine] = [orNothing(stored[name]), orNothing(typed[name])]
      const both = `${t('versions.stored')} ${now}. ${t('versions.typed')} ${mine}.`
      return `${poolText(pool)}: ${NUMBERS[name]}. ${both}`
    })
}

function orNothing(value: unknown): string {
  return canonical(value) || t('versions.nothing')
}
