/** How many recovery codes an account gets; each is good for one sign-in. */
export const RECOVERY_CODES = 10

/** A code as it is shown: `3-K7M4X-00001`; the digit says which of the ten it is. */
export function recoveryCodeText(place: number, code: string): string {
  return `${place}-${code.slice(0, 5)}-${code.slice(5)}`
}

/** Which of the ten was typed, and what: spaces, dashes, small letters and O for 0 are forgiven. */
export function readRecoveryCode(
  typed: string,
): { readonly place: number; readonly code: string } | null {
  const plain = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  const found = /^(\d)([0-9A-Z]{10})$/.exec(plain)
  return found === null ? null : { place: Number(found[1]), code: found[2] ?? '' }
}
