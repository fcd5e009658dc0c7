import type { Deps } from '#app/services/context.server.ts'

declare module '@remix-run/server-runtime' {
  interface AppLoadContext {
    readonly deps: Deps
    readonly cspNonce: string
    /** Whether the browser sent a form: a loader that runs after an action is asked with GET. */
    readonly sentForm: boolean
    readonly requestId: string
    /** When the request came, on the clock of `performance.now()`; for durations only. */
    readonly arrivedMs: number
    /** A random cookie of everybody's browser: forms before sign-in carry a token made of it. */
    readonly preSession: string
    /** The peer's address as the trusted proxy reports it: for limits only, never stored as it is. */
    readonly address: string
  }
}
