import { beforeEach, describe, expect, test } from 'vitest'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { AccountId, CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { keepCaseAssignment } from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { tidyUp } from '#app/services/jobs/tidy-up.server.ts'
import { chooseMail } from '#app/services/notice/choose-mail.server.ts'
import { readNotices } from '#app/services/notice/read-notices.server.ts'
import { sendDueMails } from '#app/services/notice/send-mail.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import {
  admit,
  assign,
  counsel,
  decline,
  done,
  propose,
  reportNoPlace,
  seatsAt,
  start,
  stayAway,
  takeBack,
  versionOf,
  type Walker,
  withdraw,
} from '#tests/promises/steps.ts'
import { memoryMail } from '#tests/setup/mail.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const OTHER = '180103' as SchoolNumber

let world: World
let walker: Walker

beforeEach(async () => {
  world = await makeWorld({ mail: memoryMail() })
  await seatsAt(world, SCHOOL, 5)
  await seatsAt(world, OTHER, 5)
  walker = { caseId: await registered(world), centre: 'DN' }
  await counsel(world, walker)
})

/** Who was told of what so far, in one order: `school_proposed: school-180101`. */
async function told(): Promise<readonly string[]> {
  const rows = await world.database.db.selectFrom('desk_notice').selectAll().execute()
  return rows
    .map(({ kind, account_id }) => `${kind}: ${account_id.replace('account-', '')}`)
    .toSorted()
}

/** Who has a mail in the outbox, and in which state. */
async function mails(): Promise<readonly string[]> {
  const rows = await world.database.db.selectFrom('outbox').selectAll().execute()
  return rows
    .map(({ account_id, state }) => `${account_id?.replace('account-', '')} ${state}`)
    .sort()
}

async function forget(): Promise<void> {
  await world.database.write(async (tx) => {
    await tx.deleteFrom('desk_notice').execute()
    await tx.deleteFrom('outbox').execute()
  })
}

const assignedBy = (who: AssignedBy) =>
  world.database.write((tx) => tx.updateTable('centre').set({ assigned_by: who }).execute())

const counselledBy = (caseId: CaseId, key: string | null) =>
  world.database.write((tx) =>
    tx
      .updateTable('pupil_case')
      .set({ counsellor_id: key === null ? null : (`account-${key}` as AccountId) })
      .where('id', '=', caseId)
      .execute(),
  )

describe('who is told', () => {
  test('of a proposal: the school, and the authority of the area and the school form', async () => {
    await propose(world, walker, SCHOOL)
    expect(await told()).toEqual([
      'proposal_waits: authority-dn',
      'proposal_waits: section-dn',
      'school_proposed: school-180101',
    ])
    expect(await mails()).toEqual([
      'authority-dn waiting',
      'school-180101 waiting',
      'section-dn waiting',
    ])
  })

  test('of a proposal elsewhere: no section that does not decide about it, no other school', async () => {
    await propose(world, walker, OTHER)
    expect(await told()).toEqual(['proposal_waits: authority-dn', 'school_proposed: school-180103'])
  })

  test('of a proposal where the centre assigns: its other counsellors, and no authority', async () => {
    await assignedBy('centre')
    await propose(world, walker, SCHOOL)
    expect(await told()).toEqual([
      'assignment_waits: colleague-dn',
      'school_proposed: school-180101',
    ])
    expect(await mails()).toEqual(['colleague-dn waiting', 'school-180101 waiting'])
    await forget()
    done(
      await assignSchool(world.asColleague(), {
        caseId: walker.caseId,
        version: await versionOf(world, walker.caseId),
      }),
    )
    expect(await told()).toEqual(['case_assigned: counsellor-dn', 'school_assigned: school-180101'])
  })

  test('of a proposal where two assign: the leads, where nobody else counsels', async () => {
    await assignedBy('two_at_centre')
    await world.database.write((tx) =>
      tx
        .updateTable('account')
        .set({ state: 'disabled' })
        .where('id', '=', 'account-colleague-dn' as AccountId)
        .execute(),
    )
    await propose(world, walker, SCHOOL)
    expect(await told()).toEqual(['assignment_waits: lead-dn', 'school_proposed: school-180101'])
  })

  test('what waits to be assigned is settled by the assignment', async () => {
    await assignedBy('two_at_centre')
    await propose(world, walker, SCHOOL)
    const unreadOf = (key: string) =>
      world.database.db
        .selectFrom('desk_notice')
        .select('kind')
        .where('account_id', '=', `account-${key}` as AccountId)
        .where('read_at', 'is', null)
        .execute()
    expect(await unreadOf('colleague-dn')).toEqual([{ kind: 'assignment_waits' }])
    const version = await versionOf(world, walker.caseId)
    done(await assignSchool(world.as('lead'), { caseId: walker.caseId, version }))
    expect(await unreadOf('colleague-dn')).toEqual([])
  })

  test('of each answer: who counsels the case, and not who gave it', async () => {
    await counselledBy(walker.caseId, 'colleague-dn')
    await propose(world, walker, SCHOOL)
    await forget()
    const version = await versionOf(world, walker.caseId)
    done(await sayCanAdmitProposal(world.asSchool(SCHOOL), { caseId: walker.caseId, version }))
    expect(await told()).toEqual(['school_can_admit: colleague-dn'])
    await forget()
    await assign(world, walker)
    expect(await told()).toEqual(['case_assigned: colleague-dn', 'school_assigned: school-180101'])
    await forget()
    await admit(world, walker, SCHOOL)
    expect(await told()).toEqual(['admission_confirmed: colleague-dn'])
  })

  test('of a refusal and of what was sent back', async () => {
    await counselledBy(walker.caseId, 'counsellor-dn')
    await propose(world, walker, SCHOOL)
    await forget()
    await decline(world, walker, SCHOOL)
    expect(await told()).toEqual(['proposal_declined: counsellor-dn'])
    await propose(world, walker, OTHER)
    await forget()
    const version = await versionOf(world, walker.caseId)
    const reason = { code: 'other_school', sentence: 'Bitte die andere.' } as const
    done(await sendBackProposal(world.as('authority'), { caseId: walker.caseId, version, reason }))
    expect(await told()).toEqual(['proposal_sent_back: counsellor-dn'])
  })

  test('of a place that is missing: authority and counsellor; of its answer: school and centre', async () => {
    await counselledBy(walker.caseId, 'colleague-dn')
    await propose(world, walker, SCHOOL)
    await assign(world, walker)
    await forget()
    await reportNoPlace(world, walker, SCHOOL)
    expect(await told()).toEqual([
      'capacity_reported: authority-dn',
      'capacity_reported: section-dn',
      'case_reported: colleague-dn',
    ])
    expect(await mails()).toEqual([
      'authority-dn waiting',
      'colleague-dn waiting',
      'section-dn waiting',
    ])
    await forget()
    const command = { caseId: walker.caseId, version: await versionOf(world, walker.caseId) }
    done(await keepCaseAssignment(world.as('authority'), command))
    expect(await told()).toEqual(['case_kept: colleague-dn', 'school_kept: school-180101'])
    await reportNoPlace(world, walker, SCHOOL)
    await forget()
    await takeBack(world, walker)
    // the school that has nothing of the case any more, and no other school
    expect(await told()).toEqual([
      'case_taken_back: colleague-dn',
      'school_taken_back: school-180101',
    ])
  })

  test('of a place that is missing where the centre assigns: who answers, and is asked once', async () => {
    await assignedBy('centre')
    await counselledBy(walker.caseId, 'counsellor-dn')
    await propose(world, walker, SCHOOL)
    const version = await versionOf(world, walker.caseId)
    done(await assignSchool(world.asColleague(), { caseId: walker.caseId, version }))
    const toldOfReport = async () => {
      await forget()
      await reportNoPlace(world, walker, SCHOOL)
      const command = { caseId: walker.caseId, version: await versionOf(world, walker.caseId) }
      const all = await told()
      done(await keepCaseAssignment(world.as('authority'), command))
      return all.filter((one) => !one.startsWith('capacity_reported: '))
    }
    expect(await toldOfReport()).toEqual(['report_waits: counsellor-dn'])
    // who counsels the case proposed it: somebody else answers
    await assignedBy('two_at_centre')
    expect(await toldOfReport()).toEqual([
      'case_reported: counsellor-dn',
      'report_waits: colleague-dn',
    ])
    await counselledBy(walker.caseId, 'colleague-dn')
    expect(await toldOfReport()).toEqual(['report_waits: colleague-dn'])
    await counselledBy(walker.caseId, null)
    expect(await toldOfReport()).toEqual([
      'case_reported: counsellor-dn',
      'report_waits: colleague-dn',
    ])
  })

  test('what was told of a report is settled by its answer, and by the admission', async () => {
    await assignedBy('centre')
    await propose(world, walker, SCHOOL)
    const version = await versionOf(world, walker.caseId)
    done(await assignSchool(world.as('counsellor'), { caseId: walker.caseId, version }))
    const waiting = async () => {
      const rows = await world.database.db
        .selectFrom('desk_notice')
        .select('kind')
        .where('kind', 'in', ['report_waits', 'case_reported', 'capacity_reported'])
        .where('read_at', 'is', null)
        .execute()
      return rows.length
    }
    await reportNoPlace(world, walker, SCHOOL)
    expect(await waiting()).toBeGreaterThan(0)
    const command = { caseId: walker.caseId, version: await versionOf(world, walker.caseId) }
    done(await keepCaseAssignment(world.as('counsellor'), command))
    expect(await waiting()).toBe(0)
    await reportNoPlace(world, walker, SCHOOL)
    expect(await waiting()).toBeGreaterThan(0)
    await admit(world, walker, SCHOOL)
    expect(await waiting()).toBe(0)
  })

  test('of a child that has not come, or is gone: who counsels the case', async () => {
    await counselledBy(walker.caseId, 'colleague-dn')
    await propose(world, walker, SCHOOL)
    await assign(world, walker)
    await admit(world, walker, SCHOOL)
    world.clock.passDays(8)
    await forget()
    await stayAway(world, walker, SCHOOL)
    expect(await told()).toEqual(['child_not_started: colleague-dn'])
    await propose(world, walker, SCHOOL)
    await assign(world, walker)
    await admit(world, walker, SCHOOL)
    await start(world, walker, SCHOOL)
    await forget()
    const answer = async (isHere: boolean) => {
      const version = await versionOf(world, walker.caseId)
      const answers = [{ caseId: walker.caseId, version, isHere }]
      done(await answerWhereabouts(world.asSchool(SCHOOL), { answers }))
    }
    await answer(true)
    expect(await told()).toEqual([])
    await answer(false)
    expect(await told()).toEqual(['child_gone: colleague-dn'])
  })

  test('all who counsel, where nobody in particular counsels the case; none who is disabled', async () => {
    await counselledBy(walker.caseId, null)
    await propose(world, walker, SCHOOL)
    await forget()
    await decline(world, walker, SCHOOL)
    expect(await told()).toEqual([
      'proposal_declined: colleague-dn',
      'proposal_declined: counsellor-dn',
    ])
    await propose(world, walker, SCHOOL)
    await forget()
    const colleague = {
      intent: 'disable',
      centreId: 'centre-dn',
      accountId: 'account-colleague-dn',
    } as Parameters<typeof changeAccount>[1]
    done(await changeAccount(world.as('lead'), colleague))
    await decline(world, walker, SCHOOL)
    expect(await told()).toEqual(['proposal_declined: counsellor-dn'])
  })
})

describe('a notice and its mail exist exactly if the decision does', () => {
  test('a decision that is refused inside its transaction leaves none', async () => {
    await propose(world, walker, SCHOOL)
    await forget()
    const version = await versionOf(world, walker.caseId)
    const command = { caseId: walker.caseId, version: version - 1 }
    const refused = await assignSchool(world.as('authority'), command)
    expect(refused).toMatchObject({ ok: false, error: { code: 'stale_case' } })
    expect([await told(), await mails()]).toEqual([[], []])
    // control: the same with the right version leaves both
    done(await assignSchool(world.as('authority'), { ...command, version }))
    expect((await told()).length).toBeGreaterThan(0)
    expect((await mails()).length).toBeGreaterThan(0)
  })

  test('a trail that cannot be written takes them back with it', async () => {
    await propose(world, walker, SCHOOL)
    await forget()
    const version = await versionOf(world, walker.caseId)
    const ctx = world.as('authority')
    const broken = { ...ctx, requestId: null as unknown as string }
    await expect(assignSchool(broken, { caseId: walker.caseId, version })).rejects.toThrow()
    expect([await told(), await mails()]).toEqual([[], []])
  })

  test('without a mail server there are notices and no mails', async () => {
    const quiet = {
      ...world,
      as: (...who: Parameters<World['as']>) => ({ ...world.as(...who), mail: null }),
    }
    await propose(quiet, walker, SCHOOL)
    expect((await told()).length).toBe(3)
    expect(await mails()).toEqual([])
  })
})

describe('mails', () => {
  test('several notices to one person within ten minutes are one mail', async () => {
    await propose(world, walker, SCHOOL)
    const second: Walker = {
      caseId: await registered(world, { child: { givenNames: 'Zweites', familyName: 'Kind' } }),
      centre: 'DN',
    }
    await counsel(world, second)
    world.clock.passHours(9 / 60)
    await propose(world, second, SCHOOL)
    expect((await told()).filter((one) => one.endsWith('school-180101'))).toHaveLength(2)
    expect((await mails()).filter((one) => one.startsWith('school-180101'))).toEqual([
      'school-180101 waiting',
    ])
  })

  test('at the same moment as well', async () => {
    const second: Walker = {
      caseId: await registered(world, { child: { givenNames: 'Zweites', familyName: 'Kind' } }),
      centre: 'DN',
    }
    await counsel(world, second)
    await Promise.all([propose(world, walker, SCHOOL), propose(world, second, SCHOOL)])
    expect((await told()).filter((one) => one.endsWith('school-180101'))).toHaveLength(2)
    expect((await mails()).filter((one) => one.startsWith('school-180101'))).toHaveLength(1)
  })

  test('who switched them off gets notices and none of them, until they are switched on', async () => {
    done(await chooseMail(world.asSchool(SCHOOL), false))
    done(await chooseMail(world.asSchool(SCHOOL), false))
    await propose(world, walker, SCHOOL)
    expect(await told()).toContain('school_proposed: school-180101')
    expect(await mails()).toEqual(['authority-dn waiting', 'section-dn waiting'])
    done(await chooseMail(world.asSchool(SCHOOL), true))
    await assign(world, walker)
    expect(await mails()).toContain('school-180101 waiting')
  })

  test('hold nothing that a thief could read, and of no child: the columns name an account', async () => {
    await propose(world, walker, SCHOOL)
    const rows = await world.database.db.selectFrom('outbox').selectAll().execute()
    const notices = await world.database.db.selectFrom('desk_notice').selectAll().execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every((row) => row.sealed === null && row.case_id === null)).toBe(true)
    expect(JSON.stringify([rows, notices])).not.toMatch(/Kovalenko|Daryna|DN-2026|180101@|beispiel/)
  })
})

describe('a hold that ran out', () => {
  test('is told once to who counsels the case, however often and by how many it is looked for', async () => {
    await counselledBy(walker.caseId, 'counsellor-dn')
    await propose(world, walker, SCHOOL)
    await forget()
    expect(await expireHolds(world)).toBe(0)
    world.clock.passDays(8)
    const twice = await Promise.all([expireHolds(world), expireHolds(world)])
    expect(twice.toSorted()).toEqual([0, 1])
    expect(await expireHolds(world)).toBe(0)
    expect(await told()).toEqual(['hold_ran_out: counsellor-dn'])
    expect(await mails()).toEqual(['counsellor-dn waiting'])
    const entries = await world.database.db
      .selectFrom('audit_entry')
      .select(['event', 'role'])
      .where('event', '=', 'proposal_expired')
      .execute()
    expect(entries).toEqual([{ event: 'proposal_expired', role: 'system' }])
  })

  test('of the next proposal is told again', async () => {
    await propose(world, walker, SCHOOL)
    world.clock.passDays(8)
    expect(await expireHolds(world)).toBe(1)
    await propose(world, walker, SCHOOL)
    expect(await expireHolds(world)).toBe(0)
    world.clock.passDays(8)
    expect(await expireHolds(world)).toBe(1)
  })
})

describe('what was read', () => {
  const unread = async (account: string) => {
    const rows = await world.database.db
      .selectFrom('desk_notice')
      .select('id')
      .where('account_id', '=', `account-${account}` as AccountId)
      .where('read_at', 'is', null)
      .execute()
    return rows.map(({ id }) => id)
  }

  test('is read by its own person only', async () => {
    await propose(world, walker, SCHOOL)
    const ids = await unread('school-180101')
    expect(ids).toHaveLength(1)
    done(await readNotices(world.asSchool(OTHER), ids))
    expect(await unread('school-180101')).toEqual(ids)
    done(await readNotices(world.asSchool(SCHOOL), ids))
    expect(await unread('school-180101')).toEqual([])
    expect(await unread('authority-dn')).toHaveLength(1)
  })

  test('is whatever a later decision has settled; what still waits stays', async () => {
    await propose(world, walker, SCHOOL)
    const version = await versionOf(world, walker.caseId)
    done(await sayCanAdmitProposal(world.asSchool(SCHOOL), { caseId: walker.caseId, version }))
    expect(await unread('school-180101')).toEqual([])
    expect(await unread('authority-dn')).toHaveLength(1)
    await withdraw(world, walker)
    expect(await unread('authority-dn')).toEqual([])
    expect(await unread('counsellor-dn')).toEqual([])
  })

  test('is what was told of a proposal whose hold ran out; that it did is new', async () => {
    await counselledBy(walker.caseId, 'counsellor-dn')
    await propose(world, walker, SCHOOL)
    const version = await versionOf(world, walker.caseId)
    done(await sayCanAdmitProposal(world.asSchool(SCHOOL), { caseId: walker.caseId, version }))
    world.clock.passDays(8)
    expect(await expireHolds(world)).toBe(1)
    expect(await unread('school-180101')).toEqual([])
    expect(await unread('authority-dn')).toEqual([])
    // of the school's answer nobody has to read any more, of the end they do
    expect(await unread('counsellor-dn')).toHaveLength(1)
    // and proposing again is what it asked for
    await propose(world, walker, SCHOOL)
    expect(await unread('counsellor-dn')).toEqual([])
  })

  test('is swept two weeks after it was read, and what nobody reads after three months', async () => {
    await propose(world, walker, SCHOOL)
    done(await readNotices(world.asSchool(SCHOOL), await unread('school-180101')))
    world.clock.passDays(13)
    await tidyUp(world)
    expect((await told()).length).toBe(3)
    world.clock.passDays(2)
    await tidyUp(world)
    expect(await told()).toEqual(['proposal_waits: authority-dn', 'proposal_waits: section-dn'])
    world.clock.passDays(80)
    await tidyUp(world)
    expect([await told(), await mails()]).toEqual([[], []])
  })

  test('goes with the child; a mail that would say so finds nothing to say', async () => {
    await propose(world, walker, SCHOOL)
    expect((await told()).length).toBeGreaterThan(0)
    done(await eraseNow(world.as('lead'), { caseId: walker.caseId, ground: 'art_17' }))
    expect(await told()).toEqual([])
    const mail = memoryMail()
    world.clock.passHours(1)
    expect(
      await sendDueMails(
        { ...world, mail },
        { stopping: new AbortController().signal, aside: new Map() },
      ),
    ).toBe(0)
    expect(mail.sent).toEqual([])
    expect(new Set((await mails()).map((one) => one.split(' ')[1]))).toEqual(new Set(['done']))
  })
})
