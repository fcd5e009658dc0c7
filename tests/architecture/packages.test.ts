import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Sqlite } from '#db/sqlite.server.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { isShipped, type Locked, lockedPackages, nameOf } from '../../docs/packages-page.ts'

type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly overrides: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

const manifest = JSON.parse(readFileSync(`${repositoryRoot}/package.json`, 'utf8')) as Manifest
const locked = [...lockedPackages()]
const shipped = locked.filter(([, one]) => isShipped(one))

/** Licences whose code may be part of a work under the EUPL-1.2 (its appendix, or permissive ones). */
const COMPATIBLE = [
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'EUPL-1.2', 'ISC', 'MIT', 'MIT-0'],
  ...['Unlicense', 'Zlib'],
]

/** Below these a known fault is open (promises.md §0). */
const AT_LEAST: Readonly<Record<string, string>> = {
  '@remix-run/server-runtime': '2.17.5',
  '@remix-run/node': '2.17.5',
  '@remix-run/express': '2.17.5',
  '@remix-run/react': '2.17.5',
  'better-sqlite3': '12.11.1',
  'better-sqlite3-node-api': '13.1.1',
  'turbo-stream': '3.2.1',
  // CVE-2026-22030 and the path traversal of file sessions came with routers before this one
  '@remix-run/router': '1.23.2',
}

/** Whether an SPDX expression (`OR` and `AND`, one level of brackets) can be met by our list. */
function isCompatible(expression: string | undefined): boolean {
  if (expression === undefined) return false
  const plain = expression.replace(/^\((.*)\)$/, '$1')
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isCompatible)
  if (plain.includes(' AND ')) return plain.split(' AND ').every(isCompatible)
  return COMPATIBLE.includes(plain)
}

function isOlder(version: string, least: string): boolean {
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10))
  const wanted = parts(least)
  const difference = parts(version)
    .map((part, index) => part - (wanted[index] ?? 0))
    .find((one) => one !== 0)
  return (difference ?? 0) < 0
}

function tooOld(packages: readonly (readonly [string, Pick<Locked, 'version'>])[]) {
  return packages
    .map(([place, { version }]) => ({ name: nameOf(place), version }))
    .filter(({ name, version }) => isOlder(version, AT_LEAST[name] ?? '0.0.0'))
    .map(({ name, version }) => `${name}@${version}`)
}

/** Wanted otherwise than by one exact version of a registry. */
function inexact(wanted: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(wanted)
    .filter(([, version]) => !/^(?:npm:[\w/@-]+@)?\d+\.\d+\.\d+$/.test(version))
    .map(([name]) => name)
}

function withoutOrigin(packages: readonly (readonly [string, Locked])[]): readonly string[] {
  return packages
    .filter(([, { link, resolved, integrity }]) => {
      const isElsewhere =
        resolved !== undefined && /^(?:git|file|https?:\/\/(?!reg))/.test(resolved)
      return link === true || isElsewhere || !/^sha512-/.test(integrity ?? '')
    })
    .map(([place]) => place)
}

describe('P26: we know and control what we ship', () => {
  test('every dependency is one exact version', () => {
    const { dependencies, optionalDependencies, devDependencies, overrides } = manifest
    const wanted = [dependencies, optionalDependencies, devDependencies, overrides]
    expect(wanted.flatMap(inexact)).toEqual([])
    // control
    const loose = { a: '^1.0.0', b: 'git+https://host/b', c: 'file:../c', d: '1.x', e: 'latest' }
    expect(inexact({ ...loose, f: 'npm:g@^1.0.0' })).toHaveLength(6)
  })

  test('everything shipped comes from the registry and is pinned by its SHA-512', () => {
    expect(locked.length).toBeGreaterThan(500)
    expect(withoutOrigin(shipped)).toEqual([])
    // of the tools, only what no machine of ours ever loaded has no sum: builds for other platforms
    const tools = locked.filter(([, { optional }]) => optional !== true)
    expect(withoutOrigin(tools)).toEqual([])
    // control
    const bad: readonly (readonly [string, Locked])[] = [
      ['node_modules/a', { version: '1.0.0' }],
      ['node_modules/b', { version: '1.0.0', resolved: 'git+ssh://host/b', integrity: 'sha512-x' }],
      ['node_modules/c', { version: '1.0.0', integrity: 'sha1-x' }],
      ['node_modules/d', { version: '1.0.0', link: true }],
    ]
    expect(withoutOrigin(bad)).toHaveLength(4)
  })

  test('of what is shipped, one package runs a script when it is installed', () => {
    const scripted = shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true)
    expect(scripted.map(([place]) => nameOf(place))).toEqual(['better-sqlite3'])
    expect(manifest.allowScripts).toEqual({ 'better-sqlite3': true, esbuild: true })
    // those of the tools are known by name; an npm that honours `allowScripts` runs esbuild's only
    const tools = locked.filter(([, one]) => one.hasInstallScript === true && !isShipped(one))
    expect([...new Set(tools.map(([place]) => nameOf(place)))].sort()).toEqual([
      ...['esbuild', 'msw'],
    ])
  })

  test('the licence of everything shipped fits the EUPL-1.2', () => {
    expect(shipped.length).toBeGreaterThan(200)
    const strange = shipped.filter(([, { license }]) => !isCompatible(license))
    expect(strange.map(([place, { license }]) => `${place}: ${license}`)).toEqual([])
    expect(isCompatible('(MIT OR SSPL-1.0)')).toBe(true)
    for (const licence of ['SSPL-1.0', 'MIT AND SSPL-1.0', 'UNLICENSED', undefined]) {
      expect(isCompatible(licence)).toBe(false)
    }
  })

  test('nothing is older than the version that closed a known fault', () => {
    for (const name of Object.keys(AT_LEAST)) {
      expect(locked.some(([place]) => nameOf(place) === name)).toBe(true)
    }
    expect(tooOld(locked)).toEqual([])
    const sqlite = String(new Sqlite(':memory:').prepare('select sqlite_version()').pluck().get())
    expect(isOlder(sqlite, '3.51.3')).toBe(false)
    // control
    expect(tooOld([['node_modules/turbo-stream', { version: '2.4.1' }]])).toHaveLength(1)
    expect(isOlder('3.9.9', '3.51.3')).toBe(true)
  })

  test('the list that people review names every package that is shipped', () => {
    const page = readFileSync(`${repositoryRoot}/docs/generated/packages.md`, 'utf8')
    for (const [place, { version }] of shipped) {
      expect(page).toContain(`| \`${nameOf(place)}\` | ${version} |`)
    }
  })
})
