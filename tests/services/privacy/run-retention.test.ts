import { expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { RETENTION_PROPOSALS, type RetentionClass } from '#app/domain/privacy/retention.ts'
import { addDays, addMonths, type CalendarDate, today } from '#app/domain/time.ts'
import { retentionPage } from '#app/presenters/retention-page.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { listDue } from '#app/services/privacy/list-due.server.ts'
import {
  approveRetention,
  proposeRule,
  stopRetention,
} from '#app/services/privacy/retention-rules.server.ts'
import { confirmClock, runRetention } from '#app/services/privacy/run-retention.server.ts'
import { done, versionOf } from '#tests/promises/steps.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

async function ended(world: World, givenNames: string): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames, familyName: 'Beispiel' } })
  const reason = { code: 'moved_away', sentence: 'Umgezogen.' } as const
  const version = await versionOf(world, caseId)
  done(await endCase(world.as('counsellor'), { caseId, version, on: today(world.clock), reason }))
  return caseId
}

function approve(world: World, kind: RetentionClass = 'ended_early') {
  const { months } = RETENTION_PROPOSALS[kind]
  const rule = { centreId: CENTRES.DN.id, class: kind, months, ruleId: null }
  return approveRetention(world.as('auditor'), rule)
}

async function remaining({ database }: World): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('pupil_case').select('id').orderBy('id').execute()
  return rows.map(({ id }) => id)
}

/** A run on each day up to and including one. */
async function runUntil(world: World, last: CalendarDate): Promise<void> {
  while (today(world.clock) < last) {
    world.clock.passDays(1)
    await runRetention(world)
  }
}

test('nothing goes by a rule that nobody approved; approved, not a day early and not a day late', async () => {
  const world = await makeWorld()
  await runRetention(world)
  const caseId = await ended(world, 'Erstes')
  const open = await registered(world, { child: { givenNames: 'Offen', familyName: 'Beispiel' } })
  const last = addMonths(today(world.clock), 3)
  await runUntil(world, addDays(last, 5))
  expect(await remaining(world)).toEqual([caseId, open])

  done(await approve(world))
  await runRetention(world)
  expect(await remaining(world)).toEqual([caseId, open])
  await runUntil(world, addDays(today(world.clock), 1))
  expect(await remaining(world)).toEqual([open])

  const second = await ended(world, 'Zweites')
  const due = addDays(addMonths(today(world.clock), 3), 1)
  await runUntil(world, addDays(due, -1))
  expect(await remaining(world)).toEqual([open, second])
  const listed = done(await listDue(world.asSystem(), 30))
  expect(listed.due).toMatchObject([{ centre: 'DN', dueOn: due, rule: 'ended_early' }])
  await runUntil(world, due)
  expect(await remaining(world)).toEqual([open])
})

test('on the day of its approval a rule is listed with whom it takes the next day, and takes nobody yet', async () => {
  const world = await makeWorld()
  await runRetention(world)
  const caseId = await ended(world, 'Längst')
  await runUntil(world, addDays(addMonths(today(world.clock), 3), 40))
  expect(done(await listDue(world.asSystem(), 30)).due).toEqual([])
  done(await approve(world))
  const tomorrow = addDays(today(world.clock), 1)
  const listed = done(await listDue(world.asSystem(), 30))
  expect(listed.due).toMatchObject([{ dueOn: tomorrow, rule: 'ended_early' }])
  const page = done(await retentionPage(world.as('auditor'), null))
  expect(page.due).toMatchObject([{ on: tomorrow, kind: 'ended_early' }])
  await runRetention(world)
  expect(await remaining(world)).toEqual([caseId])
  await runUntil(world, tomorrow)
  expect(await remaining(world)).toEqual([])
})

test('a held case stays through the last day of its hold', async () => {
  const world = await makeWorld()
  await runRetention(world)
  done(await approve(world))
  const caseId = await ended(world, 'Gehalten')
  const until = addDays(addMonths(today(world.clock), 3), 20)
  done(await setHold(world.as('lead'), { caseId, until, sentence: 'Ein Verfahren läuft.' }))
  await runUntil(world, until)
  expect(await remaining(world)).toEqual([caseId])
  await runUntil(world, addDays(until, 1))
  expect(await remaining(world)).toEqual([])
})

test('F5: a clock ten years ahead erases nothing and asks; put right, or confirmed, it goes on', async () => {
  const world = await makeWorld()
  await runRetention(world)
  done(await approve(world))
  const caseId = await ended(world, 'Uhr')
  world.clock.passDays(3650)
  expect(await runRetention(world)).toEqual({ isStopped: true, erased: 0 })
  expect(await runRetention(world)).toEqual({ isStopped: true, erased: 0 })
  expect(done(await listDue(world.asSystem(), 30)).isStopped).toBe(true)
  expect(await remaining(world)).toEqual([caseId])
  expect(world.logLines.filter(({ event }) => event === 'retention_stopped')).toHaveLength(1)

  world.clock.passDays(-3650)
  expect((await runRetention(world)).isStopped).toBe(false)
  expect(await remaining(world)).toEqual([caseId])
  world.clock.passDays(-1)
  expect((await runRetention(world)).isStopped).toBe(true)

  // control: the same jump, confirmed by a person, is no reason to stop
  world.clock.passDays(3651)
  expect(await confirmClock(world.as('counsellor'))).toMatchObject({ error: { code: 'forbidden' } })
  done(await confirmClock(world.as('operator')))
  expect(await runRetention(world)).toEqual({ isStopped: false, erased: 1 })
  expect(await remaining(world)).toEqual([])
})

test.each([
  ['stopped', 1],
  ['left alone (control)', 3],
] as const)('a rule that is %s while a run erases by it takes %i of three', async (how, taken) => {
  const world = await makeWorld()
  await runRetention(world)
  done(await approve(world))
  for (const name of ['Erstes', 'Zweites', 'Drittes']) await ended(world, name)
  await runUntil(world, addMonths(today(world.clock), 3))
  world.clock.passDays(1)
  let isStopped = false
  const during: World = {
    ...world,
    keys: {
      ...world.keys,
      // the first child is on its way out
      destroy: async (subjects) => {
        if (how === 'stopped' && !isStopped) {
          isStopped = true
          const rule = { centreId: CENTRES.DN.id, class: 'ended_early' } as const
          done(await stopRetention(world.as('lead'), rule))
        }
        return world.keys.destroy(subjects)
      },
    },
  }
  expect(await runRetention(during)).toEqual({ isStopped: false, erased: taken })
  expect(await remaining(world)).toHaveLength(3 - taken)
  expect((await runRetention(world)).erased).toBe(0)
})

test('a child that is not due any more when its turn comes stays', async () => {
  const world = await makeWorld()
  await runRetention(world)
  done(await approve(world))
  const caseIds = [await ended(world, 'Erstes'), await ended(world, 'Zweites')]
  await runUntil(world, addMonths(today(world.clock), 3))
  world.clock.passDays(1)
  let isChanged = false
  const during: World = {
    ...world,
    keys: {
      ...world.keys,
      destroy: async (subjects) => {
        if (!isChanged) {
          isChanged = true
          const stage_since = today(world.clock)
          await world.database.write((tx) =>
            tx.updateTable('pupil_case').set({ stage_since, ended_on: stage_since }).execute(),
          )
        }
        return world.keys.destroy(subjects)
      },
    },
  }
  expect((await runRetention(during)).erased).toBe(1)
  expect(await remaining(world)).toEqual(caseIds.slice(1))
})

test('two people decide about a period', async () => {
  const world = await makeWorld()
  const rule = { centreId: CENTRES.DN.id, class: 'ended_early', months: 6 } as const
  done(await proposeRule(world.as('lead'), rule))
  const { id: ruleId } = await world.database.db
    .selectFrom('retention_rule')
    .select('id')
    .executeTakeFirstOrThrow()
  const lead = world.as('lead')
  const actor = { ...lead.actor, assignments: [{ role: 'auditor', centreId: rule.centreId }] }
  const both = { ...lead, actor } as typeof lead
  const codes = [
    await approveRetention(lead, { ...rule, ruleId }),
    await approveRetention(both, { ...rule, ruleId }),
    await approveRetention(world.as('auditor'), { ...rule, ruleId, months: 7 }),
    await approveRetention(world.as('auditor', 'BOR'), { ...rule, ruleId }),
    await approveRetention(world.as('auditor'), { ...rule, ruleId }),
    await approveRetention(world.as('auditor'), { ...rule, ruleId }),
  ].map((one) => one.ok || one.error.code)
  expect(codes).toEqual([
    ...['forbidden', 'own_proposal', 'stale_rule', 'forbidden', true, 'rule_not_found'],
  ])
})

test('the program’s own period, approved twice, is approved once', async () => {
  const world = await makeWorld()
  const rows = async () =>
    (await world.database.db.selectFrom('retention_rule').select('class').execute()).map(
      (row) => row.class,
    )
  const codeOf = async (kind?: RetentionClass) => {
    const one = await approve(world, kind)
    return one.ok || one.error.code
  }
  expect([await codeOf(), await codeOf()]).toEqual([true, 'rule_not_found'])
  expect(await rows()).toEqual(['ended_early'])
  // at the same moment too; and another kind is another matter
  const both = await Promise.all([codeOf('follow_up_over'), codeOf('follow_up_over')])
  expect(both.toSorted()).toEqual(['rule_not_found', true])
  expect((await rows()).toSorted()).toEqual(['ended_early', 'follow_up_over'])
  // control: once it was stopped it stands to be approved again
  const stopped = { centreId: CENTRES.DN.id, class: 'ended_early' } as const
  done(await stopRetention(world.as('lead'), stopped))
  expect(await codeOf()).toBe(true)
})
