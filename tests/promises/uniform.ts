import type { Asked, Browser, Reply } from '#tests/setup/session.ts'
import type { Work } from '#tests/setup/work.ts'

/** Something one may ask that must be answered as the others of its door are. */
export type Class = {
  readonly name: string
  /** What is asked; made anew for each time. */
  readonly asked: () => Asked
  /** What was typed or stands in the address: an answer may repeat it. */
  readonly own: readonly string[]
}

/** What one class of a door was answered. */
export type Seen = {
  readonly name: string
  readonly answers: ReadonlySet<string>
  readonly work: ReadonlySet<string>
  readonly ms: readonly number[]
}

type Measuring = {
  readonly browser: Browser
  readonly rounds: number
  /** Before each request: windows of limits end, counts begin anew. */
  readonly before: () => Promise<unknown>
  readonly take: () => Work
}

/** Asks all classes in turn, each round beginning with another, and notes what one can tell. */
export async function interleaved(
  classes: readonly Class[],
  { browser, rounds, before, take }: Measuring,
): Promise<readonly Seen[]> {
  const seen = classes.map(({ name }) => ({
    name,
    answers: new Set<string>(),
    work: new Set<string>(),
    ms: [] as number[],
  }))
  // the first round warms up what is kept: statements, hashes, pages
  for (let round = -1; round < rounds; round += 1) {
    for (let n = 0; n < classes.length; n += 1) {
      const at = (Math.max(round, 0) + n) % classes.length
      const [one, noted] = [classes[at], seen[at]]
      if (one === undefined || noted === undefined) continue
      await before()
      take()
      const asked = one.asked()
      const begun = performance.now()
      const reply = await browser.send(asked)
      const took = performance.now() - begun
      const work = take().join(', ')
      if (round < 0) continue
      noted.ms.push(took)
      noted.answers.add(comparable(reply, one.own))
      noted.work.add(work)
    }
  }
  return seen
}

/** An answer without what differs from one request to the next, and without what was asked. */
function comparable({ status, headers, body }: Reply, own: readonly string[]): string {
  const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
  const idems = [...body.matchAll(/"newIdem":"([^"]+)"|name="_idem" value="([^"]+)"/g)]
  const { date: _date, ...others } = headers
  return [
    nonce,
    ...idems.flatMap((found) => found.slice(1)),
    String(headers['x-request-id']),
    ...own,
  ]
    .filter(Boolean)
    .reduce((text, value) => text.replaceAll(value, '…'), JSON.stringify([status, others, body]))
}

/** The middle of the sorted values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[half - 1] ?? Number.NaN, sorted[half] ?? Number.NaN]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

/**
 * How well the one can be told from the other by a threshold: the chance that a value of `b` is
 * greater than one of `a` (Mann–Whitney); 0.5 is not at all.
 */
export function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
  const all = [
    ...a.map((value) => ({ value, isB: false })),
    ...b.map((value) => ({ value, isB: true })),
  ]
  all.sort((one, other) => one.value - other.value)
  let ranks = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1
    const rank = (from + 1 + to) / 2
    ranks += rank * all.slice(from, to).filter(({ isB }) => isB).length
    from = to
  }
  return (ranks - (b.length * (b.length + 1)) / 2) / (a.length * b.length)
}
