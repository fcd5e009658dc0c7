import { Link, useActionData } from '@remix-run/react'
import { canonical, readWas } from '#app/forms/both-versions.ts'
import { t } from '#app/i18n/translate.ts'
import type { PresentPool } from '#app/presenters/school-year-page.server.ts'
import { Notice } from '../notice.tsx'
import { gradesText } from './pool-table.tsx'
import { NUMBERS, poolText } from './shared-pool.ts'

type Props = {
  readonly pools: readonly PresentPool[]
  /** Where the numbers of the school are changed. */
  readonly at: string
}

/**
 * Numbers that were typed for pools which somebody else has entered for the new year meanwhile: they
 * have no line to be typed in any more, so they stand here beside what is stored. What the form began
 * with and nobody changed was not typed. Where the grades were divided otherwise meanwhile, a number is
 * said with the grades it was typed for.
 */
export function OvertakenPools({ pools, at }: Props) {
  const answer = useActionData<{ readonly values?: Readonly<Record<string, unknown>> }>()
  const sent = rowsOf(answer?.values?.['pools'])
  const lines = pools.flatMap((pool) =>
    pool.standsFor.flatMap((before) =>
      sent
        .filter(({ poolId }) => poolId === before.poolId)
        .flatMap((row) => differences(pool, before, row)),
    ),
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

type Before = PresentPool['standsFor'][number]

/** What was typed and is stored otherwise, in words. */
function differences(pool: PresentPool, before: Before, row: Sent): readonly string[] {
  const stored = { seats: pool.decided, others: pool.others, classes: pool.classes }
  const { gradeFrom, gradeTo } = before
  const isSameRange = gradeFrom === pool.gradeFrom && gradeTo === pool.gradeTo
  const mine = isSameRange
    ? t('versions.typed')
    : `Ihre Eingabe für ${gradesText(gradeFrom, gradeTo)}:`
  return typedIn(row)
    .filter((name) => !isSameRange || canonical(row[name]) !== canonical(stored[name]))
    .map((name) => {
      const now = `${t('versions.stored')} ${orNothing(stored[name])}.`
      return `${poolText(pool)}: ${NUMBERS[name]}. ${now} ${mine} ${orNothing(row[name])}.`
    })
}

/** The numbers that are not as the form began with them; all, where it does not say how. */
function typedIn(row: Sent): readonly (keyof typeof NUMBERS)[] {
  const was = readWas(row)
  const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]
  return names.filter(
    (name) =>
      name in row && (was === null || canonical(row[name]) !== canonical(was[name]?.[name])),
  )
}

function orNothing(value: unknown): string {
  return canonical(value) || t('versions.nothing')
}
