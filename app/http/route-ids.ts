import type { ServerBuild } from '@remix-run/node'
import { matchRoutes } from '@remix-run/react'

/**
 * The id of the route that answers an address (`/faelle/…/termin` is `routes/case.appointment`): what
 * figures and log lines may say of a request, because an address may name a child.
 */
export function routeIds({ routes }: Pick<ServerBuild, 'routes'>): (path: string) => string {
  const known = Object.values(routes).filter((route) => route !== undefined)
  const below = (parentId: string | undefined): Tree[] =>
    known
      .filter((route) => route.parentId === parentId)
      .map(({ id, path = '', index }) =>
        index === true ? { id, path, index } : { id, path, children: below(id) },
      )
  const tree = below(undefined)
  return (path) => matchRoutes(tree, path)?.at(-1)?.route.id ?? 'none'
}

type Tree =
  | { readonly id: string; readonly path: string; readonly index: true }
  | { readonly id: string; readonly path: string; readonly children: Tree[] }
