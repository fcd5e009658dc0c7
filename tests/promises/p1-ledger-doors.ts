import { randomUUID } from 'node:crypto'
import { usualClass } from '#app/domain/school/school-class.ts'
import { today } from '#app/domain/time.ts'
import { wasText } from '#app/forms/both-versions.ts'
import { poolAnswers } from '#app/forms/seats.ts'
import type { Actor } from '#app/policy/roles.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import type { Context, Deps } from '#app/services/context.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { type Act, type Person, WITH_DESK } from '#tests/promises/p1-ledger-acts.ts'
import { proposeWithoutLock } from '#tests/promises/p1-ledger-careless.ts'
import { type Door, type Fields, openBrowser } from '#tests/setup/session.ts'

/** Does what somebody wants to do; `ok`, or the code of the refusal. */
export type Doing = (act: Act, person: Person) => Promise<Done>
export type Done = { readonly outcome: string; readonly requestId: string }

/** A person signed in at a server: their cookies, and the token of their forms. */
export type Session = {
  readonly cookies: readonly (readonly [string, string])[]
  readonly csrf: string
}
export type ByPerson<T> = Readonly<Record<string, T>>

const CLASS = '7b'
const SENTENCE = 'So ist es besprochen.'
const OTHER = { code: 'other', sentence: SENTENCE } as const
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
    const next = String(reply.headers['x-remix-redirect'] ?? '')
    if (next.startsWith('/anmelden')) return { outcome: 'signed_out', requestId }
    return { outcome: next === '' ? codeOf(reply.status, reply.body) : 'ok', requestId }
  }
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
    return { outcome: outcomeOf(done), requestId }
  }
}

function callFor(ctx: Context, act: Act, propose: typeof proposeSchool) {
  if (act.kind === 'capacity') {
    const { schoolNumber, poolId, version, seats } = act
    return decideSeats(ctx, { schoolNumber, reason: 'rooms', pools: [{ poolId, version, seats }] })
  }
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
    case 'admit':
      return confirmCaseAdmission(ctx, {
        ...command,
        plannedFirstDay: null,
        schoolClass: { ...usualClass('support'), className: CLASS },
      })
    case 'start':
      return confirmFirstDay(ctx, { ...command, firstDay: today(clock), className: CLASS })
    case 'end':
      return endCase(ctx, { ...command, on: today(clock), reason: GONE })
  }
}

function outcomeOf(done: unknown): string {
  if (typeof done !== 'object' || done === null || !('ok' in done)) return String(done)
  return 'error' in done ? (done.error as { readonly code: string }).code : 'ok'
}

// ---- forms ----

/** The form of a page by which it is done, and where it is sent. */
export function formOf(act: Act): { readonly path: string; readonly fields: Fields } {
  if (act.kind === 'capacity') return seatsForm(act)
  const { kind, caseId, schoolNumber } = act
  const version = String(act.version)
  const because = { reason: 'other', sentence: SENTENCE }
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
      return to(caseId, 'zuweisung', 'case.assignment', { version, intent: kind })
    case 'send_back':
      return to(caseId, 'zuweisung', 'case.assignment', { version, intent: kind, ...because })
    case 'can_admit':
      return to(caseId, 'aufnahme', 'case.admission', { version, intent: kind })
    case 'decline':
      return to(caseId, 'aufnahme', 'case.admission', { version, intent: kind, ...because })
    case 'admit':
      return to(caseId, 'aufnahme', 'case.admission', {
        version,
        intent: kind,
        plannedFirstDay: '',
        ...{ className: CLASS, classKind: 'DF', courseKind: '' },
      })
    case 'start':
      return to(caseId, 'aufnahme', 'case.admission', {
        ...{ version, intent: kind, firstDay: today(clock), inClass: CLASS },
      })
    case 'end':
      return to(caseId, 'ende', 'case.end', {
        ...{ version, intent: kind, on: today(clock), reason: GONE.code, sentence: SENTENCE },
      })
  }
}

function to(caseId: string, page: string, route: string, fields: Fields) {
  return { path: `/faelle/${caseId}/${page}?_data=routes%2F${route}`, fields }
}

function seatsForm({
  poolId,
  version,
  was,
  seats,
  schoolNumber,
}: Extract<Act, { kind: 'capacity' }>) {
  const path = WITH_DESK.includes(schoolNumber)
    ? '/schultisch?_data=routes%2Fschool-desk'
    : `/schulen/${schoolNumber}?_data=routes%2Fschool`
  const fields = {
    ...{ intent: 'change', schoolNumber, changeReason: 'rooms' },
    ...{ 'pools.0.poolId': poolId, 'pools.0.version': String(version) },
    ...{ 'pools.0.was': wasText(poolAnswers({ seats: was })), 'pools.0.seats': String(seats) },
  }
  return { path, fields }
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
