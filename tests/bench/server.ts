import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { json } from '@remix-run/node'
import { createElement } from 'react'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import { commandFor } from '#app/http/context.server.ts'
import { createApp, listen } from '#app/http/server.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'

/**
 * The served build with one page more: empty, signed in, same layout; its action checks session and
 * token and answers 303. It is the floor every other page is measured against. Who is signed in is
 * looked up by the layout, once a request: a loader of this file would do so a second time, because it
 * is no part of the build, and make the floor slower than it is.
 */
const EMPTY = {
  id: 'routes/bench-empty',
  parentId: 'root',
  path: 'leer',
  module: {
    loader: () => json({}),
    action: async (args: Parameters<typeof commandFor>[0]) => {
      await commandFor(args)
      return new Response(null, { status: 303, headers: { Location: '/leer' } })
    },
    default: () => createElement('h1', null, 'Leer'),
  },
} as unknown as ServerBuild['routes'][string]

const env = readEnv()
const deps = await makeDeps(env)
const build = (await import(
  pathToFileURL(join(repositoryRoot, 'build/server/index.js')).href
)) as ServerBuild
const app = createApp({
  deps,
  build: withEmptyPage(build),
  clientDir: join(repositoryRoot, 'build/client'),
  origin: env.origin,
  port: env.port,
})
await listen(app, env)
deps.names.start()
await deps.names.whenFull(600_000)
process.send?.({ sinceStartMs: Math.round(performance.now()) })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ rss: process.memoryUsage().rss, cpuMs: (user + system) / 1000 })
})

/** The build knows the page on the server and lists it for the browser, as it does its own. */
function withEmptyPage(build: ServerBuild): ServerBuild {
  const listed = {
    ...build.assets.routes['routes/plan'],
    id: EMPTY.id,
    parentId: 'root',
    path: 'leer',
    hasLoader: true,
    hasAction: true,
  } as ServerBuild['assets']['routes'][string]
  return {
    ...build,
    routes: { ...build.routes, [EMPTY.id]: EMPTY },
    assets: { ...build.assets, routes: { ...build.assets.routes, [EMPTY.id]: listed } },
  }
}
