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
import { setHold } from '#app/services/privacy/hold.server.ts'
import { approveRetention } from '#app/services/privacy/retention-rules.server.ts'
import type { PoolDecision } from '#app/services/seat/checked-decision.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import { SCHOOLS } from '#tests/promises/neighbours.ts'
import type { Served } from '#tests/promises/served.ts'
import {
  admit,
  appoint,
  assign,
  counsel,
  delegateAssignment,
  done,
  erasedAndToTell,
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
import { formOfYearBefore, TURNING_ACCOUNT, TURNING_SCHOOL } from '#tests/promises/year-before.ts'
import { addressOf } from '#tests/setup/manifest.ts'
import { appWith, giveTotp, letIn } from '#tests/setup/second-factor.ts'
import { type Browser, type Fields, signIn } from '#tests/setup/session.ts'
import { CENTRES, type CentreCode, registerAnyway, WORLD_PASSWORD } from '#tests/setup/world.ts'

const SCHOOL = SCHOOLS.a as SchoolNumber
/** In the other centre, where two of the centre assign for the authority. */
const THERE = SCHOOLS.c as SchoolNumber
const SCHOOL_ACCOUNT = `school-${SCHOOLS.a}`

let world: SharedWorld
let served: Served

/** Makes a world one in which every form has something to be about: before anything is sent. */
export async function settleForms(shared: SharedWorld): Promise<void> {
  world = shared
  await seatsAt(world, SCHOOL, 60)
  await seatsAt(world, SCHOOLS.b as SchoolNumber, 10)
  await seatsAt(world, THERE, 10)
  await delegateAssignment(world, 'BOR')
}

/** Where the forms are sent to. */
export function sendFormsTo(program: Served): void {
  served = program
}

/** A form of a route, on something of its own in every turn. */
export type Write = {
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

/** Every form of every route that writes something; a test holds them against the build and the source. */
export const WRITES: Readonly<Record<string, Write>> = {
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
      const sid = other.cookies.get('__Host-sid') ?? other.cookies.get('sid') ?? ''
      const idHash = world.keyed('session', sid)
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

// ---- one form, ready to be sent ----

/** A form filled in, by somebody who may send it. */
export type Ready = {
  readonly route: string
  readonly browser: Browser
  readonly path: string
  readonly fields: Fields
}

let serial = 0

/** Makes what a form is about, signs in who sends it, and fills it in. `enter`: past the second step. */
export async function readied(
  write: Write,
  turn: number,
  enter: (browser: Browser) => Promise<unknown> = async () => undefined,
): Promise<Ready> {
  const { route, form, params = {}, search } = write
  const by = write.by(turn)
  const caseId = write.child === undefined ? null : await newChild(write.child, write.centre)
  const browser = await signIn(served.door, `${by}@beispiel.example`, WORLD_PASSWORD)
  await enter(browser)
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

/** A new child that was brought to where a form fits. */
export async function newChild(
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

/** One seat more in the first pool of the school, as its table sends it. */
export async function seatsChanged(schoolNumber: string): Promise<Fields> {
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
  return erasedAndToTell(world, await newChild(assigned))
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
