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
    invalid: controlsIn(html).flatMap(({ tag }) =>
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

/** A field as it stands in the text: its tag, and what would be sent of it; nothing: it is not sent. */
type Field = { readonly tag: string; readonly values: readonly string[] }

function controlsIn(html: string): readonly Field[] {
  return [...html.matchAll(CONTROL)].map(([whole, input, select, options]) =>
    select === undefined
      ? { tag: input ?? whole, values: isSent(whole) ? [attribute(whole, 'value') ?? ''] : [] }
      : { tag: select, values: chosenOf(select, options ?? '') },
  )
}

const CONTROL = /(<input\b[^>]*>)|(<select\b[^>]*>)(.*?)<\/select>/gs

/** What is chosen; where nothing is, a browser takes the first that can be, but for a list of many. */
function chosenOf(select: string, html: string): readonly string[] {
  const options = [...html.matchAll(/(<option\b[^>]*>)(.*?)<\/option>/gs)]
    .map(([, tag = '', text = '']) => ({
      tag,
      value: attribute(tag, 'value') ?? plain(text).trim(),
    }))
    .filter(({ tag }) => !says(tag, 'disabled'))
  const selected = options.filter(({ tag }) => says(tag, 'selected'))
  const isMany = says(select, 'multiple')
  const chosen = selected.length > 0 || isMany ? selected : options.slice(0, 1)
  return (isMany ? chosen : chosen.slice(-1)).map(({ value }) => value)
}

function fieldsIn(html: string): Readonly<Record<string, readonly string[]>> {
  const fields: Record<string, string[]> = {}
  for (const { tag, values } of controlsIn(html)) {
    const name = attribute(tag, 'name')
    if (name === null || values.length === 0) continue
    fields[name] = [...(fields[name] ?? []), ...values]
  }
  return fields
}

function isSent(tag: string): boolean {
  return !/\btype="(?:radio|checkbox)"/.test(tag) || says(tag, 'checked')
}

/** Whether a tag has an attribute that says something by being there; no word of a value is one. */
function says(tag: string, name: string): boolean {
  return new RegExp(`\\s${name}\\b`).test(tag.replaceAll(/="[^"]*"/g, ''))
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
