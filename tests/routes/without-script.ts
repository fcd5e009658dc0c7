import { createRemixStub } from '@remix-run/testing'
import { createElement, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'

/** What a browser without JavaScript shows: the text of the page, and what its forms would send. */
export type ShownPage = {
  readonly text: string
  /** What stands in the fields named so, as they would be sent. */
  readonly values: (name: string) => readonly string[]
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** The fields that are said to be wrong. */
  readonly invalid: readonly string[]
}

/** The page a route's component makes of what its loader and its action answered. */
export async function withoutScript(
  Component: FunctionComponent,
  { loaded, answered }: { readonly loaded: Response; readonly answered?: Response | undefined },
): Promise<ShownPage> {
  const Stub = createRemixStub([{ path: '/', id: 'page', Component }])
  const hydrationData = {
    loaderData: { page: await loaded.json() },
    actionData: answered === undefined ? null : { page: await answered.json() },
  }
  const html = renderToString(createElement(Stub, { hydrationData }))
  const fields: Record<string, string[]> = {}
  const invalid: string[] = []
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, 'name')
    if (name === null || !isSent(tag)) continue
    if (attribute(tag, 'aria-invalid') === 'true') invalid.push(name)
    fields[name] = [...(fields[name] ?? []), attribute(tag, 'value') ?? '']
  }
  const text = plain(html.replaceAll('<!-- -->', '').replaceAll(/<[^>]*>/g, ' '))
  const values = (name: string) => fields[name] ?? []
  return { text: text.replaceAll(/\s+/g, ' '), fields, values, invalid }
}

function isSent(tag: string): boolean {
  return !/\btype="(?:radio|checkbox)"/.test(tag) || /\bchecked\b/.test(tag)
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)
  return found === null ? null : plain(found[1] ?? '')
}

function plain(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
