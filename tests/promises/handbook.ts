import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '#tests/setup/paths.ts'

/** The commands of a page of the handbook, as they stand there, by the word behind `sh`. */
export function commandsOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(repositoryRoot, 'docs/handbook', page), 'utf8')
  const blocks = [...text.matchAll(/^```sh (\S+)\n([\s\S]*?)^```$/gm)]
  return new Map(blocks.map(([, name = '', commands = '']) => [name, commands]))
}
