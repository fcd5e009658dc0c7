import type { HomePoint } from '#app/domain/geo/home-point.ts'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import type { Reason } from '#app/domain/suggestion/reason.ts'
import type { Exclusion } from '#app/domain/suggestion/suggest.ts'
import { formatDate, formatKilometres } from './format.ts'
import { t } from './translate.ts'

/** A reason as a sentence a counsellor can read out. Every way says that it is an estimate. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'form_other':
      return t('reason.form_other', { form: SCHOOL_FORMS[reason.recommended] })
    case 'nearest':
    case 'way_short':
      return t(`reason.${reason.kind}`, { way: formatKilometres(reason.metres) })
    case 'way_long':
      return t('reason.way_long', {
        limit: formatKilometres(reason.limitMetres),
        source: reason.source.citation,
      })
    case 'seats_free':
      return t('reason.seats_free', { count: reason.free })
    case 'regular_missing':
      return t('reason.regular_missing', {
        from: formatDate(reason.from),
        source: reason.source.citation,
      })
    case 'closing':
      return t('reason.closing', { on: formatDate(reason.on) })
    default:
      return t(`reason.${reason.kind}`)
  }
}

/** Why a school is out of the question, as a sentence. */
export function exclusionText(exclusion: Exclusion): string {
  switch (exclusion.why) {
    case 'no_free_seat':
      return t('exclusion_text.no_free_seat', { decided: exclusion.decided })
    case 'no_regular_seat':
      return t('exclusion_text.no_regular_seat', {
        from: formatDate(exclusion.from),
        source: exclusion.source.citation,
      })
    case 'wrong_form':
      return exclusion.recommended === null
        ? t('exclusion_text.wrong_form')
        : t('exclusion_text.wrong_form_recommended', { form: SCHOOL_FORMS[exclusion.recommended] })
    case 'wrong_grade':
      return t('exclusion_text.wrong_grade', { age: exclusion.fromAge })
    case 'no_grade':
      return t('exclusion_text.no_grade', exclusion.taught)
    case 'not_operating':
      return operationText(exclusion)
    case 'outside_area':
      return t('exclusion_text.outside_area')
  }
}

function operationText({
  on,
  opens,
}: Extract<Exclusion, { readonly why: 'not_operating' }>): string {
  if (on === null) return t('exclusion_text.closed')
  return t(opens ? 'exclusion_text.opens' : 'exclusion_text.closed_on', { on: formatDate(on) })
}

/**
 * Where ways are measured from: "ab Mitte 52349", or the name of the Gemeinde, which the caller
 * knows. Null: no way can be estimated.
 */
export function homeText(home: HomePoint | null, municipalityName: string): string {
  if (home === null) return 'Für die Schulwege fehlt ein Ausgangspunkt.'
  return `ab Mitte ${home.basis === 'postcode' ? home.postcode : municipalityName}`
}
