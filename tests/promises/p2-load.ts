import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { STEM } from '#tests/promises/canaries.ts'
import type { Operation } from '#tests/promises/check-history.ts'
import type { Browser, Fields, Reply } from '#tests/setup/session.ts'

/** A case of its own for one who proposes and withdraws. */
export type OwnCase = { readonly caseId: string; readonly key: string }
/** How it stands when the load begins. */
export type Standing = OwnCase & { readonly version: number; readonly isProposed: boolean }

/** Writers that write until they are told to stop or nobody answers any more. */
export type Load<Seen = Operation> = {
  /** Resolves when so many writes were acknowledged; rejects when they are not within a minute. */
  readonly acknowledged: (count: number) => Promise<void>
  /** Lets every writer finish its last request. */
  readonly stop: () => Promise<readonly Seen[]>
}

export type Who = {
  readonly browser: Browser
  readonly csrf: string
  /** The school that is proposed. */
  readonly schoolNumber: string
  /** The day of the Meldungen. */
  readonly today: string
}

const LONGEST_MS = 60_000

/** Starts `registrars` who register child after child, and one more for each case that stands there. */
export function startLoad(who: Who, registrars: number, cases: readonly Standing[]): Load {
  const history: Operation[] = []
  const stopping = new AbortController()
  const tell = (operation: Operation) => {
    history.push(operation)
    return operation.outcome
  }
  const writers = [
    ...Array.from({ length: registrars }, () => register(who, tell, stopping.signal)),
    ...cases.map((one) => proposeAndWithdraw(who, one, tell, stopping.signal)),
  ]
  return {
    acknowledged: async (count) => {
      const deadline = performance.now() + LONGEST_MS
      while (history.filter(isAcknowledged).length < count) {
        if (performance.now() > deadline) throw new Error(`Not ${count} writes in time`)
        await wait(2)
      }
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(writers)
      return history
    },
  }
}

/** A write that the client knows to have happened. */
export function isAcknowledged({ op, outcome }: Operation): boolean {
  return op !== 'read' && outcome === 'ok'
}

type Tell = (operation: Operation) => Operation['outcome']

async function register(who: Who, tell: Tell, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const key = familyName()
    const fields = { _idem: randomUUID(), ...newChild(key, who.today) }
    const first = await registerOnce(who, key, fields)
    if (tell(first) === 'unknown') {
      await again(who, key, fields, tell, stopping)
      continue
    }
    if (first.caseId !== null) tell(await readOwn(who, key, first.caseId))
  }
}

/** The same form once more, as a person does who saw no answer: F1. */
async function again(who: Who, key: string, fields: Fields, tell: Tell, stopping: AbortSignal) {
  await wait(50, undefined, { signal: stopping }).catch(() => undefined)
  if (!stopping.aborted) tell(await registerOnce(who, key, fields))
}

/** Sends the form of a Meldung. */
async function registerOnce(who: Who, key: string, fields: Fields): Promise<Operation> {
  const { operation, reply } = await send(who, 'register', key, '/faelle/neu', fields)
  const place = /^\/faelle\/([0-9a-f-]{36})/.exec(String(reply?.headers['location'] ?? ''))
  return { ...operation, caseId: place?.[1] ?? null }
}

async function readOwn({ browser }: Who, key: string, caseId: string): Promise<Operation> {
  const start = now()
  const path = `/faelle/${caseId}?_data=routes%2Fcase`
  const reply = await browser.get(path).catch(() => null)
  const isAnswer = reply !== null && reply.status < 500
  const outcome = reply?.body.includes(key) ? 'ok' : isAnswer ? 'fail' : 'unknown'
  return { op: 'read', key, start, end: now(), outcome, caseId, requestId: null }
}

async function proposeAndWithdraw(
  who: Who,
  standing: Standing,
  tell: Tell,
  stopping: AbortSignal,
): Promise<void> {
  let now = standing
  while (!stopping.aborted) {
    const operation = await turnOnce(who, now)
    const outcome = tell(operation)
    // what happened to it is looked up before the next load
    if (outcome === 'unknown') return
    if (outcome === 'ok') now = { ...now, version: now.version + 1, isProposed: !now.isProposed }
    else await wait(5)
  }
}

/** Withdraws what is proposed, proposes what is not. */
async function turnOnce(who: Who, { caseId, key, version, isProposed }: Standing) {
  const op = isProposed ? 'withdraw' : 'propose'
  const path = isProposed ? `/faelle/${caseId}` : `/faelle/${caseId}/vorschlaege`
  const fields = {
    ...{ _idem: randomUUID(), version: String(version), intent: '' },
    ...{ reason: 'family_wish', sentence: 'Die Familie wünscht es.' },
    schoolNumber: who.schoolNumber,
  }
  const { operation } = await send(who, op, key, path, fields)
  return { ...operation, caseId }
}

async function send(
  { browser, csrf }: Who,
  op: Operation['op'],
  key: string,
  path: string,
  fields: Fields,
): Promise<{ readonly operation: Operation; readonly reply: Reply | null }> {
  const start = now()
  const form = { _csrf: csrf, ...fields }
  const reply = await browser.send({ method: 'POST', path, form }).catch(() => null)
  const requestId = reply === null ? null : String(reply.headers['x-request-id'])
  const operation = {
    op,
    key,
    start,
    end: now(),
    outcome: outcomeOf(reply),
    caseId: null,
    requestId,
  }
  return { operation, reply }
}

/** Only a redirect to the next page says that it is done; only a refusal that it is not. */
function outcomeOf(reply: Reply | null): Operation['outcome'] {
  if (reply === null || reply.status >= 500) return 'unknown'
  return reply.status === 303 ? 'ok' : 'fail'
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

/** A name like no other: sixteen letters, so that nobody is asked about a likely duplicate. */
function familyName(): string {
  const letters = Array.from({ length: 16 }, () => String.fromCharCode(97 + randomInt(26)))
  return `Q${letters.join('')}`
}

/** The form of a Meldung, for a child with this family name; whoever is with it bears the canary. */
export function newChild(key: string, today: string): Fields {
  return {
    ...{ givenNames: key.slice(-7), familyName: key, sex: 'w', language: 'ar' },
    ...{ birthPrecision: 'day', birthYear: String(2009 + randomInt(10)) },
    ...{ birthMonth: String(1 + randomInt(12)), birthDay: String(1 + randomInt(28)) },
    ...{ guardian1Name: `${key} ${STEM}`, guardian1Role: 'mother', municipality: '05358008' },
    ...{ street: 'Rurstraße 4', postcode: '52349', town: 'Düren' },
    ...{ phone: '0221 4710-833', channel: 'phone', registeredOn: today },
  }
}
