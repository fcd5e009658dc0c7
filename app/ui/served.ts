import { createContext } from 'react'

/** What only the server knows of this response: the nonce of its scripts and its request's number. */
export type Served = { readonly nonce: string; readonly requestId: string }

/** Empty in the browser: scripts that run there need no nonce any more. */
export const ServedContext = createContext<Served>({ nonce: '', requestId: '' })
