import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { TOPICS } from '#app/domain/interview/topics.ts'
import { RETENTION_PROPOSALS } from '#app/domain/privacy/retention.ts'
import { addDays, schoolYearOf, today } from '#app/domain/time.ts'
import { wasText } from '#app/forms/both-versions.ts'
import { STEP_ADDRESS } from '#app/forms/interview.ts'
import { poolAnswers } from '#app/forms/seats.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { sessionName } from '#app/services/account/session-name.server.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { approveRetention } from '#app/services/privacy/retention-rules.server.ts'
import type { PoolDecision } from '#app/services/seat/checked-decision.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import type { Tx } from '#db/schema.ts'
import { sourceOf, sourcesUnder } from '#tests/architecture/source.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { rowsOf } from '#tests/promises/fingerprint.ts'
import { SCHOOLS } from '#tests/promises/neighbours.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import {
  admit,
  appoint,
  assign,
  counsel,
  delegateAssignment,
  done,
  fillInInterview,
  linkToProvider,
  propose,
  reportNoPlace,
  seatsAt,
  start,
  versionOf,
  type Walker,
} from '#tests/promises/steps.ts'
import { uploadList } from '#tests/promises/upload.ts'
import { waysToWrite } from '#tests/promises/ways-to-write.ts'
import { formOfYearBefore, TURNING_ACCOUNT, TURNING_SCHOOL } from '#tests/promises/year-before.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { addressOf } from '#tests/setup/manifest.ts'
import { appWith, giveTotp, letIn } from '#tests/setup/second-factor.ts'
import { type Browser, type Fields, type Reply, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { CENTRES, type CentreCode, registerAnyway, WORLD_PASSWORD } from '#tests/setup/world.ts'

const SENDS = 20
/** What a database says that somebody else holds. */
const HELD = testEngine === 'postgres' ? '55P03' : 'SQLITE_BUSY'
const TO_THE_DOOR = '303 /anmelden'
const LONG = guard(120_000)
const SCHOOL = SCHOOLS.a as SchoolNumber
/** In the other centre, where two of the centre assign for the authority. */
const THERE = SCHOOLS.c as SchoolNumber
const SCHOOL_ACCOUNT = `school-${SCHOOLS.a}`

let world: SharedWorld
let served: Served
const program = waysToWrite()

beforeAll(async () => {
  world = await makeSharedWorld()
  await seatsAt(world, SCHOOL, 60)
  await seatsAt(world, SCHOOLS.b as SchoolNumber, 10)
  await seatsAt(world, THERE, 10)
  await delegateAssignment(world, 'BOR')
  served = await serve({ ...world, database: { ...world.database, write: noted } })
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

/** A form of a route, on something of its own in every turn. */
type Write = {
  readonly route: string
  /** Which of the route's forms (`ROUTES`); null: one that is not about access, filled in here. */
  readonly form: number | null
  /** Key of the account that sends it in this turn. */
  readonly by: (turn: number) => string
  /** Where the child is; Düren unless told. */
  readonly centre?: CentreCode
  /** Brings a new child to where the form fits. */
  readonly child?: (walker: Walker) => Promise<unknown>
  readonly params?: Readonly<Record<string, string>>
  /** Fields that differ from turn to turn; whatever must be there first is made here. */
  readonly fields?: (turn: number, browser: Browser, by: string) => Fields | Promise<Fields>
  /** Which of the route's forms, where its address says so; of `form` unless told. */
  readonly search?: string
  /** Done first: the person proves again who they are. */
  readonly stepUp?: true
  /** The session goes on under a new id: whoever comes with the old one is asked to sign in. */
  readonly renews?: true
  /** Fewer where a limit counts every try. */
  readonly sends?: number
}

const counsellor = () => 'counsellor-dn'
const authority = () => 'authority-dn'
const lead = () => 'lead-dn'
const school = () => SCHOOL_ACCOUNT
const oneOf =
  (...keys: readonly string[]) =>
  (turn: number) =>
    keys[turn] ?? ''

const asIs = async () => undefined
const appointed = (walker: Walker) => appoint(world, walker)
const waiting = (walker: Walker) => counsel(world, walker)
const proposed = async (walker: Walker) => {
  await waiting(walker)
  await propose(world, walker, SCHOOL)
}
const assigned = async (walker: Walker) => {
  await proposed(walker)
  await assign(world, walker)
}
const proposedThere = async (walker: Walker) => {
  await waiting(walker)
  await propose(world, walker, THERE)
}
const reported = async (walker: Walker) => {
  await assigned(walker)
  await reportNoPlace(world, walker, SCHOOL)
}
const admitted = async (walker: Walker) => {
  await assigned(walker)
  await admit(world, walker, SCHOOL)
}
const attending = async (walker: Walker) => {
  await admitted(walker)
  await start(world, walker, SCHOOL)
}
/** There was no regular place when it came; now one is free. */
const withoutRegular = async (walker: Walker) => {
  const number = SCHOOLS.b as SchoolNumber
  await waiting(walker)
  await propose(world, walker, number)
  await assign(world, walker)
  await admit(world, walker, number)
  await start(world, walker, number)
  await oneMoreRegular(number)
}
const absent = async (walker: Walker) => {
  await admitted(walker)
  world.clock.passDays(8)
}
const held = async ({ caseId }: Walker) => {
  const until = addDays(today(world.clock), 30)
  await setHold(world.as('lead'), { caseId, until, sentence: 'Ein Verfahren läuft.' })
}
const missed = async (walker: Walker) => {
  await appointed(walker)
  world.clock.passDays(7)
}

const KINDS = ['ended_early', 'follow_up_over'] as const

const TWO_GRADES = [
  { gradeFrom: '5', gradeTo: '6' },
  { gradeFrom: '7', gradeTo: '8' },
  { gradeFrom: '9', gradeTo: '10' },
] as const
const grades = (turn: number): Fields => ({ ...TWO_GRADES[turn] })
const COLLEAGUES = ['coordinator-dn', 'owner-dn', 'auditor-dn'] as const
const colleague = (turn: number): Fields => ({ account: `account-${COLLEAGUES[turn]}` })

const WRITES: Readonly<Record<string, Write>> = {
  'a child is registered': {
    route: 'routes/cases.new',
    form: 0,
    by: counsellor,
    // the first child of the year would also begin the count of case numbers
    child: asIs,
    fields: (turn) => ({ birthYear: `${2010 + 3 * turn}` }),
  },
  'a draft of a Meldung is kept': {
    route: 'routes/cases.new',
    form: 1,
    by: oneOf('counsellor-dn', 'colleague-dn'),
  },
  'a draft of a Meldung is thrown away': {
    route: 'routes/cases.new',
    form: 2,
    by: oneOf('lead-dn', 'counsellor-dn'),
    fields: async (_turn, browser) => {
      await browser.post('/faelle/neu', { givenNames: 'Entwurf', _draft: 'keep' })
      return {}
    },
  },
  'a proposal is withdrawn': { route: 'routes/case', form: 0, by: counsellor, child: proposed },
  'an appointment is set': {
    route: 'routes/case.appointment',
    form: 0,
    by: counsellor,
    child: asIs,
    fields: () => ({ intent: 'book' }),
  },
  'an appointment was missed': {
    route: 'routes/case.appointment',
    form: 1,
    by: counsellor,
    child: missed,
  },
  'a topic is saved': {
    route: 'routes/case.interview',
    form: 0,
    by: counsellor,
    child: appointed,
    fields: () => ({ intent: 'leave' }),
  },
  ...Object.fromEntries(TOPICS.map((topic) => [`of the interview, ${topic}`, topicSaved(topic)])),
  'the counselling is finished': {
    route: 'routes/case.interview',
    form: 1,
    by: counsellor,
    child: (walker) => fillInInterview(world, walker),
  },
  'a draft of a topic is kept': {
    route: 'routes/case.interview',
    form: 2,
    by: counsellor,
    child: appointed,
  },
  'a draft of a topic is thrown away': {
    route: 'routes/case.interview',
    form: 3,
    by: counsellor,
    child: async (walker) => {
      await appointed(walker)
      const slot = { form: 'interview_wish', caseId: walker.caseId } as const
      await keepDraft(world.as('counsellor'), { ...slot, fields: [['note', 'Entwurf']] })
    },
  },
  'a school is proposed': {
    route: 'routes/case.suggestions',
    form: 0,
    by: counsellor,
    child: waiting,
  },
  'a school is assigned': {
    route: 'routes/case.assignment',
    form: 0,
    by: authority,
    child: proposed,
  },
  'a proposal is sent back': {
    route: 'routes/case.assignment',
    form: 1,
    by: authority,
    child: proposed,
  },
  'two of the centre assign': {
    route: 'routes/case.assignment',
    form: 0,
    by: () => 'colleague-bor',
    centre: 'BOR',
    child: proposedThere,
  },
  'two of the centre send back': {
    route: 'routes/case.assignment',
    form: 1,
    by: () => 'colleague-bor',
    centre: 'BOR',
    child: proposedThere,
  },
  'an assignment stays although the place is missing': {
    route: 'routes/case.assignment',
    form: 2,
    by: authority,
    child: reported,
  },
  'an assignment is taken back': {
    route: 'routes/case.assignment',
    form: 3,
    by: authority,
    child: reported,
  },
  'a school reports that it has no place': {
    route: 'routes/case.admission',
    form: 6,
    by: school,
    child: assigned,
  },
  'a school is assigned at the desk': {
    route: 'routes/authority-desk',
    form: 0,
    by: authority,
    child: proposed,
  },
  'a proposal is sent back at the desk': {
    route: 'routes/authority-desk',
    form: 1,
    by: authority,
    child: proposed,
  },
  'the school can admit': { route: 'routes/case.admission', form: 0, by: school, child: proposed },
  'the school declines': { route: 'routes/case.admission', form: 1, by: school, child: proposed },
  'the school admits': { route: 'routes/case.admission', form: 2, by: school, child: assigned },
  'the first day is confirmed': {
    route: 'routes/case.admission',
    form: 3,
    by: school,
    child: admitted,
  },
  'the school says the class': {
    route: 'routes/case.admission',
    form: 4,
    by: school,
    child: attending,
  },
  'a child has not come': {
    route: 'routes/case.admission',
    form: 5,
    by: school,
    child: absent,
  },
  'a school answers where a child is': {
    route: 'routes/school-children',
    form: 0,
    by: school,
    child: attending,
  },
  'a review is recorded': {
    route: 'routes/case.follow-up',
    form: 0,
    by: counsellor,
    child: attending,
  },
  'a case is ended': { route: 'routes/case.end', form: 0, by: counsellor, child: asIs },
  'a follow-up ends with a regular place': {
    route: 'routes/case.end',
    form: 0,
    by: counsellor,
    child: withoutRegular,
    fields: () => ({ reason: 'follow_up_over' }),
  },
  'a case is held': { route: 'routes/case.end', form: 1, by: lead, child: asIs },
  'a hold is lifted': { route: 'routes/case.end', form: 2, by: lead, child: held },
  'a child is erased': { route: 'routes/case.end', form: 3, by: lead, child: asIs, stepUp: true },
  'a period is proposed': {
    route: 'routes/administration.retention',
    form: 0,
    by: lead,
    // of the other kind of file each time: a proposal takes the place of one that waits
    fields: (turn) => ({ class: KINDS[turn] ?? '' }),
  },
  'a period is approved': {
    route: 'routes/administration.retention',
    form: 1,
    by: () => 'auditor-dn',
    fields: (turn) => ({ class: KINDS[turn] ?? '', months: turn === 0 ? '3' : '12' }),
  },
  'a period is stopped': {
    route: 'routes/administration.retention',
    form: 2,
    by: lead,
    fields: approvedPeriod,
  },
  'the clock is confirmed': { route: 'routes/administration.retention', form: 3, by: lead },
  'a recipient is told': {
    route: 'routes/administration.erasures',
    form: 0,
    by: lead,
    fields: erasedNeighbour,
  },
  'seats are entered for a school': {
    route: 'routes/school',
    form: 0,
    by: counsellor,
    params: { number: '180105' },
    fields: (turn) => ({ ...grades(turn), schoolNumber: '180105' }),
  },
  'an owner enters regular places': {
    route: 'routes/school',
    form: 1,
    by: () => 'owner-bor',
    params: { number: '190101' },
    fields: (turn) => ({ ...grades(turn), schoolNumber: '190101', kind: 'regular' }),
  },
  'seats are carried over': {
    route: 'routes/school.year',
    form: 0,
    by: () => TURNING_ACCOUNT,
    params: { number: TURNING_SCHOOL },
    fields: (turn) => formOfYearBefore(world, turn + 1),
  },
  'seats are kept back': {
    route: 'routes/school',
    form: 2,
    by: counsellor,
    params: { number: '180105' },
    fields: async (turn) => ({
      schoolNumber: '180105',
      pool: await poolAndVersion('180105'),
      reserve: String(turn + 1),
    }),
  },
  'a school enters seats': { route: 'routes/school-desk', form: 0, by: school, fields: grades },
  'seats are changed for a school': {
    route: 'routes/school',
    form: 3,
    by: counsellor,
    params: { number: '180105' },
    fields: () => seatsChanged('180105'),
  },
  'a school changes seats': {
    route: 'routes/school-desk',
    form: null,
    by: school,
    fields: () => seatsChanged(SCHOOL),
  },
  'somebody is invited': {
    route: 'routes/administration.accounts',
    form: 0,
    by: lead,
    fields: (turn) => ({ email: `neu${turn}@beispiel.example` }),
  },
  'an account is reset': {
    route: 'routes/administration.accounts',
    form: 1,
    by: lead,
    stepUp: true,
    fields: colleague,
  },
  'an account is disabled': {
    route: 'routes/administration.accounts',
    form: 2,
    by: lead,
    fields: colleague,
  },
  'an account is enabled': {
    route: 'routes/administration.accounts',
    form: 3,
    by: lead,
    fields: disabledColleague,
  },
  'targets are changed': {
    route: 'routes/administration.centre',
    form: 0,
    by: lead,
    fields: async (turn) => ({ version: await centreVersion(), counselling: `${20 + turn}` }),
  },
  'the own password is changed': {
    route: 'routes/own-account',
    form: null,
    by: oneOf('coordinator-bor', 'auditor-bor'),
    fields: () => {
      const password = 'ein anderes langes Passwort'
      return { intent: 'password', present: WORLD_PASSWORD, password, again: password }
    },
    sends: 10,
  },
  'other sessions are ended': {
    route: 'routes/own-account',
    form: null,
    stepUp: true,
    by: oneOf('lead-bor', 'authority-bor', 'counsellor-bor'),
    fields: async (_turn, _browser, by) => {
      await signIn(served.door, `${by}@beispiel.example`, WORLD_PASSWORD)
      return { intent: 'end_sessions' }
    },
  },
  'one own session is ended': {
    route: 'routes/own-account',
    form: null,
    stepUp: true,
    by: oneOf('lead-bor', 'authority-bor', 'counsellor-bor'),
    fields: async (_turn, _browser, by) => {
      const email = `${by}@beispiel.example`
      const other = await signIn(served.door, email, WORLD_PASSWORD)
      const idHash = world.keyed('session', other.cookies.get('sid') ?? '')
      return { intent: 'end_session', id: sessionName(world, idHash) }
    },
  },
  'all own sessions are ended': {
    route: 'routes/own-account',
    form: null,
    stepUp: true,
    by: oneOf('lead-bor', 'authority-bor', 'counsellor-bor'),
    fields: () => ({ intent: 'sign_out_everywhere' }),
  },
  'notices are acknowledged': {
    route: 'routes/own-account',
    form: null,
    by: oneOf('lead-bor', 'authority-bor', 'counsellor-bor'),
    fields: () => ({ intent: 'acknowledge' }),
  },
  'what is new is read': {
    route: 'routes/notices',
    form: null,
    by: authority,
    child: proposed,
    fields: async () => ({ desk: 'authority', ids: await newestNotice('account-authority-dn') }),
  },
  'mails are switched off': {
    route: 'routes/own-account',
    form: null,
    by: oneOf('counsellor-bor', 'authority-bor'),
    fields: () => ({ intent: 'mail_off' }),
  },
  'mails are switched on': {
    route: 'routes/own-account',
    form: null,
    by: oneOf('lead-bor', 'counsellor-dn'),
    fields: async (_turn, browser) => {
      await browser.post('/konto', { intent: 'mail_off' })
      return { intent: 'mail_on' }
    },
  },
  'setting up an app begins': {
    route: 'routes/own-account.factors',
    form: null,
    by: oneOf('school-180103', 'school-190101', 'school-190103'),
    stepUp: true,
    fields: () => ({ intent: 'begin' }),
  },
  'the set-up of an app is finished': {
    route: 'routes/own-account.factors',
    form: null,
    by: oneOf('lead-bor', 'authority-bor'),
    stepUp: true,
    fields: async (_turn, browser) => ({ intent: 'confirm', proof: await codeOfNewApp(browser) }),
    renews: true,
    sends: 10,
  },
  'somebody proves again who they are': {
    route: 'routes/own-account.confirm',
    form: null,
    by: oneOf('school-180103', 'school-190101'),
    fields: () => ({ way: 'password', proof: WORLD_PASSWORD }),
    renews: true,
    sends: 10,
  },
  'recovery codes are made': {
    route: 'routes/own-account.factors',
    form: null,
    by: oneOf('colleague-dn', 'section-dn'),
    fields: async (_turn, browser, by) => {
      await withApp(browser, by)
      return { intent: 'codes' }
    },
  },
  'a second factor is removed': {
    route: 'routes/own-account.factors',
    form: null,
    by: oneOf('school-180102', 'school-180104'),
    fields: async (_turn, browser, by) => ({ intent: 'remove', id: await withApp(browser, by) }),
  },
  'the link to the provider is taken': {
    route: 'routes/own-account.provider',
    form: null,
    by: oneOf('school-180103', 'school-190101', 'school-190103'),
    stepUp: true,
    fields: withLink,
  },
  'a school list is taken over': {
    route: 'routes/administration.schools',
    form: 0,
    by: () => 'operator',
    fields: uploaded,
  },
  // last: nobody is to act in it any more
  'a role is ended': {
    route: 'routes/administration.accounts',
    form: null,
    by: lead,
    fields: (turn) => {
      const account = `account-${['section-dn', 'authority-dn'][turn]}`
      return {
        intent: 'end_role',
        centre: CENTRES.DN.id,
        account,
        assignment: `${account}-assignment`,
      }
    },
  },
}

const ONE_PROOF = 'a proof counts once, and each sending is another one'
const NOBODY_YET = 'nobody is signed in yet; tries are limited'
const LOOKS_FIRST = 'shows what would come of new numbers, and stores nothing'
const WAY_BACK = 'a GET on the way back from the provider, whose answer counts once'

/** Ways to write that are not sent twenty times, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'routes/case.slip printSlip':
    'a slip printed again is a new slip: its PIN is not kept to be shown twice',
  'routes/sign-in signIn': NOBODY_YET,
  'routes/family signInFamily': NOBODY_YET,
  'routes/family sign_in': NOBODY_YET,
  'routes/family signOutFamily': 'a family that is signed out is nobody',
  'routes/family sign_out': 'a family that is signed out is nobody',
  'routes/invitation acceptInvitation': 'the link itself opens once; nobody is signed in before',
  'routes/sign-in.confirm signInByFactor': ONE_PROOF,
  'routes/sign-in.confirm askForPasskey': 'every question to a passkey is a new one',
  'routes/sign-in.confirm ask': 'every question to a passkey is a new one',
  'routes/own-account.confirm askForPasskey': 'every question to a passkey is a new one',
  'routes/own-account.confirm ask': 'every question to a passkey is a new one',
  'routes/own-account.passkeys registerPasskey': ONE_PROOF,
  'routes/own-account.passkeys askForNewPasskey': 'every question to a passkey is a new one',
  'routes/own-account.passkeys ask': 'every question to a passkey is a new one',
  'routes/own-account.provider linkProvider': WAY_BACK,
  'routes/sign-in.provider signInByProvider': WAY_BACK,
  'routes/sign-out signOut': 'who is signed out is nobody: sent again it leads to the sign-in page',
  'routes/school review': LOOKS_FIRST,
  'routes/school edit': LOOKS_FIRST,
  'routes/school-desk review': LOOKS_FIRST,
  'routes/school-desk edit': LOOKS_FIRST,
  'routes/administration.schools upload': 'shows what is in the file, and stores nothing',
}

/** Routes whose only form is a search, which writes nothing: no use case of theirs does. */
const SEARCHES = ['routes/work-list', 'routes/cases', 'routes/administration.trail']

test('P4: every form of every route that takes one is sent twice', () => {
  const taking = served.routes.filter(({ hasAction }) => hasAction).map(({ id }) => id)
  const sent = new Set(Object.values(WRITES).map(({ route }) => route))
  const excepted = Object.keys(EXCEPTIONS).map((line) => line.split(' ')[0] ?? '')
  const known = new Set([...sent, ...excepted, ...SEARCHES])
  expect(taking.filter((id) => !known.has(id))).toEqual([])
  for (const route of sent) {
    const forms = Object.values(WRITES).filter((one) => one.route === route && one.form !== null)
    const known = (ROUTES[route]?.forms ?? []).flatMap(({ looksOnly }, at) => (looksOnly ? [] : at))
    // some do several things, by who sends them or about whom
    expect([route, [...new Set(forms.map(({ form }) => form))].sort()]).toEqual([route, known])
  }
})

describe('P4: a form sent twenty times at once is answered and does the same as sent once, and nothing while the database is held (F16)', () => {
  test.each(Object.entries(WRITES))('%s', { timeout: LONG }, async (what, write) => {
    const ready = await readied(write, 0)
    const putOff = await effectWhileHeld(ready)
    const once = await effectOf(ready, 1)
    sentAgain.set(what, await effectOf(ready, 1))
    const second = await readied(write, 1)
    const often = await effectOf(second, write.sends ?? SENDS)
    // that one too, so that what comes later begins alike in both turns
    await effectOf(second, 1)

    expect(putOff).toEqual({ answer: '503, again after 5 s', changed: {} })
    expect(once.answers).toEqual([expect.stringMatching(/^(200|303) /)])
    expect(Object.keys(once.changed)).not.toEqual([])
    const answers = often.answers.filter((answer) => !(write.renews && answer === TO_THE_DOOR))
    expect(answers.length).toBeGreaterThan(0)
    expect(answers.filter((answer) => answer !== answers[0])).toEqual([])
    expect(answers.map(anyId)).toEqual(answers.map(() => anyId(once.answers[0] ?? '')))
    expect({ changed: often.changed, next: often.next }).toEqual({
      ...{ changed: once.changed, next: once.next },
    })
    // each answer that is a page was looked at: the trail says so of each, and of nothing else
    expect(often.looks).toEqual(
      Array.from({ length: write.sends ?? SENDS }, () => once.looks)
        .flat()
        .toSorted(),
    )
  })
})

/** What the form of each turn did when it was sent anew, with a key of its own. */
const sentAgain = new Map<string, Effect>()

const TRAIL = ['audit_case', 'audit_entry', 'command']
/** Nothing but the line that it was asked for once more. */
const ONLY_SAID: readonly string[] = []

/**
 * Forms that write something when they are sent anew after "Zurück", and into which tables besides the
 * trail. None moves a case, a seat or a number: a version stops those, or what is there already. These
 * ask for a state that then holds already, or for something new that takes the place of the former.
 */
const DONE_AGAIN: Readonly<Record<string, readonly string[]>> = {
  // refused: the child is there already, and who was shown that is in the trail
  'a child is registered': ONLY_SAID,
  'a draft of a Meldung is kept': ['draft'],
  'a draft of a Meldung is thrown away': ONLY_SAID,
  'a draft of a topic is kept': ['draft'],
  'a draft of a topic is thrown away': ONLY_SAID,
  'a case is held': ['legal_hold'],
  'a period is proposed': ['retention_rule'],
  'the clock is confirmed': ['retention_run'],
  // a new link takes the place of the one before
  'an account is reset': ['account', 'account_notice'],
  'an account is disabled': ['account'],
  'an account is enabled': ['account'],
  'other sessions are ended': ONLY_SAID,
  'notices are acknowledged': ONLY_SAID,
  'what is new is read': ONLY_SAID,
  'mails are switched off': ONLY_SAID,
  'mails are switched on': ONLY_SAID,
  'setting up an app begins': ['second_factor'],
  'somebody proves again who they are': ['session'],
  'recovery codes are made': ['account_notice', 'recovery_code'],
  'a school list is taken over': ONLY_SAID,
}

describe('F11: a form sent again after "Zurück", with a new key, has no second effect', () => {
  test.each(Object.keys(WRITES))('%s', (what) => {
    const again = sentAgain.get(what)
    if (again === undefined) throw new Error('was not sent')
    const tables = Object.keys(again.changed).toSorted()
    const known = DONE_AGAIN[what]
    if (known === undefined) expect([what, tables]).toEqual([what, []])
    else {
      expect(tables).not.toEqual([])
      expect(tables.filter((table) => !TRAIL.includes(table))).toEqual(known)
    }
  })
})

test('P4, control: what is written down as a look, or later added to one, is not left out', () => {
  const line = (facts: object) => JSON.stringify(facts)
  const look = (id: string) => line({ id, event: 'list_viewed' })
  const before = new Map([
    ['audit_entry', [look('old')]],
    ['audit_case', [] as string[]],
  ])
  const after = new Map([
    ['audit_entry', [look('old'), look('new')]],
    ['audit_case', [line({ entry_id: 'old', case_id: 'a' }), line({ entry_id: 'new' })]],
  ])
  expect(diff(before, after)).toEqual({ audit_case: { added: 1, gone: 0 } })
  expect(looksIn(before, after)).toEqual(['list_viewed of 1'])
})

test('P4: what was sent above, and the exceptions, are all the ways in which the program writes', () => {
  const { commands, intents } = program
  const writing = new Set(commands.map((line) => line.split(' ')[0]))
  expect(SEARCHES.filter((route) => writing.has(route))).toEqual([])
  // one that is sent and excepted too would be there twice
  const sent = [...commands, ...intents].filter((line) => wasSent.has(line))
  expect([...sent, ...Object.keys(EXCEPTIONS)].sort()).toEqual([...commands, ...intents].sort())
})

test('P4, control: a use case and a form that somebody adds to a route are noticed', () => {
  const own = sourcesUnder('app', 'db')
  const added = [
    sourceOf(
      'app/services/case/forget-case.server.ts',
      `import { transact } from '../transact.server.ts'
       export async function forgetCase(ctx) { return store(ctx) }
       const store = (ctx) => transact(ctx, permit, centreId, work)`,
    ),
    sourceOf(
      'app/routes/case.invented.tsx',
      `import { commandFor } from '#app/http/context.server.ts'
       import { forgetCase } from '#app/services/case/forget-case.server.ts'
       import { listCentres } from '#db/queries/centre.server.ts'
       export async function action(args) { return forgotten(await commandFor(args)) }
       async function forgotten({ ctx, form }) {
         if (form.get('intent') === 'look') return listCentres(ctx)
         return forgetCase(ctx)
       }
       export default function Invented() {
         return <button name="intent" value="forget">Vergessen</button>
       }`,
    ),
  ]
  const [before, after] = [waysToWrite(own), waysToWrite([...own, ...added])]
  const news = (what: 'commands' | 'intents') =>
    after[what].filter((line) => !before[what].includes(line))
  expect(news('commands')).toEqual(['routes/case.invented forgetCase'])
  expect(news('intents')).toEqual(['routes/case.invented forget', 'routes/case.invented look'])
  expect(before.commands).toContain('routes/case.end eraseNow')
})

describe('P4, control: the same form with a key of its own each time has more effect', () => {
  const REPEATABLE = ['an account is reset', 'a school list is taken over'] as const
  test.each(REPEATABLE)('%s', { timeout: LONG }, async (what) => {
    const write = WRITES[what] as Write
    const once = await effectOf(await readied(write, 0), 1)
    const often = await effectOf(await readied(write, 1), SENDS, false)
    expect(often.changed['audit_entry']?.added).toBe(
      SENDS * (once.changed['audit_entry']?.added ?? 0),
    )
  })
})

// ---- one form, ready to be sent ----

type Ready = {
  readonly route: string
  readonly browser: Browser
  readonly path: string
  readonly fields: Fields
}

let serial = 0
let forms = 0

async function readied(write: Write, turn: number): Promise<Ready> {
  const { route, form, params = {}, search } = write
  const by = write.by(turn)
  const caseId = write.child === undefined ? null : await newChild(write.child, write.centre)
  const browser = await signIn(served.door, `${by}@beispiel.example`, WORLD_PASSWORD)
  if (write.stepUp) {
    await browser.post('/konto/bestaetigen', { way: 'password', proof: WORLD_PASSWORD })
  }
  const own = await write.fields?.(turn, browser, by)
  const rule = form === null ? undefined : ROUTES[route]?.forms[form]
  const fields = rule?.fields({
    caseId: caseId ?? '',
    version: caseId === null ? '' : String(await versionOf(world, caseId)),
    schoolNumber: SCHOOLS.a,
    centreId: CENTRES.DN.id,
    today: today(world.clock),
  })
  const address = served.routes.find(({ id }) => id === route)?.path ?? ''
  return {
    route,
    browser,
    path: `${addressOf(address, { id: caseId ?? '', ...params })}${search ?? rule?.search ?? ''}`,
    fields: { ...fields, ...own },
  }
}

async function newChild(
  ready: (walker: Walker) => Promise<unknown>,
  centre: CentreCode = 'DN',
): Promise<CaseId> {
  serial += 1
  const municipality = (centre === 'DN' ? '05358008' : '05554012') as MunicipalityKey
  const facts = canaryRegistration(serial, { municipality, registeredOn: today(world.clock) })
  const { caseId } = done(await registerAnyway(world.as('counsellor', centre), facts))
  await ready({ caseId, centre })
  return caseId
}

/** One regular place more than are taken at the school. */
async function oneMoreRegular(schoolNumber: SchoolNumber): Promise<void> {
  const known = await world.database.db
    .selectFrom('seat_pool')
    .select(['id', 'version', 'seats'])
    .where('school_number', '=', schoolNumber)
    .where('kind', '=', 'regular')
    .executeTakeFirst()
  const schoolYear = schoolYearOf(today(world.clock))
  const fresh = { poolId: null, schoolYear, gradeFrom: 5, gradeTo: 10, kind: 'regular', seats: 1 }
  const pool: PoolDecision =
    known === undefined
      ? { ...fresh, kind: 'regular', poolId: null }
      : { poolId: known.id, version: known.version, seats: known.seats + 1 }
  const command = { schoolNumber, reason: 'rooms', pools: [pool] } as const
  done(await decideSeats(world.as('owner'), command))
}

// ---- what it does ----

type Change = { readonly added: number; readonly gone: number }
type Effect = {
  readonly answers: readonly string[]
  readonly changed: Readonly<Record<string, Change>>
  /** Looks that the trail tells of: each with the number of children it was about. */
  readonly looks: readonly string[]
  /** What the same browser is answered afterwards: whether it is still signed in. */
  readonly next: string
}

/** The form is sent while somebody else holds the database: what is answered, and what it changes. */
async function effectWhileHeld({ browser, path, fields }: Ready) {
  const _csrf = await browser.csrf()
  const before = await rowsOf(world)
  isHeld = true
  const form = { _csrf, _idem: 'held', ...fields }
  const { status, headers } = await browser.send({ method: 'POST', path, form })
  isHeld = false
  const changed = diff(before, await rowsOf(world))
  return { answer: `${status}, again after ${headers['retry-after']} s`, changed }
}

async function effectOf(
  { route, browser, path, fields }: Ready,
  sends: number,
  isOneForm = true,
): Promise<Effect> {
  const _csrf = await browser.csrf()
  forms += 1
  const keyOf = (at: number) => (isOneForm ? `form-${forms}` : `form-${forms}-${at}`)
  const before = await rowsOf(world)
  writing.clear()
  const replies = await Promise.all(
    Array.from({ length: sends }, (_, at) =>
      browser.send({ method: 'POST', path, form: { _csrf, _idem: keyOf(at), ...fields } }),
    ),
  )
  for (const word of [...writing, fields['intent']]) wasSent.add(`${route} ${word}`)
  const after = await rowsOf(world)
  const next = said(await browser.get('/konto'))
  const looks = looksIn(before, after)
  return { answers: replies.map(said), changed: diff(before, after), looks, next }
}

/** `route word` of everything that was sent: the use cases that wrote, and the form's `intent`. */
const wasSent = new Set<string>()
/** Use cases that were on their way to a transaction since it was cleared. */
const writing = new Set<string>()
/** Whether somebody else holds the database just now. */
let isHeld = false

/**
 * Opens a transaction and notes for whom: a list kept by hand could be wrong. A use case that another
 * one calls does not count there: its own form is another.
 */
function noted<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  if (isHeld) return Promise.reject(Object.assign(new Error('held'), { code: HELD }))
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 100
  const { stack = '' } = new Error('noted')
  Error.stackTraceLimit = stackTraceLimit
  // the build gives functions of one name a number each
  const names = [...stack.matchAll(/^ +at (?:async )?(\w+)(?:\$\d+)? /gm)]
  const outermost = names.flatMap(([, name = '']) => program.signs.get(name) ?? []).at(-1)
  if (outermost !== undefined) writing.add(outermost)
  return world.database.write(work)
}

/** Status and way on. */
function said({ status, headers }: Reply): string {
  return `${status} ${headers.location ?? ''}`
}

/** Two forms are about two children: where to go is the same but for the id. */
function anyId(answer: string): string {
  return answer.replace(/[0-9a-f-]{36}/, ':id')
}

/** An answer that is a page is looked at each time it is sent, and the trail says so. */
const LOOKED = /"event":"(\w+)_viewed"/

function diff(before: Tables, after: Tables): Effect['changed'] {
  const changed: Record<string, Change> = {}
  const looks = newLooks(before, after)
  for (const [table, lines] of after) {
    const [was, is] = [new Set(before.get(table)), new Set(lines)]
    const added = lines.filter((line) => !was.has(line) && !isOfLook(line, looks)).length
    const gone = [...was].filter((line) => !is.has(line)).length
    if (added + gone > 0) changed[table] = { added, gone }
  }
  return changed
}

type Tables = ReadonlyMap<string, readonly string[]>

/** The new entries of the trail that say that somebody looked, by their ids. */
function newLooks(before: Tables, after: Tables): ReadonlySet<unknown> {
  const was = new Set(before.get('audit_entry'))
  const added = (after.get('audit_entry') ?? []).filter((line) => !was.has(line))
  return new Set(added.filter((line) => LOOKED.test(line)).map((line) => JSON.parse(line).id))
}

/** What these looks were: the event, and how many children each was about. */
function looksIn(before: Tables, after: Tables): readonly string[] {
  const about = (after.get('audit_case') ?? []).map((line) => JSON.parse(line).entry_id)
  const entries = (after.get('audit_entry') ?? []).map((line) => JSON.parse(line))
  const looks = newLooks(before, after)
  return entries
    .filter(({ id }) => looks.has(id))
    .map(({ id, event }) => `${event} of ${about.filter((entry) => entry === id).length}`)
    .toSorted()
}

/** Such an entry itself, and the lines that say whom it was about. */
function isOfLook(line: string, looks: ReadonlySet<unknown>): boolean {
  const { id, entry_id: entryId } = JSON.parse(line)
  return looks.has(LOOKED.test(line) ? id : entryId)
}

// ---- what must be there first ----

function topicSaved(topic: (typeof TOPICS)[number]): Write {
  return {
    route: 'routes/case.interview',
    form: null,
    search: `?thema=${STEP_ADDRESS[topic]}`,
    by: counsellor,
    child: appointed,
    fields: () => ({ version: '0', intent: 'next' }),
  }
}

/** One seat more in the first pool that the school has. */
function firstPool(schoolNumber: string) {
  return world.database.db
    .selectFrom('seat_pool')
    .selectAll()
    .where('school_number', '=', schoolNumber as SchoolNumber)
    .where('kind', '=', 'support')
    .orderBy('id')
    .executeTakeFirstOrThrow()
}

async function poolAndVersion(schoolNumber: string): Promise<string> {
  const { id, version } = await firstPool(schoolNumber)
  return `${id}/${version}`
}

async function seatsChanged(schoolNumber: string): Promise<Fields> {
  const pool = await firstPool(schoolNumber)
  return {
    ...{ intent: 'change', schoolNumber, changeReason: 'rooms', 'pools.0.poolId': pool.id },
    ...{
      'pools.0.version': String(pool.version),
      'pools.0.was': wasText(poolAnswers({ seats: pool.seats })),
    },
    'pools.0.seats': String(pool.seats + 1),
  }
}

/** Begins the set-up and reads the secret from the page; what the app shows then. */
async function newestNotice(account: string): Promise<string> {
  const { id } = await world.database.db
    .selectFrom('desk_notice')
    .select('id')
    .where('account_id', '=', account as AccountId)
    .where('read_at', 'is', null)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return id
}

async function codeOfNewApp(browser: Browser): Promise<string> {
  await browser.post('/konto/zwei-schritte', { intent: 'begin' })
  const page = await browser.get('/konto/zwei-schritte?_data=routes%2Fown-account.factors')
  const { pending } = JSON.parse(page.body) as { readonly pending: { readonly secret: string } }
  return appWith(pending.secret.replaceAll(' ', ''), world).code()
}

async function disabledColleague(turn: number): Promise<Fields> {
  const fields = colleague(turn)
  const accountId = fields['account'] as AccountId
  const disable = { intent: 'disable', centreId: CENTRES.DN.id, accountId } as const
  await changeAccount(world.as('lead'), disable)
  return fields
}

/** An account that is linked to a provider: once it is not, there is nothing to take. */
async function withLink(_turn: number, _browser: unknown, by: string): Promise<Fields> {
  await linkToProvider(world, by)
  return {}
}

async function approvedPeriod(turn: number): Promise<Fields> {
  const kind = KINDS[turn] ?? 'ended_early'
  const rule = { centreId: CENTRES.DN.id, class: kind, ruleId: null }
  await approveRetention(world.as('auditor'), {
    ...rule,
    months: RETENTION_PROPOSALS[kind].months,
  })
  return { class: kind }
}

/** A child that was assigned to a school and is erased: the school has to be told. */
async function erasedNeighbour(): Promise<Fields> {
  const caseId = await newChild(assigned)
  const erased = done(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))
  const { id } = await world.database.db
    .selectFrom('erasure_recipient')
    .select('id')
    .where('erasure_id', '=', erased.erasureId)
    .where('kind', '=', 'school')
    .executeTakeFirstOrThrow()
  return { erasure: erased.erasureId, recipient: id }
}

/** Gives the account an app, which its session has just proved; the id of the factor. */
async function withApp(browser: Browser, by: string): Promise<string> {
  const { id } = await giveTotp(world, `account-${by}`)
  await letIn(world, browser)
  return id
}

async function centreVersion(): Promise<string> {
  const row = await world.database.db
    .selectFrom('centre')
    .select('version')
    .where('id', '=', CENTRES.DN.id)
    .executeTakeFirstOrThrow()
  return String(row.version)
}

/** A list with one school more than the one that is stored. */
async function uploaded(turn: number, browser: Browser): Promise<Fields> {
  const stored = await uploadList(browser, [schoolWith({ number: '180980' })], `stored-${turn}`)
  const fields = { intent: 'import', accept: 'ja' }
  await browser.post('/verwaltung/schulen', { ...fields, token: stored })
  const token = await uploadList(
    browser,
    ['180980', `18099${turn}`].map((number) => schoolWith({ number })),
    `next-${turn}`,
  )
  return { ...fields, token }
}

test('P4: what is stored at the end breaks no rule', async () => {
  expect(await violations(world)).toEqual([])
})
