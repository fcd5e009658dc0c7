/** Reads `?zentrum=`: which of several centres a page is to show; null: not said. */
export function readCentre(params: URLSearchParams): string | null {
  return params.get('zentrum') || null
}
