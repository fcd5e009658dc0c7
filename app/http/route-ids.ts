import type { ServerBuild } from '@remix-run/node'

/**
 * The id of the route that answers an address (`/faelle/…/termin` is `routes/case.appointment`): what
 * figures and log lines may say of a request, because an address may name a child. Remix's own
 * `matchRoutes` says the same and reads the whole site map anew for each address, milliseconds that
 * count when thousands come at once (P27); this reads it once. Our site map is flat.
 */
export function routeIds({ routes }: Pick<ServerBuild, 'routes'>): (path: string) => string {
  const known = Object.values(routes)
    .flatMap((route) => (route?.parentId === undefined ? [] : [route]))
    .map(({ id, path = '' }) => ({ id, parts: partsOf(path) }))
    .toSorted((one, other) => placeholders(one.parts) - placeholders(other.parts))
  return (path) => {
    const asked = partsOf(decoded(path))
    return known.find(({ parts }) => fits(parts, asked))?.id ?? 'none'
  }
}

function partsOf(path: string): readonly string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '')
}

/** What fits more addresses is asked later, what fits all of them last. */
function placeholders(parts: readonly string[]): number {
  if (parts[0] === '*') return Number.POSITIVE_INFINITY
  return parts.filter((part) => part.startsWith(':')).length
}

function fits(parts: readonly string[], asked: readonly string[]): boolean {
  if (parts[0] === '*') return true
  if (parts.length !== asked.length) return false
  return parts.every((part, at) => part.startsWith(':') || part === asked[at])
}

function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}
