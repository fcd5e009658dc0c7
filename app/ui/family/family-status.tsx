import type { ReactNode } from 'react'
import { type FamilyStep, familyStep } from '#app/domain/case/stage.ts'
import type {
  FamilyAppointment,
  FamilySchool,
  FamilyState,
} from '#app/domain/family/family-state.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatLongDate, formatTime } from '#app/i18n/format.ts'
import type { Locale } from '#app/i18n/locales.ts'
import { type FamilyTranslate, translator } from '#app/i18n/translator.ts'
import { telHref } from '../telephone.ts'
import { FiveSteps } from './five-steps.tsx'
import { whatNow } from './what-now.ts'

type Props = FamilyState & { readonly locale: Locale }

/** What must I do now, then the appointment or the school, then the five steps. */
export function FamilyStatus(props: Props) {
  const { locale, stage } = props
  const tell = translator(locale)
  const step = familyStep(stage)
  return (
    <>
      {step === null ? null : <p>{tell('family.stepOf', { step, name: stepName(step, tell) })}</p>}
      <WhatNow {...props} />
      {stage === 'appointed' && props.appointment !== null ? (
        <Appointment locale={locale} appointment={props.appointment} />
      ) : null}
      {props.school === null ? null : (
        <School locale={locale} school={props.school} firstDay={props.firstDay} />
      )}
      {step === null ? null : <FiveSteps {...props} step={step} />}
    </>
  )
}

const STEP_NAMES = {
  1: 'family.steps.registered',
  2: 'family.steps.appointment',
  3: 'family.steps.searching',
  4: 'family.steps.found',
  5: 'family.steps.firstDay',
} as const

function stepName(step: FamilyStep, tell: FamilyTranslate): string {
  return tell(STEP_NAMES[step])
}

function WhatNow(props: Props) {
  const tell = translator(props.locale)
  const { todo, why } = whatNow(props, props.locale)
  return (
    <section className="todo" aria-labelledby="now">
      <h2 id="now">{tell('family.todo.heading')}</h2>
      <p>{todo}</p>
      {why === null ? null : <p className="why">{why}</p>}
    </section>
  )
}

type AppointmentProps = { readonly locale: Locale; readonly appointment: FamilyAppointment }

function Appointment({ locale, appointment }: AppointmentProps) {
  const tell = translator(locale)
  const { startsAt, durationMinutes } = appointment
  const when = { date: formatLongDate(startsAt, locale), time: formatTime(startsAt) }
  return (
    <section aria-labelledby="appointment">
      <h2 id="appointment">{tell('family.appointment.heading')}</h2>
      <dl>
        <Line term={tell('family.appointment.when')}>
          <time dateTime={startsAt}>{tell('family.appointment.dateTime', when)}</time>
          <small>{tell('family.appointment.lasts', { count: durationMinutes })}</small>
        </Line>
        <Line term={tell('family.appointment.where')}>{where(appointment, tell)}</Line>
        {appointment.interpreter ? (
          <Line term={tell('family.appointment.language')}>
            {tell('family.appointment.interpreter')}
            <small>{tell('family.appointment.free')}</small>
          </Line>
        ) : null}
      </dl>
      <p className="ok">{tell('family.appointment.cannotCome')}</p>
      {appointment.mode === 'on_site' ? <Bring tell={tell} /> : null}
    </section>
  )
}

function where({ mode, place }: FamilyAppointment, tell: FamilyTranslate): ReactNode {
  if (mode === 'phone') return tell('family.appointment.byPhone')
  if (mode === 'video') return tell('family.appointment.byVideo')
  return <German>{place}</German>
}

const BRING = ['child', 'passport', 'registration', 'report'] as const

function Bring({ tell }: { readonly tell: FamilyTranslate }) {
  return (
    <>
      <h2>{tell('family.bring.heading')}</h2>
      <ul className="bring">
        {BRING.map((paper) => (
          <li key={paper}>
            {tell(`family.bring.${paper}`)}
            <small>{tell(`family.bring.${paper}Note`)}</small>
          </li>
        ))}
      </ul>
      <p className="ok">{tell('family.bring.missing')}</p>
    </>
  )
}

type SchoolProps = {
  readonly locale: Locale
  readonly school: FamilySchool
  readonly firstDay: CalendarDate | null
}

function School({ locale, school, firstDay }: SchoolProps) {
  const tell = translator(locale)
  return (
    <section aria-labelledby="school">
      <h2 id="school">{tell('family.school.heading')}</h2>
      <dl>
        <Line term={tell('family.school.name')}>
          <German>{school.name}</German>
        </Line>
        <Line term={tell('family.school.address')}>
          <German>{school.address}</German>
        </Line>
        {school.phone === null ? null : (
          <Line term={tell('family.school.phone')}>
            <a className="num" href={telHref(school.phone)} dir="ltr">
              {school.phone}
            </a>
          </Line>
        )}
        {firstDay === null ? null : (
          <Line term={tell('family.school.firstDay')}>
            <time dateTime={firstDay}>{formatLongDate(firstDay, locale)}</time>
          </Line>
        )}
      </dl>
    </section>
  )
}

function Line({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** German names and addresses keep their script and direction inside another language. */
function German({ children }: { readonly children: ReactNode }) {
  return (
    <bdi lang="de" dir="ltr">
      {children}
    </bdi>
  )
}
