import { randomBytes } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'

const POWERFUL_FEATURES = 'camera microphone geolocation payment usb serial midi'
  .split(' ')
  .map((feature) => `${feature}=()`)
  .join(', ')

/** A fresh nonce for every response. */
export const withNonce: RequestHandler = (_request, response, next) => {
  response.locals['cspNonce'] = randomBytes(16).toString('base64')
  next()
}

/** The headers of promises.md §7.5. `same-origin` as referrer, or browsers send `Origin: null`. */
export function securityHeaders(isHttps: boolean): RequestHandler[] {
  const nonce = (_request: unknown, response: unknown) =>
    `'nonce-${(response as Response).locals['cspNonce']}'`
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
          scriptSrc: ["'self'", nonce],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          manifestSrc: ["'self'"],
        },
      },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    }) as RequestHandler,
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store')
      response.setHeader('Permissions-Policy', POWERFUL_FEATURES)
      response.setHeader('X-Robots-Tag', 'noindex, nofollow')
      next()
    },
  ]
}

/** Refuses addresses that say nothing: Express and Remix would quote them in an error of theirs. */
export const onlyReadableAddresses: RequestHandler = (request, response, next) => {
  try {
    decodeURIComponent(request.path)
    next()
  } catch {
    response.status(400).type('text/plain; charset=utf-8').send('Diese Adresse gibt es nicht.')
  }
}

/** Refuses bodies of another kind than a form sends: reading one as a form would be an accident. */
export const onlyForms: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next()
  const type = request.headers['content-type'] ?? ''
  if (/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return next()
  response.status(415).type('text/plain; charset=utf-8').send('Das ist kein Formular von Einstieg.')
}

/** Bytes a form may have; the school list's upload page may have more. */
export const FORM_BYTES = 256 * 1024
export const UPLOAD_BYTES = 16 * 1024 * 1024

/** Refuses bodies that are too large, or do not say how large they are, before reading them. */
export const onlyFittingBodies: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next()
  const length = Number(request.headers['content-length'])
  const most = request.path === '/verwaltung/schulen' ? UPLOAD_BYTES : FORM_BYTES
  if (Number.isInteger(length) && length <= most) return next()
  response
    .status(Number.isInteger(length) ? 413 : 411)
    .type('text/plain; charset=utf-8')
    .send(
      'Das ist zu viel auf einmal. Bitte kürzen Sie Ihre Eingabe und senden Sie sie noch einmal.',
    )
}
