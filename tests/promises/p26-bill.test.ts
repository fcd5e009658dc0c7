import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { isShipped, lockedPackages, nameOf } from '../../docs/packages-page.ts'

type Bill = {
  readonly bomFormat: string
  readonly metadata: { readonly component: Pick<Component, 'name' | 'version'> }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

type Component = {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly hashes: readonly { readonly alg: string; readonly content: string }[]
  readonly externalReferences: readonly { readonly type: string; readonly url: string }[]
  readonly properties: readonly { readonly name: string }[]
}

const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as Readonly<
  Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Record<string, string>>
>

/** Every package that an installation runs, with the sum the lock file pins it by. */
const shipped = [...lockedPackages()]
  .filter(([, locked]) => isShipped(locked))
  .map(([place, { version, integrity = '' }]) => {
    const sum = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
    return `${nameOf(place)}@${version} SHA-512 ${sum}`
  })

/** What a bill says wrongly of what an installation runs; nothing when it is right. */
function troublesOf({ components, dependencies }: Bill): readonly string[] {
  const listed = components.map(({ name, version, hashes }) =>
    [`${name}@${version}`, ...hashes.map(({ alg, content }) => `${alg} ${content}`)].join(' '),
  )
  const refs = new Set(components.map((component) => component['bom-ref']))
  return [
    ...shipped.filter((one) => !listed.includes(one)).map((one) => `missing: ${one}`),
    ...listed.filter((one) => !shipped.includes(one)).map((one) => `not shipped: ${one}`),
    ...components.flatMap(addressesOf).map((one) => `loads from: ${one}`),
    ...components
      .filter(({ properties }) => properties.some(({ name }) => name.endsWith(':development')))
      .map(({ name }) => `called a tool: ${name}`),
    ...dependencies
      .flatMap(({ dependsOn }) => dependsOn)
      .filter((ref) => !refs.has(ref))
      .map((ref) => `leads nowhere: ${ref}`),
  ]
}

/** Where a package would be loaded from: an address of the machine that wrote the bill. */
function addressesOf({ externalReferences }: Component): readonly string[] {
  return externalReferences
    .filter(({ type, url }) => type === 'distribution' || /registry|\.tgz$/.test(url))
    .map(({ url }) => url)
}

test('P26: `npm run sbom` writes what an installation runs, all of it and nothing else', {
  timeout: 300_000,
}, () => {
  const { status, stderr } = spawnSync('npm', ['run', '-s', 'sbom'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  })
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  const written = readFileSync(join(repositoryRoot, 'build/sbom.cdx.json'), 'utf8')
  const bill = JSON.parse(written) as Bill
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { name: 'einstieg' } },
  })
  expect(troublesOf(bill)).toEqual([])

  // what we chose ourselves, said once more apart from the lock file
  const of = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).map(([name, version]) => `${name}@${version.split('@').at(-1)}`)
  const named = bill.components.map(({ name, version }) => `${name}@${version}`)
  const chosen = of({ ...manifest.dependencies, ...manifest.optionalDependencies })
  expect(chosen.filter((one) => !named.includes(one))).toEqual([])
  const tools = of(manifest.devDependencies).filter((one) => named.includes(one))
  // openid-client runs on it; our tests use the same
  expect(tools).toEqual([`jose@${manifest.devDependencies['jose']}`])
  const [own] = bill.dependencies
  expect(own).toMatchObject({ ref: expect.stringMatching(/^einstieg@/) })
  expect(own?.dependsOn).toHaveLength(chosen.length)

  // control: one too few, one too many, one from elsewhere
  const [first, ...others] = bill.components as [Component, ...Component[]]
  const elsewhere = { type: 'distribution', url: 'https://mirror.example/a.tgz' }
  const planted = {
    ...{ 'bom-ref': 'vitest@4.1.12', name: 'vitest', version: '4.1.12' },
    ...{ hashes: [], externalReferences: [elsewhere], properties: [] },
  }
  expect(troublesOf({ ...bill, dependencies: [], components: [planted, ...others] })).toEqual([
    expect.stringContaining(`missing: ${first.name}@${first.version}`),
    'not shipped: vitest@4.1.12',
    'loads from: https://mirror.example/a.tgz',
  ])
})
