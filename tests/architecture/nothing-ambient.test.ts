import ts from 'typescript'
import { expect, test } from 'vitest'
import { nodesOf, placeOf, type Source, sourceOf, sourcesUnder } from './source.ts'

const AMBIENT: Readonly<Record<string, (node: ts.Node) => boolean>> = {
  'the wall clock': (node) =>
    is(node, 'Date.now') ||
    (ts.isNewExpression(node) && is(node.expression, 'Date') && !node.arguments?.length) ||
    (ts.isCallExpression(node) && is(node.expression, 'Date')),
  'the environment': (node) => is(node, 'process.env'),
  chance: (node) => is(node, 'Math.random') || is(node, 'crypto.randomUUID'),
}

function is(node: ts.Node, text: string): boolean {
  const isName = ts.isPropertyAccessExpression(node) || ts.isIdentifier(node)
  return isName && node.end - node.getStart() === text.length && node.getText() === text
}

function ambientIn(source: Source): readonly string[] {
  // reading is quick, parsing is not
  if (!/\bDate\b|process\.env|random/.test(source.text)) return []
  return nodesOf(source).flatMap((node) =>
    Object.entries(AMBIENT)
      .filter(([, reads]) => reads(node))
      .map(([what]) => `${placeOf(source, node)} reads ${what}`),
  )
}

test('clock, environment and chance are read in app/deps alone and handed on', () => {
  const elsewhere = sourcesUnder('app', 'db').filter(({ path }) => !path.startsWith('app/deps/'))
  expect(elsewhere.flatMap(ambientIn)).toEqual([])
})

test.each([
  ['const now = new Date()', 'the wall clock'],
  ['const now = Date.now()', 'the wall clock'],
  ["const port = process.env['PORT']", 'the environment'],
  ['const dice = Math.random()', 'chance'],
])('the check objects to %s', (text, what) => {
  expect(ambientIn(sourceOf('app/services/bad.server.ts', text))).toContain(
    `app/services/bad.server.ts:1 reads ${what}`,
  )
})

test('the check has nothing against a day that is handed in, nor against a comment', () => {
  const text = '// not Date.now()\nconst day = new Date(at).toISOString()'
  expect(ambientIn(sourceOf('app/domain/good.ts', text))).toEqual([])
})
