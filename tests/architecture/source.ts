import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { repositoryRoot } from '#tests/setup/paths.ts'

/** A source file read for what it says, not for what it does. */
export type Source = { readonly path: string; readonly text: string; readonly tree: ts.SourceFile }

/** Every TypeScript file under the given folders of the checkout. */
export function sourcesUnder(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(`${repositoryRoot}/${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => sourceOf(path, readFileSync(`${repositoryRoot}/${path}`, 'utf8')))
}

/** A file made up by a test, to show that a check objects. */
export function sourceOf(path: string, text: string): Source {
  let tree: ts.SourceFile | undefined
  return {
    path,
    text,
    get tree() {
      tree ??= ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
      return tree
    },
  }
}

/** Every node of the file; comments and strings are not among the code it finds. */
export function nodesOf(source: Source): readonly ts.Node[] {
  const found: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(source.tree)
  return found
}

/** Names of the functions and methods called in the file or below a node of it. */
export function callsIn(node: ts.Node): readonly string[] {
  const found: string[] = []
  const visit = (child: ts.Node): void => {
    if (ts.isCallExpression(child)) found.push(calledName(child))
    ts.forEachChild(child, visit)
  }
  visit(node)
  return found
}

/** `file:line` of a node, as an editor opens it. */
export function placeOf(source: Source, node: ts.Node): string {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree))
  return `${source.path}:${line + 1}`
}

function calledName({ expression }: ts.CallExpression): string {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  return ts.isIdentifier(expression) ? expression.text : ''
}
