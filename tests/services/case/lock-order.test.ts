import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { counsel, propose, seatsAt, versionOf } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

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
