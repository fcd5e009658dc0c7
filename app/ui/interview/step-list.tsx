import { Link } from '@remix-run/react'
import type { TopicState } from '#app/domain/interview/topics.ts'
import { INTERVIEW_STEPS, type InterviewStep } from '#app/forms/interview.ts'
import { t } from '#app/i18n/translate.ts'
import { type CaseInterview, stepHref } from './interview-data.ts'

type Props = { readonly page: CaseInterview; readonly current: InterviewStep }

/** The parts of the Beratungsbogen with how far each is; folded when narrow. */
export function StepList({ page, current }: Props) {
  const position = INTERVIEW_STEPS.indexOf(current) + 1
  return (
    <nav aria-label="Teile des Bogens">
      <div className="m-stepswide">
        <Steps page={page} current={current} />
      </div>
      <details className="m-stepsfold kern-accordion">
        <summary className="kern-accordion__header">
          <span className="kern-title">
            Teil {position} von {INTERVIEW_STEPS.length}: {stepTitle(current)}
          </span>
        </summary>
        <div className="kern-accordion__body">
          <Steps page={page} current={current} />
        </div>
      </details>
    </nav>
  )
}

/** What a step is called. */
export function stepTitle(step: InterviewStep): string {
  return step === 'check' ? 'Prüfen und abschließen' : t(`topic.${step}`)
}

function Steps({ page, current }: Props) {
  return (
    <ol className="m-steps">
      {INTERVIEW_STEPS.map((step, index) => (
        <li key={step}>
          <Link to={stepHref(step)} aria-current={step === current ? 'step' : undefined}>
            <span>{index + 1}</span>
            <b>{stepTitle(step)}</b>
            <span className="s">{stepNote(page, step)}</span>
          </Link>
        </li>
      ))}
    </ol>
  )
}

function stepNote({ topics, missing }: CaseInterview, step: InterviewStep): string {
  const state = topics.find(({ topic }) => topic === step)
  if (state !== undefined) return stateText(state)
  return missing.length === 0 ? 'kann abgeschlossen werden' : missingText(missing.length)
}

function stateText({ state, missing }: TopicState): string {
  return state === 'begun' ? missingText(missing.length) : t(`topic_state.${state}`)
}

function missingText(count: number): string {
  return count === 1 ? '1 Angabe fehlt' : `${count} Angaben fehlen`
}
