/**
 * One write at a desk as the client saw it. A form that was sent again has a line for each time, with the
 * same key; one about several children a line, and a key, for each of them.
 */
export type DeskWrite = {
  readonly kind: string
  /** What the trail says of it, once, when it is done. */
  readonly event: string
  /** The child, the pool or the account it is about. */
  readonly subject: string
  readonly key: string
  readonly outcome: 'ok' | 'fail' | 'unknown'
  /** What was answered to a refused one. */
  readonly said: string
  readonly requestId: string | null
}

/** An entry of the trail about something done at a desk. */
export type DeskLine = {
  readonly id: string
  readonly event: string
  readonly subject: string
  readonly requestId: string
}

/**
 * Holds what clients saw at the desks against the trail of the same time, and names what does not fit: a
 * write that was acknowledged and is missing, one that happened twice or was refused, though nobody
 * else does anything about these children and numbers. Every form without an answer was sent again in
 * the end: also of those each has had exactly one effect.
 */
export function checkDesks(
  writes: readonly DeskWrite[],
  trail: readonly DeskLine[],
): readonly string[] {
  const done = new Map<string, DeskWrite>()
  const open = new Map<string, DeskWrite>()
  for (const write of writes) {
    if (write.outcome === 'ok') done.set(write.key, write)
    if (write.outcome === 'unknown') open.set(write.key, write)
  }
  const refused = writes.filter(({ outcome }) => outcome === 'fail')
  const unanswered = [...open.values()].filter(({ key }) => !done.has(key))
  return [
    ...refused.map((one) => `refused: ${nameOf(one)}: ${one.said.slice(0, 200)}`),
    ...unanswered.map((one) => `never answered: ${nameOf(one)}`),
    ...effects([...done.values()], trail),
    ...mismatched([...done.values()], open, trail),
  ]
}

function effects(done: readonly DeskWrite[], trail: readonly DeskLine[]): readonly string[] {
  const [sure, found] = [countBy(done), countBy(trail)]
  return [...new Set([...sure.keys(), ...found.keys()])].flatMap((what) => {
    const [due, is] = [sure.get(what) ?? 0, found.get(what) ?? 0]
    if (is < due) return [`lost: ${what}, ${due} acknowledged, ${is} in the trail`]
    return is > due ? [`too often: ${what}, ${due} acknowledged, ${is} in the trail`] : []
  })
}

/** What was acknowledged the first time it was sent stands in the trail under that very request. */
function mismatched(
  done: readonly DeskWrite[],
  open: ReadonlyMap<string, DeskWrite>,
  trail: readonly DeskLine[],
): readonly string[] {
  const told = new Set(trail.map((line) => `${line.requestId} ${nameOf(line)}`))
  return done
    .filter(({ key }) => !open.has(key))
    .filter((one) => !told.has(`${one.requestId} ${nameOf(one)}`))
    .map((one) => `not under its request: ${nameOf(one)}`)
}

function nameOf({ event, subject }: Pick<DeskLine, 'event' | 'subject'>): string {
  return `${event} ${subject}`
}

function countBy(all: readonly Pick<DeskLine, 'event' | 'subject'>[]) {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
  return counts
}
