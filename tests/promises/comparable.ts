import type { Reply } from '#tests/setup/session.ts'

/** An answer without what differs from one request to the next, and without the id that was asked. */
export function comparable({ status, headers, body }: Reply, asked: string | null): string {
  const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
  // the page of families carries no data beside its forms
  const idem = /(?:"newIdem":"|name="_idem" value=")([^".]+)/.exec(body)?.[1] ?? ''
  const { date: _date, ...others } = headers
  const varying = [
    nonce,
    idem,
    String(headers['x-request-id']),
    asked,
    asked && encodeURIComponent(asked),
  ]
  return varying
    .filter((value): value is string => Boolean(value))
    .reduce((text, value) => text.replaceAll(value, '…'), JSON.stringify([status, others, body]))
}
