import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryRoot } from '#tests/setup/paths.ts'

const { forbidden } = createRequire(import.meta.url)(`${repositoryRoot}/.dependency-cruiser.cjs`)

/** A tree in which every file breaks one rule of the house, but for the last two. */
const HOUSE: Readonly<Record<string, string>> = {
  'app/domain/knows-the-database.ts': "import '../../db/schema'",
  'app/domain/knows-a-package.ts': "import 'zod'",
  'app/domain/knows-node.ts': "import 'node:fs'",
  'app/services/knows-sql.server.ts': "import 'kysely'",
  'app/ui/knows-the-server.tsx': "import '../services/a.server'",
  'app/routes/knows-the-database.tsx': "import '../../db/schema'",
  'app/presenters/knows-a-page.server.ts': "import '../ui/page'",
  'app/http/knows-the-tests.ts': "import '../../tests/factory'",
  'app/domain/circle-a.ts': "import './circle-b'",
  'app/domain/circle-b.ts': "import './circle-a'",
  'db/knows-a-service.server.ts': "import '../app/services/a.server'",
  'db/good.server.ts': "import 'kysely'\nimport '../app/domain/good'",
  'app/domain/good.ts': 'export const good = 1',
  'db/schema.ts': 'export const schema = 1',
  'app/services/a.server.ts': 'export const a = 1',
  'app/ui/page.tsx': 'export const page = 1',
  'tests/factory.ts': 'export const factory = 1',
  'node_modules/kysely/package.json': '{"name":"kysely","main":"index.js"}',
  'node_modules/kysely/index.js': '',
  'node_modules/zod/package.json': '{"name":"zod","main":"index.js"}',
  'node_modules/zod/index.js': '',
}

const house = mkdtempSync(join(tmpdir(), 'einstieg-layers-'))
let broken: readonly string[]

beforeAll(async () => {
  for (const [path, text] of Object.entries(HOUSE)) {
    mkdirSync(join(house, dirname(path)), { recursive: true })
    writeFileSync(join(house, path), text)
  }
  const { output } = await cruise(['app', 'db', 'tests'], {
    baseDir: house,
    ruleSet: { forbidden },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
  })
  const { violations } = (output as ICruiseResult).summary
  broken = violations.map(({ from, rule }) => `${from} ${rule.name}`)
})
afterAll(() => rmSync(house, { recursive: true }))

test.each([
  ['app/domain/knows-the-database.ts', 'app-domain-imports'],
  ['app/domain/knows-a-package.ts', 'app-domain-imports'],
  ['app/domain/knows-node.ts', 'what-the-browser-runs-is-pure'],
  ['app/services/knows-sql.server.ts', 'sql-only-in-db'],
  ['app/ui/knows-the-server.tsx', 'no-server-value-in-the-browser'],
  ['app/routes/knows-the-database.tsx', 'app-routes-imports'],
  ['app/presenters/knows-a-page.server.ts', 'app-presenters-imports'],
  ['app/http/knows-the-tests.ts', 'no-tests-in-the-app'],
  ['app/domain/circle-a.ts', 'no-circular'],
  ['db/knows-a-service.server.ts', 'db-imports'],
])('%s is told so: %s', (file, rule) => {
  expect(broken).toContain(`${file} ${rule}`)
})

test('what the house allows is left alone', () => {
  expect(broken.filter((line) => line.includes('good'))).toEqual([])
})
