import type { Engine } from '#db/schema.ts'

/**
 * The engine this run of the tests is about: Vitest's project `node` runs them on SQLite, `postgres`
 * the same files on PostgreSQL. A file about one engine bears its name (`*.sqlite.test.ts`,
 * `*.postgres.test.ts`) and belongs to that project only.
 */
export const testEngine: Engine = process.env['TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite'

/** Tests of a shared file that are about one engine: the other project does not have them at all. */
export function onlyOn(engine: Engine, define: () => void): void {
  if (testEngine === engine) define()
}
