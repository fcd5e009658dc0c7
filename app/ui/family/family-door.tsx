import type { FamilyState } from '#app/domain/family/family-state.ts'
import type { Locale } from '#app/i18n/locales.ts'
import { translator } from '#app/i18n/translator.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { FamilyPage } from './family-page.tsx'
import { FamilySignIn, type SignInProblem } from './family-sign-in.tsx'
import { FamilyStatus } from './family-status.tsx'

type Props = {
  readonly door: {
    readonly locale: Locale
    readonly csrf: string
    readonly newIdem: string
    readonly phone: string
    readonly isEvaluation: boolean
    readonly family: { readonly state: FamilyState; readonly childName: string } | null
  }
  readonly answer: {
    readonly values: Readonly<Record<string, unknown>>
    readonly refusal: Refusal | null
  } | null
}

/** The whole of `/familie`: two fields before the PIN, the family's own page after it. */
export function FamilyDoorView({ door, answer }: Props) {
  const { locale, family } = door
  return (
    <FamilyPage
      locale={locale}
      title={titleFor(family?.childName ?? '', locale)}
      guard={door}
      evaluation={door.isEvaluation}
      phone={door.phone}
      languageHref={(other) => `/familie?sprache=${other}`}
      signedIn={family !== null}
    >
      {family === null ? (
        <FamilySignIn
          locale={locale}
          problem={problemOf(answer)}
          code={String(answer?.values['code'] ?? '')}
          hasPhone={door.phone !== ''}
        />
      ) : (
        <FamilyStatus locale={locale} {...family.state} />
      )}
    </FamilyPage>
  )
}

function titleFor(name: string, locale: Locale): string {
  const tell = translator(locale)
  return name === '' ? tell('family.titleGeneral') : tell('family.title', { name })
}

function problemOf(answer: Props['answer']): SignInProblem | null {
  if (answer === null || answer.refusal === null) return null
  if (answer.refusal.code === 'too_many_tries') {
    return { kind: 'wait', minutes: answer.refusal.minutes }
  }
  return { kind: 'wrong' }
}
