import type { Result } from '#app/domain/result.ts'

/**
 * The value of a command that must go well: the demo contains only what the rules allow.
 * @throws when a service refused; the tables and the rules no longer fit each other then.
 */
export function done<T>(result: Result<T, { readonly code: string }>, what: string): T {
  if (!result.ok) throw new Error(`The demo cannot be made: ${what}: ${result.error.code}`)
  return result.value
}
