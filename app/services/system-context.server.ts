import type { Context, Deps } from './context.server.ts'

/** The program itself as the one who acts: terminal and jobs. */
export function systemContext(deps: Deps): Context {
  return {
    ...deps,
    actor: { kind: 'system' },
    requestId: deps.newId(),
    steppedUp: true,
    idempotencyKey: null,
  }
}
