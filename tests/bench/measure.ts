import autocannon from 'autocannon'
import type { Session } from './sign-in.ts'
import type { Target } from './targets.ts'

/** One measurement: milliseconds, and answers as meant per second; `failed` is what answered otherwise. */
export type Measured = {
  readonly p50: number
  readonly p99: number
  readonly rps: number
  readonly failed: number
  /** Processor time of the server for one answer, in ms: what others on the machine change least. */
  readonly cpuMs: number
}

/** Who is loaded, and how much processor time that process has used so far. */
export type Loaded = {
  readonly origin: string
  readonly session: Session
  readonly cpuMs: () => Promise<number>
}

type Load = {
  readonly connections: number
  /** For so many seconds, or until so many were answered. */
  readonly until: { readonly seconds: number } | { readonly answers: number }
}

/** Loads one address. */
export async function measure(loaded: Loaded, target: Target, load: Load): Promise<Measured> {
  const before = await loaded.cpuMs()
  const result = await run(loaded, target, load)
  const used = (await loaded.cpuMs()) - before
  const wanted = result.statusCodeStats?.[`${target.status}`]?.count ?? 0
  return {
    p50: result.latency.p50,
    p99: result.latency.p99,
    rps: toTenth(wanted / result.duration),
    failed: result.requests.total - wanted + result.errors,
    cpuMs: toTenth(used / Math.max(1, wanted)),
  }
}

/** The rounds of one measurement as one: the middle of each figure, and all that failed. */
export function together(rounds: readonly Measured[]): Measured {
  const middle = (of: (one: Measured) => number) => {
    const sorted = rounds.map(of).toSorted((a, b) => a - b)
    return sorted[sorted.length >> 1] ?? 0
  }
  return {
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    rps: middle(({ rps }) => rps),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
    cpuMs: middle(({ cpuMs }) => cpuMs),
  }
}

function toTenth(value: number): number {
  return Math.round(value * 10) / 10
}

function run(
  { origin, session }: Loaded,
  target: Target,
  { connections, until }: Load,
): Promise<autocannon.Result> {
  return autocannon({
    url: origin,
    connections,
    ...('seconds' in until ? { duration: until.seconds } : { amount: until.answers }),
    requests: [
      {
        setupRequest: (request) => {
          const { path, body } = target.next()
          return {
            ...request,
            path,
            method: body === null ? 'GET' : 'POST',
            headers: {
              cookie: target.cookie ?? session.cookie,
              ...(body === null
                ? {}
                : { 'content-type': 'application/x-www-form-urlencoded', origin }),
            },
            ...(body === null ? {} : { body }),
          }
        },
      },
    ],
  })
}
