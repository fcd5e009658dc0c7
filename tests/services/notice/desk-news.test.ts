import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import { frameFor } from '#app/presenters/frame.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { workListPage } from '#app/presenters/work-list.server.ts'
import { readNotices } from '#app/services/notice/read-notices.server.ts'
import {
  assign,
  counsel,
  decline,
  done,
  propose,
  reportNoPlace,
  seatsAt,
  takeBack,
  type Walker,
} from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const TEXTS = { place: 'Zimmer 4', wishNote: '', advice: 'Gute Noten', className: '7b' }

let world: World
let walker: Walker
let caseId: CaseId

beforeEach(async () => {
  world = await makeWorld()
  await seatsAt(world, SCHOOL, 5)
  caseId = await registered(world)
  walker = { caseId, centre: 'DN', texts: { ...TEXTS, sentence: 'Die Gruppe ist voll.' } }
  await counsel(world, walker)
  await world.database.write((tx) =>
    tx
      .updateTable('pupil_case')
      .set({ counsellor_id: 'account-counsellor-dn' as AccountId })
      .execute(),
  )
  await propose(world, walker, SCHOOL)
})

const ofAuthority = async () =>
  done(await authorityDesk(world.as('authority'), { narrow: null, page: 1, all: false })).news
const ofSchool = async () =>
  done(await schoolDesk(world.asSchool(SCHOOL), { school: null, declined: null })).news
const ofCounsellor = async () =>
  done(
    await workListPage(world.as('counsellor'), {
      ...{ centre: null, scope: 'all', narrow: null, page: 1 },
      ...{ word: '', sealed: null, hasSearchEnded: false },
    }),
  ).news
const kinds = ({ notices }: Awaited<ReturnType<typeof ofSchool>>) => notices.map(({ kind }) => kind)

async function unreadOf(ctx: ReturnType<World['as']>): Promise<Record<string, number>> {
  const { actor } = ctx
  if (actor.kind !== 'staff') throw new Error('Nobody is signed in')
  const { nav } = await frameFor(world, { actor, since: '2026-11-19T08:00:00.000Z' })
  return Object.fromEntries(nav.flatMap((one) => (one.unread ? [[one.href, one.unread]] : [])))
}

describe('what a desk lists as to be done is not told a second time', () => {
  test('on the desk of the authority: proposals, and reports that a place is missing', async () => {
    const waits = await ofAuthority()
    expect([kinds(waits), waits.listed.length]).toEqual([[], 1])
    await assign(world, walker)
    await reportNoPlace(world, walker, SCHOOL)
    const reported = await ofAuthority()
    expect([kinds(reported), reported.listed.length]).toEqual([[], 1])
  })

  test('on the desk of the school: proposals and assignments', async () => {
    const proposed = await ofSchool()
    expect([kinds(proposed), proposed.listed.length]).toEqual([[], 1])
    await assign(world, walker)
    const assigned = await ofSchool()
    expect([kinds(assigned), assigned.listed.length]).toEqual([[], 1])
  })

  test('what the page does not list is told: of an assignment taken back, without a name', async () => {
    await assign(world, walker)
    await reportNoPlace(world, walker, SCHOOL)
    await takeBack(world, walker)
    const news = await ofSchool()
    expect(news).toMatchObject({
      notices: [{ kind: 'school_taken_back', child: null, why: null }],
      listed: [],
    })
  })
})

describe('the menu', () => {
  test('counts what is new on each desk, and no more once it was seen or settled', async () => {
    expect(await unreadOf(world.as('authority'))).toEqual({ '/schulamt': 1 })
    expect(await unreadOf(world.asSchool(SCHOOL))).toEqual({ '/schultisch': 1 })
    expect(await unreadOf(world.as('counsellor'))).toEqual({})
    const { listed } = await ofSchool()
    done(await readNotices(world.asSchool(SCHOOL), listed))
    expect(await unreadOf(world.asSchool(SCHOOL))).toEqual({})
    expect((await ofSchool()).listed).toEqual([])
    await decline(world, walker, SCHOOL)
    expect(await unreadOf(world.as('authority'))).toEqual({})
    expect(await unreadOf(world.as('counsellor'))).toEqual({ '/arbeitsliste': 1 })
    // control: a colleague was told nothing
    expect(await unreadOf(world.asColleague())).toEqual({})
  })
})

describe('the work list says why', () => {
  test('of what was declined and what was taken back, to who counsels the child', async () => {
    await decline(world, walker, SCHOOL)
    expect((await ofCounsellor()).notices).toMatchObject([
      { kind: 'proposal_declined', child: { caseId }, why: 'Die Gruppe ist voll.' },
    ])
    await propose(world, walker, SCHOOL)
    await assign(world, walker)
    await reportNoPlace(world, walker, SCHOOL)
    const other = { ...walker, texts: { ...TEXTS, sentence: 'Bitte eine andere Schule.' } }
    await takeBack(world, other)
    expect((await ofCounsellor()).notices).toMatchObject([
      { kind: 'case_taken_back', child: { caseId }, why: 'Bitte eine andere Schule.' },
    ])
  })
})
