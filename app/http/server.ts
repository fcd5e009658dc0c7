import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import compression from 'compression'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import './load-context.ts'
import type { Deps } from '#app/services/context.server.ts'
import {
  onlyFittingBodies,
  onlyForms,
  onlyReadableAddresses,
  securityHeaders,
  withNonce,
} from './headers.ts'
import { health } from './health.server.ts'
import { allowedOrigins, onlyFromOurPages } from './origin.ts'
import { routeIds } from './route-ids.ts'
import { SECURITY_TXT, securityTxt } from './security-txt.ts'
import { readCookie, setCookie } from './session.server.ts'
import { withUnavailable } from './unavailable.server.ts'

type Settings = {
  readonly deps: Deps
  readonly build: ServerBuild
  /** Folder of the built client files. */
  readonly clientDir: string
  readonly origin: string | null
  readonly port: number
  /** For `security.txt` (RFC 9116); without it there is none. */
  readonly securityContact?: string | null
}

/**
 * Remix's own address for finding routes, which we do not use: scanners flood it (it has had advisories),
 * and a whole page that says so is several milliseconds of work each time.
 */
const ROUTE_DISCOVERY = '/__manifest'

/** The web door: static files, headers, limits of size, origin check, then Remix. */
export function createApp({
  deps,
  build,
  clientDir,
  origin,
  port,
  ...settings
}: Settings): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', 'loopback')
  app.use(withNonce, ...securityHeaders(origin !== null), onlyReadableAddresses)
  const log = logged(deps, routeIds(build))
  app.all(ROUTE_DISCOVERY, log, nothingHere)
  const files = { index: false, redirect: false } as const
  app.use(
    '/assets',
    compression(),
    express.static(`${clientDir}/assets`, { ...files, immutable: true, maxAge: '1y' }),
  )
  app.use(express.static(clientDir, { ...files, maxAge: '1h' }))
  app.get('/healthz', async (_request, response) => {
    const { status, body } = await health(deps)
    response.status(status).json(body)
  })
  const contact = settings.securityContact ?? null
  if (contact !== null) app.get(SECURITY_TXT, securityTxt(deps, contact))
  app.use(log, compression(), withPreSession(deps))
  app.use(onlyFittingBodies, onlyFromOurPages(allowedOrigins(origin, port)), onlyForms)
  app.all(
    '*',
    createRequestHandler({
      build: withUnavailable(build),
      mode: 'production',
      getLoadContext: (request, response) => ({
        deps,
        cspNonce: String(response.locals['cspNonce']),
        sentForm: request.method === 'POST',
        requestId: String(response.locals['requestId']),
        arrivedMs: Number(response.locals['arrivedMs']),
        preSession: String(response.locals['preSession']),
        address: request.ip ?? '',
      }),
    }) as RequestHandler,
  )
  app.use(withoutWords(deps))
  return app
}

/**
 * Connections that may wait to be accepted. Node takes few in a turn of its event loop, and with its
 * own 511 the kernel turns away those of staff as well when hundreds come at once (P27). The kernel
 * takes the smaller of this and its `net.core.somaxconn`.
 */
const BACKLOG = 4_096

/** Listens at an address. */
export function listen(app: Express, at: { readonly port: number; readonly host: string }) {
  return new Promise<Server>((resolve, reject) => {
    const server = app.listen(at.port, at.host, BACKLOG, () => resolve(server))
    server.once('error', reject)
    server.keepAliveTimeout = 65_000
    server.headersTimeout = 66_000
    server.requestTimeout = 60_000
  })
}

/** So many looks in a row at which nobody new had come: all that had reached the machine is read. */
const QUIET_LOOKS = 3
const LOOK_EVERY_MS = 50
/** However many come, the door is shut after this. */
const LONGEST_OPEN_MS = 4_000
/** Whoever is not answered so long after that is cut off. */
const LONGEST_ANSWER_MS = 5_000
/** How long the stop takes at most, before the databases are closed. */
export const LONGEST_STOP_MS = LONGEST_OPEN_MS + LONGEST_ANSWER_MS

/**
 * Stops in order: first reads what was sent already (a connection that is closed before looks to its
 * browser as if the form had been lost), then takes nothing new, finishes what runs and lets every
 * connection go as soon as it has its answer. Within {@link LONGEST_STOP_MS}.
 */
export async function stopListening(server: Server): Promise<void> {
  await allRead(server)
  const letGo = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
  const cutOff = setTimeout(() => server.closeAllConnections(), LONGEST_ANSWER_MS)
  await new Promise<void>((closed) => server.close(() => closed()))
  clearInterval(letGo)
  clearTimeout(cutOff)
}

/** Until nobody new comes; looks, not time, since a busy turn of the event loop takes longer than a pause. */
async function allRead(server: Server): Promise<void> {
  let arrived = 0
  server.on('connection', () => {
    arrived += 1
  })
  server.prependListener('request', (_request, response) => {
    arrived += 1
    response.setHeader('Connection', 'close')
  })
  const begun = performance.now()
  for (let quiet = 0, known = 0; quiet < QUIET_LOOKS; known = arrived) {
    if (performance.now() - begun > LONGEST_OPEN_MS) return
    await wait(LOOK_EVERY_MS)
    quiet = arrived === known ? quiet + 1 : 0
  }
}

const nothingHere: RequestHandler = (_request, response) => {
  response.status(404).type('text/plain; charset=utf-8').send('Diese Adresse gibt es nicht.')
}

/** Gives every browser a random cookie, so that forms before sign-in can carry a token as well. */
function withPreSession(deps: Deps): RequestHandler {
  return (request, response, next) => {
    const known = readCookie(request.headers.cookie, deps, 'pre')
    const value = known ?? deps.secrets.token()
    if (known === null) response.append('Set-Cookie', setCookie(deps, 'pre', value))
    response.locals['preSession'] = value
    next()
  }
}

/** The last resort: Express would print the error, and its text may quote what somebody sent. */
function withoutWords(deps: Deps): ErrorRequestHandler {
  return (accident, _request, response, next) => {
    const requestId = String(response.locals['requestId'] ?? '')
    deps.log({ event: 'accident', requestId, code: accident instanceof Error ? accident.name : '' })
    if (response.headersSent) next(new Error('The answer had begun'))
    else response.status(500).type('text/plain; charset=utf-8').send('Das ist nicht gelungen.')
  }
}

function logged(deps: Deps, routeIdOf: (path: string) => string): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID()
    response.locals['requestId'] = requestId
    response.setHeader('X-Request-Id', requestId)
    const started = performance.now()
    response.locals['arrivedMs'] = started
    response.once('finish', () => {
      deps.log({
        event: 'request',
        requestId,
        code: request.method,
        route: routeIdOf(request.path),
        status: response.statusCode,
        ms: Math.round(performance.now() - started),
      })
    })
    next()
  }
}
