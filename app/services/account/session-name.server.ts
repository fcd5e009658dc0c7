import type { Deps } from '../context.server.ts'

/** What a page calls a session by: says nothing of its token, nor of what is stored of it. */
export function sessionName({ keyed }: Pick<Deps, 'keyed'>, idHash: string): string {
  return keyed('session-name', idHash)
}
