/**
 * What a client saw of one request, in milliseconds of one clock. `unknown`: the connection broke, so
 * it may have happened or not. A write acknowledged at last after a repetition has a line for each try.
 */
export type Operation = {
  readonly op: 'register' | 'propose' | 'withdraw' | 'read'
  /** The child's family name: made for this child, found nowhere else. */
  readonly key: string
  readonly start: number
  readonly end: number
  readonly outcome: 'ok' | 'fail' | 'unknown'
  readonly caseId: string | null
  /** The server's number of the request, where an answer was read. */
  readonly requestId: string | null
}

/** What the database holds afterwards. */
export type Stored = {
  /** Every child that opens with its key, in the order its change was committed. */
  readonly children: readonly { readonly key: string; readonly caseId: string }[]
  /** The trail in its order. */
  readonly trail: readonly TrailLine[]
  /** Seats of the one school that is proposed. */
  readonly seats: number
}

type TrailLine = { readonly event: string; readonly caseId: string; readonly requestId: string }

const EVENTS = {
  register: 'case_registered',
  propose: 'school_proposed',
  withdraw: 'proposal_withdrawn',
} as const

type Write = Operation & { readonly op: keyof typeof EVENTS }

/**
 * Holds a history against what is stored, and names everything that does not fit: an acknowledged
 * write that is missing, one that happened twice or that was refused and happened, a read that did not
 * see what was acknowledged before it, a trail whose order is not that of the commits, more seats given
 * than there are. Nothing named: the history is one that a program without concurrency could have.
 */
export function checkHistory(history: readonly Operation[], stored: Stored): readonly string[] {
  const writes = history.filter((one): one is Write => one.op !== 'read')
  return [
    ...missingChildren(writes, stored),
    ...unexpectedChildren(writes, stored),
    ...effects(writes, stored),
    ...blindReads(history),
    ...trailOrder(writes, stored),
    ...commitOrder(stored),
    ...seats(stored),
  ]
}

function missingChildren(writes: readonly Write[], { children }: Stored): readonly string[] {
  const byKey = new Map(children.map(({ key, caseId }) => [key, caseId]))
  return writes
    .filter(({ op, outcome }) => op === 'register' && outcome === 'ok')
    .filter(({ key, caseId }) => byKey.get(key) !== caseId)
    .map(({ key }) => `lost: the registration of ${key}`)
}

function unexpectedChildren(writes: readonly Write[], { children }: Stored): readonly string[] {
  const tried = new Set<string>()
  for (const { op, key, outcome } of writes) {
    if (op === 'register' && outcome !== 'fail') tried.add(key)
  }
  const seen = new Set<string>()
  return children.flatMap(({ key }) => {
    if (seen.has(key)) return [`twice: the registration of ${key}`]
    seen.add(key)
    return tried.has(key) ? [] : [`nobody's: the registration of ${key}`]
  })
}

/** For each child and kind of write: as many lines of the trail as acknowledged, plus what is unknown. */
function effects(writes: readonly Write[], { children, trail }: Stored): readonly string[] {
  const caseIds = new Map(children.map(({ key, caseId }) => [key, caseId]))
  const lines = countBy(trail, ({ event, caseId }) => `${event} ${caseId}`)
  const perChild = new Map<string, Write[]>()
  for (const write of writes) {
    const caseId = write.caseId ?? caseIds.get(write.key) ?? write.key
    const id = `${EVENTS[write.op]} ${caseId}`
    perChild.set(id, [...(perChild.get(id) ?? []), write])
  }
  return [...perChild].flatMap(([id, tries]) => {
    const sure = tries.filter(({ outcome }) => outcome === 'ok').length
    const unsure = tries.filter(({ outcome }) => outcome === 'unknown').length
    const found = lines.get(id) ?? 0
    if (found < sure) return [`lost: ${id}, ${sure} acknowledged, ${found} in the trail`]
    return found > sure + unsure ? [`too often: ${id}, ${found} in the trail`] : []
  })
}

function blindReads(history: readonly Operation[]): readonly string[] {
  const known = new Map<string, number>()
  for (const { op, key, outcome, end } of history) {
    if (op === 'register' && outcome === 'ok') known.set(key, end)
  }
  return history
    .filter(({ op, outcome }) => op === 'read' && outcome === 'fail')
    .filter(({ key, start }) => (known.get(key) ?? Number.POSITIVE_INFINITY) <= start)
    .map(({ key }) => `not seen: ${key}, although it was acknowledged before`)
}

/** What was acknowledged before something else was even asked for stands before it in the trail. */
function trailOrder(writes: readonly Write[], { trail }: Stored): readonly string[] {
  const asked = new Map(writes.map((write) => [write.requestId, write]))
  let newest = Number.NEGATIVE_INFINITY
  const wrong: string[] = []
  for (const { requestId, event } of trail) {
    const write = asked.get(requestId)
    if (write === undefined || write.outcome !== 'ok') continue
    if (write.end < newest) wrong.push(`out of order: ${event} of ${write.key}`)
    newest = Math.max(newest, write.start)
  }
  return wrong
}

/** Children in the order of their commits are registered in that order in the trail. */
function commitOrder({ children, trail }: Stored): readonly string[] {
  const registered = trail.filter(({ event }) => event === EVENTS.register)
  const known = new Set(registered.map(({ caseId }) => caseId))
  const committed = children.filter(({ caseId }) => known.has(caseId))
  const places = new Map(committed.map(({ caseId }, at) => [caseId, at]))
  const inTrail = registered.filter(({ caseId }) => places.has(caseId))
  return inTrail.flatMap(({ caseId }, at) =>
    places.get(caseId) === at ? [] : [`not in the order of the commits: ${caseId}`],
  )
}

function seats({ trail, seats: most }: Stored): readonly string[] {
  const given = new Set<string>()
  return trail.flatMap(({ event, caseId }) => {
    if (event === EVENTS.withdraw) given.delete(caseId)
    if (event !== EVENTS.propose) return []
    if (given.has(caseId)) return [`two seats: ${caseId}`]
    given.add(caseId)
    return given.size > most ? [`oversold: ${given.size} of ${most} seats`] : []
  })
}

function countBy<T>(all: readonly T[], by: (one: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(by(one), (counts.get(by(one)) ?? 0) + 1)
  return counts
}
