import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { nodesOf, placeOf, type Source, sourceOf, sourcesUnder } from './source.ts'

/** Something this machine lacks: `!chromiumPresent`, `!sharedDataPresent`. */
const EXCUSE = /^!\w*[pP]resent$/

/** Skipped, exclusive and to-do tests; leaving out is allowed for what the machine lacks, only. */
function dodges(source: Source): readonly string[] {
  return nodesOf(source)
    .filter(ts.isCallExpression)
    .filter(({ expression, arguments: given }) =>
      isDodge(expression.getText(), given[0]?.getText()),
    )
    .map((call) => placeOf(source, call))
}

function isDodge(called: string, condition: string | undefined): boolean {
  if (/^(?:test|it|describe)(?:\.\w+)*\.(?:skip|only|todo|fails)$/.test(called)) return true
  if (!/^(?:test|it|describe)(?:\.\w+)*\.(?:skipIf|runIf)$/.test(called)) return false
  return (condition ?? '').split(' || ').some((excuse) => !EXCUSE.test(excuse))
}

/** Places of one machine, and folders that exist beside one checkout only. */
function machinePaths({ path, text }: { readonly path: string; readonly text: string }) {
  return /(?:^|[\s'"`(=])\/(?:work|tmp|home|root)\//m.test(text) ? [path] : []
}

function textFiles(): readonly { readonly path: string; readonly text: string }[] {
  return ['app', 'db', 'docs', 'tests', '.ci']
    .flatMap((folder) =>
      readdirSync(`${repositoryRoot}/${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .concat('README.md', 'CHANGELOG.md', 'NOTICE', 'package.json')
    .filter((path) => /(?:\.(?:tsx?|mjs|md|json|css)|\/run|NOTICE)$/.test(path))
    .map((path) => ({ path, text: readFileSync(`${repositoryRoot}/${path}`, 'utf8') }))
}

test('no test is skipped, exclusive or promised for later', () => {
  expect(sourcesUnder('tests').flatMap(dodges)).toEqual([])
})

test('no file names a place of the machine it was written on', () => {
  expect(textFiles().flatMap(machinePaths)).toEqual([])
})

test.each(['skip', 'only', 'todo', 'fails'])('the check objects to test.%s', (how) => {
  expect(dodges(sourceOf('tests/bad.test.ts', `test.${how}('later', () => {})`))).toHaveLength(1)
  expect(dodges(sourceOf('tests/bad.test.ts', `describe.${how}('later', () => {})`))).toHaveLength(
    1,
  )
})

test('the check knows a lacking program from an excuse', () => {
  const lacking = 'describe.skipIf(!chromiumPresent || !sharedDataPresent)("a (needs b)", () => {})'
  const excuse = 'describe.skipIf(!chromiumPresent || isFriday)("a", () => {})'
  expect(dodges(sourceOf('tests/good.test.ts', lacking))).toEqual([])
  expect(dodges(sourceOf('tests/bad.test.ts', excuse))).toHaveLength(1)
})

test('the check objects to a path of this machine', () => {
  const place = ['', 'home', 'me', 'list.csv'].join('/')
  expect(machinePaths({ path: 'docs/bad.md', text: `siehe '${place}'` })).toEqual(['docs/bad.md'])
})
