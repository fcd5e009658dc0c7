import type { ServerBuild } from '@remix-run/node'
import { matchRoutes } from '@remix-run/react'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routeIds } from '#app/http/route-ids.ts'
import routes from '#app/routes.ts'

const SITE = routes.map(({ file, path = '', index }) => ({
  id: file.replace(/\.tsx$/, ''),
  path,
  index: index === true,
}))
const BUILD = {
  root: { id: 'root', path: '' },
  ...Object.fromEntries(SITE.map((route) => [route.id, { ...route, parentId: 'root' }])),
} as unknown as ServerBuild['routes']
const idOf = routeIds({ routes: BUILD })

/** What Remix itself says. */
function remixSays(address: string): string {
  const children = SITE.map(({ id, path, index }) =>
    index ? { id, index: true as const } : { id, path },
  )
  return matchRoutes([{ id: 'root', children }], address)?.at(-1)?.route.id ?? 'none'
}

describe('the route of an address is the one Remix finds', () => {
  test.each(SITE)('$path', ({ id, path }) => {
    const address = `/${path.replace(':id', '019e0000-0000').replace(':number', '180101')}`
    expect(idOf(address)).toBe(id)
    expect(remixSays(address)).toBe(id)
  })

  test('the names of the site map in any order, with other words, letters and slashes', () => {
    const words = SITE.flatMap(({ path }) => path.split('/')).filter((part) => part !== '')
    const part = fc.oneof(fc.constantFrom(...words, 'FAELLE', 'x', '%66aelle', 'ä'), fc.uuid())
    const address = fc
      .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('', '/'))
      .map(([parts, end]) => `/${parts.join('/')}${parts.length === 0 ? '' : end}`)
    fc.assert(
      fc.property(address, (one) => {
        expect(idOf(one)).toBe(remixSays(one))
      }),
      { numRuns: 2_000 },
    )
  })

  test('an address that cannot be read belongs to the page that says so', () => {
    expect(idOf('/faelle/%E0%A4%A')).toBe('routes/case')
    expect(idOf('/%E0%A4%A')).toBe('routes/not-found')
  })
})
