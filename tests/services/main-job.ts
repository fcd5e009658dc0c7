import { expect } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { familyPage } from '#app/presenters/family-page.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { signInFamily } from '#app/services/family/sign-in-family.server.ts'
import { recordReview } from '#app/services/follow-up/record-review.server.ts'
import { suggestForCase } from '#app/services/suggestion/suggest-for-case.server.ts'
import { canariesOf, canaryRegistration, canaryTexts } from '#tests/promises/canaries.ts'
import {
  admit,
  appoint,
  assign,
  counsel,
  done,
  propose,
  seatsAt,
  start,
  versionOf,
} from '#tests/promises/steps.ts'
import { registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber

/**
 * Takes one child from the Meldung to its first review and its family's page, and holds every step
 * against what must be stored then. The same on both engines.
 */
export async function walkTheMainJob(world: World): Promise<void> {
  await seatsAt(world, SCHOOL, 1)
  const caseId = await registered(world, canaryRegistration(1))
  const walker = { caseId, centre: 'DN', texts: canaryTexts(1) } as const
  await expectStage(world, caseId, 'registered', null)

  await appoint(world, walker)
  await expectStage(world, caseId, 'appointed', null)
  world.clock.passDays(5)
  await counsel(world, walker)
  await expectStage(world, caseId, 'waiting', null)
  await expectSuggested(world, caseId)

  await propose(world, walker, SCHOOL)
  await expectStage(world, caseId, 'proposed', 'hold')
  const version = await versionOf(world, caseId)
  done(await sayCanAdmitProposal(world.asSchool(SCHOOL), { caseId, version }))
  await assign(world, walker)
  await expectStage(world, caseId, 'assigned', 'assigned')
  await admit(world, walker, SCHOOL)
  await expectStage(world, caseId, 'admitted', 'taken')
  world.clock.passDays(7)
  await start(world, walker, SCHOOL)
  await expectStage(world, caseId, 'attending', 'taken')

  await review(world, caseId)
  await expectFamilyPage(world, caseId)
  await expectTrail(world, caseId)
  await expectSealed(world, caseId)
}

async function review(world: World, caseId: CaseId): Promise<void> {
  world.clock.passDays(60)
  const version = await versionOf(world, caseId)
  const held = { on: '2027-01-29', gerLevel: 'A2', b1: false } as const
  const ctx = world.as('counsellor')
  done(await recordReview(ctx, { caseId, version, review: held }))
  const row = await caseRow(world, caseId)
  expect(row).toMatchObject({
    registered_on: '2026-11-09',
    counselled_on: '2026-11-24',
    first_day: '2026-12-01',
    last_review_on: '2027-01-29',
    next_review_on: '2027-07-31',
  })
}

async function expectStage(
  world: World,
  caseId: CaseId,
  stage: string,
  seat: string | null,
): Promise<void> {
  const { stage: stored } = await caseRow(world, caseId)
  const entries = await world.database.db
    .selectFrom('seat_entry')
    .select('state')
    .where('case_id', '=', caseId)
    .execute()
  expect([stored, ...entries.map(({ state }) => state)]).toEqual(
    seat === null ? [stage] : [stage, seat],
  )
  const stranger = await visibleCase(world.as('counsellor', 'BOR'), caseId)
  expect(stranger).toBeNull()
}

async function expectSuggested(world: World, caseId: CaseId): Promise<void> {
  const ctx = world.as('counsellor')
  const found = await visibleCase(ctx, caseId)
  if (found === null) throw new Error('The case is not visible')
  const { suggestions } = await suggestForCase(ctx, found.pupilCase)
  expect(suggestions.suggested.map(({ number, free }) => [number, free])).toEqual([[SCHOOL, 1]])
}

/** The slip's code and PIN open the page of this child; the PIN of an older slip no longer does. */
async function expectFamilyPage(world: World, caseId: CaseId): Promise<void> {
  const old = done(await printSlip(world.as('counsellor'), caseId))
  const slip = done(await printSlip(world.as('counsellor'), caseId))
  const address = '127.0.0.1'
  const signIn = (pin: string) => signInFamily(world.asSystem(), { code: slip.code, pin, address })
  expect(old.code).toBe(slip.code)
  expect(await signIn(old.pin)).toMatchObject({ error: { code: 'code_or_pin_wrong' } })
  done(await signIn(slip.pin))

  const page = done(await familyPage(await world.family(caseId)))
  expect(page.childName).toContain(canariesOf(1)[0])
  expect(page.state).toMatchObject({ stage: 'attending', firstDay: '2026-12-01' })
  expect(page.state.school?.name).toContain('Gesamtschule Am Beispielweg')
}

async function expectTrail(world: World, caseId: CaseId): Promise<void> {
  const entries = await world.database.db
    .selectFrom('audit_entry')
    .innerJoin('audit_case', (join) =>
      join
        .onRef('audit_case.entry_id', '=', 'audit_entry.id')
        .onRef('audit_case.centre_id', '=', 'audit_entry.centre_id'),
    )
    .select(['event', 'role'])
    .where('audit_case.case_id', '=', caseId)
    .orderBy('audit_entry.at')
    .orderBy('audit_entry.id')
    .execute()
  expect(entries.map(({ event, role }) => `${role}: ${event}`)).toEqual([
    'counsellor: case_registered',
    'counsellor: family_appointed',
    ...Array.from({ length: 5 }, () => 'counsellor: interview_saved'),
    'counsellor: case_counselled',
    'counsellor: school_proposed',
    'school: school_can_admit',
    'authority: case_assigned',
    'school: admission_confirmed',
    'school: school_started',
    'counsellor: review_recorded',
    'counsellor: slip_printed',
    'counsellor: slip_printed',
    'family: family_pin_wrong',
    'family: family_signed_in',
    'family: case_viewed',
  ])
}

/** Every sealed column of the child's rows is an envelope, and none of its words stands beside it. */
async function expectSealed({ database }: World, caseId: CaseId): Promise<void> {
  const rows = [
    ...(await database.db.selectFrom('child').selectAll().execute()),
    ...(await database.db.selectFrom('family').selectAll().execute()),
    ...(await database.db.selectFrom('interview').selectAll().execute()),
    ...(await database.db.selectFrom('review').selectAll().execute()),
    ...(await database.db.selectFrom('appointment').selectAll().execute()),
    ...(await database.db.selectFrom('family_access').selectAll().execute()),
    ...(await database.db.selectFrom('pupil_case').selectAll().execute()),
    ...(await database.db.selectFrom('case_event').selectAll().execute()),
  ]
  const stored = JSON.stringify(rows)
  expect(stored).toContain(caseId)
  for (const secret of canariesOf(1)) expect(stored).not.toContain(secret)
}

function caseRow({ database }: World, caseId: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
}
