import { dirname, join } from 'node:path/posix'
import ts from 'typescript'
import { type Source, sourcesUnder } from '#tests/architecture/source.ts'

/**
 * What the program itself says about its forms: each line is `route word`, where the word is a use
 * case that the route calls and that opens a transaction (`routes/case proposeSchool`), or an
 * `intent` by which a page or its action tells its forms apart (`routes/case.end lift`).
 */
export type Ways = {
  readonly commands: readonly string[]
  readonly intents: readonly string[]
  /** Functions that only one of the use cases runs through: seen at work, they say that it is. */
  readonly signs: ReadonlyMap<string, string>
}

const READING = /^app\/(?:presenters|gateways|deps|domain|i18n|policy|audit)\//

/** What every request of a session does beside what its form is for. */
const BESIDE = [
  ...['staffSession', 'expiredSession', 'familySession', 'prolongSession'],
  ...['recordRead', 'countTries'],
]

/** Every way in which a request can write, from the text of the routes and whatever they use. */
export function waysToWrite(sources: readonly Source[] = sourcesUnder('app', 'db')): Ways {
  const program = new Map(sources.map((source) => [source.path, declarationsOf(source)]))
  const routes = [...program.keys()].filter((path) => path.startsWith('app/routes/'))
  const ways = routes.map((path) => ({ path, ...waysOf(program, path) }))
  const lines = (what: 'commands' | 'intents') =>
    ways.flatMap((one) => one[what].map((word) => `${routeId(one.path)} ${word}`)).sort()
  const signs = signsOf(
    program,
    ways.flatMap(({ places }) => places),
  )
  return { commands: lines('commands'), intents: lines('intents'), signs }
}

function signsOf(program: Program, commands: readonly Place[]): ReadonlyMap<string, string> {
  const users = new Map<string, Set<string>>()
  for (const command of commands) {
    const through = reached(program, [command], isBeside).filter((one) => !isBeside(one))
    for (const { path, name } of through) {
      const known = users.get(name) ?? new Set()
      // a name that two files declare says nothing
      users.set(name, known.add(command.name).add(isOnly(program, path, name) ? command.name : ''))
    }
  }
  // a use case that another one calls is still at work where its own name is seen
  const named = commands.filter(({ name }) => users.get(name)?.has('') === false)
  const clear = [...users].filter(([, names]) => names.size === 1)
  return new Map([
    ...clear.map(([name, names]) => [name, [...names][0] ?? ''] as const),
    ...named.map(({ name }) => [name, name] as const),
  ])
}

function isOnly(program: Program, path: string, name: string): boolean {
  return [...program].every(
    ([other, { declarations }]) => other === path || READING.test(other) || !declarations.has(name),
  )
}

function routeId(path: string): string {
  return path.replace('app/', '').replace(/\.tsx$/, '')
}

// ---- what uses what ----

/** A function, constant or type at the top of a file, with the names it uses. */
type Declaration = {
  readonly names: readonly string[]
  /** Opens a transaction by itself. */
  readonly writes: boolean
  readonly intents: readonly string[]
}

/** A file's declarations by name, and where the names it imports come from. */
type Module = {
  readonly declarations: ReadonlyMap<string, Declaration>
  readonly imports: ReadonlyMap<string, { readonly path: string; readonly name: string }>
}

type Program = ReadonlyMap<string, Module>
type Place = { readonly path: string; readonly name: string }

function waysOf(program: Program, path: string) {
  const roots = (names: readonly string[]) => names.map((name) => ({ path, name }))
  const doors = reached(program, roots(['loader', 'action']), isService)
  const places = doors
    .filter(({ path, name }) => path.startsWith('app/services/') && !BESIDE.includes(name))
    .filter((place) => writes(program, place))
  // an action and the page whose forms it takes
  const all = reached(program, roots(exportedFrom(program, path)), isService)
  const intents = all.flatMap((place) => declarationAt(program, place)?.intents ?? [])
  const takes = program.get(path)?.declarations.has('action') ?? false
  const commands = unique(places.map(({ name }) => name))
  return { places, commands, intents: takes ? unique(intents) : [] }
}

function isService({ path }: Place): boolean {
  return path.startsWith('app/services/') || READING.test(path)
}

function exportedFrom(program: Program, path: string): readonly string[] {
  return [...(program.get(path)?.declarations.keys() ?? [])]
}

function writes(program: Program, place: Place): boolean {
  const all = reached(program, [place], isBeside)
  return all.some((one) => !isBeside(one) && declarationAt(program, one)?.writes)
}

function isBeside({ path, name }: Place): boolean {
  return READING.test(path) || BESIDE.includes(name)
}

/** Everything the roots use, directly or not; what `isLast` says is reached and not gone beyond. */
function reached(
  program: Program,
  roots: readonly Place[],
  isLast: (place: Place) => boolean,
): readonly Place[] {
  const found = new Map<string, Place>()
  const open = [...roots]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const key = `${place.path} ${place.name}`
    const declaration = declarationAt(program, place)
    if (found.has(key) || declaration === undefined) continue
    found.set(key, place)
    if (isLast(place)) continue
    for (const name of declaration.names) open.push(resolve(program, place.path, name))
  }
  return [...found.values()]
}

function resolve(program: Program, path: string, name: string): Place {
  return program.get(path)?.imports.get(name) ?? { path, name }
}

function declarationAt(program: Program, { path, name }: Place): Declaration | undefined {
  return program.get(path)?.declarations.get(name)
}

// ---- what a file says ----

function declarationsOf(source: Source): Module {
  const declarations = new Map<string, Declaration>()
  const imports = new Map<string, Place>()
  for (const statement of source.tree.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [own, place] of importedBy(statement, source.path)) imports.set(own, place)
    } else {
      for (const [name, node] of declaredBy(statement)) declarations.set(name, said(node))
    }
  }
  return { declarations, imports }
}

function importedBy(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  from: string,
): readonly (readonly [string, Place])[] {
  const bindings = importClause?.namedBindings
  const path = fileOf((moduleSpecifier as ts.StringLiteral).text, from)
  if (path === null || bindings === undefined || !ts.isNamedImports(bindings)) return []
  return bindings.elements
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ name, propertyName }) => [name.text, { path, name: (propertyName ?? name).text }])
}

function fileOf(specifier: string, from: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? join(dirname(from), specifier) : null
}

function declaredBy(statement: ts.Statement): readonly (readonly [string, ts.Node])[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((one) => [one.name.getText(), one])
  }
  if (!ts.isFunctionDeclaration(statement)) return []
  return [[statement.name?.text ?? 'default', statement]]
}

function said(node: ts.Node): Declaration {
  const inside = descendantsOf(node)
  const names = inside.filter(ts.isIdentifier).map(({ text }) => text)
  return {
    names: unique(names),
    writes: inside.some((one) => ts.isCallExpression(one) && opensTransaction(one)),
    intents: unique(inside.flatMap(intentsIn)),
  }
}

function opensTransaction({ expression }: ts.CallExpression): boolean {
  return /^(?:transact|actAsIf|(?:\w+\.)*database\.write)$/.test(expression.getText())
}

/** `intent: z.literal('lift')`, `intent === 'lift'`, `case 'lift'`, `name="intent" value="lift"`. */
function intentsIn(node: ts.Node): readonly string[] {
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'intent') {
    return textsIn(node.initializer)
  }
  if (ts.isBinaryExpression(node) && isComparedIntent(node)) return textsIn(node.right)
  if (ts.isSwitchStatement(node) && isIntent(node.expression)) {
    return node.caseBlock.clauses.filter(ts.isCaseClause).flatMap((one) => textsIn(one.expression))
  }
  if (ts.isCallExpression(node)) return setIn(node)
  return ts.isJsxAttributes(node) ? sentBy(node) : []
}

/** `asked.set('intent', 'ask')` */
function setIn({ arguments: [name, value] }: ts.CallExpression): readonly string[] {
  const isSet = name !== undefined && ts.isStringLiteral(name) && name.text === 'intent'
  return isSet && value !== undefined ? textsIn(value) : []
}

function isComparedIntent({ left, operatorToken }: ts.BinaryExpression): boolean {
  return /^[!=]==$/.test(operatorToken.getText()) && isIntent(left)
}

function isIntent(node: ts.Node): boolean {
  return /(?:\bintent|get\('intent'\))$/.test(node.getText())
}

function sentBy({ properties }: ts.JsxAttributes): readonly string[] {
  const attributes = properties.filter(ts.isJsxAttribute)
  const isIntentField = attributes.some(
    ({ name, initializer }) => name.getText() === 'name' && initializer?.getText() === '"intent"',
  )
  return attributes
    .filter(({ name }) => name.getText() === (isIntentField ? 'value' : 'intent'))
    .flatMap(({ initializer }) => (initializer === undefined ? [] : textsIn(initializer)))
}

function textsIn(node: ts.Node): readonly string[] {
  return descendantsOf(node)
    .filter((one) => ts.isStringLiteral(one))
    .map(({ text }) => text)
}

function descendantsOf(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    found.push(one)
    ts.forEachChild(one, visit)
  }
  visit(node)
  return found
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}
