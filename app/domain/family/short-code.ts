/**
 * A short code as it was typed, brought to the form it is stored in: capital letters, no blanks or
 * hyphens, and what Crockford's alphabet lets one confuse read as meant (O as 0, I and L as 1).
 * Null when it cannot be one.
 */
export function toShortCode(text: string): string | null {
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-–—.]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(code) ? code : null
}

/** A PIN as it was typed, blanks left out, digits of any script; null when it cannot be one. */
export function toPin(text: string): string | null {
  const pin = text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
  return /^\d{8}$/.test(pin) ? pin : null
}
