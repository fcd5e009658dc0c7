import type { Check } from '#app/domain/operation/self-check.ts'
import { readable } from './refusal-text.ts'
import { t } from './translate.ts'

/** What a check is called. */
export function checkName({ name }: Pick<Check, 'name'>): string {
  return t(`check_name.${name}`)
}

/** The German sentence of a check. */
export function checkText({ code, facts }: Pick<Check, 'code' | 'facts'>): string {
  return t(`check.${code}`, readable(facts))
}

/** Why a start is refused, in one line; null: nothing refuses it. */
export function refusedText(checks: readonly Check[]): string | null {
  const refused = checks.filter(({ state }) => state === 'refused')
  return refused.length === 0 ? null : refused.map(checkText).join(' ').replaceAll('\n', ' ')
}
