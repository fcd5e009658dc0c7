/**
 * The outcome of something that may be refused. Refusals are values, so the compiler makes
 * every caller read them; accidents (a bug, a full disk) throw and are nobody's business here.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function err<const E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}
