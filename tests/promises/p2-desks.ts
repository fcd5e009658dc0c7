import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '#app/domain/case/stage.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import type { Database } from '#db/open.server.ts'
import type { Db, Row } from '#db/schema.ts'
import type { DeskLine, DeskWrite } from '#tests/promises/check-desks.ts'
import { formOf } from '#tests/promises/p1-ledger-doors.ts'
import { DESK_SCHOOLS, type DeskPlace } from '#tests/promises/p2-desk-place.ts'
import type { Load } from '#tests/promises/p2-load.ts'
import type { Drawer } from '#tests/setup/random.ts'
import type { Browser, Fields, Reply } from '#tests/setup/session.ts'
import { CENTRES, type CentreCode } from '#tests/setup/world.ts'

const LONGEST_MS = 60_000
/** So many go on with children at the same time; one more changes numbers and reads notices, one does what is done once. */
const GOING_ROUND = 4
const DESK_SCHOOL = DESK_SCHOOLS.DN

/**
 * Who sits at the desks, as accounts of the world. In Düren the authority assigns; in Borken the centre
 * does it for the authority, and never who proposed.
 */
export const PEOPLE = [
  ...(['counsellor-dn', 'authority-dn', 'school-180103'] as const),
  ...(['counsellor-bor', 'lead-bor', 'authority-bor', 'school-190103'] as const),
] as const
type Person = (typeof PEOPLE)[number]
const AUTHORITY = PEOPLE[1]

type AtCentre = Readonly<Record<'counsellor' | 'assigns' | 'authority' | 'school', Person>>
const WHO: Readonly<Record<CentreCode, AtCentre>> = {
  DN: {
    counsellor: 'counsellor-dn',
    assigns: AUTHORITY,
    authority: AUTHORITY,
    school: 'school-180103',
  },
  BOR: {
    counsellor: 'counsellor-bor',
    assigns: 'lead-bor',
    authority: 'authority-bor',
    school: 'school-190103',
  },
}

/** Everybody at the desks, signed in, with the token of their forms. */
export type Desks = Readonly<Record<Person, { readonly browser: Browser; readonly csrf: string }>>

/** What the trail says of each kind of write. */
export const EVENTS = {
  propose: 'school_proposed',
  can_admit: 'school_can_admit',
  decline: 'proposal_declined',
  send_back: 'proposal_sent_back',
  assign: 'case_assigned',
  centre_assigns: 'case_assigned',
  report_capacity: 'capacity_reported',
  keep: 'assignment_kept',
  take_back: 'assignment_taken_back',
  admit: 'admission_confirmed',
  class: 'class_said',
  start: 'school_started',
  not_started: 'school_not_started',
  here: 'still_at_school',
  gone: 'gone_from_school',
  seats: 'seats_decided',
  reserve: 'seats_reserved',
  carry_over: 'seats_carried_over',
  take_regular: 'regular_place_taken',
  notices: 'desk_notices_read',
} as const

type Kind = keyof typeof EVENTS
/** Every kind of write at the desks: a load has shown nothing that lacks one of them. */
export const KINDS = Object.keys(EVENTS) as readonly Kind[]

/** A form as it is sent, and once more with the same key when nobody knows what came of it. */
type Sent = {
  readonly by: Person
  readonly path: string
  readonly fields: Fields
  readonly kind: Kind
  /** What it is about: one child, or several that are decided about at once. */
  readonly subjects: readonly [string, ...string[]]
}

/** What is kept from one load to the next. */
export type DeskMemory = {
  /** Forms without an answer, by their keys. */
  readonly pending: Map<string, Sent>
  /** How often each kind was done. */
  readonly times: Map<Kind, number>
}

type Child = {
  readonly id: CaseId
  readonly centre: CentreCode
  version: number
  stage: Stage
  hasWord: boolean
  /** Whether its school has said that the place is missing, and what came of it. */
  report: 'open' | 'kept' | null
  readonly plannedFirstDay: CalendarDate | null
  isGone: boolean
}

/** The one pool of a school whose school year has not turned yet, and the child that stays there. */
type Turn = {
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId
  readonly version: number
  readonly seats: number
  readonly schoolYear: number
  readonly caseId: CaseId
}

/** How children, seats and notices stand when a load begins. */
export type DeskStanding = {
  readonly children: readonly Child[]
  readonly ending: readonly Child[]
  readonly turns: readonly Turn[]
  readonly pool: { readonly id: SeatPoolId; version: number; seats: number; reserve: number }
  readonly notices: string[]
}

/** How everything stands at the desks. */
export async function deskStanding(
  { db }: Database,
  { children, ending, turning }: DeskPlace,
): Promise<DeskStanding> {
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', 'in', [...children, ...ending])
    .execute()
  const pool = await db
    .selectFrom('seat_pool')
    .select(['id', 'version', 'seats', 'reserve'])
    .where('school_number', '=', DESK_SCHOOL)
    .where('kind', '=', 'support')
    .orderBy('school_year', 'desc')
    .executeTakeFirstOrThrow()
  const notices = await db
    .selectFrom('desk_notice')
    .select('id')
    .where('account_id', '=', `account-${AUTHORITY}` as never)
    .where('read_at', 'is', null)
    .execute()
  const all = rows.map(
    (row): Child => ({
      ...{ id: row.id, version: row.version, stage: row.stage },
      centre: row.centre_id === CENTRES.DN.id ? 'DN' : 'BOR',
      hasWord: row.can_admit_at !== null,
      report: reportOf(row),
      ...{ plannedFirstDay: row.planned_first_day, isGone: row.gone_on !== null },
    }),
  )
  return {
    children: all.filter(({ id }) => children.includes(id)),
    ending: all.filter(({ id, stage }) => ending.includes(id) && stage === 'attending'),
    turns: await turnsDue(db, turning),
    pool,
    notices: notices.map(({ id }) => id),
  }
}

function reportOf(row: Pick<Row<'pupil_case'>, 'capacity_reported_at' | 'capacity_kept_at'>) {
  if (row.capacity_kept_at !== null) return 'kept'
  return row.capacity_reported_at === null ? null : 'open'
}

/** The schools of these children where nobody has carried the pool over yet. */
async function turnsDue(db: Db, turning: readonly CaseId[]): Promise<readonly Turn[]> {
  const rows = await db
    .selectFrom('seat_entry')
    .innerJoin('seat_pool', 'seat_pool.id', 'seat_entry.pool_id')
    .select(['seat_entry.case_id', 'seat_pool.id', 'seat_pool.version', 'seat_pool.seats'])
    .select(['seat_pool.school_number', 'seat_pool.school_year'])
    .where('seat_entry.case_id', 'in', [...turning])
    .where('seat_entry.state', '<>', 'released')
    .execute()
  return rows.flatMap(({ case_id: caseId, id, version, seats, school_number, school_year }) => {
    if (rows.filter((one) => one.case_id === caseId).length > 1) return []
    const pool = { schoolNumber: school_number, poolId: id, version, seats }
    return [{ ...pool, schoolYear: school_year + 1, caseId }]
  })
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
 * desks whatever can be done next: children go round and on, numbers change, notices are read, school
 * years turn and follow-ups end. What stays without an answer now lies in `pending` afterwards.
 */
export function startDesks(
  desks: Desks,
  { children, ending, turns, pool, notices }: DeskStanding,
  { pending, times }: DeskMemory,
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
  const note = (kind: Kind) => {
    firstTime += 1
    times.set(kind, (times.get(kind) ?? 0) + 1)
  }
  const goOn = async (chosen: Chosen) => {
    for (const child of chosen.children) busy.add(child)
    // who is not answered stays as they are until the next load looks
    if (!(await send(randomUUID(), formFor(chosen)))) return
    note(chosen.kind)
    for (const child of chosen.children) {
      moveOn(child, chosen.kind)
      busy.delete(child)
    }
  }
  const goRound = async () => {
    while (!stopping.signal.aborted) {
      const free = children.filter((child) => !busy.has(child))
      const chosen = chooseFor(free, times, draw)
      await (chosen === null ? wait(2) : goOn(chosen))
    }
  }
  const countAndRead = async () => {
    while (!stopping.signal.aborted) {
      const sent = nextAtDesk({ pool, notices }, times)
      if (!(await send(randomUUID(), sent))) return
      note(sent.kind)
    }
  }
  const doOnce = async (forms: readonly Sent[]) => {
    for (const sent of forms) {
      if (stopping.signal.aborted || !(await send(randomUUID(), sent))) return
      note(sent.kind)
    }
  }
  const work = async () => {
    const open = new Set([...pending.values()].flatMap(({ subjects }) => subjects))
    await Promise.all([...pending].map(([key, sent]) => send(key, sent)))
    // what was looked up of them was looked up before
    for (const child of children) if (open.has(child.id)) busy.add(child)
    const once = onceForms(turns, ending).filter(({ subjects: [subject] }) => !open.has(subject))
    await Promise.all([
      ...Array.from({ length: GOING_ROUND }, goRound),
      open.has(pool.id) ? null : countAndRead(),
      doOnce(once),
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
export async function sendAgain(desks: Desks, { pending }: DeskMemory) {
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

const MOST_AT_ONCE = 3
/** What was done less often than this comes first, half of the time. */
export const SELDOM = 3

function chooseFor(
  free: readonly Child[],
  times: ReadonlyMap<Kind, number>,
  draw: Drawer,
): Chosen | null {
  const possible = free.filter(({ stage }) => WHAT_NEXT[stage] !== undefined)
  const [first, ...others] = possible
  if (first === undefined) return null
  const isSeldom = ([kind]: Chance) => (times.get(kind) ?? 0) < SELDOM
  const wanted = possible.filter((child) => chancesOf(child).some(isSeldom))
  const [seldom, ...more] = draw.below(2) === 0 ? wanted : []
  const child =
    seldom === undefined ? draw.oneOf([first, ...others]) : draw.oneOf([seldom, ...more])
  const chances = chancesOf(child)
  const kind = drawn(seldom === undefined ? chances : chances.filter(isSeldom), draw)
  if (kind !== 'assign') return { kind, children: [child] }
  const isLike = (one: Child) => one.stage === 'proposed' && one.centre === child.centre
  const besides = free.filter((one) => one !== child && isLike(one))
  return { kind, children: [child, ...besides.slice(0, MOST_AT_ONCE - 1)] }
}

/** What can be done next, and how often it is done of all. */
type Chance = readonly [kind: Kind, share: number]

function chancesOf(child: Child): readonly Chance[] {
  return WHAT_NEXT[child.stage]?.(child) ?? []
}

function drawn(chances: readonly Chance[], draw: Drawer): Kind {
  let at = draw.below(chances.reduce((sum, [, share]) => sum + share, 0))
  for (const [kind, share] of chances) {
    at -= share
    if (at < 0) return kind
  }
  throw new Error('Nothing can be done')
}

/** What is done about a child at each stage: most go round, a few go on. */
const WHAT_NEXT: Readonly<Partial<Record<Stage, (child: Child) => readonly Chance[]>>> = {
  waiting: () => [['propose', 1]],
  not_started: () => [['propose', 1]],
  proposed: ({ hasWord, centre }) => [
    [centre === 'DN' ? 'assign' : 'centre_assigns', hasWord ? 55 : 25],
    ...(hasWord ? [] : [['can_admit', 30] as const]),
    ['decline', 30],
    ['send_back', 15],
  ],
  assigned: ({ report }) => {
    if (report === 'open') return ANSWERS
    return report === 'kept' ? [['admit', 1]] : AT_THE_ASSIGNMENT
  },
  admitted: ({ plannedFirstDay }) => {
    const isOver = plannedFirstDay !== null && plannedFirstDay < today({ now: () => new Date() })
    return isOver ? [['not_started', 1]] : BEFORE_SCHOOL
  },
  attending: ({ isGone }) => [
    ['class', 1],
    [isGone ? 'here' : 'gone', 1],
  ],
}

const AT_THE_ASSIGNMENT: readonly Chance[] = [
  ['admit', 30],
  ['report_capacity', 70],
]
const ANSWERS: readonly Chance[] = [
  ['keep', 35],
  ['take_back', 65],
]
const BEFORE_SCHOOL: readonly Chance[] = [
  ['class', 1],
  ['start', 1],
]

const NEXT_STAGE: Readonly<Partial<Record<Kind, Stage>>> = {
  ...{ propose: 'proposed', decline: 'waiting', send_back: 'waiting', assign: 'assigned' },
  ...{ centre_assigns: 'assigned', take_back: 'waiting' },
  ...{ admit: 'admitted', start: 'attending', not_started: 'not_started' },
}

const REPORT_AFTER: Readonly<Partial<Record<Kind, Child['report']>>> = {
  ...{ report_capacity: 'open', keep: 'kept', take_back: null },
}

function moveOn(child: Child, kind: Kind): void {
  child.version += 1
  child.stage = NEXT_STAGE[kind] ?? child.stage
  child.hasWord = kind === 'can_admit' || (child.hasWord && kind !== 'propose')
  if (kind in REPORT_AFTER) child.report = REPORT_AFTER[kind] ?? null
  if (kind === 'here' || kind === 'gone') child.isGone = kind === 'gone'
}

// ---- forms ----

const BY: Readonly<Partial<Record<Kind, keyof AtCentre>>> = {
  propose: 'counsellor',
  ...{ send_back: 'assigns', assign: 'assigns', centre_assigns: 'assigns' },
  ...{ keep: 'authority', take_back: 'authority' },
}

function formFor({ kind, children }: Chosen): Sent {
  const [child, ...others] = children
  const subjects = [child.id, ...others.map(({ id }) => id)] as const
  const by = WHO[child.centre][BY[kind] ?? 'school']
  return { kind, subjects, by, ...fieldsFor(kind, children) }
}

/** A sentence to every reason. */
const BECAUSE = { sentence: 'So ist es besprochen.' } as const

function fieldsFor(
  kind: Kind,
  children: Chosen['children'],
): { readonly path: string; readonly fields: Fields } {
  const [{ id: caseId, version, centre }] = children
  const about = { caseId, version, schoolNumber: DESK_SCHOOLS[centre] }
  const assignment = `/faelle/${caseId}/zuweisung?_data=routes%2Fcase.assignment`
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
    case 'centre_assigns':
      return formOf({ kind: 'assign', ...about })
    case 'report_capacity': {
      const because = { reason: 'no_teacher', ...BECAUSE }
      return { path: admission, fields: { intent: kind, version: String(version), ...because } }
    }
    case 'keep':
      return { path: assignment, fields: { intent: kind, version: String(version) } }
    case 'take_back': {
      const because = { reason: 'school_is_full', ...BECAUSE }
      return { path: assignment, fields: { intent: kind, version: String(version), ...because } }
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
      return formOf({ kind: kind as 'propose', ...about })
  }
}

/** Numbers or notices: what was done least often. */
function nextAtDesk(
  { pool, notices }: Pick<DeskStanding, 'pool' | 'notices'>,
  times: ReadonlyMap<Kind, number>,
): Sent {
  const possible: readonly Kind[] = [
    'seats',
    'reserve',
    ...(notices[0] ? ['notices' as const] : []),
  ]
  const [kind] = possible.toSorted((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))
  const notice = kind === 'notices' ? notices.shift() : undefined
  if (notice !== undefined) return noticeForm(notice)
  return kind === 'seats' ? seatsForm(pool) : reserveForm(pool)
}

/** One seat more than there was, or one fewer again. */
function seatsForm(pool: DeskStanding['pool']): Sent {
  const { id, version, seats: was } = pool
  pool.version += 1
  pool.seats = was % 2 === 0 ? was + 1 : was - 1
  const { seats } = pool
  const school = { poolId: id, schoolNumber: DESK_SCHOOL }
  const numbers = formOf({ kind: 'capacity', ...school, version, was, seats })
  return { kind: 'seats', by: WHO.DN.school, subjects: [id], ...numbers }
}

/** One seat kept back, or given free again. */
function reserveForm(pool: DeskStanding['pool']): Sent {
  const { id, version } = pool
  pool.version += 1
  pool.reserve = 1 - pool.reserve
  const fields = {
    ...{ intent: 'reserve', schoolNumber: DESK_SCHOOL, pool: `${id}/${version}` },
    ...{ reserve: String(pool.reserve), until: today({ now: () => new Date() }) },
  }
  const path = `/schulen/${DESK_SCHOOL}?_data=routes%2Fschool`
  return { kind: 'reserve', by: WHO.DN.counsellor, subjects: [id], path, fields }
}

function noticeForm(id: string): Sent {
  const fields = { desk: 'authority', ids: id }
  const path = '/neuigkeiten?_data=routes%2Fnotices'
  return { kind: 'notices', by: AUTHORITY, subjects: [`account-${AUTHORITY}`], path, fields }
}

/** What is done once each, in turns: a school year turns, a follow-up ends with a regular place. */
function onceForms(turns: readonly Turn[], ending: readonly Child[]): readonly Sent[] {
  const [carried, ended] = [turns.map(turnForm), ending.map(endForm)]
  const most = Math.max(carried.length, ended.length)
  return Array.from({ length: most }, (_, at) => [carried[at], ended[at]])
    .flat()
    .filter((sent) => sent !== undefined)
}

function turnForm({ schoolNumber, poolId, version, seats, schoolYear, caseId }: Turn): Sent {
  const fields = {
    ...{ schoolNumber, schoolYear: String(schoolYear) },
    ...{ 'pools.0.poolId': poolId, 'pools.0.version': String(version) },
    ...{ 'pools.0.seats': String(seats), 'pools.0.others': '0', 'pools.0.classes': '' },
  }
  const path = `/schulen/${schoolNumber}/schuljahr?_data=routes%2Fschool.year`
  return { kind: 'carry_over', by: WHO.BOR.counsellor, subjects: [caseId], path, fields }
}

function endForm({ id, version, centre }: Child): Sent {
  const fields = {
    ...{ intent: 'end', version: String(version), on: today({ now: () => new Date() }) },
    ...{ reason: 'follow_up_over', ...BECAUSE },
  }
  const path = `/faelle/${id}/ende?_data=routes%2Fcase.end`
  return { kind: 'take_regular', by: WHO[centre].counsellor, subjects: [id], path, fields }
}
