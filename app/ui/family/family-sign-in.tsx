import type { Locale } from '#app/i18n/locales.ts'
import { type FamilyTranslate, translator } from '#app/i18n/translator.ts'
import { Form } from '../form/form.tsx'

/** Why the page did not open. */
export type SignInProblem =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'missing'; readonly code: boolean; readonly pin: boolean }

type Props = {
  readonly locale: Locale
  readonly problem: SignInProblem | null
  /** The short code as it was typed; the PIN is never written back. */
  readonly code: string
  /** Whether the page has a number to ring. */
  readonly hasPhone: boolean
}

/** Short code and PIN from the slip (`code`, `pin`, `intent=sign_in`). */
export function FamilySignIn({ locale, problem, code, hasPhone }: Props) {
  const tell = translator(locale)
  return (
    <>
      <p>{tell('family.signIn.lead')}</p>
      <Problem problem={problem} tell={tell} />
      <Form className="codes">
        <Entry
          name="code"
          label={tell('family.signIn.code')}
          hint={tell('family.signIn.codeHint')}
          wrong={isAbout(problem, 'code')}
          defaultValue={code}
        />
        <Entry
          name="pin"
          label={tell('family.signIn.pin')}
          hint={tell('family.signIn.pinHint')}
          wrong={isAbout(problem, 'pin')}
          numeric
        />
        <button className="btn btn--yes" type="submit" name="intent" value="sign_in">
          {tell('family.signIn.submit')}
        </button>
      </Form>
      {hasPhone ? <p className="why">{tell('family.signIn.lost')}</p> : null}
    </>
  )
}

function isAbout(problem: SignInProblem | null, field: 'code' | 'pin'): boolean {
  if (problem?.kind === 'missing') return problem[field]
  return problem?.kind === 'wrong'
}

type ProblemProps = { readonly problem: SignInProblem | null; readonly tell: FamilyTranslate }

function Problem({ problem, tell }: ProblemProps) {
  if (problem === null) return null
  return (
    <div className="err" role="alert">
      <h2>{tell('family.signIn.errorHeading')}</h2>
      {sentences(problem, tell).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  )
}

function sentences(problem: SignInProblem, tell: FamilyTranslate): readonly string[] {
  if (problem.kind === 'wrong') return [tell('family.signIn.wrong')]
  if (problem.kind === 'wait') return [tell('family.signIn.wait', { count: problem.minutes })]
  return [
    ...(problem.code ? [tell('family.signIn.codeMissing')] : []),
    ...(problem.pin ? [tell('family.signIn.pinMissing')] : []),
  ]
}

type EntryProps = {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly wrong: boolean
  readonly defaultValue?: string
  readonly numeric?: boolean
}

function Entry({ name, label, hint, wrong, defaultValue, numeric }: EntryProps) {
  return (
    <p className="entry">
      <label htmlFor={name}>{label}</label>
      <small id={`${name}-hint`}>{hint}</small>
      <input
        id={name}
        name={name}
        type="text"
        dir="ltr"
        inputMode={numeric ? 'numeric' : 'text'}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        defaultValue={defaultValue}
        aria-describedby={`${name}-hint`}
        aria-invalid={wrong ? true : undefined}
      />
    </p>
  )
}
