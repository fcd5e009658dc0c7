import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/setup/longest-first.ts'
import { guard, isSoak } from './tests/setup/size.ts'
import { postgresBin } from './tests/setup/tools.mjs'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const shared = {
  resolve: { alias: { '#app': here('./app'), '#db': here('./db'), '#tests': here('./tests') } },
  esbuild: { jsx: 'automatic' },
} as const

/** The folders whose tests touch SQL: the project `postgres` runs them a second time. */
const touchSql = ['services', 'db', 'routes', 'http', 'cli', 'setup'].map(
  (folder) => `tests/${folder}/**/*.test.ts`,
)
/** Among them these open no database, or say of every engine what they say of one. */
const touchNone = [
  'tests/services/account/address-block.test.ts',
  'tests/services/account/password-rule.test.ts',
  'tests/db/name-index.test.ts',
  'tests/db/plain-columns.test.ts',
  'tests/http/damaged-record.test.ts',
  'tests/http/even-refusal.test.ts',
  'tests/http/route-ids.test.ts',
  'tests/http/search-word.test.ts',
  'tests/setup/setup.test.ts',
  'tests/setup/tooling.test.ts',
]
const outsideTheProcess = ['tests/e2e/**', 'tests/promises/**', 'tests/bench/**', 'tests/soak/**']

/** The same files as in `node`, on a throw-away PostgreSQL where the machine has one. */
const onPostgres = {
  ...shared,
  test: {
    name: 'postgres',
    environment: 'node',
    pool: 'forks',
    isolate: false,
    include: touchSql,
    exclude: [...touchNone, 'tests/**/*.sqlite.test.ts'],
    env: { TEST_ENGINE: 'postgres' },
    globalSetup: ['tests/setup/cluster.ts'],
    setupFiles: ['tests/setup/msw.ts', 'tests/setup/worlds.ts'],
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}

/** Promises that are walked once on each engine; the longest of them on PostgreSQL in soak only. */
const promisesOnBoth = [
  ...[
    'p4-sent-twice',
    'p5-elsewhere',
    'p6-mail',
    'p7-withdrawn-rights',
    'p11-reads',
    'p21-every-form',
    'p21-foreign-sites',
  ],
  ...(isSoak ? ['p5-matrix', 'p6-fields'] : []),
].map((name) => `tests/promises/${name}.test.ts`)
const onPostgresToo = { env: { TEST_ENGINE: 'postgres' } }

/** What runs against the served build, with a PostgreSQL that all its files share. */
function outside(
  name: string,
  include: string[],
  options: {
    readonly without?: string[]
    readonly fileParallelism?: boolean
    readonly env?: Record<string, string>
  },
) {
  return {
    ...shared,
    test: {
      name,
      environment: 'node' as const,
      pool: 'forks' as const,
      // files share a process, but Vitest does not mix that with a project that runs one file at a time
      isolate: options.fileParallelism === false,
      include,
      exclude: [...(options.without ?? [])],
      globalSetup: ['tests/setup/built.ts', 'tests/setup/cluster.ts'],
      fileParallelism: options.fileParallelism ?? true,
      env: options.env ?? {},
      testTimeout: guard(120_000),
      hookTimeout: guard(120_000),
    },
  }
}

// Deliberately without the Remix plugin: it breaks under Vitest.
export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...shared,
        test: {
          name: 'node',
          environment: 'node',
          pool: 'forks',
          isolate: false,
          include: ['tests/**/*.test.ts'],
          exclude: [...outsideTheProcess, 'tests/**/*.postgres.test.ts'],
          setupFiles: ['tests/setup/msw.ts', 'tests/setup/worlds.ts'],
          restoreMocks: true,
          testTimeout: 30_000,
        },
      },
      ...(postgresBin() === null ? [] : [onPostgres]),
      {
        ...shared,
        test: {
          name: 'ui',
          environment: 'jsdom',
          include: ['tests/**/*.test.tsx'],
          setupFiles: ['tests/setup/msw.ts', 'tests/setup/ui.ts'],
          restoreMocks: true,
        },
      },
      outside('promises', ['tests/promises/**/*.test.ts'], { without: ['**/*.alone.test.ts'] }),
      ...(postgresBin() === null
        ? []
        : [outside('promises-postgres', promisesOnBoth, onPostgresToo)]),
      outside('promises-alone', ['tests/promises/**/*.alone.test.ts'], { fileParallelism: false }),
      outside('e2e', ['tests/e2e/**/*.test.ts'], {}),
    ],
  },
})
