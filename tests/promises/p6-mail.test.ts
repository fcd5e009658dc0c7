import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { DESK_NOTICE_KINDS } from '#app/domain/notice/desk-notice.ts'
import { mailServer } from '#app/gateways/mail.server.ts'
import { keepCaseAssignment } from '#app/services/case/answer-capacity.server.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { sendDueMails } from '#app/services/notice/send-mail.server.ts'
import {
  COMMON_NAME,
  canariesOf,
  canary,
  canaryBirthDate,
  canaryRegistration,
  canaryTexts,
  STEM,
} from '#tests/promises/canaries.ts'
import {
  admit,
  assign,
  assignAtCentre,
  counsel,
  decline,
  delegateAssignment,
  done,
  end,
  type Place,
  propose,
  reportNoPlace,
  seatsAt,
  start,
  stayAway,
  takeBack,
  versionOf,
  type Walker,
} from '#tests/promises/steps.ts'
import { type FakeSmtp, fakeSmtp, headersOf, type Taken, textsOf } from '#tests/setup/mail.ts'
import { CENTRES, makeWorld, registerAnyway, type World } from '#tests/setup/world.ts'

const [SCHOOL, OTHER] = ['180101', '190101'] as unknown as readonly [SchoolNumber, SchoolNumber]
const FROM = 'einstieg@amt.example'
/** What a mail of the program has in its head, and nothing beside it. */
const HEADERS = [
  ...['from', 'to', 'message-id', 'subject', 'auto-submitted', 'date', 'mime-version'],
  ...['content-type', 'content-transfer-encoding'],
]

/** What every mail says beside the addresses of desks. */
const SAID_TO_ALL = [
  'Worum es geht, sehen Sie nach der Anmeldung. In dieser Nachricht steht es nicht, weil E-Mails mitgelesen werden können.',
  'Sie möchten keine E-Mails von Einstieg? Unter „Ihr Konto“ können Sie sie abbestellen.',
]
const AT_A_DESK =
  /^In Einstieg wartet etwas auf Sie: http:\/\/127\.0\.0\.1:3000\/(schultisch|schulamt|arbeitsliste)$/

let world: World
let smtp: FakeSmtp
/** Of whom it is, in Düren, where the authority assigns, and in Borken, where the centre does. */
let walkers: readonly [Walker, Walker]
/** What would betray a child: its own texts and numbers, and where it goes to school. */
let marks: readonly string[]
/** The kinds of notices for which a mail went out. */
const told = new Set<string>()

beforeAll(async () => {
  smtp = await fakeSmtp()
  const mail = mailServer({ url: `smtp://127.0.0.1:${smtp.port}`, from: FROM })
  world = await makeWorld({ mail })
  await delegateAssignment(world, 'BOR')
  await seatsAt(world, SCHOOL, 5)
  await seatsAt(world, OTHER, 5)
  walkers = [await walkerIn('DN', 1, '05358008'), await walkerIn('BOR', 2, '05554012')]
  marks = [...(await marksOf(walkers[0], 1)), ...(await marksOf(walkers[1], 2))]
  for (const step of LIFE) {
    await step(byColleague(), walkers[0])
    await sendAll()
  }
  for (const step of DELEGATED) {
    await step(byColleague(), walkers[1])
    await sendAll()
  }
})
afterAll(async () => {
  await smtp.close()
  await world.close()
})

async function walkerIn(centre: Walker['centre'], serial: number, home: string): Promise<Walker> {
  const facts = { municipality: home as MunicipalityKey, registeredOn: '2026-11-09' } as const
  const command = canaryRegistration(serial, facts)
  const { caseId } = done(await registerAnyway(world.as('counsellor', centre), command))
  const walker = { caseId, centre, texts: canaryTexts(serial) }
  await counsel(world, walker)
  return walker
}

/** A colleague acts: whoever counsels the case is told of it. */
function byColleague(): Place {
  return {
    ...world,
    as: (role, centre) =>
      role === 'counsellor' ? world.asColleague(centre) : world.as(role, centre),
  }
}

type Step = (place: Place, walker: Walker) => Promise<unknown>

const proposeTo: Step = (place, walker) => propose(place, walker, SCHOOL)
const assignIt: Step = (place, walker) => assign(place, walker)
const admitIt: Step = (place, walker) => admit(place, walker, SCHOOL)

/** The whole life of a child at a school, with every detour of which somebody is told. */
const LIFE: readonly Step[] = [
  proposeTo,
  async ({ asSchool }, walker) =>
    sayCanAdmitProposal(asSchool(SCHOOL), await now(walker)).then(done),
  async ({ as }, walker) => {
    const reason = { code: 'other_school', sentence: canary(1, 'sentence') } as const
    done(await sendBackProposal(as('authority'), { ...(await now(walker)), reason }))
  },
  proposeTo,
  (place, walker) => decline(place, walker, SCHOOL),
  proposeTo,
  async () => {
    world.clock.passDays(8)
    await expireHolds(world)
  },
  proposeTo,
  assignIt,
  (place, walker) => reportNoPlace(place, walker, SCHOOL),
  async ({ as }, walker) => keepCaseAssignment(as('authority'), await now(walker)).then(done),
  (place, walker) => reportNoPlace(place, walker, SCHOOL),
  takeBack,
  proposeTo,
  assignIt,
  admitIt,
  (place, walker) => {
    world.clock.passDays(8)
    return stayAway(place, walker, SCHOOL)
  },
  proposeTo,
  assignIt,
  admitIt,
  (place, walker) => start(place, walker, SCHOOL),
  async ({ asSchool }, walker) => {
    const answers = [{ ...(await now(walker)), isHere: false }]
    done(await answerWhereabouts(asSchool(SCHOOL), { answers }))
  },
  // the school has told of no regular place: there is none for it
  (place, walker) => end(place, walker, 'follow_up_over'),
]

/** The same where the centre assigns: whoever counsels the case answers what its school reports. */
const DELEGATED: readonly Step[] = [
  (place, walker) => propose(place, walker, OTHER),
  assignAtCentre,
  (place, walker) => reportNoPlace(place, walker, OTHER),
]

async function now({ caseId }: Walker) {
  return { caseId, version: await versionOf(world, caseId) }
}

/** The mails of a step go out, and of what they tell is noted. */
async function sendAll(): Promise<void> {
  const waiting = await world.database.db
    .selectFrom('outbox')
    .innerJoin('desk_notice', 'desk_notice.account_id', 'outbox.account_id')
    .select(['desk_notice.kind', 'desk_notice.account_id'])
    .where('outbox.state', '=', 'waiting')
    .where('desk_notice.read_at', 'is', null)
    .execute()
  const before = smtp.taken.length
  world.clock.passHours(0.25)
  await sendDueMails(world, { stopping: new AbortController().signal, aside: new Map() })
  const reached = smtp.taken.slice(before).flatMap(({ to }) => to)
  for (const { kind, account_id } of waiting) {
    const key = account_id.replace('account-', '')
    if (reached.includes(`${key}@beispiel.example`)) told.add(kind)
  }
}

async function marksOf({ caseId, centre }: Walker, serial: number): Promise<readonly string[]> {
  const row = await world.database.db
    .selectFrom('pupil_case')
    .select(['id', 'child_id', 'family_id', 'case_number', 'centre_id'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const born = canaryBirthDate(serial)
  const [year, month, day] = born.split('-')
  const schools = CENTRES[centre].schools.flatMap(([number, , , town, name]) => [
    ...[number, town, name],
  ])
  return [
    ...[STEM, COMMON_NAME, ...canariesOf(serial), ...Object.values(row)],
    ...[born, `${day}.${month}.${year}`, 'Ukrain', 'Klasse', ...schools],
  ]
}

/** The raw text but for the reader's own address: that of a school is its number. */
function withoutAddress({ to, raw }: Taken): string {
  return to.reduce((text, address) => text.replaceAll(address, ''), raw)
}

/** What of the children stands in a mail, in its raw text or in what a reader sees of it. */
function found(mail: Taken): readonly string[] {
  const seen = [withoutAddress(mail), ...textsOf(mail)].join('\n').toLowerCase()
  return marks.filter((mark) => seen.includes(mark.toLowerCase()))
}

describe('P6: mails to members of staff', () => {
  test('went out for every kind of notice there is', () => {
    expect([...told].sort()).toEqual([...DESK_NOTICE_KINDS].sort())
    expect(smtp.taken.length).toBeGreaterThanOrEqual(DESK_NOTICE_KINDS.length)
  })

  test('hold nothing of a child: not in the head, the subject or the body', () => {
    const leaks = smtp.taken.flatMap((mail) => found(mail).map((mark) => `${mail.to}: ${mark}`))
    expect(leaks).toEqual([])
  })

  test('say the same to everybody, and name nobody, neither child nor colleague', async () => {
    const accounts = await world.database.db.selectFrom('account').select('name').execute()
    const names = accounts.flatMap(({ name }) => name.split(' ')).filter((name) => name.length > 3)
    for (const mail of smtp.taken) {
      const [subject, body] = textsOf(mail)
      expect(subject).toBe('In Einstieg wartet etwas auf Sie')
      const lines = body.split('\n').filter((line) => line !== '')
      const others = lines.filter((line) => !AT_A_DESK.test(line))
      expect(others).toEqual(SAID_TO_ALL)
      expect(others.length).toBeLessThan(lines.length)
      expect(names.filter((name) => withoutAddress(mail).includes(name))).toEqual([])
      expect(headersOf(mail).filter((name) => !HEADERS.includes(name))).toEqual([])
    }
  })

  test('go to the addresses of accounts, and to nobody else', async () => {
    const accounts = await world.database.db.selectFrom('account').select('email').execute()
    const known = new Set(accounts.map(({ email }) => email))
    expect(smtp.taken.flatMap(({ to }) => to).filter((address) => !known.has(address))).toEqual([])
  })

  test('control: a name in the subject or the text is found, however a mail server spells it', async () => {
    const send = async (subject: string, text: string) => {
      const mail = { messageId: '<1@127.0.0.1>', to: 'amt@beispiel.example', subject, text }
      await mailServer({ url: `smtp://127.0.0.1:${smtp.port}`, from: FROM }).send(mail)
      return found(smtp.taken.at(-1) ?? { to: [], raw: '' })
    }
    const family = canary(1, 'family')
    // long enough, and with umlauts, so that neither stands in the raw text as it is
    const long = `${'ä'.repeat(60)}${family}${'ö'.repeat(60)}`
    expect(await send(long, 'nichts')).toContain(family)
    expect(await send('nichts', `${'lang '.repeat(14)}${long}`)).toContain(family)
    expect(await send('nichts', 'In der Gesamtschule Am Beispielweg')).toEqual([
      'Gesamtschule Am Beispielweg',
    ])
    expect(await send('nichts', 'nichts')).toEqual([])
  })
})
