import { beforeEach, describe, expect, test } from 'vitest'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import { assignmentPage } from '#app/presenters/assignment-page.server.ts'
import {
  keepCaseAssignment,
  takeBackCaseAssignment,
} from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { assignMany, sendBackMany } from '#app/services/case/decide-many.server.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  counsel,
  done,
  propose,
  reportNoPlace,
  seatsAt,
  takeBack,
  versionOf,
  type Walker,
  withdraw,
} from '#tests/promises/steps.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const REASON = { code: 'other_school', sentence: 'Bitte die nähere Schule prüfen.' } as const

let world: World
let walker: Walker

beforeEach(async () => {
  world = await makeWorld()
  await seatsAt(world, SCHOOL, 2)
  walker = { caseId: await registered(world), centre: 'DN' }
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
})

const assignedBy = (who: AssignedBy) =>
  world.database.write((tx) =>
    tx.updateTable('centre').set({ assigned_by: who }).where('id', '=', CENTRES.DN.id).execute(),
  )

async function chosen() {
  return { caseId: walker.caseId, version: await versionOf(world, walker.caseId) }
}

async function assignAs(ctx: Context) {
  const answer = await assignSchool(ctx, await chosen())
  return answer.ok ? 'done' : answer.error.code
}

async function sendBackAs(ctx: Context) {
  const answer = await sendBackProposal(ctx, { ...(await chosen()), reason: REASON })
  return answer.ok ? 'done' : answer.error.code
}

function stored(caseId: CaseId = walker.caseId) {
  return world.database.db
    .selectFrom('pupil_case')
    .select(['stage', 'proposed_by'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
}

async function rolesThat(event: string) {
  const rows = await world.database.db
    .selectFrom('audit_entry')
    .select('role')
    .where('event', '=', event)
    .execute()
  return rows.map(({ role }) => role)
}

describe('where the authority assigns', () => {
  test('nobody of the centre does', async () => {
    for (const ctx of [world.as('counsellor'), world.asColleague(), world.as('lead')]) {
      expect([await assignAs(ctx), await sendBackAs(ctx)]).toEqual(['forbidden', 'forbidden'])
    }
    expect(await assignAs(world.as('authority'))).toBe('done')
    expect(await rolesThat('case_assigned')).toEqual(['authority'])
  })
})

describe('where the centre assigns', () => {
  beforeEach(() => assignedBy('centre'))

  test('who proposed does, and the seat is kept', async () => {
    expect(await stored()).toEqual({ stage: 'proposed', proposed_by: 'account-counsellor-dn' })
    expect(await assignAs(world.as('counsellor'))).toBe('done')
    // a second person may yet have to answer the school: who the first was stays known till then
    expect(await stored()).toEqual({ stage: 'assigned', proposed_by: 'account-counsellor-dn' })
    expect(await rolesThat('case_assigned')).toEqual(['counsellor'])
    const entries = await world.database.db.selectFrom('seat_entry').select('state').execute()
    expect(entries).toEqual([{ state: 'assigned' }])
  })

  test('who proposed sends back with a reason, and nobody is named as proposing any more', async () => {
    expect(await sendBackAs(world.as('counsellor'))).toBe('done')
    expect(await stored()).toEqual({ stage: 'waiting', proposed_by: null })
    expect(await rolesThat('proposal_sent_back')).toEqual(['counsellor'])
  })

  test('the authority sees it, with the reasons, and is told who assigns', async () => {
    const authority = world.as('authority')
    const page = done(await assignmentPage(authority, walker.caseId))
    expect([page.decider, page.proposal?.school.number]).toEqual(['colleague', SCHOOL])
    expect(page.proposal?.reasons.length).toBeGreaterThan(0)
    const ours = done(await assignmentPage(world.as('counsellor'), walker.caseId))
    expect([ours.decider, ours.proposal]).toEqual(['self', page.proposal])
    expect(await assignAs(authority)).toBe('centre_assigns')
    expect(await sendBackAs(authority)).toBe('centre_assigns')
    expect((await stored()).stage).toBe('proposed')
  })

  test('who has nothing to do with the case learns nothing by asking', async () => {
    expect(await assignAs(world.as('counsellor', 'BOR'))).toBe('case_not_found')
    expect(await assignAs(world.as('authority', 'BOR'))).toBe('case_not_found')
    expect(await assignAs(world.asSchool(SCHOOL))).toBe('forbidden')
  })

  test('many at once stays with the authority: there it is refused child by child', async () => {
    const many = [await chosen()]
    for (const [ctx, code] of [
      [world.as('authority'), 'centre_assigns'],
      [world.as('counsellor'), 'forbidden'],
      [world.as('lead'), 'forbidden'],
    ] as const) {
      const outcomes = [
        ...(await assignMany(ctx, many)),
        ...(await sendBackMany(ctx, many, REASON)),
      ]
      expect(outcomes.map(({ refusal }) => refusal?.code)).toEqual([code, code])
    }
    expect((await stored()).stage).toBe('proposed')
  })
})

describe('where two people of the centre assign', () => {
  beforeEach(() => assignedBy('two_at_centre'))

  test('who proposed does not, and the second person does', async () => {
    const first = world.as('counsellor')
    expect(await assignAs(first)).toBe('second_person_needed')
    expect(await sendBackAs(first)).toBe('second_person_needed')
    expect((await stored()).stage).toBe('proposed')
    expect(done(await assignmentPage(first, walker.caseId)).decider).toBe('colleague')
    expect(done(await assignmentPage(world.asColleague(), walker.caseId)).decider).toBe('self')
    expect(await assignAs(world.asColleague())).toBe('done')
    expect((await stored()).stage).toBe('assigned')
  })

  test('a lead is a second person too; the authority is not', async () => {
    expect(await assignAs(world.as('authority'))).toBe('centre_assigns')
    expect(await sendBackAs(world.as('lead'))).toBe('done')
    expect((await stored()).stage).toBe('waiting')
  })

  test('who proposed may take it back; then it is the next proposal that counts', async () => {
    await withdraw(world, walker)
    expect((await stored()).proposed_by).toBeNull()
    await propose({ ...world, as: () => world.asColleague() }, walker, SCHOOL)
    expect((await stored()).proposed_by).toBe('account-colleague-dn')
    expect(await assignAs(world.asColleague())).toBe('second_person_needed')
    expect(await assignAs(world.as('counsellor'))).toBe('done')
  })

  test('nobody is the second person where it is not known who proposed', async () => {
    await world.database.write((tx) =>
      tx.updateTable('pupil_case').set({ proposed_by: null }).execute(),
    )
    for (const ctx of [world.as('counsellor'), world.asColleague(), world.as('lead')]) {
      expect(await assignAs(ctx)).toBe('second_person_needed')
    }
  })
})

describe('who comes second at a centre that assigns', () => {
  const PAGES = ['centre', 'two_at_centre'] as const

  test.each(PAGES)('reads that the hold ran out, with the best school (%s)', async (who) => {
    await assignedBy(who)
    const page = await chosen()
    world.clock.passDays(8)
    expect(await expireHolds(world)).toBe(1)
    const told = { code: 'proposal_expired', next: 'Düren, Gesamtschule Am Beispielweg' }
    for (const ctx of [world.asColleague(), world.as('lead')]) {
      expect(await assignSchool(ctx, page)).toMatchObject({ ok: false, error: told })
      const sentBack = await sendBackProposal(ctx, { ...page, reason: REASON })
      expect(sentBack).toMatchObject({ ok: false, error: told })
    }
    // control: not who has another page, nor where somebody else assigns
    const older = { ...page, version: page.version - 1 }
    expect(await codeOf(assignSchool(world.asColleague(), older))).toBe('forbidden')
    await assignedBy('authority')
    expect(await codeOf(assignSchool(world.asColleague(), page))).toBe('forbidden')
  })

  test.each(PAGES)(
    'reads that the page is old, and not that it is none of theirs (%s)',
    async (who) => {
      await assignedBy(who)
      const page = await chosen()
      expect(await codeOf(assignSchool(world.asColleague(), page))).toBe('done')
      expect(await codeOf(assignSchool(world.as('lead'), page))).toBe('stale_case')
      await reportNoPlace(world, walker, SCHOOL)
      const reported = await chosen()
      await takeBack(world, walker)
      const TAKE = { reason: { code: 'school_is_full', sentence: 'Kein Raum.' } } as const
      expect(await codeOf(keepCaseAssignment(world.asColleague(), reported))).toBe('stale_case')
      const again = takeBackCaseAssignment(world.asColleague(), { ...reported, ...TAKE })
      expect(await codeOf(again)).toBe('stale_case')
      // control: a school that knows the child, or knew it, has no business there
      expect(await codeOf(keepCaseAssignment(world.asSchool(SCHOOL), reported))).toBe(
        'case_not_found',
      )
    },
  )
})

async function codeOf(answer: Promise<Result<unknown, { readonly code: string }>>) {
  const said = await answer
  return said.ok ? 'done' : said.error.code
}
