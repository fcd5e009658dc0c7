import type { RequestHandler } from 'express'

/** Origins whose pages may send us forms: the one of the installation, or loopback in an evaluation. */
export function allowedOrigins(origin: string | null, port: number): readonly string[] {
  if (origin !== null) return [origin]
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${port}`)
}

/**
 * Refuses every changing request that does not say it comes from one of our own pages: a missing,
 * `null` or foreign Origin, or a browser's own word that it is cross-site. What the proxy says of
 * the host is overwritten by the Origin that was accepted, so that nothing else decides (P21).
 */
export function onlyFromOurPages(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    delete request.headers['x-forwarded-host']
    if (request.method === 'GET' || request.method === 'HEAD') return next()
    const { origin } = request.headers
    const site = request.headers['sec-fetch-site']
    const isOurs = origin !== undefined && origins.includes(origin)
    if (!isOurs || (site !== undefined && site !== 'same-origin')) {
      response
        .status(403)
        .type('text/plain; charset=utf-8')
        .send(
          'Diese Anfrage kam nicht von einer Seite von Einstieg. Bitte laden Sie die Seite neu.',
        )
      return
    }
    request.headers.host = new URL(origin).host
    next()
  }
}

/**
 * Whether a page of ours led here: asked where merely opening an address begins something (the way
 * to the single sign-on). Old browsers say it by their referrer, which our pages send to us alone.
 */
export function cameFromOurPage(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site')
  if (site !== null) return site === 'same-origin'
  const referrer = request.headers.get('Referer')
  return referrer !== null && URL.canParse(referrer) && hostOf(referrer) === hostOf(request.url)
}

function hostOf(address: string): string {
  return new URL(address).host
}
