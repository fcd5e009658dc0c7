import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '#app/domain/case/stage.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { addHours, type CalendarDate, type Instant, schoolYearOf, today } from '#app/domain/time.ts'
import type { Database } from '#db/open.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import type { DeskLine, DeskWrite } from '#tests/promises/check-desks.ts'
import { formOf } from '#tests/promises/p1-ledger-doors.ts'
import type { Load } from '#tests/promises/p2-load.ts'
import { admit, assign, counsel, propose, seatsAt } from '#tests/promises/steps.ts'
import type { Drawer } from '#tests/setup/random.ts'
import type { Browser, Fields, Reply } from '#tests/setup/session.ts'
import { registered, type World } from '#tests/setup/world.ts'

const LONGEST_MS = 60_000
const DESK_SEATS = 40
/** So many go on with children at the same time; one more changes numbers and reads notices. */
const GOING_ROUND = 4
/** The school whose desk it is; it has room for every child that is sent round. */
export const DESK_SCHOOL = '180103' as SchoolNumber
/** Who sits at the desks: accounts of the world. */
export const PEOPLE = ['counsellor-dn', 'authority-dn', 'school-180103'] as const
const [COUNSELLOR, AUTHORITY, SCHOOL] = PEOPLE
type Person = (typeof PEOPLE)[number]

/** Everybody at the desks, signed in, with the token of their forms. */
export type Desks = Readonly<Record<Person, { readonly browser: Browser; readonly csrf: string }>>

/** What the trail says of each kind of write. */
export const EVENTS = {
  propose: 'school_proposed',
  can_admit: 'school_can_admit',
  decline: 'proposal_declined',
  send_back: 'proposal_sent_back',
  assign: 'case_assigned',
  admit: 'admission_confirmed',
  class: 'class_said',
  start: 'school_started',
  not_started: 'school_not_started',
  here: 'still_at_school',
  gone: 'gone_from_school',
  seats: 'seats_decided',
  reserve: 'seats_reserved',
  notices: 'desk_notices_read',
} as const

type Kind = keyof typeof EVENTS
/** Every kind of write at the desks: a load has shown nothing that lacks one of them. */
export const KINDS = Object.keys(EVENTS) as readonly Kind[]

/** A form as it is sent, and once more with the same key when nobody knows what came of it. */
export type Sent = {
  readonly by: Person
  readonly path: string
  readonly fields: Fields
  readonly kind: Kind
  /** What it is about: one child, or several that are decided about at once. */
  readonly subjects: readonly [string, ...string[]]
}

type Child = {
  readonly id: CaseId
  version: number
  stage: Stage
  hasWord: boolean
  readonly plannedFirstDay: CalendarDate | null
  isGone: boolean
}

/** How children, seats and notices stand when a load begins. */
export type DeskStanding = {
  readonly children: readonly Child[]
  readonly pool: { readonly id: SeatPoolId; version: number; seats: number; reserve: number }
  readonly notices: string[]
}

/**
 * Children who wait for a place at the school of the desk, which has enough of them; the first `absent`
 * were to come there three days ago. Leaves the world's clock at the present.
 */
export async function waitAtDesk(
  world: World,
  { first, count, absent }: Readonly<Record<'first' | 'count' | 'absent', number>>,
): Promise<readonly CaseId[]> {
  const now = new Date().toISOString() as Instant
  world.clock.moveTo(addHours(now, -10 * 24))
  const thisYear = schoolYearOf(today(world.clock))
  await seatsAt(world, DESK_SCHOOL, DESK_SEATS)
  const cases: CaseId[] = []
  for (let serial = first; serial < first + count; serial += 1) {
    const facts = canaryRegistration(serial, { registeredOn: today(world.clock) })
    const walker = { caseId: await registered(world, facts), centre: 'DN' } as const
    await counsel(world, walker)
    cases.push(walker.caseId)
    if (cases.length > absent) continue
    await propose(world, walker, DESK_SCHOOL)
    await assign(world, walker)
    await admit(world, walker, DESK_SCHOOL)
  }
  world.clock.moveTo(now)
  // in the first days of August there are places of the new school year besides
  if (schoolYearOf(today(world.clock)) !== thisYear) await seatsAt(world, DESK_SCHOOL, DESK_SEATS)
  return cases
}

/** How everything stands about these children at the desks. */
export async function deskStanding(
  { db }: Database,
  ids: readonly CaseId[],
): Promise<DeskStanding> {
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()
  const pool = await db
    .selectFrom('seat_pool')
    .select(['id', 'version', 'seats', 'reserve'])
    .where('school_number', '=', DESK_SCHOOL)
    .orderBy('school_year', 'desc')
    .executeTakeFirstOrThrow()
  const notices = await db
    .selectFrom('desk_notice')
    .select('id')
    .where('account_id', '=', `account-${AUTHORITY}` as never)
    .where('read_at', 'is', null)
    .execute()
  return {
    children: rows.map(({ id, version, stage, can_admit_at, planned_first_day, gone_on }) => ({
      ...{ id, version, stage, hasWord: can_admit_at !== null },
      ...{ plannedFirstDay: planned_first_day, isGone: gone_on !== null },
    })),
    pool,
    notices: notices.map(({ id }) => id),
  }
}

/** The lines of the trail that say what was done at the desks. */
export async function deskLines({ db }: Database): Promise<readonly DeskLine[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .leftJoin('audit_case', (join) =>
      join
        .onRef('audit_case.centre_id', '=', 'audit_entry.centre_id')
        .onRef('audit_case.entry_id', '=', 'audit_entry.id'),
    )
    .select(['id', 'event', 'request_id', 'case_id', 'facts'])
    .where('event', 'in', Object.values(EVENTS))
    .execute()
  return rows.map(({ id, event, request_id: requestId, case_id, facts }) => {
    const { poolId, accountId } = JSON.parse(facts) as Readonly<Record<string, string | undefined>>
    return { id, event, requestId, subject: case_id ?? poolId ?? accountId ?? '' }
  })
}

/**
 * Sends first what a load before left without an answer, each form with its own key, then does at the
 * desks whatever can be done next: children go round and on, numbers change, notices are read. What
 * stays without an answer now lies in `pending` afterwards.
 */
export function startDesks(
  desks: Desks,
  { children, pool, notices }: DeskStanding,
  pending: Map<string, Sent>,
  draw: Drawer,
): Load<DeskWrite> {
  const history: DeskWrite[] = []
  const stopping = new AbortController()
  const busy = new Set<Child>()
  /** Forms that were done when they were sent for the first time. */
  let firstTime = 0

  /** Whether all of it was done. */
  const send = async (key: string, sent: Sent): Promise<boolean> => {
    const writes = await sendOnce(desks, key, sent)
    history.push(...writes)
    if (writes.every(({ outcome }) => outcome === 'unknown')) pending.set(key, sent)
    else pending.delete(key)
    return writes.every(({ outcome }) => outcome === 'ok')
  }
  const goOn = async (chosen: Chosen) => {
    for (const child of chosen.children) busy.add(child)
    // who is not answered stays as they are until the next load looks
    if (!(await send(randomUUID(), formFor(chosen)))) return
    firstTime += 1
    for (const child of chosen.children) {
      moveOn(child, chosen.kind)
      busy.delete(child)
    }
  }
  const goRound = async () => {
    while (!stopping.signal.aborted) {
      const free = children.filter((child) => !busy.has(child))
      const chosen = chooseFor(free, draw)
      await (chosen === null ? wait(2) : goOn(chosen))
    }
  }
  const countAndRead = async () => {
    let isAnswered = true
    for (let turn = draw.below(3); isAnswered && !stopping.signal.aborted; turn += 1) {
      const id = turn % 3 === 2 ? notices.shift() : undefined
      const sent = id === undefined ? numbersForm(pool, turn) : noticeForm(id)
      isAnswered = await send(randomUUID(), sent)
      firstTime += Number(isAnswered)
    }
  }
  const work = async () => {
    const open = new Set([...pending.values()].flatMap(({ subjects }) => subjects))
    await Promise.all([...pending].map(([key, sent]) => send(key, sent)))
    // what was looked up of them was looked up before
    for (const child of children) if (open.has(child.id)) busy.add(child)
    await Promise.all([
      ...Array.from({ length: GOING_ROUND }, goRound),
      open.has(pool.id) ? null : countAndRead(),
    ])
  }
  const working = work()
  return {
    acknowledged: async (count) => {
      const deadline = performance.now() + LONGEST_MS
      while (firstTime < count) {
        if (performance.now() > deadline) throw new Error(`Not ${count} writes at the desks`)
        await wait(2)
      }
    },
    stop: async () => {
      stopping.abort()
      await working
      return history
    },
  }
}

/** Sends once more what a killed server left without an answer, each form with its own key. */
export async function sendAgain(desks: Desks, pending: Map<string, Sent>) {
  const history: DeskWrite[] = []
  for (const [key, sent] of pending) history.push(...(await sendOnce(desks, key, sent)))
  pending.clear()
  return history
}

async function sendOnce(desks: Desks, key: string, sent: Sent): Promise<readonly DeskWrite[]> {
  const { browser, csrf } = desks[sent.by]
  const form = { _csrf: csrf, _idem: key, ...sent.fields }
  const reply = await browser.send({ method: 'POST', path: sent.path, form }).catch(() => null)
  const requestId = reply === null ? null : String(reply.headers['x-request-id'])
  const { kind, subjects } = sent
  return subjects.map((subject, index) => ({
    ...{ kind, event: EVENTS[kind], subject, key: `${key}|${subject}`, requestId },
    ...outcomeOf(reply, sent, index),
  }))
}

type Outcome = Pick<DeskWrite, 'outcome' | 'said'>

/** Only the way on, or a result for this very child, says that it is done. */
function outcomeOf(reply: Reply | null, { kind }: Sent, index: number): Outcome {
  if (reply === null || reply.status >= 500) return { outcome: 'unknown', said: '' }
  if (kind !== 'assign') {
    const isDone = reply.headers['x-remix-redirect'] !== undefined || reply.status === 303
    return isDone ? { outcome: 'ok', said: '' } : { outcome: 'fail', said: reply.body }
  }
  const { result } = JSON.parse(reply.body) as Partial<Results>
  if (result?.rows[index]?.refusal === null) return { outcome: 'ok', said: '' }
  return { outcome: 'fail', said: reply.body }
}

type Results = { readonly result: { readonly rows: readonly { readonly refusal: unknown }[] } }

// ---- what is done next ----

type Chosen = { readonly kind: Kind; readonly children: readonly [Child, ...Child[]] }

/** Of a hundred proposals so many are answered so; most go round, a few go on. */
const AT_THE_PROPOSAL: readonly (readonly [Kind, number])[] = [
  ['can_admit', 30],
  ['decline', 60],
  ['send_back', 82],
  ['assign', 100],
]
const MOST_AT_ONCE = 3

function chooseFor(free: readonly Child[], draw: Drawer): Chosen | null {
  const [first, ...others] = free
  if (first === undefined) return null
  const child = draw.oneOf([first, ...others])
  const kind = kindFor(child, draw)
  if (kind === null) return null
  if (kind !== 'assign') return { kind, children: [child] }
  const more = free.filter((one) => one !== child && one.stage === 'proposed')
  return { kind, children: [child, ...more.slice(0, MOST_AT_ONCE - 1)] }
}

function kindFor(child: Child, draw: Drawer): Kind | null {
  return WHAT_NEXT[child.stage]?.(child, draw) ?? null
}

type WhatNext = (child: Child, draw: Drawer) => Kind

/** What is done about a child at each stage. */
const WHAT_NEXT: Readonly<Partial<Record<Stage, WhatNext>>> = {
  waiting: () => 'propose',
  not_started: () => 'propose',
  proposed: ({ hasWord }, draw) => {
    const at = draw.below(100)
    const kind = AT_THE_PROPOSAL.find(([, share]) => at < share)?.[0] ?? 'assign'
    return kind === 'can_admit' && hasWord ? 'assign' : kind
  },
  assigned: () => 'admit',
  admitted: ({ plannedFirstDay }, draw) => {
    const isOver = plannedFirstDay !== null && plannedFirstDay < today({ now: () => new Date() })
    return isOver ? 'not_started' : draw.oneOf(['class', 'start'])
  },
  attending: ({ isGone }, draw) => draw.oneOf(['class', isGone ? 'here' : 'gone']),
}

const NEXT_STAGE: Readonly<Partial<Record<Kind, Stage>>> = {
  ...{ propose: 'proposed', decline: 'waiting', send_back: 'waiting', assign: 'assigned' },
  ...{ admit: 'admitted', start: 'attending', not_started: 'not_started' },
}

function moveOn(child: Child, kind: Kind): void {
  child.version += 1
  child.stage = NEXT_STAGE[kind] ?? child.stage
  child.hasWord = kind === 'can_admit' || (child.hasWord && kind !== 'propose')
  if (kind === 'here' || kind === 'gone') child.isGone = kind === 'gone'
}

// ---- forms ----

const BY: Readonly<Partial<Record<Kind, Person>>> = {
  propose: COUNSELLOR,
  send_back: AUTHORITY,
  assign: AUTHORITY,
}

function formFor({ kind, children }: Chosen): Sent {
  const [child, ...others] = children
  const subjects = [child.id, ...others.map(({ id }) => id)] as const
  return { kind, subjects, by: BY[kind] ?? SCHOOL, ...fieldsFor(kind, children) }
}

function fieldsFor(
  kind: Kind,
  children: Chosen['children'],
): { readonly path: string; readonly fields: Fields } {
  const [{ id: caseId, version }] = children
  const admission = `/faelle/${caseId}/aufnahme?_data=routes%2Fcase.admission`
  switch (kind) {
    case 'assign': {
      const rows = children.map((one, at) => [`chosen.${at}`, `${one.id}:${one.version}`])
      const fields = { intent: 'assign', ...Object.fromEntries(rows) }
      return { path: '/schulamt?_data=routes%2Fauthority-desk', fields }
    }
    case 'class': {
      const named = { className: '7c', classKind: 'RK', courseKind: '', plannedFirstDay: '' }
      return { path: admission, fields: { intent: 'class', version: String(version), ...named } }
    }
    case 'not_started':
      return { path: admission, fields: { intent: kind, version: String(version) } }
    case 'here':
    case 'gone': {
      const answer = { caseId, version: String(version), isHere: kind === 'here' ? 'ja' : 'nein' }
      const fields = Object.entries(answer).map(([name, value]) => [`answers.0.${name}`, value])
      const path = '/schultisch/kinder?_data=routes%2Fschool-children'
      return { path, fields: Object.fromEntries(fields) }
    }
    default:
      return formOf({ kind: kind as 'propose', caseId, version, schoolNumber: DESK_SCHOOL })
  }
}

/** One seat more than there was, or fewer again; one kept back, or given free again. */
function numbersForm(pool: DeskStanding['pool'], turn: number): Sent {
  const { id, version } = pool
  pool.version += 1
  const about = { subjects: [id] as const }
  if (turn % 2 === 0) {
    const was = pool.seats
    pool.seats = was % 2 === 0 ? was + 1 : was - 1
    const { seats } = pool
    const school = { poolId: id, schoolNumber: DESK_SCHOOL }
    const numbers = formOf({ kind: 'capacity', ...school, version, was, seats })
    return { kind: 'seats', by: SCHOOL, ...about, ...numbers }
  }
  pool.reserve = 1 - pool.reserve
  const fields = {
    ...{ intent: 'reserve', schoolNumber: DESK_SCHOOL, pool: `${id}/${version}` },
    ...{ reserve: String(pool.reserve), until: today({ now: () => new Date() }) },
  }
  const path = `/schulen/${DESK_SCHOOL}?_data=routes%2Fschool`
  return { kind: 'reserve', by: COUNSELLOR, ...about, path, fields }
}

function noticeForm(id: string): Sent {
  const fields = { desk: 'authority', ids: id }
  const path = '/neuigkeiten?_data=routes%2Fnotices'
  return { kind: 'notices', by: AUTHORITY, subjects: [`account-${AUTHORITY}`], path, fields }
}
