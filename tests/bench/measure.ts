import autocannon from 'autocannon'
import type { Session } from './sign-in.ts'
import type { Target } from './targets.ts'

/** One measurement: milliseconds, and answers as meant per second; `failed` is what answered otherwise. */
export type Measured = {
  readonly p50: number
  readonly p99: number
  readonly rps: number
  readonly failed: number
}

/** Loads one address for some seconds, after a short warm-up that does not count. */
export async function measure(
  origin: string,
  session: Session,
  target: Target,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Measured> {
  await run(origin, session, target, connections, 1)
  const result = await run(origin, session, target, connections, seconds)
  const wanted = result.statusCodeStats?.[`${target.status}`]?.count ?? 0
  return {
    p50: result.latency.p50,
    p99: result.latency.p99,
    rps: Math.round(wanted / result.duration),
    failed: result.requests.total - wanted + result.errors,
  }
}

function run(
  origin: string,
  session: Session,
  target: Target,
  connections: number,
  duration: number,
): Promise<autocannon.Result> {
  return autocannon({
    url: origin,
    connections,
    duration,
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
