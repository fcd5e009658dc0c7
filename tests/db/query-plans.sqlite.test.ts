import { CompiledQuery, createQueryId, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { expect, test } from 'vitest'
import { WITHOUT_PLACE } from '#app/domain/case/without-place.ts'
import type {
  AccountId,
  CaseId,
  FamilyId,
  MunicipalityKey,
  SchoolNumber,
  SeatPoolId,
} from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import { listRuleChanges } from '#db/queries/audit.server.ts'
import { listSeals } from '#db/queries/audit-seal.server.ts'
import {
  listChildrenAfter,
  listChildrenOfFamilies,
  listFamilies,
} from '#db/queries/child.server.ts'
import { countUnread, listUnread } from '#db/queries/desk-notice.server.ts'
import { listNewcomers } from '#db/queries/newcomer.server.ts'
import { listAwaitingMail, listGivenUp, listUndelivered } from '#db/queries/outbox.server.ts'
import { listCasesInGemeinden, listOwnedSchools } from '#db/queries/owner.server.ts'
import {
  listCapacityReports,
  listExpiredHolds,
  listHeldProposals,
  listProposalEvents,
} from '#db/queries/placement.server.ts'
import { listSchoolLabels } from '#db/queries/school.server.ts'
import { listSeatedCases } from '#db/queries/school-year.server.ts'
import {
  listDecisions,
  listDecisionsBeside,
  listEntriesOfCase,
  listEntriesOfCases,
  listPoolsOfSchools,
  listPoolsOfYear,
  tallyEntries,
} from '#db/queries/seat.server.ts'
import { countSeatGroups } from '#db/queries/seat-overview.server.ts'
import {
  caseIdsAtStages,
  countStages,
  countWork,
  lastCaseEvent,
  listCasesByNumber,
  listWork,
  type WorkFilter,
} from '#db/queries/work-list.server.ts'
import type { Db } from '#db/schema.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN
const MINE = 'account-counsellor-dn' as AccountId
const GEMEINDEN = ['05358008', '05358024'] as MunicipalityKey[]
const FAMILIES = ['family-1', 'family-2'] as FamilyId[]
const PAGE = { limit: 25, offset: 50 }

/** How SQLite walks the tables for every query that `ask` makes. */
async function plansOf({ database }: World, ask: (db: Db) => Promise<unknown>) {
  const nodes: RootOperationNode[] = []
  const listening: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await ask(database.db.withPlugin(listening))
  const plans: string[] = []
  for (const node of nodes) {
    const { sql, parameters } = database.db.getExecutor().compileQuery(node, createQueryId())
    const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
    const { rows } = await database.db.executeQuery<{ readonly detail: string }>(explain)
    plans.push(...rows.map(({ detail }) => detail))
  }
  return plans
}

function workFilter(own: Partial<WorkFilter>): WorkFilter {
  const everything = { counsellorId: null, narrow: null, childIds: null }
  return { centreId, assignedBy: 'authority', ...everything, ...own }
}

test.each<readonly [string, (db: Db, now: ReturnType<typeof instant>) => Promise<unknown>]>([
  ['the work list', (db, now) => listWork(db, workFilter({}), now, PAGE)],
  ['own cases', (db, now) => listWork(db, workFilter({ counsellorId: MINE }), now, PAGE)],
  ['overdue ones', (db, now) => listWork(db, workFilter({ narrow: 'overdue' }), now, PAGE)],
  ['what waits for us', (db, now) => listWork(db, workFilter({ narrow: 'us' }), now, PAGE)],
  [
    'what waits for us where the centre assigns',
    (db, now) => listWork(db, workFilter({ narrow: 'us', assignedBy: 'two_at_centre' }), now, PAGE),
  ],
  ['its counts', (db, now) => countWork(db, workFilter({}), now, '2026-11-29')],
  [
    'the newcomers of a school',
    (db) => listNewcomers(db, centreId, '180101' as SchoolNumber, { limit: 25, offset: 0 }),
  ],
  [
    'the children without a place in some Gemeinden',
    (db) => listCasesInGemeinden(db, centreId, WITHOUT_PLACE, GEMEINDEN),
  ],
  ['the schools with their owners', (db) => listOwnedSchools(db, centreId)],
  ['the children of families', (db) => listChildrenOfFamilies(db, centreId, FAMILIES)],
  ['families', (db) => listFamilies(db, centreId, FAMILIES)],
  ['what a centre set otherwise', (db) => listRuleChanges(db, centreId, 25)],
  ['the newest entry', (db) => lastCaseEvent(db, centreId)],
  ['all cases by number', (db) => listCasesByNumber(db, centreId, null, PAGE)],
  ['the stages', (db) => countStages(db, centreId)],
  ['the cases at a stage', (db) => caseIdsAtStages(db, centreId, ['waiting'])],
  ['proposals that are held', (db, now) => listHeldProposals(db, centreId, now)],
  ['holds that have run out', (db, now) => listExpiredHolds(db, now, { limit: 200, after: null })],
  [
    'holds that have run out, the next of them',
    (db, now) =>
      listExpiredHolds(db, now, {
        limit: 200,
        after: { centreId, caseId: 'x' as CaseId, holdUntil: now },
      }),
  ],
  ['why they were proposed', (db) => listProposalEvents(db, centreId, ['case-1' as CaseId])],
  ['the pools of a year', (db) => listPoolsOfYear(db, centreId, 2026, { day: '2026-11-19' })],
  [
    'the seats of some cases',
    (db) => listEntriesOfCases(db, centreId, ['case-1', 'case-2'] as CaseId[]),
  ],
  ['the names, page by page', (db) => listChildrenAfter(db, { centreId, id: 'x' }, 200)],
  ['the labels of schools', (db) => listSchoolLabels(db, centreId)],
  [
    'the pools of a page of schools',
    (db) =>
      listPoolsOfSchools(db, centreId, ['180101' as SchoolNumber], {
        ...{ schoolYear: 2026, kind: 'support', day: '2026-11-19' },
      }),
  ],
  ['the seats of pools', (db) => tallyEntries(db, centreId, ['pool-1' as SeatPoolId])],
  [
    'the seats of a school',
    (db) => tallyEntries(db, centreId, { schoolNumber: '180101' as SchoolNumber, fromYear: 2026 }),
  ],
  [
    'what was decided about the seats of a school',
    (db) => listDecisions(db, centreId, { schoolNumber: '180101' as SchoolNumber, fromYear: 2026 }),
  ],
  [
    'decisions another one may have overtaken',
    (db) =>
      listDecisionsBeside(
        db,
        centreId,
        { schoolNumber: '180101' as SchoolNumber, fromYear: 2026 },
        { day: '2026-11-19' },
      ),
  ],
  ['what is new for a person', (db) => listUnread(db, MINE, [centreId], ['hold_ran_out'])],
  ['how much is new for a person', (db) => countUnread(db, MINE)],
  ['children without a place', (db) => listCapacityReports(db, centreId)],
  ['whose mail waits', (db) => listAwaitingMail(db, [MINE])],
  ['who was not reached', (db, now) => listUndelivered(db, [centreId], now)],
  ['whose mail was given up', (db, now) => listGivenUp(db, now)],
  [
    'who sits in the pools of a school',
    (db, now) =>
      listSeatedCases(db, centreId, ['pool-1', 'pool-2'] as SeatPoolId[], { thenYear: 2027, now }),
  ],
  ['the seat of a case', (db) => listEntriesOfCase(db, centreId, 'case-1' as CaseId)],
])('no table is walked from end to end: %s', async (_, ask) => {
  const world = await makeWorld()
  await registered(world)
  const plans = await plansOf(world, (db) => ask(db, instant(world.clock)))
  expect(plans.length).toBeGreaterThan(0)
  expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual([])
})

test('the work list is counted along one index, whose turn it is included', async () => {
  const world = await makeWorld()
  const plans = await plansOf(world, (db) =>
    countWork(db, { centreId, assignedBy: 'authority' }, instant(world.clock), '2026-11-29'),
  )
  expect(plans[0]).toContain('COVERING INDEX pupil_case_count')
})

test('counting seats reads one index and no row', async () => {
  const world = await makeWorld()
  const plans = await plansOf(world, (db) => tallyEntries(db, centreId, ['pool-1' as SeatPoolId]))
  expect(plans[0]).toContain('COVERING INDEX seat_entry_pool')
})

test('the overview of seats walks nothing but what it has counted itself', async () => {
  const world = await makeWorld()
  const plans = await plansOf(world, (db) =>
    countSeatGroups(db, centreId, { schoolYear: 2026, grade: 7, now: instant(world.clock) }),
  )
  expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual(['SCAN pool'])
  // the inner query is compiled by itself, too
  const ofEntries = new Set(plans.filter((plan) => plan.includes('seat_entry')))
  expect([...ofEntries]).toEqual([
    expect.stringContaining('COVERING INDEX seat_entry_pool (centre_id=? AND pool_id=?)'),
  ])
})

test('the trail is verified by the stretch of its ids, not by all cases of the centre each time', async () => {
  const world = await makeWorld()
  const plans = await plansOf(world, (db) => listSeals(db, centreId, null, 500))
  const ofCases = plans.filter((plan) => plan.includes('audit_case'))
  expect(ofCases).toEqual([
    expect.stringContaining('INDEX audit_case_entry (centre_id=? AND entry_id>'),
  ])
})

test('a query that walks a table is seen as one', async () => {
  const world = await makeWorld()
  const plans = await plansOf(world, (db) =>
    db.selectFrom('pupil_case').select('id').where('nationality', '=', 'SY').execute(),
  )
  expect(plans.filter((plan) => plan.startsWith('SCAN'))).toHaveLength(1)
})
