import { CompiledQuery } from 'kysely'
import { describe, expect, test } from 'vitest'
import { dueOn, type WaitsFor, waitsFor } from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { DEFAULT_TARGETS } from '#app/domain/centre/centre.ts'
import type {
  AccountId,
  CaseId,
  ChildId,
  FamilyId,
  SchoolNumber,
  SeatPoolId,
} from '#app/domain/ids.ts'
import { addDays, addHours, type CalendarDate, dayOf, type Instant } from '#app/domain/time.ts'
import { insertCase } from '#db/queries/case.server.ts'
import { insertPool } from '#db/queries/seat.server.ts'
import {
  caseIdsAtStages,
  countStages,
  countWork,
  listWork,
  type WorkFilter,
} from '#db/queries/work-list.server.ts'
import { everyStage } from '#tests/domain/case/cases.ts'
import { onlyOn } from '#tests/setup/engine.ts'
import { poolRow } from '#tests/setup/pool-row.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN
const POOL = 'pool-1' as SeatPoolId
const MINE = 'account-counsellor-dn' as AccountId
const OTHERS = 'account-colleague-dn' as AccountId

/** Just after midnight in Berlin, one day before it in UTC: where days and instants are easily mixed up. */
const NOW: Instant = '2026-11-18T23:30:00.000Z'
const TODAY = dayOf(NOW)
const WHO: readonly WaitsFor[] = [
  'us',
  'family',
  'school',
  'authority',
  'nobody',
  'seat',
  'health_office',
]

/** The case of every stage with every day around now that decides whose turn it is. */
function everyTurn(): readonly PupilCase[] {
  return everyStage.flatMap((pupilCase): readonly PupilCase[] => {
    switch (pupilCase.stage) {
      case 'appointed':
      case 'missed':
        return [-1, 0, 1].map((days) => ({ ...pupilCase, appointmentOn: addDays(TODAY, days) }))
      case 'proposed':
        return [-1, 0, 1].map((hours) => ({
          ...pupilCase,
          proposal: { ...pupilCase.proposal, holdUntil: addHours(NOW, hours) },
        }))
      case 'assigned':
        return [null, { state: 'open', at: NOW }, { state: 'kept', at: NOW }].map(
          (capacityReport) => ({ ...pupilCase, capacityReport }) as PupilCase,
        )
      case 'attending':
        return [-1, 0, 13, 14, 15].map((days) => ({
          ...pupilCase,
          nextReviewOn: addDays(TODAY, days),
        }))
      default:
        return [pupilCase]
    }
  })
}

/** Stores the cases beside one child, due as the domain says; half of them are a colleague's. */
async function stored(world: World, cases: readonly PupilCase[]): Promise<readonly PupilCase[]> {
  const first = await registered(world)
  const row = await world.database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', first)
    .executeTakeFirstOrThrow()
  const placed = cases.map((pupilCase, at) => ({
    ...atSchool(pupilCase),
    id: `case-${String(at).padStart(3, '0')}` as CaseId,
    centreId,
    caseNumber: `DN-2026-${5000 + at}`,
    childId: row.child_id as ChildId,
    familyId: row.family_id as FamilyId,
    counsellorId: at % 2 === 0 ? MINE : OTHERS,
  }))
  await world.database.write(async (tx) => {
    await insertPool(tx, poolRow({ centre_id: centreId, id: POOL, seats: 3 }))
    for (const one of placed) await insertCase(tx, one, dueOn(one, DEFAULT_TARGETS))
    await tx.deleteFrom('case_event').where('case_id', '=', first).execute()
    await tx.deleteFrom('pupil_case').where('id', '=', first).execute()
  })
  return placed
}

function atSchool(pupilCase: PupilCase): PupilCase {
  const seat = { schoolNumber: '180101' as SchoolNumber, poolId: POOL }
  if ('proposal' in pupilCase) {
    return { ...pupilCase, proposal: { ...pupilCase.proposal, ...seat, proposedBy: null } }
  }
  if (!('placement' in pupilCase)) return pupilCase
  const placed = { ...pupilCase, placement: { ...pupilCase.placement, ...seat } }
  return placed.stage === 'assigned' ? { ...placed, proposedBy: null } : placed
}

const all: WorkFilter = {
  ...{ centreId, assignedBy: 'authority', counsellorId: null, narrow: null, childIds: null },
}
const wholePage = { limit: 1000, offset: 0 }

async function idsOf(world: World, filter: Partial<WorkFilter>) {
  const rows = await listWork(world.database.db, { ...all, ...filter }, NOW, wholePage)
  return rows.map(({ id }) => id)
}

describe('the work list asks as the domain does', () => {
  test.each([
    ['authority', ['us', 'family', 'school', 'authority', 'nobody']],
    // a school that has no place waits for who assigns, too
    ['centre', ['us', 'family', 'school', 'nobody']],
    ['two_at_centre', ['us', 'family', 'school', 'nobody']],
  ] as const)(
    'who is waited for, at every stage and around every turn: %s',
    async (assignedBy, met) => {
      const world = await makeWorld()
      const cases = await stored(world, everyTurn())
      const due = cases.filter((one) => dueOn(one, DEFAULT_TARGETS) !== null)
      const { counts } = await countWork(
        world.database.db,
        { centreId, assignedBy },
        NOW,
        addDays(TODAY, 3),
      )

      for (const who of WHO) {
        const expected = due
          .filter((one) => waitsFor(one, NOW, assignedBy) === who)
          .map(({ id }) => id)
        const found = await idsOf(world, { narrow: who, assignedBy })
        expect([...found].sort(), who).toEqual([...expected].sort())
        const counted = counts.filter((count) => count.waitsFor === who)
        expect(
          counted.reduce((sum, { total }) => sum + total, 0),
          who,
        ).toBe(expected.length)
      }
      const { nextTurnAt } = await countWork(
        world.database.db,
        { centreId, assignedBy },
        NOW,
        TODAY,
      )
      expect(nextTurnAt).toBe(addHours(NOW, 1))
      // the comparison is worth something only where the turns differ
      expect(new Set(due.map((one) => waitsFor(one, NOW, assignedBy)))).toEqual(new Set(met))
      await world.close()
    },
  )

  test('what is overdue and what is soon, mine and everybody’s, in the order of the days', async () => {
    const world = await makeWorld()
    const cases = await stored(world, everyTurn())
    const soonUntil = addDays(TODAY, 3)
    const dueOf = (one: PupilCase) => dueOn(one, DEFAULT_TARGETS) as CalendarDate
    const due = cases
      .filter((one) => dueOn(one, DEFAULT_TARGETS) !== null)
      .toSorted((a, b) => `${dueOf(a)}${a.id}`.localeCompare(`${dueOf(b)}${b.id}`))
    const { counts } = await countWork(world.database.db, all, NOW, soonUntil)
    const sum = (of: 'overdue' | 'soon' | 'total', whose: AccountId | null) =>
      counts
        .filter(({ counsellorId }) => whose === null || counsellorId === whose)
        .reduce((total, count) => total + count[of], 0)

    expect(await idsOf(world, {})).toEqual(due.map(({ id }) => id))
    const late = due.filter((one) => dueOf(one) < TODAY)
    expect(await idsOf(world, { narrow: 'overdue' })).toEqual(late.map(({ id }) => id))
    expect(sum('overdue', null)).toBe(late.length)
    const soon = due.filter((one) => dueOf(one) >= TODAY && dueOf(one) <= soonUntil)
    expect([sum('soon', null), soon.length > 0]).toEqual([soon.length, true])
    const mine = due.filter(({ counsellorId }) => counsellorId === MINE)
    expect(await idsOf(world, { counsellorId: MINE })).toEqual(mine.map(({ id }) => id))
    expect(sum('total', MINE)).toBe(mine.length)
    await world.close()
  })
})

test('a centre sees its own cases only, whatever is asked', async () => {
  const world = await makeWorld()
  await stored(world, everyTurn())
  const { db } = world.database
  const elsewhere = { ...all, centreId: CENTRES.BOR.id }

  expect(await listWork(db, elsewhere, NOW, wholePage)).toEqual([])
  expect(await countWork(db, elsewhere, NOW, TODAY)).toEqual({
    counts: [],
    nextTurnAt: null,
  })
  expect(await countStages(db, CENTRES.BOR.id)).toEqual(new Map())
  expect(await caseIdsAtStages(db, CENTRES.BOR.id, ['waiting'])).toEqual(new Set())
  expect((await countStages(db, centreId)).get('proposed')).toBe(3)
})

onlyOn('sqlite', () => {
  test('list and counts walk along their indexes and sort nothing', async () => {
    const world = await makeWorld()
    await stored(world, everyTurn())
    const { db } = world.database
    const sent: CompiledQuery[] = []
    const watched = db.withPlugin({
      transformQuery: ({ node, queryId }) => {
        sent.push(db.getExecutor().compileQuery(node, queryId))
        return node
      },
      transformResult: async ({ result }) => result,
    })
    await listWork(watched, { ...all, counsellorId: MINE, narrow: 'us' }, NOW, wholePage)
    await countWork(watched, all, NOW, TODAY)
    const plans = await Promise.all(
      sent.map(async ({ sql, parameters }) => {
        const { rows } = await db.executeQuery<{ detail: string }>(
          CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
        )
        return rows.map(({ detail }) => detail).join(' / ')
      }),
    )

    expect(plans).toEqual([
      expect.stringMatching(/^SEARCH pupil_case USING INDEX pupil_case_due /),
      expect.stringMatching(/^SEARCH pupil_case USING COVERING INDEX pupil_case_count /),
    ])
    expect(plans.join(' ')).not.toContain('TEMP B-TREE')
  })
})
