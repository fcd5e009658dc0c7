import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { repositoryRoot } from '#tests/setup/paths.ts'

/** A page or resource of the built app. */
export type ManifestRoute = {
  readonly id: string
  /** The whole address with its parameters: `/faelle/:id/termin`; `/*` for everything else. */
  readonly path: string
  readonly hasLoader: boolean
  /** Takes POST. */
  readonly hasAction: boolean
  /** Has something to show; without, it is a resource. */
  readonly hasPage: boolean
}

/** The built server, as the running program loads it. */
export async function loadBuild(): Promise<ServerBuild> {
  const file = pathToFileURL(join(repositoryRoot, 'build', 'server', 'index.js'))
  return (await import(/* @vite-ignore */ file.href)) as ServerBuild
}

/** Where the built files for browsers lie. */
export const clientDir = join(repositoryRoot, 'build', 'client')

/** Every route of the build but the root: tests made from it cannot forget a new page. */
export function routesOf(build: ServerBuild): readonly ManifestRoute[] {
  return Object.values(build.routes)
    .filter((route) => route !== undefined)
    .filter(({ id }) => id !== 'root')
    .map(({ id, parentId, module, ...route }) => ({
      id,
      path: fullPath(build, parentId, route.path ?? ''),
      hasLoader: module.loader !== undefined,
      hasAction: module.action !== undefined,
      hasPage: module.default !== undefined,
    }))
}

/** The address of a route with its parameters filled in. */
export function addressOf(path: string, params: Readonly<Record<string, string>>): string {
  return path
    .replace(/:(\w+)/g, (_, name: string) => params[name] ?? '')
    .replace('*', 'gibt-es-nicht')
}

function fullPath(build: ServerBuild, parentId: string | undefined, own: string): string {
  const parent = parentId === undefined ? undefined : build.routes[parentId]
  const path = parent?.path === undefined ? own : `${parent.path}/${own}`
  return `/${path}`.replace(/^\/+/, '/')
}
