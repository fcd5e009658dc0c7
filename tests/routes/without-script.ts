import { createRemixStub } from '@remix-run/testing'
import { createElement, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'

/** What a browser without JavaScript shows: the text of the page, and what its forms would send. */
export type ShownPage = {
  readonly text: string
  /** What stands in the fields named so, as they would be sent. */
  readonly values: (name: string) => readonly string[]
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** The same of one of its forms, by its label. */
  readonly fieldsOf: (label: string) => Readonly<Record<string, readonly string[]>>
  /** The fields that are said to be wrong. */
  readonly invalid: readonly string[]
  /** The words of its primary buttons. */
  readonly primary: readonly string[]
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
  const fields = fieldsIn(html)
  const text = wordsOf(html)
  return {
    ...{ text, fields, values: (name) => fields[name] ?? [] },
    fieldsOf: (label) => fieldsIn(formIn(html, label)),
    invalid: inputsIn(html).flatMap((tag) =>
      attribute(tag, 'aria-invalid') === 'true' ? (attribute(tag, 'name') ?? []) : [],
    ),
    primary: [...html.matchAll(/<(a|button)\b[^>]*\bkern-btn--primary\b.*?<\/\1>/gs)].map(([tag]) =>
      wordsOf(tag).trim(),
    ),
  }
}

function wordsOf(html: string): string {
  return plain(html.replaceAll('<!-- -->', '').replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, ' ')
}

function formIn(html: string, label: string): string {
  const forms = html.split('<form').slice(1)
  const form = forms.find((one) => attribute(`<form${one}`, 'aria-label') === label)
  if (form === undefined) throw new Error(`No form ${label}`)
  return form.slice(0, form.indexOf('</form>'))
}

function inputsIn(html: string): readonly string[] {
  return [...html.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag)
}

function fieldsIn(html: string): Readonly<Record<string, readonly string[]>> {
  const fields: Record<string, string[]> = {}
  for (const tag of inputsIn(html)) {
    const name = attribute(tag, 'name')
    if (name === null || !isSent(tag)) continue
    fields[name] = [...(fields[name] ?? []), attribute(tag, 'value') ?? '']
  }
  return fields
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
