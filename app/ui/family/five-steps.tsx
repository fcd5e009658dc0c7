import type { FamilyStep } from '#app/domain/case/stage.ts'
import type { FamilyState } from '#app/domain/family/family-state.ts'
import { formatWeekday } from '#app/i18n/format.ts'
import type { Locale } from '#app/i18n/locales.ts'
import { translator } from '#app/i18n/translator.ts'

type Props = FamilyState & { readonly locale: Locale; readonly step: FamilyStep }

type StepLine = { readonly step: FamilyStep; readonly title: string; readonly note: string | null }

/** The way in five steps; never a rank, never how many others wait. */
export function FiveSteps(props: Props) {
  const tell = translator(props.locale)
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{tell('family.steps.heading')}</h2>
      <ol className="five">
        {lines(props).map((line) => (
          <Step key={line.step} line={line} current={props.step} locale={props.locale} />
        ))}
      </ol>
    </section>
  )
}

type StepProps = {
  readonly line: StepLine
  readonly current: FamilyStep
  readonly locale: Locale
}

function Step({ line, current, locale }: StepProps) {
  const tell = translator(locale)
  const state = stateOf(line.step, current)
  const note = state === 'now' ? tell('family.steps.here') : line.note
  return (
    <li className={state} aria-current={state === 'now' ? 'step' : undefined}>
      <span className="no" aria-hidden="true">
        {state === 'done' ? '✓' : line.step}
      </span>
      <b>{line.title}</b>
      {state === 'done' ? <span className="hid"> ({tell('family.steps.done')})</span> : null}
      {note === null ? null : <small>{note}</small>}
    </li>
  )
}

function stateOf(step: FamilyStep, current: FamilyStep): 'done' | 'now' | 'later' {
  if (step === current) return 'now'
  return step < current ? 'done' : 'later'
}

function lines({ locale, step, registeredOn, appointment, school, firstDay }: Props): StepLine[] {
  const tell = translator(locale)
  const day = (at: Parameters<typeof formatWeekday>[0]) => ({ date: formatWeekday(at, locale) })
  return [
    {
      step: 1,
      title: tell('family.steps.registered'),
      note: tell('family.steps.registeredOn', day(registeredOn)),
    },
    {
      step: 2,
      title:
        appointment === null
          ? tell('family.steps.appointment')
          : tell('family.steps.appointmentOn', day(appointment.startsAt)),
      note: null,
    },
    {
      step: 3,
      title: tell('family.steps.searching'),
      note: step < 3 ? tell('family.steps.searchingNote') : null,
    },
    {
      step: 4,
      title: tell('family.steps.found'),
      note: school === null ? tell('family.steps.foundNote') : school.name,
    },
    {
      step: 5,
      title:
        firstDay === null
          ? tell('family.steps.firstDay')
          : tell('family.steps.firstDayOn', day(firstDay)),
      note: null,
    },
  ]
}
