import type { RequestHandler } from 'express'
import { addDays, today } from '#app/domain/time.ts'
import type { Deps } from '#app/services/context.server.ts'

/** Where people who found a fault look for whom to tell (RFC 9116). */
export const SECURITY_TXT = '/.well-known/security.txt'

/** A page that is asked for is true; one that somebody kept is not trusted for longer than this. */
const VALID_DAYS = 90

/** Answers with the contact of this installation. */
export function securityTxt(deps: Pick<Deps, 'clock' | 'origin'>, contact: string): RequestHandler {
  return (_request, response) => {
    const lines = [
      `Contact: ${contact}`,
      `Expires: ${addDays(today(deps.clock), VALID_DAYS)}T00:00:00.000Z`,
      'Preferred-Languages: de, en',
      `Canonical: ${deps.origin}${SECURITY_TXT}`,
    ]
    response.type('text/plain; charset=utf-8').send(`${lines.join('\n')}\n`)
  }
}
