import type { LoaderFunctionArgs } from '@remix-run/node'
import './load-context.ts'
import { type Frame, frameFor } from '#app/presenters/frame.server.ts'
import { staffSessionOf } from './context.server.ts'
import { csrfToken } from './session.server.ts'

/** What the frame of every page needs, and the two values every form carries. */
export type RootData = { readonly frame: Frame; readonly csrf: string; readonly newIdem: string }

/** The frame's data for whoever asks; reveals nothing that needs a right. */
export async function rootData({ request, context }: LoaderFunctionArgs): Promise<RootData> {
  const { deps } = context
  const session = await staffSessionOf({ request, context })
  return {
    // who has not proved the second factor is nobody yet: no name, no menu
    frame: await frameFor(deps, session?.standing === 'open' ? session : null),
    csrf: csrfToken(deps, session?.idHash ?? context.preSession),
    newIdem: deps.newId(),
  }
}
