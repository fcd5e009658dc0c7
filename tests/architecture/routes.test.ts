import ts from 'typescript'
import { expect, test } from 'vitest'
import { callsIn, nodesOf, placeOf, type Source, sourceOf, sourcesUnder } from './source.ts'

const LONGEST_ROUTE = 60
const DOORKEEPER = '#app/http/context.server.ts'

/** Loaders and actions that never ask who is there: a parent's loader guards nothing. */
function unguarded(source: Source): readonly string[] {
  const asking = namesFrom(source, DOORKEEPER)
  return nodesOf(source)
    .filter((node) => isDoor(node, source))
    .filter((node) => !callsIn(node).some((name) => asking.includes(name)))
    .map((node) => placeOf(source, node))
}

/** What a file imports from a module. */
function namesFrom(source: Source, module: string): readonly string[] {
  return source.tree.statements
    .filter(ts.isImportDeclaration)
    .filter(({ moduleSpecifier }) => moduleSpecifier.getText() === `'${module}'`)
    .flatMap(({ importClause }) => importClause?.namedBindings ?? [])
    .flatMap((bindings) => (ts.isNamedImports(bindings) ? bindings.elements : []))
    .map(({ name }) => name.text)
}

/** `export async function loader`, and `export const loader = …`, which the house does not write. */
function isDoor(node: ts.Node, source: Source): boolean {
  if (node.parent !== source.tree) return false
  const [, name] =
    /^export (?:async )?(?:function|const) (\w+)/.exec(node.getText(source.tree)) ?? []
  return name === 'loader' || name === 'action'
}

/** Lines without imports and blank ones: a route is a table of contents. */
function linesOf(source: Source): number {
  const imports = source.tree.statements.filter(ts.isImportDeclaration)
  const text = imports.reduceRight(
    (rest, { pos, end }) => rest.slice(0, pos) + rest.slice(end),
    source.text,
  )
  return text.split('\n').filter((line) => line.trim() !== '').length
}

function tooLong(source: Source): readonly string[] {
  return linesOf(source) > LONGEST_ROUTE ? [`${source.path}: ${linesOf(source)} lines`] : []
}

/** Status codes stand in app/http; a route names what happened, not its number. */
function statusCodes(source: Source): readonly string[] {
  // reading is quick, parsing is not
  const isSuspect = /[Ss]tatus|redirect|writeHead/.test(source.text)
  if (source.path.startsWith('app/http/') || !isSuspect) return []
  return nodesOf(source)
    .filter((node) => isStatusProperty(node) || isStatusArgument(node))
    .map((node) => placeOf(source, node))
}

function isStatusProperty(node: ts.Node): boolean {
  return (
    ts.isPropertyAssignment(node) &&
    node.name.getText() === 'status' &&
    ts.isNumericLiteral(node.initializer)
  )
}

function isStatusArgument(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    /^(?:redirect|status|sendStatus|writeHead)$/.test(
      node.expression.getText().split('.').at(-1) ?? '',
    ) &&
    node.arguments.some((argument) => /^[1-5]\d\d$/.test(argument.getText()))
  )
}

test('every loader and action asks for the context, and so authorises itself', () => {
  expect(sourcesUnder('app/routes').flatMap(unguarded)).toEqual([])
})

test('every route is a table of contents', () => {
  expect(sourcesUnder('app/routes').flatMap(tooLong)).toEqual([])
})

test('status codes stand in app/http alone', () => {
  expect(sourcesUnder('app').flatMap(statusCodes)).toEqual([])
})

test('the checks object to a door that asks nobody', () => {
  const route = sourceOf(
    'app/routes/bad.tsx',
    `import { commandFor } from '${DOORKEEPER}'
     export async function loader() { return page(await listCases()) }
     export async function action(args) { const { ctx } = await commandFor(args); return done(ctx) }
     export const loader = () => commandFor`,
  )
  expect(unguarded(route)).toEqual(['app/routes/bad.tsx:2', 'app/routes/bad.tsx:4'])
})

test('the checks object to a route that grew, and do not count its imports', () => {
  const imports = "import { a } from 'a'\n".repeat(20)
  expect(tooLong(sourceOf('app/routes/bad.tsx', `${imports}${'work()\n'.repeat(61)}`))).toEqual([
    'app/routes/bad.tsx: 61 lines',
  ])
  expect(tooLong(sourceOf('app/routes/good.tsx', `${imports}${'work()\n'.repeat(60)}`))).toEqual([])
})

test.each(['json(page, { status: 404 })', "redirect('/', 303)", 'response.sendStatus(500)'])(
  'the checks object to %s',
  (text) => {
    expect(statusCodes(sourceOf('app/services/bad.server.ts', text))).toEqual([
      'app/services/bad.server.ts:1',
    ])
    expect(statusCodes(sourceOf('app/http/good.server.ts', text))).toEqual([])
  },
)
