import { postgresPresent } from '#tests/setup/paths.ts'
import { shareCluster } from '#tests/setup/postgres.ts'

/** One PostgreSQL for all files of the project: a worker copies its template, a test its database. */
export default async function setup(): Promise<(() => void) | undefined> {
  return postgresPresent ? (await shareCluster()).stop : undefined
}
