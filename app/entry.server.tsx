import type {
  AppLoadContext,
  EntryContext,
  HandleDataRequestFunction,
  HandleErrorFunction,
} from '@remix-run/node'
import { RemixServer } from '@remix-run/react'
import { renderToString } from 'react-dom/server'
import { keptEven } from './http/even-refusal.ts'
import './http/load-context.ts'
import { documentStatus, retryAfterOf } from './http/respond.server.ts'
import { ServedContext } from './ui/served.ts'

/** Renders a page at once (nothing here streams), so that its status is the right one. */
export default async function handleRequest(
  request: Request,
  _status: number,
  headers: Headers,
  remixContext: EntryContext,
  { cspNonce, requestId, arrivedMs }: AppLoadContext,
): Promise<Response> {
  const markup = renderToString(
    <ServedContext.Provider value={{ nonce: cspNonce, requestId }}>
      <RemixServer context={remixContext} url={request.url} nonce={cspNonce} />
    </ServedContext.Provider>,
  )
  headers.set('Content-Type', 'text/html; charset=utf-8')
  const seconds = retryAfterOf(remixContext.staticHandlerContext)
  if (seconds !== null) headers.set('Retry-After', seconds)
  const status = documentStatus(remixContext.staticHandlerContext)
  await keptEven(status, arrivedMs)
  return new Response(`<!DOCTYPE html>${markup}`, { status, headers })
}

/** What a page asks for on its own: a refusal takes as long there as on the page. */
export const handleDataRequest: HandleDataRequestFunction = async (response, { context }) => {
  await keptEven(response.status, (context as AppLoadContext).arrivedMs)
  return response
}

/** Accidents, once: their kind and place in the code, never their text (it may quote a child). */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted) return
  const { deps, requestId } = context as AppLoadContext
  deps.log({ event: 'accident', requestId, code: placeOf(error) })
}

function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error'
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? ''
  return `${error.name}${frame.replace(/^\s+at /, ' at ').replace(/file:.*\//, '')}`
}
