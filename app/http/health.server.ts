import type { Deps } from '#app/services/context.server.ts'

/** What `/healthz` says: 200 while data and keys answer (also while names are read in), else 503. */
export async function health({ database, keys, names }: Deps) {
  const isHealthy = (await database.isHealthy()) && (await keys.isHealthy())
  return {
    status: isHealthy ? 200 : 503,
    body: { status: isHealthy ? 'ok' : 'down', index: names.state() },
  } as const
}
