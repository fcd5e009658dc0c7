/** Browsers and systems by what only they say of themselves; the first that fits. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/**
 * A browser as its person knows it again: "Firefox unter Windows". What it says of itself beyond
 * that (versions, devices) is neither shown nor stored.
 */
export function browserName(userAgent: string | null): string | null {
  const browser = nameIn(BROWSERS, userAgent ?? '')
  const system = nameIn(SYSTEMS, userAgent ?? '')
  if (browser === null) return system === null ? null : `Browser unter ${system}`
  return system === null ? browser : `${browser} unter ${system}`
}

function nameIn(known: typeof BROWSERS, text: string): string | null {
  return known.find(([says]) => says.test(text))?.[1] ?? null
}
