import { useActionData } from '@remix-run/react'
import { Fragment, type ReactNode, useState } from 'react'
import type { FormFailure } from '#app/forms/form.ts'
import type { Refusal } from '#app/services/refusals.ts'

/** What an action answers when it did not do as asked. */
export type Answer = Pick<FormFailure, 'values' | 'errors'> & {
  readonly refusal?: Refusal | null
  /** All of them, where more than the first is told. */
  readonly refusals?: readonly Refusal[]
}

/** Why what was sent was not done; empty: it was, or something is missing. */
export function refusalsOf(answer: Answer | undefined): readonly Refusal[] {
  return answer?.refusals ?? (answer?.refusal ? [answer.refusal] : [])
}

/** The `intent`s a form sends; undefined: every answer is its own. */
export type Intent = string | readonly string[] | undefined

/** Whose answer stands on the page: that to this form, that to another one of it, or none. */
function useAnswer(intent: Intent) {
  const answer = useActionData<Answer>()
  if (answer === undefined || answer === null || !('errors' in answer)) return NONE
  const sent = answer.values['intent']
  const isOwn = intent === undefined || [intent].flat().some((own) => own === sent)
  return isOwn ? ({ to: 'me', answer } as const) : ({ to: 'other', answer } as const)
}

const NONE = { to: 'nobody', answer: undefined } as const

/**
 * The action's answer to this form. It holds on while other forms of the page are answered: what it
 * asked is not settled by them.
 */
export function useOwnAnswer(intent: Intent): Answer | undefined {
  const { to, answer } = useAnswer(intent)
  const [held, setHeld] = useState<Answer>()
  const own = to === 'other' ? held : answer
  if (own !== held) setHeld(own)
  return own
}

type Props<State> = {
  /** What is stored now. */
  readonly now: State
  /** Which version of it that is. */
  readonly versionOf: (state: State) => number | string
  /** The `intent`s of the form inside. */
  readonly intent: string | readonly string[]
  readonly children: (state: State) => ReactNode
}

/**
 * Around one of several forms of a page: what it stands over. While another form is answered, that stays
 * what its reader saw, with the version to be sent, and so does what was typed; once it is answered
 * itself, or the page is opened anew, it begins anew over what is stored now (decision 0032).
 */
export function OwnState<State>({ now, versionOf, intent, children }: Props<State>) {
  const { to } = useAnswer(intent)
  const [held, setHeld] = useState(now)
  if (to !== 'other' && held !== now) setHeld(now)
  const state = to === 'other' ? held : now
  return <Fragment key={versionOf(state)}>{children(state)}</Fragment>
}
