import { createContext } from 'react'

/**
 * What every form carries besides its fields: the session's CSRF token and a fresh value that makes
 * a form sent twice count once. The root hands both down from its loader.
 */
export type FormGuard = { readonly csrf: string; readonly newIdem: string }

/** Null outside a page that has loaded (an error page before a session): forms are then refused. */
export const FormGuardContext = createContext<FormGuard | null>(null)
