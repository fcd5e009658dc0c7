/** The parts of a case number (Fallnummer): centre code, year of Meldung, running number from 1. */
export type CaseNumberParts = {
  readonly centreCode: string
  readonly year: number
  readonly running: number
}

/** `DN-2026-0412`: the running number has at least four digits. */
export function formatCaseNumber({ centreCode, year, running }: CaseNumberParts): string {
  return `${centreCode}-${year}-${String(running).padStart(4, '0')}`
}

/**
 * The parts of a case number as a person types it (lower case and blanks at the ends are fine), or
 * null when it is none.
 */
export function parseCaseNumber(text: string): CaseNumberParts | null {
  const typed = text.trim().toUpperCase()
  const match = /^([A-Z]{2,3})-(\d{4})-(\d{4,9})$/.exec(typed)
  if (match === null) return null
  const [, centreCode = '', year, running] = match
  const parts = { centreCode, year: Number(year), running: Number(running) }
  return parts.running > 0 && formatCaseNumber(parts) === typed ? parts : null
}
