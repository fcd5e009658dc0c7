import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '#tests/setup/paths.ts'

type Locked = {
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(
  readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8'),
) as { readonly packages: Readonly<Record<string, Locked>> }

/** Where a package finds another: in its own folder, or in one further up. */
function isLocked(from: string, name: string): boolean {
  const own = `${from}/node_modules/${name}`
  if (own.replace(/^\//, '') in packages) return true
  return from !== '' && isLocked(from.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, ''), name)
}

test('the lock file names the packages of every platform: `npm ci` refuses one that does not', () => {
  const wanted = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ from, name })),
  )
  expect(wanted.length).toBeGreaterThan(50)
  expect(wanted.filter(({ from, name }) => !isLocked(from, name))).toEqual([])
})

test('the lock file records no addresses of downloads', () => {
  const addresses = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)
  expect(addresses).toEqual([])
})
