import ts from 'typescript'
import { expect, test } from 'vitest'
import { callsIn, nodesOf, placeOf, type Source, sourceOf, sourcesUnder } from './source.ts'

const STATEMENTS = ['selectFrom', 'insertInto', 'updateTable', 'deleteFrom', 'mergeInto']
const WRITES = STATEMENTS.slice(1)

/** A try counts also when what it was for is refused, so it cannot ride in that transaction. */
const OWN_TRANSACTION = ['db/queries/limits.server.ts', 'db/queries/passkey-challenge.server.ts']

/**
 * Beside `transact`: last use of a session, the clockwork's own rows, the chain over the
 * trail, how far an erasure has come and the ledger of the erased, a draft that goes on.
 */
const OPENS_A_TRANSACTION = [
  'app/services/account/staff-session.server.ts',
  'app/services/audit/chain.server.ts',
  'app/services/draft/keep-draft.server.ts',
  'app/services/family/family-session.server.ts',
  'app/services/jobs/run-due-jobs.server.ts',
  'app/services/jobs/tidy-up.server.ts',
  'app/services/notice/send-mail.server.ts',
  'app/services/privacy/carry-out-erasure.server.ts',
  'app/services/privacy/settle-erasures.server.ts',
  'app/services/transact.server.ts',
]

/** Statements are written in db/ alone. */
function statementsOutsideDb(source: Source): readonly string[] {
  // reading is quick, parsing is not
  const isSuspect = STATEMENTS.some((name) => source.text.includes(name))
  if (source.path.startsWith('db/') || !isSuspect) return []
  return nodesOf(source)
    .filter(ts.isCallExpression)
    .filter((call) => STATEMENTS.includes(nameOf(call)))
    .map((call) => placeOf(source, call))
}

/** A function that writes says so by its first parameter: a `Tx`, which only a transaction hands out. */
function writersWithoutTransaction(source: Source): readonly string[] {
  return nodesOf(source)
    .filter(ts.isFunctionDeclaration)
    .filter((declaration) => callsIn(declaration).some((name) => WRITES.includes(name)))
    .filter((declaration) => declaration.parameters[0]?.type?.getText(source.tree) !== 'Tx')
    .map((declaration) => placeOf(source, declaration))
}

/** The trail is written, and a permit made, at one place each. */
function makersOf(what: RegExp, sources: readonly Source[]): readonly string[] {
  return sources.filter(({ text }) => what.test(text)).map(({ path }) => path)
}

function nameOf({ expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : ''
}

test('no statement is written outside db/', () => {
  expect(sourcesUnder('app').flatMap(statementsOutsideDb)).toEqual([])
})

test('every function of db/queries that writes takes a Tx', () => {
  const queries = sourcesUnder('db/queries').filter(({ path }) => !OWN_TRANSACTION.includes(path))
  expect(queries.flatMap(writersWithoutTransaction)).toEqual([])
})

test('only transact, and what concerns no case, opens a transaction', () => {
  expect(makersOf(/\bdatabase\.write\(/, sourcesUnder('app')).toSorted()).toEqual(
    OPENS_A_TRANSACTION,
  )
})

test('only the policy makes a permit', () => {
  expect(makersOf(/as Permit\b/, sourcesUnder('app'))).toEqual(['app/policy/policy.ts'])
})

test('only the audit query writes the trail', () => {
  expect(makersOf(/insertInto\(\s*'audit_entry'/, sourcesUnder('app', 'db'))).toEqual([
    'db/queries/audit.server.ts',
  ])
})

test('the checks object to a page that writes by itself', () => {
  const page = sourceOf(
    'app/routes/bad.tsx',
    `// db.insertInto('comment') in a comment is none
     export function action(db) { return db.insertInto('pupil_case').values({}).execute() }`,
  )
  expect(statementsOutsideDb(page)).toEqual(['app/routes/bad.tsx:2'])
})

test('the checks object to a query that writes outside a transaction', () => {
  const query = sourceOf(
    'db/queries/bad.server.ts',
    `export async function closeCase(db: Db) { await db.updateTable('pupil_case').execute() }
     export async function openCase(tx: Tx) { await tx.updateTable('pupil_case').execute() }`,
  )
  expect(writersWithoutTransaction(query)).toEqual(['db/queries/bad.server.ts:1'])
})
