import { pino } from 'pino'
import type { LogLine } from '#app/services/context.server.ts'

/** What may stand in a log line: ids, counts, codes. Anything else is dropped, whatever is passed. */
const ALLOWED: readonly (keyof LogLine)[] = [
  'event',
  'requestId',
  'code',
  'route',
  'status',
  'ms',
  'count',
  'port',
  'pid',
]

/** The one log function: a list of allowed fields, never a list of forbidden ones (P13). */
export function makeLog(level: string): (line: LogLine) => void {
  const out = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return (line) => {
    const kept = ALLOWED.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]]]))
    out.info(Object.fromEntries(kept))
  }
}
