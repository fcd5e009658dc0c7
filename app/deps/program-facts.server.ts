import { type Clock, instant } from '#app/domain/time.ts'
import type { LogLine, ProgramFacts } from '#app/services/context.server.ts'
import manifest from '../../package.json'

const HOUR_MS = 3_600_000
const HOURS = 24

/** What the program knows of itself, with the ear that counts what it logs. */
export function programFacts(clock: Clock): {
  readonly facts: ProgramFacts
  readonly hear: (line: LogLine) => void
} {
  const hours = new Map<string, Map<number, number>>()
  const hourNow = () => Math.floor(clock.now().getTime() / HOUR_MS)
  return {
    facts: {
      version: manifest.version,
      node: process.version,
      startedAt: instant(clock),
      countOfLastDay: (event) => {
        const oldest = hourNow() - HOURS
        const counted = [...(hours.get(event) ?? [])].filter(([hour]) => hour > oldest)
        return counted.reduce((sum, [, count]) => sum + count, 0)
      },
    },
    hear: ({ event }) => {
      const now = hourNow()
      const counts = hours.get(event) ?? new Map<number, number>()
      counts.set(now, (counts.get(now) ?? 0) + 1)
      for (const hour of counts.keys()) if (hour <= now - HOURS) counts.delete(hour)
      hours.set(event, counts)
    },
  }
}
