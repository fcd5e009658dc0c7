import type { ReactNode } from 'react'
import type { ClockName } from '#app/domain/case/clocks.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatDate, formatDays } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import { ClockBar, type StartedClock } from './clock-bar.tsx'

type Phase = 'counselling' | 'placement' | 'follow_up'

/** Which of the three phases of the path a stage lies in; null: the case has left the path. */
const PHASES: Readonly<Record<Stage, Phase | null>> = {
  registered: 'counselling',
  invited: 'counselling',
  appointed: 'counselling',
  missed: 'counselling',
  counselled: 'placement',
  waiting: 'placement',
  proposed: 'placement',
  assigned: 'placement',
  admitted: 'placement',
  not_started: 'placement',
  attending: 'follow_up',
  regular_class: 'follow_up',
  completed: 'follow_up',
  not_responsible: null,
  self_enrolment: null,
  closed: null,
}

/** A clock as the domain hands it over; one that has not begun only has its target. */
export type ShownClock =
  | StartedClock
  | { readonly name: ClockName; readonly state: 'not_started'; readonly target: number }

type Props = {
  readonly stage: Stage
  readonly stageSince: CalendarDate
  readonly counselledOn: CalendarDate | null
  readonly firstDay: CalendarDate | null
  /** In their order: Meldung → Beratung → Zuweisung → erster Schultag. */
  readonly clocks: readonly [ShownClock, ShownClock, ShownClock]
  /** What stands under Begleitung once it has begun: end of language support, next review. */
  readonly followUp?: ReactNode
}

/** The path of a case: Beratung, Beschulung, Begleitung, with the three clocks in them. */
export function ThreeClocks(props: Props) {
  const phase = PHASES[props.stage]
  const [counselling, assignment, firstDay] = props.clocks
  const placed = props.firstDay !== null
  return (
    <ol className="m-path" aria-label="Weg des Falls">
      <Step
        title="Beratung"
        state={stepState(phase === 'counselling', props.counselledOn !== null)}
        stage={props.stage}
        since={props.stageSince}
        doneNote={
          props.counselledOn === null ? null : `beraten am ${formatDate(props.counselledOn)}`
        }
      >
        <div className="clocks">
          <Clock clock={counselling} begins="beginnt mit der Meldung" />
        </div>
      </Step>
      <Step
        title="Beschulung"
        state={stepState(phase === 'placement', placed)}
        stage={props.stage}
        since={props.stageSince}
        doneNote={props.firstDay === null ? null : `beschult seit ${formatDate(props.firstDay)}`}
      >
        <div className="clocks clocks--2">
          <Clock clock={assignment} begins="beginnt mit der Beratung" />
          <Clock clock={firstDay} begins="beginnt mit der Zuweisung" />
        </div>
      </Step>
      <Step
        title="Begleitung"
        state={stepState(phase === 'follow_up', false)}
        stage={props.stage}
        since={props.stageSince}
        doneNote={null}
      >
        <div className="clocks">{props.followUp ?? <p>beginnt mit dem ersten Schultag</p>}</div>
      </Step>
    </ol>
  )
}

type StepState = 'done' | 'now' | 'later'

function stepState(now: boolean, done: boolean): StepState {
  if (now) return 'now'
  return done ? 'done' : 'later'
}

type StepProps = {
  readonly title: string
  readonly state: StepState
  readonly stage: Stage
  readonly since: CalendarDate
  readonly doneNote: string | null
  readonly children: ReactNode
}

function Step({ title, state, stage, since, doneNote, children }: StepProps) {
  return (
    <li className={state} aria-current={state === 'now' ? 'step' : undefined}>
      {state === 'now' ? (
        <h2>
          {title}: {t(`stage.${stage}`)} <span>seit {formatDate(since)}</span>
        </h2>
      ) : (
        <h2>
          {state === 'done' ? '✓ ' : ''}
          {title} {doneNote === null ? null : <span>{doneNote}</span>}
        </h2>
      )}
      {children}
    </li>
  )
}

type ClockProps = { readonly clock: ShownClock; readonly begins: string }

function Clock({ clock, begins }: ClockProps) {
  return (
    <div>
      <p>{t(`clock.${clock.name}`)}</p>
      {clock.state === 'not_started' ? (
        <p>
          {begins}, Ziel {formatDays(clock.target)}
        </p>
      ) : (
        <ClockBar clock={clock} />
      )}
    </div>
  )
}
