import { Link } from '@remix-run/react'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type {
  ShownDecision,
  ShownPool,
  ShownSeats,
} from '#app/presenters/school-page-seats.server.ts'
import { FoldTable } from '../list/fold-table.tsx'
import { gradesText } from './pool-table.tsx'

/** Where the page of a school shows what was decided: the way there opens it. */
const DECISIONS_ANCHOR = 'beschluesse'

/**
 * What was decided about the seats of a school, by whom and why; nothing of it is ever changed. A page
 * that did not ask for it shows the way to the page of the school.
 */
export function SeatDecisions({ seats }: { readonly seats: ShownSeats }) {
  const { decisions, lastDecidedOn, pools, schoolNumber } = seats
  if (lastDecidedOn === null) return null
  if (decisions === null) {
    return (
      <p className="m-sect0">
        {/* a page of its own opens what is folded around its anchor */}
        <Link reloadDocument to={`/schulen/${schoolNumber}#${DECISIONS_ANCHOR}`}>
          Beschlüsse und ihre Gründe
        </Link>
        <span className="m-muted"> (der letzte vom {formatDate(lastDecidedOn)})</span>
      </p>
    )
  }
  return (
    <details className="kern-accordion m-sect">
      <summary className="kern-accordion__header">
        <span className="kern-title">Beschlüsse und ihre Gründe</span>
      </summary>
      <div id={DECISIONS_ANCHOR} className="kern-accordion__body">
        <FoldTable
          caption="Beschlüsse über die Plätze, der neueste zuerst"
          captionHidden
          columns={[
            { key: 'what', label: 'Plätze' },
            { key: 'seats', label: 'Zahl' },
            { key: 'valid', label: 'Gültig' },
            { key: 'reason', label: 'Grund' },
            { key: 'who', label: 'Angabe' },
          ]}
          groups={[
            {
              key: 'all',
              rows: decisions.map((decision) => ({
                id: decision.id,
                cells: [
                  whatText(pools.find(({ poolId }) => poolId === decision.poolId)),
                  String(decision.seats),
                  validText(decision),
                  t(`capacity.${decision.reason}`),
                  sourceText(decision),
                ],
              })),
            },
          ]}
        />
        <p className="m-small m-muted">
          Die Aufnahmekapazität ist eine Entscheidung und keine Formel (§ 46 Abs. 3 SchulG, OVG NRW
          19 B 457/24; noch nicht fachlich geprüft).
        </p>
      </div>
    </details>
  )
}

function whatText(pool: ShownPool | undefined): string {
  if (pool === undefined) return ''
  return `${t(`seat_kind.${pool.kind}`)}, ${gradesText(pool.gradeFrom, pool.gradeTo)}`
}

function validText({ validFrom, validTo, replacedOn }: ShownDecision): string {
  const until = validTo === null ? '' : ` bis ${formatDate(validTo as CalendarDate)}`
  const said = `ab ${formatDate(validFrom)}${until}`
  return replacedOn === null ? said : `${said}; ersetzt am ${formatDate(replacedOn)}`
}

/** Which decisions for later another one has replaced before their first day: they will not come. */
export function Overtaken({ seats: { overtaken, pools } }: { readonly seats: ShownSeats }) {
  return overtaken.map((decision) => (
    <p key={decision.id} className="m-note m-small m-sect0">
      {whatText(pools.find(({ poolId }) => poolId === decision.poolId))}: Der Beschluss „
      {decision.seats}, ab {formatDate(decision.validFrom)}“ gilt nicht mehr. Am{' '}
      {formatDate(decision.replacedOn as CalendarDate)} hat ihn ein neuer ersetzt. Soll er gelten,
      tragen Sie ihn bitte noch einmal ein.
    </p>
  ))
}

/** Who says so: a number entered for somebody without an account says that it was. */
function sourceText({ decider, decidedOn, enteredForSchool }: ShownDecision): string {
  const entered = `eingetragen von ${decider} am ${formatDate(decidedOn)}`
  return enteredForSchool ? `telefonisch oder schriftlich angegeben, ${entered}` : entered
}

type Hinted = Pick<ShownPool, 'hint' | 'gradeFrom' | 'gradeTo'>

/** The hints on the size of classes, a sentence each; grades side by side of which the same is to be said share one. */
export function classSizeTexts(pools: readonly Hinted[]): readonly string[] {
  const runs: { from: number; to: number; said: string }[] = []
  const byGrade = pools.toSorted((one, other) => one.gradeFrom - other.gradeFrom)
  for (const { hint, gradeFrom, gradeTo } of byGrade) {
    if (hint === null) continue
    const said = classSizeText(hint)
    const last = runs.at(-1)
    if (last?.said === said && gradeFrom <= last.to + 1) last.to = Math.max(last.to, gradeTo)
    else runs.push({ from: gradeFrom, to: gradeTo, said })
  }
  return runs.map(({ from, to, said }) => `${gradesText(from, to)}: ${said}`)
}

function classSizeText({ perClass, from, to, why, source }: NonNullable<Hinted['hint']>): string {
  const band = `der Bandbreite ${from} bis ${to} (${source.citation}; noch nicht fachlich geprüft)`
  const said = {
    at_limit: `sind die Obergrenze ${band}`,
    above: `liegen über ${band}`,
    below: `liegen unter ${band}`,
  }[why]
  return `${perClass} Kinder je Klasse ${said}. Das ist ein Hinweis, keine Sperre.`
}

/** What a class of the school form may have, before anybody enters a number. */
export function bandText({ from, to, grades, source }: NonNullable<ShownSeats['band']>): string {
  const classes = gradesText(grades.from, grades.to)
  return `${classes}: ${from} bis ${to} Kinder je Klasse (${source.citation}; noch nicht fachlich geprüft). Das ist ein Hinweis, keine Sperre.`
}
