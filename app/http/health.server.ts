import type { Deps } from '#app/services/context.server.ts'
import { isDatabaseHealthy } from '#db/open.server.ts'

/** What `/healthz` says: 200 while the program can work (also while names are read in), else 503. */
export async function health(deps: Deps) {
  const isHealthy = await isDatabaseHealthy(deps.database)
  return {
    status: isHealthy ? 200 : 503,
    body: { status: isHealthy ? 'ok' : 'down', index: deps.names.state() },
  } as const
}
