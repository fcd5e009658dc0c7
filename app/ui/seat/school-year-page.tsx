import { useActionData } from '@remix-run/react'
import { deskPath } from '#app/forms/school-desk-query.ts'
import { CarryOverForm } from '#app/forms/school-year.ts'
import type {
  ComingPool,
  LeftPool,
  PresentPool,
  SchoolYearPage,
} from '#app/presenters/school-year-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { BothVersions } from '../form/both-versions.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { EmptyState } from '../list/empty-state.tsx'
import { RefusalNotice } from '../notice.tsx'
import { ComingPools } from './coming-pools.tsx'
import { OvertakenPools } from './overtaken-pools.tsx'
import { schoolYearText } from './school-year-text.ts'
import { classSizeTexts } from './seat-decisions.tsx'
import { NUMBER_LABELS, poolText, sharedPool } from './shared-pool.ts'

type Props = { readonly page: SchoolYearPage }
type Answer = { readonly refusal?: Refusal | null }

/** The turn of the school year at one school: what becomes of its seats, and to carry them over. */
export function SchoolYearView({ page }: Props) {
  const answer = useActionData<Answer>()
  const { schoolNumber, isOwnSchool, year, hasBegun } = page
  const seatsAt = isOwnSchool ? deskPath({ school: schoolNumber }) : `/schulen/${schoolNumber}`
  const turn = hasBegun ? 'Was für das neue Schuljahr gilt' : 'Was am 1. August geschieht'
  return (
    <>
      <Crumb href={seatsAt}>{isOwnSchool ? 'Schultisch' : page.name}</Crumb>
      <PageTitle title={`Plätze für ${schoolYearText(year)}`} sub={page.name} />
      <RefusalNotice refusal={answer?.refusal} />
      <OvertakenPools pools={page.present} at={seatsAt} />
      <Section title={turn} prose>
        <p>{stayingText(page)}</p>
        <p>
          Nicht übernommen werden die Reserve und die Zahl der Plätze, auf denen andere Kinder
          sitzen. Bitte tragen Sie beides neu ein.
        </p>
      </Section>
      <Coming page={page} />
      <Present page={page} />
      <Left page={page} />
    </>
  )
}

function stayingText({ year, hasBegun, movesUp }: SchoolYearPage): string {
  const until = hasBegun ? '' : ` Bis zum 31. Juli ${year} gelten die jetzigen Plätze weiter.`
  const support = 'Ein Förderplatz bleibt, bis die Sprachförderung endet.'
  const stay = movesUp
    ? 'Jedes Kind rückt eine Klasse auf und behält einen Platz: Gelten die Plätze für mehrere Klassen, bleibt es dort, sonst bekommt es einen in der nächsten Klasse.'
    : 'Jedes Kind behält einen Platz in seiner Klasse.'
  return `${stay} ${support}${until}`
}

function Coming({ page }: Props) {
  const { coming, isDue, year } = page
  if (coming.length === 0 && !isDue) return <NothingToDo page={page} />
  const hints = classSizeTexts(coming)
  return (
    <Section title="Was daraus wird">
      {isDue ? (
        <CarryOver key={versionsKey(page)} page={page} />
      ) : (
        <ComingPools pools={coming} editing={null} />
      )}
      {hints.map((hint) => (
        <p key={hint} className="m-note m-small m-sect0">
          {hint}
        </p>
      ))}
      {isDue ? null : (
        <p className="m-prose">
          Über diese Plätze entscheidet jemand anderes. Für {schoolYearText(year)} sind sie noch
          nicht übernommen.
        </p>
      )}
    </Section>
  )
}

/** Begins the form anew when a pool was changed: its fields then hold what came together. */
function versionsKey({ coming, present }: SchoolYearPage): string {
  return [...coming, ...present].map(({ poolId, version }) => `${poolId}/${version}`).join()
}

function NothingToDo({ page: { year, present } }: Props) {
  return present.length === 0 ? (
    <EmptyState title={`Für ${schoolYearText(year)} gibt es nichts zu übernehmen.`}>
      <p>Im Schuljahr {schoolYearText(year - 1)} sind hier keine Plätze eingetragen.</p>
    </EmptyState>
  ) : (
    <p className="m-prose">
      {present.some(({ staying }) => staying > 0)
        ? 'Ihre Plätze sind übernommen. Für Kinder, die unten noch ohne Platz bleiben, entscheidet jemand anderes. '
        : `Für ${schoolYearText(year)} ist alles übernommen. `}
      Zahlen ändern Sie dort, wo die Plätze stehen.
    </p>
  )
}

function CarryOver({ page }: Props) {
  const { schoolNumber, year } = page
  const pools = page.coming.filter(({ isMine }) => isMine)
  const existing = page.present.filter(({ isMine }) => isMine)
  const form = useCheckedForm(CarryOverForm, {
    labels: NUMBER_LABELS,
    shared: pools.map((pool, index) => sharedPool(editedPool(pool), index)),
  })
  const refusal = useActionData<Answer>()?.refusal ?? null
  const refusedPool = refusal !== null && 'poolId' in refusal ? (refusal.poolId ?? null) : null
  const names = new Map(pools.map(({ poolId }, index) => [poolId as string, `pools.${index}`]))
  return (
    <Form {...form.formProps} label="Plätze übernehmen">
      <ErrorSummary errors={form.summary} />
      <input type="hidden" name="schoolNumber" value={schoolNumber} />
      <input type="hidden" name="schoolYear" value={year} />
      {pools.map((pool, index) => (
        <Known key={pool.poolId} name={`pools.${index}`} pool={pool} />
      ))}
      {existing.map((pool, index) => (
        <Known key={pool.poolId} name={`existing.${index}`} pool={pool} />
      ))}
      <BothVersions form={form} />
      <ComingPools pools={page.coming} editing={{ names, form, refusedPool }} />
      <p className="m-small m-muted m-sect0">
        Sie können jede Zahl ändern, bevor Sie sie übernehmen. Sie bleibt mit Ihrem Namen nachlesbar
        und gilt ab dem 1. August {year}. Wer bleibt, hat seinen Platz ab jetzt sicher.
      </p>
      <div className="m-row m-row--end m-sect0">
        <SubmitButton>Plätze für {schoolYearText(year)} übernehmen</SubmitButton>
      </div>
    </Form>
  )
}

/** A pool as several people edit it; where others sit is asked anew, so nothing is stored of it. */
function editedPool(pool: ComingPool) {
  const { decided: seats, classes } = pool
  return { ...pool, numbers: { seats, others: '', classes } }
}

/** What the server needs to see whether the preview still is what there is. */
function Known({
  name,
  pool: { poolId, version },
}: {
  readonly name: string
  readonly pool: ComingPool | PresentPool
}) {
  return (
    <>
      <input type="hidden" name={`${name}.poolId`} value={poolId} />
      <input type="hidden" name={`${name}.version`} value={version} />
    </>
  )
}

const NUMBERS = ['beschlossen', 'belegt', 'vorgemerkt', 'frei', 'bleiben ohne Platz'] as const

function Present({ page: { present, year } }: Props) {
  if (present.length === 0) return null
  return (
    <Section title={`Schon eingetragen für ${schoolYearText(year)}`}>
      <p className="m-prose">
        Diese Zahlen bleiben, wie sie sind. Wer bleibt und hier noch keinen Platz hat, bekommt ihn
        mit dem Übernehmen.
      </p>
      <section
        className="m-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Tabelle der eingetragenen Plätze, seitlich rollbar"
      >
        <table className="m-table m-seats">
          <caption className="kern-sr-only">Plätze, die schon eingetragen sind</caption>
          <thead>
            <tr>
              <th scope="col">Plätze</th>
              {NUMBERS.map((label) => (
                <th key={label} scope="col" className="m-num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {present.map((pool) => (
              <tr key={pool.poolId}>
                <th scope="row">{poolText(pool)}</th>
                <td className="m-num">{pool.decided}</td>
                <td className="m-num">{pool.taken}</td>
                <td className="m-num">{pool.held}</td>
                <td className="m-num free">{pool.free}</td>
                <td className="m-num">{pool.staying}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  )
}

function Left({ page: { left, year } }: Props) {
  if (left.length === 0) return null
  return (
    <Section title="Wer nicht übernommen wird" prose>
      <ul>
        {left.flatMap((pool) => leftTexts(pool, year).map((text) => <li key={text}>{text}</li>))}
      </ul>
    </Section>
  )
}

function leftTexts(pool: LeftPool, year: number): readonly string[] {
  const { supportOver, noGrade } = pool
  const where = poolText(pool)
  return [
    ...(supportOver === 0
      ? []
      : [`${where}: ${childrenText(supportOver)}, Sprachförderung endet bis zum 01.08.${year}.`]),
    ...(noGrade === 0
      ? []
      : [`${where}: ${childrenText(noGrade)}, keine Plätze dieser Art für die nächste Klasse.`]),
  ]
}

function childrenText(count: number): string {
  return count === 1 ? '1 Kind' : `${count} Kinder`
}
