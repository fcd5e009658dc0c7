import { readFileSync } from 'node:fs'
import { table } from './table.ts'

/** What a lock file says of one package. */
export type Locked = {
  readonly version: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
  readonly link?: boolean
  readonly integrity?: string
  readonly resolved?: string
}

/** The packages of the lock file by their place below the checkout, without the program itself. */
export function lockedPackages(): ReadonlyMap<string, Locked> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  return new Map(Object.entries(packages).filter(([place]) => place !== ''))
}

/** A package's name from its place: `node_modules/a/node_modules/@b/c` is `@b/c`. */
export function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** Whether an installation runs it: not only building, checking or testing do. */
export function isShipped({ dev, devOptional }: Locked): boolean {
  return dev !== true && devOptional !== true
}

/** Every package an installation runs, a line each, so that a change of one is seen in review. */
export function packagesPage(): string {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
    readonly optionalDependencies: Readonly<Record<string, string>>
  }
  const direct = new Set(
    Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
  )
  const all = [...lockedPackages()]
  const shipped = all.filter(([, locked]) => isShipped(locked))
  const lines = shipped.map(([place, { version, license, hasInstallScript, optional }]) => [
    `\`${nameOf(place)}\``,
    version,
    license ?? 'unknown',
    direct.has(place.slice('node_modules/'.length)) ? 'by us' : '',
    hasInstallScript === true ? 'runs a script' : '',
    optional === true ? 'where it fits the machine' : '',
  ])
  const rows = [...new Map(lines.map((line) => [line.join('|'), line])).values()].toSorted(
    ([one = ''], [other = '']) => (one < other ? -1 : Number(one > other)),
  )
  return `# Packages

What an installation runs, from \`package-lock.json\`: ${rows.length} packages. ${all.length - shipped.length} more build, check and test it. \`npm run sbom\` writes the whole bill of materials in CycloneDX.

${table(['Package', 'Version', 'Licence', 'Chosen', 'Installing', 'Optional'], rows)}`
}
