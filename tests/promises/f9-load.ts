import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Operation } from '#tests/promises/check-history.ts'
import { newChild } from '#tests/promises/p2-load.ts'
import type { Browser, Fields, Reply } from '#tests/setup/session.ts'
import type { CentreCode } from '#tests/setup/world.ts'

/** One who registers and reads: known by a name that nobody else has, and by the names of their children. */
export type Colleague = {
  readonly name: string
  readonly centre: CentreCode
  /** One letter: with that of the centre, how the family names of their children begin. */
  readonly letter: string
  readonly browser: Browser
  readonly csrf: string
}

/** Where a child of the centre lives. */
const HOMES: Readonly<Record<CentreCode, string>> = { DN: '05358008', BOR: '05554012' }
const LETTER_OF: Readonly<Record<CentreCode, string>> = { DN: 'd', BOR: 'b' }
const FAMILY_NAME = /\bQ([db])([a-z])[a-z]{14}\b/g

/** What all of them did and saw. */
export type Seen = {
  readonly history: Operation[]
  /** Who sent each Meldung that was acknowledged, by the number of the request. */
  readonly sentBy: Map<string, Colleague>
  /** The numbers of Meldungen that were answered with "nothing was changed". */
  readonly toldUnchanged: Set<string>
  /** Answers that nobody may get: another's page, an accident, an error without a sentence. */
  readonly wrong: string[]
  readonly statuses: Map<number | 'broken', number>
  /** The first page that was asked for after this moment and came, in ms after it. */
  readonly healedAfter: (since: number) => number | null
}

/** People at work until they are told to stop. */
export type Work = {
  readonly seen: Seen
  /** Resolves when so many further Meldungen were acknowledged. @throws after a minute. */
  readonly acknowledged: (count: number) => Promise<void>
  /** Lets everybody end what they do; a Meldung without an answer is sent until it has one. */
  readonly stop: () => Promise<void>
}

const LONGEST_MS = 60_000

/** Everybody registers, reads what they registered and looks at their other pages, over and over. */
export function goToWork(colleagues: readonly Colleague[], day: string): Work {
  const pages: { readonly start: number; readonly end: number }[] = []
  const seen: Seen = {
    history: [],
    sentBy: new Map(),
    toldUnchanged: new Set(),
    wrong: [],
    statuses: new Map(),
    healedAfter: (since) => {
      const page = pages.find(({ start }) => start >= since)
      return page === undefined ? null : page.end - since
    },
  }
  const stopping = new AbortController()
  const read = async (colleague: Colleague, path: string, child: string | null) => {
    const start = performance.now()
    const reply = await colleague.browser.get(path).catch(() => null)
    count(seen, reply)
    if (reply?.status === 200) pages.push({ start, end: performance.now() })
    seen.wrong.push(...faultsOf(reply, path), ...faultsOfPage(reply, colleagues, colleague, child))
    return reply
  }
  const running = colleagues.map(async (colleague) => {
    while (!stopping.signal.aborted) {
      const key = familyName(colleague)
      const caseId = await registerUntilAnswered(seen, colleague, key, day)
      if (caseId !== null) await readOwn(seen, key, caseId, (path) => read(colleague, path, key))
      for (const path of ['/arbeitsliste', '/konto']) await read(colleague, path, null)
    }
  })
  return {
    seen,
    acknowledged: async (more) => {
      const enough = acknowledgedIn(seen) + more
      const deadline = performance.now() + LONGEST_MS
      while (acknowledgedIn(seen) < enough) {
        if (performance.now() > deadline) throw new Error(`Not ${more} Meldungen in time`)
        await wait(5)
      }
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

function acknowledgedIn({ history }: Seen): number {
  return history.filter(({ op, outcome }) => op === 'register' && outcome === 'ok').length
}

/** What is wrong with an answer, whoever asked: an accident, a way to the door, a refusal without words. */
function faultsOf(reply: Reply | null, path: string): readonly string[] {
  if (reply === null) return []
  const { status, body, headers } = reply
  const isToTheDoor = String(headers.location ?? '').startsWith('/anmelden')
  return [
    ...([200, 303, 503].includes(status) && !isToTheDoor ? [] : [`${path}: ${status}`]),
    ...(/\n\s+at \S+ \(|node:internal|node_modules/.test(body) ? [`${path}: a stack`] : []),
    ...(status === 503 && !SENTENCE.test(body) ? [`${path}: refused without a sentence`] : []),
  ]
}

const UNCHANGED = /Es wurde nichts geändert/
const SENTENCE = /Bitte (?:versuchen|senden|sehen) Sie/

/**
 * What of a page belongs to somebody else: it must name its reader and nobody else of those at work,
 * no child of another centre, and, where it is the page of one child, that child alone.
 */
export function faultsOfPage(
  reply: Reply | null,
  everybody: readonly Pick<Colleague, 'name'>[],
  { name, centre }: Pick<Colleague, 'name' | 'centre'>,
  child: string | null,
): readonly string[] {
  if (reply?.status !== 200) return []
  const others = everybody.filter((one) => one.name !== name && reply.body.includes(one.name))
  const children = new Set([...reply.body.matchAll(FAMILY_NAME)].map(([key]) => key))
  const strange = [...children].filter((key) => key[1] !== LETTER_OF[centre])
  return [
    ...(reply.body.includes(name) ? [] : [`${name} gets a page that does not name them`]),
    ...others.map((other) => `${name} gets a page that names ${other.name}`),
    ...strange.map(() => `${name} gets a page with a child of another centre`),
    ...(child === null || children.has(child) ? [] : [`${name} does not see the child asked for`]),
    ...(child === null || children.size < 2 ? [] : [`${name} sees another child as well`]),
  ]
}

/** The same form, with the same key, until somebody says what became of it. Null: nobody did. */
async function registerUntilAnswered(
  seen: Seen,
  colleague: Colleague,
  key: string,
  day: string,
): Promise<string | null> {
  const child = { ...newChild(key, day), municipality: HOMES[colleague.centre] }
  const form: Fields = { _csrf: colleague.csrf, _idem: randomUUID(), ...child }
  const deadline = performance.now() + LONGEST_MS
  while (performance.now() < deadline) {
    const caseId = await registerOnce(seen, colleague, key, form)
    if (caseId !== null) return caseId
    await wait(20)
  }
  seen.wrong.push(`${colleague.name} gets no answer within ${LONGEST_MS} ms`)
  return null
}

async function registerOnce(
  seen: Seen,
  colleague: Colleague,
  key: string,
  form: Fields,
): Promise<string | null> {
  const start = now()
  const path = '/faelle/neu'
  const reply = await colleague.browser.send({ method: 'POST', path, form }).catch(() => null)
  count(seen, reply)
  seen.wrong.push(...faultsOf(reply, path))
  const caseId = placeIn(reply)
  const outcome = caseId === null ? 'unknown' : 'ok'
  const requestId = reply === null ? null : String(reply.headers['x-request-id'])
  seen.history.push({ op: 'register', key, start, end: now(), outcome, caseId, requestId })
  if (requestId === null) return null
  if (caseId !== null) seen.sentBy.set(requestId, colleague)
  else if (UNCHANGED.test(reply?.body ?? '')) seen.toldUnchanged.add(requestId)
  return caseId
}

/** The case that an answer leads to. */
function placeIn(reply: Reply | null): string | null {
  const place = /^\/faelle\/([0-9a-f-]{36})/.exec(String(reply?.headers.location ?? ''))
  return place?.[1] ?? null
}

async function readOwn(
  { history }: Seen,
  key: string,
  caseId: string,
  read: (path: string) => Promise<Reply | null>,
): Promise<void> {
  const start = now()
  const reply = await read(`/faelle/${caseId}`)
  const isAnswer = reply !== null && reply.status < 500
  const outcome = reply?.body.includes(key) ? 'ok' : isAnswer ? 'fail' : 'unknown'
  history.push({ op: 'read', key, start, end: now(), outcome, caseId, requestId: null })
}

function count({ statuses }: Seen, reply: Reply | null): void {
  const status = reply?.status ?? 'broken'
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
}

function familyName({ centre, letter }: Colleague): string {
  const letters = Array.from({ length: 14 }, () => String.fromCharCode(97 + randomInt(26)))
  return `Q${LETTER_OF[centre]}${letter}${letters.join('')}`
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
