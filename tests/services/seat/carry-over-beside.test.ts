import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { usualClass } from '#app/domain/school/school-class.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { today } from '#app/domain/time.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { carryOverSeats } from '#app/services/seat/carry-over-seats.server.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import {
  admit,
  assign,
  counsel,
  propose,
  seatsAt,
  start,
  versionOf,
} from '#tests/promises/steps.ts'
import { untilWaiting } from '#tests/setup/held-rows.ts'
import { rememberCases } from '#tests/setup/remember-cases.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

// The turn of the school year hangs on the calendar, and servers have the machine's clock: in the race
// of P1 it cannot be walked on every day of the year, so it races here, by a clock that is set.

const SCHOOL = '180101' as SchoolNumber
const SPRING = '2027-03-01'
const YEAR = 2027
const ROUNDS = 40
const SEATS = 12

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

/** A child that waits, is proposed, assigned or attends: as far as it has come. */
async function child(givenNames: string, steps: number): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames } })
  const walker = { caseId, centre: 'DN' } as const
  await counsel(world, walker)
  const way = [propose, assign, admit, start]
  for (const step of way.slice(0, steps)) await step(world, walker, SCHOOL)
  return caseId
}

type Done =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: string } }

const codeOf = (done: Done) => (done.ok ? 'ok' : done.error.code)

function end(caseId: CaseId, version: number, code: 'moved_away' | 'follow_up_over') {
  const reason = { code, sentence: 'So besprochen.' }
  return endCase(world.as('counsellor'), { caseId, version, on: today(world.clock), reason })
}

/** The school carries over what stands there now. */
async function carryOver() {
  const rows = await world.database.db
    .selectFrom('seat_pool')
    .select(['id', 'version', 'school_year'])
    .execute()
  const then = rows.filter(({ school_year }) => school_year === YEAR)
  const known = ({ id, version }: { id: SeatPoolId; version: number }) => ({ poolId: id, version })
  return carryOverSeats(world.asSchool(SCHOOL), {
    ...{ schoolNumber: SCHOOL, schoolYear: YEAR, existing: then.map(known) },
    pools: (then.length > 0 ? [] : rows).map((row) => ({
      ...{ ...known(row), seats: SEATS, others: 0, classes: null },
    })),
  })
}

/** The state of a child's live seats in a school year, by kind. */
async function seatsIn(caseId: CaseId, schoolYear: number) {
  const rows = await world.database.db
    .selectFrom('seat_entry')
    .select(['kind', 'state'])
    .where('case_id', '=', caseId)
    .where('school_year', '=', schoolYear)
    .where('state', '<>', 'released')
    .execute()
  return Object.fromEntries(rows.map(({ kind, state }) => [kind, state])) as Partial<
    Record<SeatKind, string>
  >
}

const both = (state: string) => ({ support: state, regular: state })

test('while a school carries over, children are proposed, assigned and admitted and go: everybody who stays has the same seat in either year', async () => {
  await world.database.write((tx) =>
    tx.updateTable('centre').set({ regular_decided_by: 'school' }).execute(),
  )
  world.clock.moveTo(`${SPRING}T09:00:00.000Z`)
  await seatsAt(world, SCHOOL, SEATS)
  await seatsAt(world, SCHOOL, SEATS, 'regular')
  const stays = await child('Anna', 4)
  const assigned = await child('Bohdan', 2)
  const proposed = await child('Chadi', 1)
  const goes = await child('Daryna', 4)
  const goesOn = await child('Elif', 4)
  const waits = await child('Farid', 0)
  const cases = [stays, assigned, proposed, goes, goesOn, waits]
  const again = await rememberCases(world, cases)
  for (let round = 0; round < ROUNDS; round += 1) {
    const versions = new Map(
      await Promise.all(cases.map(async (one) => [one, await versionOf(world, one)] as const)),
    )
    const of = (caseId: CaseId) => ({ caseId, version: versions.get(caseId) ?? 0 })
    const told = await Promise.all([
      wait(round % 8).then(carryOver),
      confirmCaseAdmission(world.asSchool(SCHOOL), {
        ...{ ...of(assigned), plannedFirstDay: null },
        schoolClass: { ...usualClass('support'), className: '7b' },
      }),
      wait(round % 3).then(() => assignSchool(world.as('authority'), of(proposed))),
      wait(round % 5).then(() => end(goes, of(goes).version, 'moved_away')),
      wait(round % 7).then(() => end(goesOn, of(goesOn).version, 'follow_up_over')),
      proposeSchool(world.asColleague(), {
        ...{ ...of(waits), schoolNumber: SCHOOL },
        deviation: { code: 'family_wish', sentence: 'So gewünscht.' },
      }),
    ])
    expect(told.map(codeOf)).toEqual(told.map(() => 'ok'))
    for (const year of [YEAR - 1, YEAR]) {
      expect(await seatsIn(stays, year)).toEqual(both('taken'))
      expect(await seatsIn(assigned, year)).toEqual(both('taken'))
      expect(await seatsIn(proposed, year)).toEqual(both('assigned'))
      expect(await seatsIn(goes, year)).toEqual({})
    }
    // before the turn or after it: of two seats never one, and no support place for whoever goes on
    expect(await seatsIn(goesOn, YEAR - 1)).toEqual({ regular: 'taken' })
    expect([{}, { regular: 'taken' }]).toContainEqual(await seatsIn(goesOn, YEAR))
    expect(await seatsIn(waits, YEAR - 1)).toEqual(both('hold'))
    expect([{}, both('hold')]).toContainEqual(await seatsIn(waits, YEAR))
    expect(await violations(world)).toEqual([])
    await again()
  }
})

test('a child is erased while its school carries over: it waits for the end of that, and seats who is left', async () => {
  world.clock.moveTo(`${SPRING}T09:00:00.000Z`)
  await seatsAt(world, SCHOOL, SEATS)
  const stays = await child('Anna', 4)
  const goes = await child('Bohdan', 4)
  const erasing = rowsGoneUncommitted(goes)
  await erasing.reached
  const carrying = carryOver().then(codeOf)
  // without the lock on its case it would find the child, and seat it when it is gone
  if (world.database.engine === 'postgres') await untilWaiting(world.database, 1)
  erasing.letGo()
  expect([codeOf(await erasing.done), await carrying]).toEqual(['ok', 'ok'])
  expect(await seatsIn(stays, YEAR)).toEqual({ support: 'taken' })
  const left = await world.database.db.selectFrom('seat_entry').select('case_id').execute()
  expect(new Set(left.map(({ case_id }) => case_id))).toEqual(new Set([stays]))
  expect(await violations(world)).toEqual([])
})

/** An erasure whose second transaction has removed all rows, and is not committed until it is let go. */
function rowsGoneUncommitted(caseId: CaseId) {
  let letGo = () => {}
  const held = new Promise<void>((go) => {
    letGo = go
  })
  let arrive = () => {}
  const reached = new Promise<void>((there) => {
    arrive = there
  })
  let writes = 0
  const write: World['database']['write'] = (work) =>
    world.database.write(async (tx) => {
      const worked = await work(tx)
      writes += 1
      if (writes !== 2) return worked
      arrive()
      await held
      return worked
    })
  const lead = { ...world.as('lead'), database: { ...world.database, write } }
  return { reached, letGo, done: eraseNow(lead, { caseId, ground: 'art_17' }) }
}
