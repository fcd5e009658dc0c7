import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import type { Delivery, MailGateway } from '#app/gateways/mail.server.ts'
import { mailFigures } from '#app/presenters/mail-figures.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { type WorkListView, workListPage } from '#app/presenters/work-list.server.ts'
import { tidyUp } from '#app/services/jobs/tidy-up.server.ts'
import { chooseMail } from '#app/services/notice/choose-mail.server.ts'
import { readNotices } from '#app/services/notice/read-notices.server.ts'
import { type Aside, sendDueMails } from '#app/services/notice/send-mail.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import type { Row } from '#db/schema.ts'
import {
  assign,
  counsel,
  done,
  propose,
  reportNoPlace,
  seatsAt,
  takeBack,
  type Walker,
  withdraw,
} from '#tests/promises/steps.ts'
import { type MemoryMail, memoryMail } from '#tests/setup/mail.ts'
import {
  alsoIn,
  CENTRES,
  makeWorld,
  registerAnyway,
  registered,
  registration,
  type World,
} from '#tests/setup/world.ts'

const SCHOOL = '180103' as SchoolNumber
const SCHOOL_MAIL = `school-${SCHOOL}@beispiel.example`
const SCHOOL_ACCOUNT = `account-school-${SCHOOL}` as AccountId
const AUTHORITY_ACCOUNT = 'account-authority-dn' as AccountId
const EVERYTHING: WorkListView = {
  ...{ centre: null, scope: 'all', narrow: null, page: 1 },
  ...{ word: '', sealed: null, hasSearchEnded: false },
}

let world: World
let mail: MemoryMail
let walker: Walker

beforeEach(async () => {
  mail = memoryMail()
  world = await makeWorld({ mail })
  await seatsAt(world, SCHOOL, 5)
  walker = { caseId: await registered(world), centre: 'DN' }
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
})

const nobodyIsSlow: Aside = Object.assign(new Map(), {
  set: () => {
    throw new Error('A mail was slow')
  },
})
const notStopping = { stopping: new AbortController().signal, aside: nobodyIsSlow }
const send = () => sendDueMails(world, notStopping)
const minutes = (count: number) => world.clock.passHours(count / 60)

async function states(): Promise<readonly string[]> {
  const rows = await world.database.db.selectFrom('outbox').select('state').execute()
  return rows.map(({ state }) => state).toSorted()
}

const undelivered = async (centre: 'DN' | 'BOR' = 'DN') => {
  const page = done(await workListPage(world.as('counsellor', centre), EVERYTHING))
  return page.news.undelivered
}

const unreadOf = (accountId: AccountId) =>
  world.database.db
    .selectFrom('desk_notice')
    .select('kind')
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
    .execute()

describe('a mail', () => {
  test('waits ten minutes, goes out once and says only that something waits, and where', async () => {
    minutes(9)
    expect(await send()).toBe(0)
    minutes(1)
    expect(await send()).toBe(2)
    expect(await send()).toBe(0)
    expect(await states()).toEqual(['done', 'done'])
    const [toSchool] = mail.sent.filter(({ to }) => to === SCHOOL_MAIL)
    expect(toSchool?.subject).toBe('In Einstieg wartet etwas auf Sie')
    expect(toSchool?.text).toContain('auf Sie: http://127.0.0.1:3000/schultisch\n')
    const [toAuthority] = mail.sent.filter(({ to }) => to === 'authority-dn@beispiel.example')
    expect(toAuthority?.text).toContain('auf Sie: http://127.0.0.1:3000/schulamt\n')
    expect(JSON.stringify(mail.sent.map(({ subject, text }) => [subject, text]))).not.toMatch(
      /Kovalenko|Daryna|DN-2026|18010|Realschule|Düren|Jülich/,
    )
  })

  test('is not sent to whoever has read it meanwhile, wants none, or is gone', async () => {
    const school = world.asSchool(SCHOOL)
    const { listed } = done(await schoolDesk(school, { school: null, declined: null })).news
    done(await readNotices(school, listed))
    done(await chooseMail(world.as('authority'), false))
    minutes(10)
    expect(await send()).toBe(0)
    expect(mail.sent).toEqual([])
    expect(await states()).toEqual(['done', 'done'])
  })

  test('is sent once to whoever waits for two children, also when the key of the first is gone', async () => {
    await proposedToo()
    const { child_id: id } = await world.database.db
      .selectFrom('pupil_case')
      .select('child_id')
      .where('id', '=', walker.caseId)
      .executeTakeFirstOrThrow()
    await world.keys.destroy([{ kind: 'child', centreId: CENTRES.DN.id, id }])
    minutes(10)
    expect(await send()).toBe(2)
    expect(mail.sent.map(({ to }) => to)).toContain(SCHOOL_MAIL)
    expect(await states()).toEqual(['done', 'done'])
  })

  test('of two children outlives the first; with the last of them it is not sent', async () => {
    const second = await proposedToo()
    done(await eraseNow(world.as('lead'), { caseId: walker.caseId, ground: 'art_17' }))
    expect(await states()).toEqual(['waiting', 'waiting'])
    minutes(10)
    expect(await send()).toBe(2)
    minutes(60)
    await propose(world, await withdrawn(second), SCHOOL)
    done(await eraseNow(world.as('lead'), { caseId: second.caseId, ground: 'art_17' }))
    minutes(60)
    expect(await send()).toBe(0)
  })

  test('is not sent to whoever has no role there any more', async () => {
    const ended = { ended_at: instant(world.clock) }
    await world.database.write((tx) =>
      tx
        .updateTable('role_assignment')
        .set(ended)
        .where('account_id', '=', SCHOOL_ACCOUNT)
        .execute(),
    )
    minutes(10)
    expect(await send()).toBe(1)
    expect(mail.sent.map(({ to }) => to)).toEqual(['authority-dn@beispiel.example'])
    expect(await states()).toEqual(['done', 'done'])
  })

  test('is not sent to whoever works for another school of the centre now', async () => {
    const move = (to: SchoolNumber) =>
      world.database.write((tx) =>
        tx
          .updateTable('role_assignment')
          .set({ school_number: to })
          .where('account_id', '=', SCHOOL_ACCOUNT)
          .execute(),
      )
    await move('180101' as SchoolNumber)
    minutes(10)
    expect(await send()).toBe(1)
    expect(mail.sent.map(({ to }) => to)).toEqual(['authority-dn@beispiel.example'])
    // nor of an assignment that was taken back, of which the case says no school any more
    await move(SCHOOL)
    await assign(world, walker)
    await reportNoPlace(world, walker, SCHOOL)
    await takeBack(world, walker)
    await move('180101' as SchoolNumber)
    minutes(10)
    await send()
    expect(mail.sent.map(({ to }) => to)).not.toContain(SCHOOL_MAIL)
    // control: whoever is still there gets it
    await move(SCHOOL)
    await propose(world, walker, SCHOOL)
    minutes(10)
    await send()
    expect(mail.sent.map(({ to }) => to)).toContain(SCHOOL_MAIL)
  })

  test.each([
    ['area', { area: '05358024' }, { area: '05358008' }],
    ['school forms', { forms: '15,20' }, { forms: '10,20' }],
  ])('is not sent to an authority whose %s changed', async (_, other, own) => {
    await changeRole(other, AUTHORITY_ACCOUNT)
    minutes(10)
    expect(await send()).toBe(1)
    expect(mail.sent.map(({ to }) => to)).toEqual([SCHOOL_MAIL])
    expect(await unreadOf(AUTHORITY_ACCOUNT)).toEqual([{ kind: 'proposal_waits' }])
    // control: one that still has the child is told
    await changeRole({ area: null, forms: null, ...own }, AUTHORITY_ACCOUNT)
    await withdraw(world, walker)
    await propose(world, walker, SCHOOL)
    minutes(10)
    expect(await send()).toBe(2)
    expect(mail.sent.map(({ to }) => to)).toContain('authority-dn@beispiel.example')
  })

  test('of a server that stops is not begun', async () => {
    minutes(10)
    expect(await sendDueMails(world, { ...notStopping, stopping: AbortSignal.abort() })).toBe(0)
    expect(await states()).toEqual(['waiting', 'waiting'])
  })
})

/** A second child, proposed to the same school: those who are told have a mail waiting already. */
async function proposedToo(): Promise<Walker> {
  const child = { givenNames: 'Bohdan', familyName: 'Zweitkind' }
  const second: Walker = { caseId: await registered(world, { child }), centre: 'DN' }
  await counsel(world, second)
  await propose(world, second, SCHOOL)
  return second
}

/** A child of the other centre, proposed to a school there: its authorities and the school are told. */
async function proposedInBorken(): Promise<void> {
  const child = { givenNames: 'Artem', familyName: 'Anderswo' }
  const municipality = '05554012' as MunicipalityKey
  const { caseId } = done(
    await registerAnyway(world.as('counsellor', 'BOR'), registration({ child, municipality })),
  )
  const there: Walker = { caseId, centre: 'BOR' }
  await counsel(world, there)
  const school = '190103' as SchoolNumber
  await seatsAt(world, school, 5)
  await propose(world, there, school)
}

async function withdrawn(some: Walker): Promise<Walker> {
  await withdraw(world, some)
  return some
}

describe('a mail server', () => {
  beforeEach(() => minutes(10))

  test('that says "later" is asked again ever later, for a day', async () => {
    mail.answer(...Array.from({ length: 100 }, () => 'later' as const))
    expect(await send()).toBe(0)
    expect(await states()).toEqual(['waiting', 'waiting'])
    let tries = 1
    for (let minute = 0; minute < 26 * 60; minute += 1) {
      minutes(1)
      const before = world.logLines.length
      await send()
      if (world.logLines.length > before) tries += 1
    }
    expect(await states()).toEqual(['failed', 'failed'])
    expect(tries).toBeGreaterThan(10)
    expect(tries).toBeLessThan(25)
  }, 60_000)

  test('that is down for a day loses no mail for a child that was proposed at its end', async () => {
    const hours = async (count: number) => {
      for (let quarter = 0; quarter < count * 4; quarter += 1) {
        minutes(15)
        await send()
      }
    }
    mail.answer(...Array.from({ length: 500 }, () => 'later' as const))
    await hours(23)
    await proposedToo()
    await hours(3)
    expect(await states()).toEqual(['waiting', 'waiting'])
    mail.answer()
    await hours(3)
    expect(mail.sent.map(({ to }) => to).toSorted()).toEqual(
      ['authority-dn@beispiel.example', SCHOOL_MAIL].toSorted(),
    )
  })

  test('that stays down is given up a day after the last thing that is unread', async () => {
    mail.answer(...Array.from({ length: 500 }, () => 'later' as const))
    minutes(20 * 60)
    await proposedToo()
    await send()
    minutes(21 * 60)
    await send()
    expect(await states()).toEqual(['waiting', 'waiting'])
    minutes(4 * 60)
    await send()
    expect(await states()).toEqual(['failed', 'failed'])
  })

  test('that says "never" is not asked again', async () => {
    mail.answer('never', 'never')
    await send()
    expect(await states()).toEqual(['failed', 'failed'])
    minutes(60)
    expect(await send()).toBe(0)
    expect(mail.sent).toEqual([])
  })

  test('that cannot be reached keeps the rest waiting untried, and gets all of it later', async () => {
    mail.answer('unreachable')
    expect(await send()).toBe(0)
    const attempts = await world.database.db.selectFrom('outbox').select('attempts').execute()
    expect(attempts.map((row) => row.attempts).toSorted()).toEqual([0, 1])
    minutes(1)
    expect(await send()).toBe(2)
    expect(new Set(mail.sent.map(({ to }) => to)).size).toBe(2)
  })

  test('that took a mail whose sender died gets it once more, under the same name', async () => {
    const dying = {
      ...world,
      database: {
        ...world.database,
        // claiming and holding on work; the mark after 250 does not come to be
        write: dyingAfter(2, world.database.write),
      },
    }
    await expect(sendDueMails(dying, notStopping)).rejects.toThrow('killed')
    expect(mail.sent).toHaveLength(1)
    expect(await send()).toBe(1)
    // a try may last that long: nobody takes it over before
    minutes(2)
    expect(await send()).toBe(0)
    minutes(1)
    expect(await send()).toBe(1)
    expect(await send()).toBe(0)
    const names = mail.sent.map(({ messageId }) => messageId)
    expect(names).toHaveLength(3)
    expect(new Set(names).size).toBe(2)
    expect(names[2]).toBe(names[0])
    expect(await states()).toEqual(['done', 'done'])
  })
})

describe('a mail server that takes its time', () => {
  const PATIENCE_MS = 500

  /** Says nothing to the first mails until told; `pending` waits for what then becomes of them. */
  function slowTo(first: number) {
    let answer: (delivery: Delivery) => void = () => undefined
    const silent = new Promise<Delivery>((resolve) => {
      answer = resolve
    })
    let tries = 0
    const gateway: MailGateway = {
      send: (told) => {
        tries += 1
        return tries <= first ? silent : mail.send(told)
      },
    }
    const process = (write = world.database.write) => {
      const aside: Aside = new Map()
      const deps = { ...world, mail: gateway, database: { ...world.database, write } }
      const look = () => sendDueMails(deps, { ...notStopping, aside, patienceMs: PATIENCE_MS })
      return { look, pending: () => Promise.all(aside.values()) }
    }
    return { process, answer, tries: () => tries }
  }

  beforeEach(() => minutes(10))

  test('holds up the next mail no longer than the patience for one', async () => {
    const server = slowTo(1)
    const { look, pending } = server.process()
    const begun = performance.now()
    expect(await look()).toBe(1)
    expect(performance.now() - begun).toBeLessThan(PATIENCE_MS + 2_000)
    expect(await states()).toEqual(['done', 'running'])
    server.answer('sent')
    await pending()
    expect(await states()).toEqual(['done', 'done'])
    expect(server.tries()).toBe(2)
  })

  test('is given two mails at once and no third, until one of them is over', async () => {
    await proposedInBorken()
    minutes(10)
    const waiting = (await states()).length
    expect(waiting).toBeGreaterThan(3)
    const server = slowTo(waiting)
    const { look, pending } = server.process()
    expect([await look(), server.tries()]).toEqual([0, 2])
    expect([await look(), server.tries()]).toEqual([0, 2])
    server.answer('sent')
    await pending()
    await look()
    expect(await states()).toEqual(Array.from({ length: waiting }, () => 'done'))
    expect(server.tries()).toBe(waiting)
  })

  test('keeps its mail while its sender lives, however long that is: no other sends it', async () => {
    const server = slowTo(1)
    const { look, pending } = server.process()
    const other = server.process()
    await look()
    for (let minute = 0; minute < 40; minute += 1) {
      minutes(1)
      expect([await look(), await other.look()]).toEqual([0, 0])
    }
    server.answer('later')
    await pending()
    expect([await states(), server.tries()]).toEqual([['done', 'waiting'], 2])
  })

  test('and whose sender dies then has it taken over after three minutes', async () => {
    const server = slowTo(1)
    await server.process().look()
    const other = server.process()
    minutes(2)
    expect(await other.look()).toBe(0)
    minutes(1)
    expect(await other.look()).toBe(1)
    expect([await states(), server.tries()]).toEqual([['done', 'done'], 3])
  })

  test('is not asked twice by the same sender, also when the clock jumps', async () => {
    const server = slowTo(1)
    const { look, pending } = server.process()
    await look()
    minutes(60)
    expect([await look(), server.tries()]).toEqual([0, 2])
    server.answer('sent')
    await pending()
    expect(await states()).toEqual(['done', 'done'])
  })

  test('nor when another sender had its mail meanwhile, and gave it back', async () => {
    const server = slowTo(1)
    const { look, pending } = server.process()
    await look()
    minutes(60)
    mail.answer('later')
    expect(await server.process().look()).toBe(0)
    expect([await states(), server.tries()]).toEqual([['done', 'waiting'], 3])
    minutes(60)
    expect([await look(), server.tries()]).toEqual([0, 3])
    server.answer('sent')
    await pending()
    // what it heard is of a mail that was not its own any more: the next look asks anew
    expect([await look(), server.tries()]).toEqual([1, 4])
  })

  test('keeps its mail also when a look could not say so', async () => {
    const server = slowTo(1)
    // the claim, the last question before the try, and then that it goes on
    const { look } = server.process(refusingThe(3, world.database.write))
    await expect(look()).rejects.toThrow('not now')
    minutes(2)
    expect(await look()).toBe(1)
    minutes(2)
    expect([await server.process().look(), server.tries()]).toEqual([0, 2])
  })
})

test('a sender that is halted before it hands a mail over leaves it to who took it over', async () => {
  minutes(10)
  const halted: World['database']['write'] = async (work) => {
    const written = await world.database.write(work)
    if (mail.sent.length === 0) {
      minutes(4)
      await send()
    }
    return written
  }
  const late = { ...world, database: { ...world.database, write: halted } }
  expect(await sendDueMails(late, notStopping)).toBe(0)
  expect(mail.sent).toHaveLength(2)
  expect(await states()).toEqual(['done', 'done'])
})

/** How the person at the school leaves; nobody marks what they have not read. */
const leaves = {
  closed: () =>
    world.database.write((tx) =>
      tx
        .updateTable('account')
        .set({ state: 'disabled' })
        .where('id', '=', SCHOOL_ACCOUNT)
        .execute(),
    ),
  ended: () => changeRole({ ended_at: instant(world.clock) }),
  elsewhere: () => changeRole({ scope_centre_id: CENTRES.BOR.id }),
  moved: () => changeRole({ school_number: '180101' as SchoolNumber }),
}

type Role = Row<'role_assignment'>

function changeRole(
  to: Partial<Pick<Role, 'ended_at' | 'scope_centre_id' | 'school_number' | 'area' | 'forms'>>,
  accountId = SCHOOL_ACCOUNT,
) {
  return world.database.write((tx) =>
    tx.updateTable('role_assignment').set(to).where('account_id', '=', accountId).execute(),
  )
}

describe('a week later', () => {
  const pass = async (days: number) => {
    world.clock.passDays(days)
    await tidyUp(world)
  }

  test('a mail that could not be sent waits on while something is unread, and says whom to ring up', async () => {
    mail.answer('unreachable')
    minutes(10)
    await send()
    await pass(8)
    expect(await states()).toEqual(['waiting', 'waiting'])
    expect((await undelivered()).length).toBe(2)
    expect(await send()).toBe(2)
    expect(await undelivered()).toEqual([])
    await pass(1)
    expect(await states()).toEqual([])
  })

  test('one that was given up is kept as well, until it was read or a later one arrived', async () => {
    mail.answer('never', 'never')
    minutes(10)
    await send()
    await pass(8)
    expect(await states()).toEqual(['failed', 'failed'])
    await proposedToo()
    minutes(10)
    expect(await send()).toBe(2)
    await pass(8)
    // the later ones first would leave those that they have settled
    expect([await states(), await undelivered()]).toEqual([[], []])
  })

  test.each([
    ['their account is closed', leaves.closed],
    ['their role has ended', leaves.ended],
    ['they work in another centre now', leaves.elsewhere],
    ['they work for another school of the centre now', leaves.moved],
  ])('one that was given up goes when %s; whoever is still there is kept', async (_, leave) => {
    mail.answer('never', 'never')
    minutes(10)
    await send()
    await leave()
    await pass(8)
    expect([await states(), await undelivered()]).toEqual([['failed'], ['Jens Vogt']])
  })
})

describe('who was not reached', () => {
  test('is shown after fifteen minutes, and no longer once they have read it', async () => {
    mail.answer(...Array.from({ length: 100 }, () => 'unreachable' as const))
    minutes(14)
    await send()
    expect(await undelivered()).toEqual([])
    expect(await mailFigures(world)).toEqual({ waiting: 2, failed: 0, undelivered: 0 })
    minutes(1)
    expect(await undelivered()).toEqual(['Jens Vogt', `Sekretariat ${SCHOOL}`])
    expect(await mailFigures(world)).toEqual({ waiting: 2, failed: 0, undelivered: 2 })
    const school = world.asSchool(SCHOOL)
    const { listed } = done(await schoolDesk(school, { school: null, declined: null })).news
    done(await readNotices(school, listed))
    expect(await undelivered()).toEqual(['Jens Vogt'])
  })

  test('is shown at once where the mail server says "never"', async () => {
    minutes(10)
    mail.answer('never')
    await send()
    expect(await undelivered()).toHaveLength(1)
  })

  test.each([
    ['whose account is closed', leaves.closed],
    ['whose role has ended', leaves.ended],
    ['who works in another centre now', leaves.elsewhere],
    ['who works for another school of the centre now', leaves.moved],
  ])('is nobody %s, on the work list and in the figures', async (_, leave) => {
    minutes(10)
    mail.answer('never', 'never')
    await send()
    expect(await undelivered()).toEqual(['Jens Vogt', `Sekretariat ${SCHOOL}`])
    await leave()
    expect(await undelivered()).toEqual(['Jens Vogt'])
    expect(await mailFigures(world)).toMatchObject({ failed: 2, undelivered: 1 })
  })

  test.each([
    ['area', { area: '05358024' }],
    ['school forms', { forms: '15,20' }],
  ])('is no authority whose %s changed', async (_, other) => {
    minutes(10)
    mail.answer('never', 'never')
    await send()
    expect(await undelivered()).toEqual(['Jens Vogt', `Sekretariat ${SCHOOL}`])
    await changeRole(other, AUTHORITY_ACCOUNT)
    expect(await undelivered()).toEqual([`Sekretariat ${SCHOOL}`])
    expect(await mailFigures(world)).toMatchObject({ undelivered: 1 })
  })

  test('is named by the centre of which it is, not by the one where somebody was before', async () => {
    minutes(10)
    mail.answer('never', 'never')
    await send()
    await changeRole({ scope_centre_id: CENTRES.BOR.id }, AUTHORITY_ACCOUNT)
    await proposedInBorken()
    // what is new there has a mail of its own, which may still arrive
    expect([await undelivered(), await undelivered('BOR')]).toEqual([[`Sekretariat ${SCHOOL}`], []])
    mail.answer('never', 'never', 'never')
    minutes(10)
    await send()
    expect(await undelivered()).toEqual([`Sekretariat ${SCHOOL}`])
    expect(await undelivered('BOR')).toEqual(['Jens Vogt', 'Jens Vogt', 'Sekretariat 190103'])
    // who is at both is named by both: one mail told of what waits here and there
    await alsoIn(world, 'authority-dn', 'authority', 'DN')
    expect(await undelivered()).toEqual(['Jens Vogt', `Sekretariat ${SCHOOL}`])
  })

  test('is nobody once a later mail reached them, though the first never did', async () => {
    minutes(10)
    mail.answer('never', 'never')
    await send()
    expect(await undelivered()).toHaveLength(2)
    expect(await mailFigures(world)).toMatchObject({ failed: 2, undelivered: 2 })
    await proposedToo()
    expect(await undelivered()).toHaveLength(2)
    minutes(10)
    expect(await send()).toBe(2)
    expect(await undelivered()).toEqual([])
    expect(await mailFigures(world)).toMatchObject({ undelivered: 0 })
    // and one that fails after it counts again
    minutes(60)
    mail.answer('never', 'never')
    await withdraw(world, walker)
    await propose(world, walker, SCHOOL)
    minutes(10)
    await send()
    expect(await undelivered()).toHaveLength(2)
  })

  test('is nobody where all went out; nor is the other centre told', async () => {
    minutes(10)
    await send()
    minutes(60)
    expect(await undelivered()).toEqual([])
    mail.answer('never', 'never')
    await withdraw(world, walker)
    await propose(world, walker, SCHOOL)
    minutes(10)
    await send()
    expect((await undelivered()).length).toBe(2)
    const elsewhere = done(await workListPage(world.as('counsellor', 'BOR'), EVERYTHING))
    expect(elsewhere.news.undelivered).toEqual([])
  })
})

test('the log says how a mail ended and how often it was tried, and nothing else', async () => {
  minutes(10)
  mail.answer('later', 'never')
  await send()
  const lines = world.logLines.filter(({ event }) => event === 'mail')
  expect(lines).toEqual([
    { event: 'mail', code: 'later waiting', count: 1 },
    { event: 'mail', code: 'never failed', count: 1 },
  ])
})

/** Writes so many times, then the process is gone. */
function dyingAfter(times: number, write: World['database']['write']): typeof write {
  let left = times
  return (work) => {
    left -= 1
    return left < 0 ? Promise.reject(new Error('killed')) : write(work)
  }
}

/** Writes, but for one time. */
function refusingThe(nth: number, write: World['database']['write']): typeof write {
  let times = 0
  return (work) => {
    times += 1
    return times === nth ? Promise.reject(new Error('not now')) : write(work)
  }
}
