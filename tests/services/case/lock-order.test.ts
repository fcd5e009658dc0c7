import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { usualClass } from '#app/domain/school/school-class.ts'
import { today } from '#app/domain/time.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { listEntriesOfCase } from '#db/queries/seat.server.ts'
import {
  admit,
  assign,
  counsel,
  propose,
  seatsAt,
  start,
  versionOf,
} from '#tests/promises/steps.ts'
import { rememberCases } from '#tests/setup/remember-cases.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const OTHER = '180103' as SchoolNumber
/** A hold lasts a day here: all rounds stay in one school year. */
const LATER = 25
/** Enough for two to meet several times: without the order about one time in ten they did. */
const ROUNDS = 40

let world: World
let caseId: CaseId
beforeEach(async () => {
  world = await makeWorld()
  await world.database.write((tx) => tx.updateTable('centre').set({ hold_days: 1 }).execute())
  await seatsAt(world, SCHOOL, 5)
  await seatsAt(world, OTHER, 5)
  caseId = await registered(world)
  await counsel(world, { caseId, centre: 'DN' })
})
afterEach(() => world.close())

async function proposedAndRunOut(round: number): Promise<number> {
  const { stage } = await world.database.db
    .selectFrom('pupil_case')
    .select('stage')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const school = round % 2 === 0 ? SCHOOL : OTHER
  if (stage === 'waiting') await propose(world, { caseId, centre: 'DN' }, school)
  world.clock.passHours(LATER)
  return versionOf(world, caseId)
}

type Done =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: string } }

const codeOf = (done: Done) => (done.ok ? 'ok' : done.error.code)

describe('around a hold that has run out, nobody waits for somebody who waits for them', () => {
  test.each([
    ['the job ends it', () => expireHolds(world).then(() => 'ok')],
    [
      'a colleague takes the proposal back',
      (version: number) =>
        withdrawProposal(world.asColleague(), {
          ...{ caseId, version },
          reason: { code: 'other', sentence: 'So besprochen.' },
        }).then(codeOf),
    ],
  ])('somebody proposes again while %s', async (_, other) => {
    const told: string[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const version = await proposedAndRunOut(round)
      const again = proposeSchool(world.as('counsellor'), {
        ...{ caseId, version, schoolNumber: SCHOOL },
        deviation: { code: 'family_wish', sentence: 'So gewünscht.' },
      }).then(codeOf)
      const beside = wait(round % 12).then(() => other(version))
      told.push(...(await Promise.all([again, beside])))
    }
    expect(told.filter((code) => code !== 'ok' && code !== 'stale_case')).toEqual([])
    // both were first at times, or at least somebody always was
    expect(told.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(ROUNDS)
  })
})

/** Enough for two to meet many times; whoever meets writes the same rows a few statements later. */
const MEETINGS = 60

describe('at the end of support', () => {
  beforeEach(async () => {
    await world.database.write((tx) =>
      tx.updateTable('centre').set({ hold_days: 7, regular_decided_by: 'school' }).execute(),
    )
  })

  /** A child that attends the school, without a regular place there. */
  async function attends(givenNames: string): Promise<CaseId> {
    const child = await counselled(givenNames)
    const walker = { caseId: child, centre: 'DN' } as const
    await propose(world, walker, SCHOOL)
    await assign(world, walker)
    await admit(world, walker, SCHOOL)
    await start(world, walker, SCHOOL)
    return child
  }

  async function counselled(givenNames: string): Promise<CaseId> {
    const child = await registered(world, { child: { givenNames } })
    await counsel(world, { caseId: child, centre: 'DN' })
    return child
  }

  const complete = (ctx: Context, child: CaseId, version: number) =>
    endCase(ctx, {
      ...{ caseId: child, version, on: today(world.clock) },
      reason: { code: 'follow_up_over', sentence: 'So besprochen.' },
    }).then(codeOf)

  test('two who say so at the same moment: the child has one regular place, and one of them is told', async () => {
    const child = await attends('Daryna')
    await seatsAt(world, SCHOOL, 5, 'regular')
    const again = await rememberCases(world, [child])
    for (let round = 0; round < MEETINGS; round += 1) {
      const version = await versionOf(world, child)
      const told = await Promise.all([
        complete(world.as('counsellor'), child, version),
        wait(round % 4).then(() => complete(world.asColleague(), child, version)),
      ])
      expect(told[0] === 'ok' ? told : told.toReversed()).toEqual([
        'ok',
        expect.stringMatching(LATE),
      ])
      expect(await seatsOf(child)).toEqual(['regular taken'])
      await again()
    }
  })

  test('a proposal and an admission at the same pools wait for it, and it for them', async () => {
    const goesOn = await attends('Daryna')
    await seatsAt(world, SCHOOL, 5, 'regular')
    const comes = await counselled('Artem')
    const admitted = await counselled('Bohdan')
    await propose(world, { caseId: admitted, centre: 'DN' }, SCHOOL)
    await assign(world, { caseId: admitted, centre: 'DN' })
    const cases = [goesOn, comes, admitted] as const
    const again = await rememberCases(world, cases)
    for (let round = 0; round < MEETINGS; round += 1) {
      const versions = await Promise.all(cases.map((one) => versionOf(world, one)))
      const version = (at: number) => versions[at] ?? 0
      const told = await Promise.all([
        wait(round % 5).then(() => complete(world.as('counsellor'), goesOn, version(0))),
        proposeSchool(world.asColleague(), {
          ...{ caseId: comes, version: version(1), schoolNumber: SCHOOL },
          deviation: { code: 'family_wish', sentence: 'So gewünscht.' },
        }).then(codeOf),
        wait(round % 7).then(() =>
          confirmCaseAdmission(world.asSchool(SCHOOL), {
            ...{ caseId: admitted, version: version(2), plannedFirstDay: null },
            schoolClass: { ...usualClass('support'), className: '7b' },
          }).then(codeOf),
        ),
      ])
      expect(told).toEqual(['ok', 'ok', 'ok'])
      expect(await seatsOf(goesOn)).toEqual(['regular taken'])
      expect(await seatsOf(comes)).toEqual(['regular hold', 'support hold'])
      expect(await seatsOf(admitted)).toEqual(['regular taken', 'support taken'])
      await again()
    }
  })
})

/** What somebody is told who ends a case that has just ended. */
const LATE = /^(stale_case|wrong_stage)$/

/** The live seats of a case: kind and state. */
async function seatsOf(child: CaseId): Promise<readonly string[]> {
  const entries = await listEntriesOfCase(world.database.db, CENTRES.DN.id, child)
  return entries.map(({ kind, state }) => `${kind} ${state}`).toSorted()
}
