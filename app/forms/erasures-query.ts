/** Reads `?loeschung=` and `?seite=`: which certificate, or which page of the list. */
export function readErasures(params: URLSearchParams) {
  const page = Number(params.get('seite') ?? '1')
  return {
    erasureId: params.get('loeschung') || null,
    page: Number.isInteger(page) && page > 0 && page < 100_000 ? page : 1,
  }
}

/** The address of a certificate. */
export function erasurePath({
  centreId,
  erasureId,
}: {
  readonly centreId: string
  readonly erasureId: string
}): string {
  return `/verwaltung/loeschungen?zentrum=${centreId}&loeschung=${erasureId}`
}
