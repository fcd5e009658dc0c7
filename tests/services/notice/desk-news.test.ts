import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { DeskNoticeKind } from '#app/domain/notice/desk-notice.ts'
import { addHours } from '#app/domain/time.ts'
import { ReadNoticesForm } from '#app/forms/notices.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import type { DeskNews } from '#app/presenters/desk-news.server.ts'
import { frameFor } from '#app/presenters/frame.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { workListPage } from '#app/presenters/work-list.server.ts'
import { readNotices } from '#app/services/notice/read-notices.server.ts'
import { insertDeskNotices } from '#db/queries/desk-notice.server.ts'
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
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

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

  test('who was asked to decide reads that somebody else does, where that was changed since', async () => {
    const assignedBy = (assigned_by: 'authority' | 'centre') =>
      world.database.write((tx) => tx.updateTable('centre').set({ assigned_by }).execute())
    const notices = [
      {
        ...{ id: 'asked-before', kind: 'assignment_waits' as const, centre_id: CENTRES.DN.id },
        ...{ account_id: 'account-counsellor-dn' as AccountId, case_id: caseId, read_at: null },
        made_at: '2026-11-19T08:00:00.000Z' as const,
      },
    ]
    await world.database.write((tx) => insertDeskNotices(tx, notices))
    const asked = async () =>
      (await ofCounsellor()).notices.find(({ kind }) => kind === 'assignment_waits')
    await assignedBy('centre')
    const [told] = (await ofAuthority()).notices
    expect(told).toMatchObject({ kind: 'proposal_waits', passedOn: true })
    expect(await asked()).toMatchObject({ passedOn: false })
    await assignedBy('authority')
    expect(await asked()).toMatchObject({ passedOn: true })
  })

  test('who was asked about a report reads so too', async () => {
    const assignedBy = (assigned_by: 'authority' | 'centre') =>
      world.database.write((tx) => tx.updateTable('centre').set({ assigned_by }).execute())
    await assign(world, walker)
    await assignedBy('centre')
    await reportNoPlace(world, walker, SCHOOL)
    const asked = async () =>
      (await ofCounsellor()).notices.find(({ kind }) => kind === 'report_waits')
    expect(await asked()).toMatchObject({ passedOn: false })
    await assignedBy('authority')
    expect(await asked()).toMatchObject({ passedOn: true })
  })

  test('a school that is asked again about a child is not told any more that it was taken back', async () => {
    await assign(world, walker)
    await reportNoPlace(world, walker, SCHOOL)
    await takeBack(world, walker)
    expect(kinds(await ofSchool())).toEqual(['school_taken_back'])
    await propose(world, walker, SCHOOL)
    const again = await ofSchool()
    expect([kinds(again), again.listed.length]).toEqual([[], 1])
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

describe('what the menu counts the page shows', () => {
  const SCHOOL_ACCOUNT = 'account-school-180101' as AccountId

  /** Adds notices older than whatever is there, the first of them the newest. */
  const older = (
    kinds: readonly DeskNoticeKind[],
    own: { readonly account: AccountId; readonly centre?: 'DN' | 'BOR'; readonly caseId?: CaseId },
  ) =>
    world.database.write((tx) =>
      insertDeskNotices(
        tx,
        kinds.map((kind, at) => ({
          centre_id: CENTRES[own.centre ?? 'DN'].id,
          id: `0${own.centre === 'BOR' ? 'b' : 'd'}-${at}`,
          account_id: own.account,
          kind,
          case_id: own.caseId ?? null,
          made_at: addHours('2026-11-01T09:00:00.000Z', -at),
          read_at: null,
        })),
      ),
    )
  const counted = ({ notices, older: hidden, listed, elsewhere }: DeskNews) =>
    notices.length + hidden + listed.length + elsewhere

  test('also where more than fifty stand on the page anyway', async () => {
    const kinds: DeskNoticeKind[] = Array.from({ length: 60 }, () => 'school_proposed')
    await older(kinds, { account: SCHOOL_ACCOUNT, caseId })
    await world.database.write((tx) =>
      insertDeskNotices(tx, [
        {
          ...{ centre_id: CENTRES.DN.id, id: '00-00', account_id: SCHOOL_ACCOUNT, case_id: null },
          ...{ kind: 'school_taken_back', made_at: '2026-10-01T09:00:00.000Z', read_at: null },
        },
      ]),
    )
    const news = await ofSchool()
    expect([news.notices.map(({ id }) => id), news.listed.length]).toEqual([['00-00'], 61])
    expect(await unreadOf(world.asSchool(SCHOOL))).toEqual({ '/schultisch': counted(news) })
    // and what is marked as seen is counted no more
    const { ids } = ReadNoticesForm.parse({ desk: 'school', ids: news.listed.join(',') })
    done(await readNotices(world.asSchool(SCHOOL), ids))
    expect(await unreadOf(world.asSchool(SCHOOL))).toEqual({ '/schultisch': 1 })
  })

  test('also where more is new than is shown: the rest is counted, and moves up', async () => {
    const kinds: DeskNoticeKind[] = Array.from({ length: 24 }, () => 'school_taken_back')
    await older(kinds, { account: SCHOOL_ACCOUNT })
    const news = await ofSchool()
    expect([news.notices.length, news.older, news.listed.length]).toEqual([10, 14, 1])
    expect(await unreadOf(world.asSchool(SCHOOL))).toEqual({ '/schultisch': 25 })
    const shown = news.notices.map(({ id }) => id)
    done(await readNotices(world.asSchool(SCHOOL), shown))
    const then = await ofSchool()
    expect([then.notices.length, then.older]).toEqual([10, 4])
    expect(then.notices.some(({ id }) => shown.includes(id))).toBe(false)
  })

  test('also of a centre that is not the one shown; and nothing of a role that has ended', async () => {
    const account = 'account-counsellor-dn' as AccountId
    await older(['hold_ran_out', 'child_gone'], { account, centre: 'BOR' })
    expect((await ofCounsellor()).elsewhere).toBe(0)
    const { actor, ...ctx } = world.as('counsellor')
    if (actor.kind !== 'staff') throw new Error('Nobody is signed in')
    const further = { role: 'counsellor', centreId: CENTRES.BOR.id } as const
    const both = { ...ctx, actor: { ...actor, assignments: [...actor.assignments, further] } }
    const { news } = done(
      await workListPage(both, {
        ...{ centre: CENTRES.DN.id, scope: 'all', narrow: null, page: 1 },
        ...{ word: '', sealed: null, hasSearchEnded: false },
      }),
    )
    expect([news.notices, news.elsewhere]).toEqual([[], 2])
    expect(await unreadOf(both)).toEqual({ '/arbeitsliste': counted(news) })
  })
})

test('what was told for a school one works for no more is neither counted nor shown', async () => {
  const { actor, ...ctx } = world.asSchool(SCHOOL)
  if (actor.kind !== 'staff') throw new Error('Nobody is signed in')
  const [held] = actor.assignments
  if (held?.role !== 'school') throw new Error('Not a school')
  const assignments = [{ ...held, schoolNumber: '180103' as SchoolNumber }]
  const moved = { ...ctx, actor: { ...actor, assignments } }
  const news = async (who: typeof moved) =>
    done(await schoolDesk(who, { school: null, declined: null })).news
  const { notices, older, listed, elsewhere } = await news(moved)
  expect([notices, older, listed, elsewhere]).toEqual([[], 0, [], 0])
  expect(await unreadOf(moved)).toEqual({})
  // control: where they worked before it is
  expect(await unreadOf(world.asSchool(SCHOOL))).toEqual({ '/schultisch': 1 })
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
