import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { repositoryRoot } from '#tests/setup/paths.ts'

const read = (path: string) => readFileSync(`${repositoryRoot}/${path}`, 'utf8')

/** Names of settings in the schema that checks the environment. */
function settingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name)
}

/** Settings without a line in the README's table. */
function undocumented(settings: readonly string[], readme: string): readonly string[] {
  return settings.filter((name) => !readme.includes(`| \`${name}\` |`))
}

/** Commands `npm run x` in a text that package.json does not know. */
function unknownCommands(text: string): readonly string[] {
  const { scripts } = JSON.parse(read('package.json'))
  return [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !(name in scripts))
}

test('every setting stands in the README', () => {
  const settings = settingsOf(read('app/deps/env.server.ts'))
  expect(settings).toContain('KEY_FILE')
  expect(undocumented(settings, read('README.md'))).toEqual([])
})

test('every command of the README exists', () => {
  expect(unknownCommands(read('README.md'))).toEqual([])
})

test('the checks object to what nobody documented and to what nobody built', () => {
  expect(undocumented(['PORT', 'SECRET_SWITCH'], read('README.md'))).toEqual(['SECRET_SWITCH'])
  expect(unknownCommands('npm run -s ki -- law, npm run fly')).toEqual(['fly'])
})
