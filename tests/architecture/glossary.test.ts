import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { STAGES } from '#app/domain/case/stage.ts'
import { ROLES } from '#app/policy/roles.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { nodesOf, sourcesUnder } from './source.ts'

const glossary = readFileSync(`${repositoryRoot}/docs/glossary.md`, 'utf8')

/** Words that do not stand in the glossary as code. */
function missingFrom(text: string, words: readonly string[]): readonly string[] {
  return words.filter((word) => !text.includes(`\`${word}\``))
}

/** The nouns of the domain: its folders, which every layer repeats. */
function nouns(): readonly string[] {
  return readdirSync(`${repositoryRoot}/app/domain`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

/** The names of the branded ids. */
function ids(): readonly string[] {
  const [source] = sourcesUnder('app/domain').filter(({ path }) => path === 'app/domain/ids.ts')
  return nodesOf(source!)
    .map((node) => /^export type (\w+) = Id</.exec(node.getText())?.[1])
    .filter((name) => name !== undefined)
}

test.each([
  ['stage', STAGES],
  ['role', [...ROLES, 'family', 'system']],
  ['noun', nouns()],
  ['id', ids()],
])('every %s has its German word', (_kind, words) => {
  expect(words.length).toBeGreaterThan(4)
  expect(missingFrom(glossary, words)).toEqual([])
})

test('the check objects to a word nobody explained', () => {
  expect(missingFrom(glossary, ['registered', 'never_heard_of'])).toEqual(['never_heard_of'])
})
