import { randomUUID } from 'node:crypto'
import { usualClass } from '#app/domain/school/school-class.ts'
import { today } from '#app/domain/time.ts'
import { chosenValue } from '#app/forms/assignment.ts'
import { wasText } from '#app/forms/both-versions.ts'
import { poolAnswers } from '#app/forms/seats.ts'
import type { Actor } from '#app/policy/roles.ts'
import {
  keepCaseAssignment,
  takeBackCaseAssignment,
} from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { assignMany } from '#app/services/case/decide-many.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import type { Context, Deps } from '#app/services/context.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { reserveSeats } from '#app/services/seat/reserve-seats.server.ts'
import {
  type Act,
  type ActOnCase,
  type ActOnMany,
  type ActOnReserve,
  type ActOnRule,
  type ActOnSeats,
  type Person,
  WITH_DESK,
} from '#tests/promises/p1-ledger-acts.ts'
import { proposeWithoutLock } from '#tests/promises/p1-ledger-careless.ts'
import { type Door, type Fields, openBrowser, type Reply } from '#tests/setup/session.ts'
import { CENTRES } from '#tests/setup/world.ts'

/** Does what somebody wants to do: for each child it is about `ok`, or the code of the refusal. */
export type Doing = (act: Act, person: Person) => Promise<Done>
export type Done = {
  readonly outcomes: readonly [string, ...string[]]
  readonly requestId: string
}

/** A person signed in at a server: their cookies, and the token of their forms. */
export type Session = {
  readonly cookies: readonly (readonly [string, string])[]
  readonly csrf: string
}
export type ByPerson<T> = Readonly<Record<string, T>>

const CLASS = '7b'
const SENTENCE = 'So ist es besprochen.'
const OTHER = { code: 'other', sentence: SENTENCE } as const
const NO_PLACE = { code: 'no_teacher', sentence: SENTENCE } as const
const TAKEN_BACK = { code: 'school_is_full', sentence: SENTENCE } as const
const OVER = { code: 'follow_up_over', sentence: SENTENCE } as const
const GONE = { code: 'moved_away', sentence: SENTENCE } as const
const WISH = { code: 'family_wish', sentence: SENTENCE } as const
const clock = { now: () => new Date() }

/** By the forms of the pages, at a built server. */
export function throughServer(door: Door, sessions: ByPerson<Session>): Doing {
  const people = new Map(
    Object.entries(sessions).map(([person, { cookies, csrf }]) => [
      person,
      { browser: openBrowser(door, new Map(cookies)), csrf },
    ]),
  )
  return async (act, person) => {
    const who = people.get(person)
    if (who === undefined) throw new Error(`Nobody is signed in as ${person}`)
    const { path, fields } = formOf(act)
    const form = { _csrf: who.csrf, _idem: randomUUID(), ...fields }
    const reply = await who.browser.send({ method: 'POST', path, form })
    const requestId = String(reply.headers['x-request-id'])
    return { outcomes: outcomesOf(act, reply), requestId }
  }
}

function outcomesOf(act: Act, { headers, status, body }: Reply): Done['outcomes'] {
  const next = String(headers['x-remix-redirect'] ?? '')
  if (next.startsWith('/anmelden')) return ['signed_out']
  if (next !== '') return ['ok']
  return (act.kind === 'assign_many' ? codesOf(status, body) : null) ?? [codeOf(status, body)]
}

/** The same use cases in a process of its own beside the servers, as the terminal calls them. */
export function throughServices(
  deps: Deps,
  actors: ByPerson<Actor>,
  options: { readonly isCareless: boolean },
): Doing {
  const propose = options.isCareless ? proposeWithoutLock : proposeSchool
  return async (act, person) => {
    const actor = actors[person]
    if (actor === undefined) throw new Error(`There is no ${person}`)
    const requestId = randomUUID()
    const ctx: Context = { ...deps, actor, requestId, steppedUp: true, idempotencyKey: null }
    const done = await callFor(ctx, act, propose).catch((accident: unknown) => accident)
    return { outcomes: saidOf(done), requestId }
  }
}

async function callFor(ctx: Context, act: Act, propose: typeof proposeSchool) {
  switch (act.kind) {
    case 'capacity':
      return decideSeats(ctx, seatsCommand(act))
    case 'reserve': {
      const { schoolNumber, poolId, version, seats, until } = act
      return reserveSeats(ctx, { schoolNumber, poolId, version, seats, until })
    }
    case 'rule':
      return configureCentre(ctx, settingsWith(act))
    case 'assign_many':
      return assignMany(ctx, act.chosen)
    default:
      return callOnCase(ctx, act, propose)
  }
}

function seatsCommand(act: ActOnSeats): Parameters<typeof decideSeats>[1] {
  const { schoolNumber, poolId, version, seats, others, validFrom = null, validTo = null } = act
  const pool = { poolId, version, seats, ...(others === undefined ? {} : { others: others.are }) }
  return { schoolNumber, reason: 'rooms', validFrom, validTo, pools: [pool] }
}

/** The settings of the world's centre; schools decide on seats of both kinds. */
export function settingsWith({ version, secondSeat }: Omit<ActOnRule, 'kind'>) {
  return {
    ...{ centreId: CENTRES.DN.id, version, holdDays: 7, phone: '02421 1045', address: null },
    targets: { counsellingDays: 28, assignmentDays: 14, firstDayDays: 7 },
    rules: {
      ...({ secondSeat, supportDecidedBy: 'school', regularDecidedBy: 'school' } as const),
      assignedBy: 'authority',
    },
  } as const
}

function callOnCase(ctx: Context, act: ActOnCase, propose: typeof proposeSchool) {
  const { caseId, version, schoolNumber } = act
  const command = { caseId, version }
  switch (act.kind) {
    case 'propose':
      return propose(ctx, { ...command, schoolNumber, deviation: WISH })
    case 'withdraw':
      return withdrawProposal(ctx, { ...command, reason: OTHER })
    case 'decline':
      return declineProposal(ctx, { ...command, reason: OTHER })
    case 'send_back':
      return sendBackProposal(ctx, { ...command, reason: OTHER })
    case 'can_admit':
      return sayCanAdmitProposal(ctx, command)
    case 'assign':
      return assignSchool(ctx, command)
    case 'report':
      return reportCaseCapacity(ctx, { ...command, reason: NO_PLACE })
    case 'keep':
      return keepCaseAssignment(ctx, command)
    case 'take_back':
      return takeBackCaseAssignment(ctx, { ...command, reason: TAKEN_BACK })
    case 'admit':
      return confirmCaseAdmission(ctx, {
        ...command,
        plannedFirstDay: act.firstDay ?? null,
        schoolClass: { ...usualClass('support'), className: CLASS },
      })
    case 'not_started':
      return sayNotStarted(ctx, command)
    case 'start':
      return confirmFirstDay(ctx, { ...command, firstDay: today(clock), className: CLASS })
    case 'complete':
      return endCase(ctx, { ...command, on: today(clock), reason: OVER })
    case 'end':
      return endCase(ctx, { ...command, on: today(clock), reason: GONE })
  }
}

/** What a use case answered, or each of several. */
function saidOf(done: unknown): Done['outcomes'] {
  if (!Array.isArray(done)) return [outcomeOf(done)]
  return done.map(refusedCode) as unknown as Done['outcomes']
}

type Refused = { readonly refusal: { readonly code: string } | null }

function refusedCode({ refusal }: Refused): string {
  return refusal?.code ?? 'ok'
}

function outcomeOf(done: unknown): string {
  if (typeof done !== 'object' || done === null || !('ok' in done)) return String(done)
  return 'error' in done ? (done.error as { readonly code: string }).code : 'ok'
}

// ---- forms ----

type Sent = { readonly path: string; readonly fields: Fields }

/** The form of a page by which it is done, and where it is sent. */
export function formOf(act: Act): Sent {
  switch (act.kind) {
    case 'capacity':
      return seatsForm(act)
    case 'reserve':
      return reserveForm(act)
    case 'rule':
      return ruleForm(act)
    case 'assign_many':
      return manyForm(act)
    default:
      return caseForm(act)
  }
}

function caseForm(act: ActOnCase): Sent {
  const { kind, caseId, schoolNumber } = act
  const version = String(act.version)
  const because = { reason: 'other', sentence: SENTENCE }
  const assignment = (fields: Fields) =>
    to(caseId, 'zuweisung', 'case.assignment', { version, intent: kind, ...fields })
  const admission = (fields: Fields) =>
    to(caseId, 'aufnahme', 'case.admission', { version, intent: kind, ...fields })
  const ending = (reason: string) =>
    to(caseId, 'ende', 'case.end', {
      ...{ version, intent: 'end', on: today(clock), reason, sentence: SENTENCE },
    })
  switch (kind) {
    case 'propose':
      return to(caseId, 'vorschlaege', 'case.suggestions', {
        ...{ version, schoolNumber, reason: WISH.code, sentence: SENTENCE },
      })
    case 'withdraw':
      return {
        path: `/faelle/${caseId}?_data=routes%2Fcase`,
        fields: { version, ...because },
      }
    case 'assign':
    case 'keep':
      return assignment({})
    case 'send_back':
      return assignment(because)
    case 'take_back':
      return assignment({ reason: TAKEN_BACK.code, sentence: SENTENCE })
    case 'can_admit':
    case 'not_started':
      return admission({})
    case 'decline':
      return admission(because)
    case 'report':
      return admission({
        ...{ intent: 'report_capacity', reason: NO_PLACE.code, sentence: SENTENCE },
      })
    case 'admit':
      return admission({
        plannedFirstDay: act.firstDay ?? '',
        ...{ className: CLASS, classKind: 'DF', courseKind: '' },
      })
    case 'start':
      return admission({ firstDay: today(clock), inClass: CLASS })
    case 'complete':
      return ending(OVER.code)
    case 'end':
      return ending(GONE.code)
  }
}

function to(caseId: string, page: string, route: string, fields: Fields): Sent {
  return { path: `/faelle/${caseId}/${page}?_data=routes%2F${route}`, fields }
}

function manyForm({ chosen: [first, ...others] }: ActOnMany): Sent {
  const rows = others.map((one, index) => [`chosen.${index + 1}`, chosenValue(one)] as const)
  return {
    path: '/schulamt?_data=routes%2Fauthority-desk',
    fields: { intent: 'assign', 'chosen.0': chosenValue(first), ...Object.fromEntries(rows) },
  }
}

function seatsForm(act: ActOnSeats): Sent {
  const { poolId, version, was, seats, schoolNumber, others, validFrom, validTo } = act
  const path = WITH_DESK.includes(schoolNumber)
    ? '/schultisch?_data=routes%2Fschool-desk'
    : `/schulen/${schoolNumber}?_data=routes%2Fschool`
  const before = others === undefined ? {} : { others: others.was, classes: null }
  const typed =
    others === undefined ? {} : { 'pools.0.others': String(others.are), 'pools.0.classes': '' }
  const fields = {
    ...{ intent: 'change', schoolNumber, changeReason: 'rooms' },
    ...{ validFrom: validFrom ?? '', validTo: validTo ?? '' },
    ...{ 'pools.0.poolId': poolId, 'pools.0.version': String(version) },
    'pools.0.was': wasText(poolAnswers({ seats: was, ...before })),
    ...{ 'pools.0.seats': String(seats), ...typed },
  }
  return { path, fields }
}

function reserveForm({ poolId, version, schoolNumber, seats, until }: ActOnReserve): Sent {
  const path = `/schulen/${schoolNumber}?_data=routes%2Fschool`
  const pool = `${poolId}/${version}`
  return { path, fields: { intent: 'reserve', schoolNumber, pool, reserve: String(seats), until } }
}

function ruleForm(act: ActOnRule): Sent {
  const { centreId, version, targets, holdDays, phone, rules } = settingsWith(act)
  return {
    path: '/verwaltung/zentrum?_data=routes%2Fadministration.centre',
    fields: {
      ...{ centre: centreId, version: String(version), hold: String(holdDays) },
      counselling: String(targets.counsellingDays),
      assignment: String(targets.assignmentDays),
      first_day: String(targets.firstDayDays),
      second_seat: rules.secondSeat,
      support_decided_by: rules.supportDecidedBy,
      regular_decided_by: rules.regularDecidedBy,
      assigned_by: rules.assignedBy,
      ...{ phone, address: '' },
    },
  }
}

/** What the desk says of each child that was ticked; null: it says nothing of them. */
function codesOf(status: number, body: string): Done['outcomes'] | null {
  if (status >= 500 || status === 429) return null
  const { result } = JSON.parse(body) as { readonly result?: { readonly rows: readonly Refused[] } }
  return result === undefined ? null : (result.rows.map(refusedCode) as unknown as Done['outcomes'])
}

function codeOf(status: number, body: string): string {
  if (status >= 500 || status === 429) return `${status} ${body}`
  try {
    const { refusal } = JSON.parse(body) as { readonly refusal?: { readonly code: string } | null }
    return refusal?.code ?? `${status} ${body}`
  } catch {
    return `${status} ${body}`
  }
}
