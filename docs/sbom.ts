/**
 * `npm run sbom`: writes the bill of materials of what an installation runs, in CycloneDX. npm lists
 * the lock file; `--omit=dev` would leave out what a tool needs as well, express and react among it.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { isShipped, lockedPackages, nameOf } from './packages-page.ts'

const FILE = 'build/sbom.cdx.json'
const OF_TOOLS = 'cdx:npm:package:development'

type Component = {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly properties: readonly { readonly name: string }[]
}

type Bill = {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

type Manifest = {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** Everything in the lock file as npm sees it, tools too; needs no network. */
function everything(): Bill {
  const words = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--offline']
  return JSON.parse(execFileSync('npm', words, { encoding: 'utf8', maxBuffer: 2 ** 28 })) as Bill
}

/** A bill without the packages that only build, check and test. */
function shippedOf({ metadata, components, dependencies, ...bill }: Bill): Bill {
  const shipped = new Map(
    [...lockedPackages()]
      .filter(([, locked]) => isShipped(locked))
      .map(([place, locked]) => [`${nameOf(place)}@${locked.version}`, locked]),
  )
  const kept = components.flatMap((component) => {
    const locked = shipped.get(`${component.name}@${component.version}`)
    if (locked === undefined) return []
    // npm tells of one place only, and a tool may have the same package
    const properties = component.properties.filter(({ name }) => name !== OF_TOOLS)
    const scope = locked.optional === true ? 'optional' : 'required'
    return [{ ...component, scope, properties }]
  })
  const { name, ...manifest } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  const own = metadata.component['bom-ref']
  const chosen = { ...manifest.dependencies, ...manifest.optionalDependencies }
  const refs = new Set(kept.map((one) => one['bom-ref']))
  const ofOwn = new Set(kept.filter((one) => one.name in chosen).map((one) => one['bom-ref']))
  return {
    ...bill,
    // npm calls it by the folder it lies in
    metadata: { ...metadata, component: { ...metadata.component, name } },
    components: kept,
    dependencies: dependencies
      .filter(({ ref }) => ref === own || refs.has(ref))
      .map(({ ref, dependsOn }) => {
        const targets = ref === own ? ofOwn : refs
        return { ref, dependsOn: dependsOn.filter((one) => targets.has(one)) }
      }),
  }
}

writeFileSync(FILE, `${JSON.stringify(shippedOf(everything()), null, 2)}\n`)
