import { createServer, type Server } from 'node:http'
import { createApp } from '#app/http/server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { clientDir, loadBuild, type ManifestRoute, routesOf } from '#tests/setup/manifest.ts'
import { freePort } from '#tests/setup/server.ts'
import type { Door } from '#tests/setup/session.ts'

/** The built app over a world of the test, listening on 127.0.0.1. */
export type Served = {
  readonly door: Door
  readonly routes: readonly ManifestRoute[]
  readonly close: () => Promise<void>
}

type Options = {
  /** `https://…`: as an installation; otherwise as an evaluation on loopback. */
  readonly origin?: string
  /** Watches every response before the first byte of it leaves. */
  readonly beforeSending?: (requestId: string) => void
}

/** Serves the pages of the build with these dependencies. */
export async function serve(deps: Deps, options: Options = {}): Promise<Served> {
  const build = await loadBuild()
  const port = await freePort()
  const origin = options.origin ?? null
  const door = { port, origin: origin ?? `http://127.0.0.1:${port}` }
  const app = createApp({
    deps: { ...deps, origin: door.origin, isEvaluation: origin === null },
    build,
    clientDir,
    origin,
    port,
  })
  const server = createServer((request, response) => {
    const { beforeSending } = options
    if (beforeSending !== undefined) {
      const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => typeof response
      response.writeHead = (...args: unknown[]) => {
        beforeSending(String(response.getHeader('x-request-id')))
        return writeHead(...args)
      }
    }
    app(request, response)
  })
  // as the real door: while much is in hand the five seconds of Node close what a form is about to use
  server.keepAliveTimeout = 65_000
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return { door, routes: routesOf(build), close: () => closed(server) }
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })
}
