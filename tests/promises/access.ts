import type { CentreId } from '#app/domain/ids.ts'
import { addDays, type CalendarDate, schoolYearOf } from '#app/domain/time.ts'
import {
  type Action,
  type CaseFacts,
  can,
  type Resources,
  type SeatFacts,
} from '#app/policy/policy.ts'
import type { Actor } from '#app/policy/roles.ts'
import { mayKnow } from '#tests/promises/acquaintance.ts'
import { meetingDay } from '#tests/setup/meeting-day.ts'
import type { Fields } from '#tests/setup/session.ts'

/** What an address is about, as the policy sees it. */
export type Target =
  /** `name`: of the child among the neighbours. */
  | { readonly of: 'case'; readonly name: string; readonly facts: CaseFacts }
  | ({ readonly of: 'school' } & SeatFacts)
  | { readonly of: 'centre'; readonly centreId: CentreId }
  /** A case or school that does not exist. */
  | { readonly of: 'nothing' }

/** A form of a page: what it does, and fields that are filled in well enough to be looked at. */
export type FormRule = {
  /** Any of these lets the form through to the use case. */
  readonly does: readonly Action[]
  /** Acts in one's own centre, whichever that is: no address and no field names it. */
  readonly inOwnCentre?: true
  /** Of a desk: whoever does not work there is told so, whatever is asked for. */
  readonly atDesk?: 'desk.authority'
  /** Of seats: who decides on the kind the fields name; the school unless told. */
  readonly decidedBy?: 'owner'
  /** Shows what would come of it, and writes nothing. */
  readonly looksOnly?: true
  readonly search?: string
  readonly fields: (target: FormTarget) => Fields
}

export type FormTarget = {
  readonly caseId: string
  readonly version: string
  readonly schoolNumber: string
  readonly centreId: string
  /** The day on which the form is sent. */
  readonly today: CalendarDate
}

/** What a page is, for the policy: the only thing said by hand; every outcome follows from it. */
export type RouteRule = {
  /**
   * `open`: for everybody, signed in or not. `account`: for whoever is signed in. `centre`: for
   * whom an action is allowed in one of their centres. `case`, `school`: by the address.
   */
  readonly about: 'open' | 'account' | 'centre' | 'case' | 'school'
  /** Any of these opens the page. */
  readonly opens: readonly Action[]
  /** Answers with the way to another page instead of one of its own. */
  readonly leadsOn?: true
  /** Leads whoever knows the case, and may not open this page, to the page that is theirs. */
  readonly leadsElsewhere?: true
  readonly forms: readonly FormRule[]
}

const SENTENCE = 'Ein Satz zur Begründung.'
const over = ({ version }: FormTarget) => ({ version })
const intent = (name: string) => (target: FormTarget) => ({ intent: name, ...over(target) })
const reasoned = (name: string, reason: string) => (target: FormTarget) => ({
  ...intent(name)(target),
  reason,
  sentence: SENTENCE,
})

/** One ticked row of the authority's desk. */
const chosen =
  (intent: string) =>
  ({ caseId, version }: FormTarget) => ({ intent, chosen: `${caseId}:${version}` })

const drafted = (fields: Fields) => () => ({ ...fields, _draft: 'keep' })
const DISCARD: Fields = { _draft: 'discard' }

const CHILD_SEARCH: FormRule = {
  does: ['case.list'],
  inOwnCentre: true,
  fields: () => ({ word: 'Kanari' }),
}

/** Every route of the build by its id. One that is missing here, or too much, fails the test. */
export const ROUTES: Readonly<Record<string, RouteRule>> = {
  'routes/home': { about: 'account', opens: ['own_account.use'], leadsOn: true, forms: [] },
  'routes/sign-in': { about: 'open', opens: [], forms: [] },
  'routes/sign-out': { about: 'account', opens: ['own_account.use'], leadsOn: true, forms: [] },
  'routes/invitation': { about: 'open', opens: [], forms: [] },
  'routes/sign-in.confirm': {
    about: 'account',
    opens: ['own_account.use'],
    leadsOn: true,
    forms: [],
  },
  'routes/notices': { about: 'account', opens: ['own_account.use'], leadsOn: true, forms: [] },
  'routes/own-account': { about: 'account', opens: ['own_account.use'], forms: [] },
  'routes/own-account.confirm': { about: 'account', opens: ['own_account.use'], forms: [] },
  'routes/own-account.factors': { about: 'account', opens: ['own_account.use'], forms: [] },
  'routes/sign-in.provider': { about: 'open', opens: [], forms: [] },
  'routes/own-account.provider': {
    about: 'account',
    opens: ['own_account.use'],
    leadsOn: true,
    forms: [],
  },
  'routes/own-account.passkeys': { about: 'account', opens: ['own_account.use'], forms: [] },
  'routes/work-list': { about: 'centre', opens: ['case.list'], forms: [CHILD_SEARCH] },
  'routes/cases': { about: 'centre', opens: ['case.list'], forms: [CHILD_SEARCH] },
  'routes/cases.new': {
    about: 'centre',
    opens: ['case.register'],
    forms: [
      { does: ['case.register'], fields: registration },
      { does: ['case.register'], inOwnCentre: true, fields: drafted({ givenNames: 'Entwurf' }) },
      { does: ['case.register'], inOwnCentre: true, fields: () => DISCARD },
    ],
  },
  'routes/case': {
    about: 'case',
    opens: ['case.view'],
    leadsElsewhere: true,
    forms: [{ does: ['case.propose'], fields: reasoned('', 'family_wish') }],
  },
  'routes/case.appointment': {
    about: 'case',
    opens: ['case.appoint'],
    forms: [
      { does: ['case.appoint'], fields: appointment },
      { does: ['case.appoint'], fields: intent('missed') },
    ],
  },
  'routes/case.interview': {
    about: 'case',
    opens: ['case.interview'],
    forms: [
      {
        does: ['case.interview'],
        search: '?thema=wunsch',
        fields: () => ({ version: '0', note: 'Ein Wunsch' }),
      },
      {
        does: ['case.interview'],
        search: '?thema=pruefen',
        fields: (target) => ({ ...over(target), interviewVersion: '5', on: target.today }),
      },
      {
        does: ['case.interview'],
        search: '?thema=wunsch',
        fields: drafted({ version: '0', note: 'Ein Entwurf' }),
      },
      { does: ['case.interview'], search: '?thema=wunsch', fields: () => DISCARD },
    ],
  },
  'routes/case.suggestions': {
    about: 'case',
    opens: ['case.suggest'],
    forms: [{ does: ['case.propose'], fields: proposal }],
  },
  'routes/case.assignment': {
    about: 'case',
    opens: ['case.view_placement', 'case.view'],
    forms: [
      { does: ['case.assign'], fields: intent('assign') },
      { does: ['case.send_back'], fields: reasoned('send_back', 'other_school') },
      { does: ['case.decide_capacity'], fields: intent('keep') },
      { does: ['case.decide_capacity'], fields: reasoned('take_back', 'other') },
    ],
  },
  'routes/case.admission': {
    about: 'case',
    opens: ['case.view_transfer'],
    forms: [
      { does: ['case.say_can_admit'], fields: intent('can_admit') },
      { does: ['case.decline'], fields: reasoned('decline', 'other') },
      {
        does: ['case.confirm_admission'],
        fields: (target) => ({ ...intent('admit')(target), classKind: 'DF' }),
      },
      {
        does: ['case.start_school'],
        fields: (target) => ({
          ...intent('start')(target),
          firstDay: target.today,
          inClass: '7b',
        }),
      },
      {
        does: ['case.say_class'],
        fields: (target) => ({ ...intent('class')(target), classKind: 'RK', className: '7c' }),
      },
      { does: ['case.say_not_started'], fields: intent('not_started') },
      { does: ['case.report_capacity'], fields: reasoned('report_capacity', 'other') },
    ],
  },
  'routes/case.slip': {
    about: 'case',
    opens: ['case.print_slip'],
    leadsOn: true,
    forms: [{ does: ['case.print_slip'], fields: () => ({}) }],
  },
  'routes/case.follow-up': {
    about: 'case',
    opens: ['case.review'],
    forms: [
      {
        does: ['case.review'],
        fields: (target) => ({
          ...over(target),
          on: target.today,
          gerLevel: 'A1',
          b1: 'nein',
        }),
      },
    ],
  },
  'routes/case.end': {
    about: 'case',
    opens: ['case.end'],
    forms: [
      {
        does: ['case.end'],
        fields: (target) => ({ ...reasoned('end', 'moved_away')(target), on: target.today }),
      },
      {
        does: ['case.hold'],
        fields: ({ today }) => ({ intent: 'hold', until: addDays(today, 30), why: SENTENCE }),
      },
      { does: ['case.hold'], fields: () => ({ intent: 'lift' }) },
      {
        does: ['case.erase'],
        fields: () => ({ intent: 'erase', ground: 'art_17', meant: 'ja' }),
      },
    ],
  },
  'routes/case.trail': { about: 'case', opens: ['case.view_trail'], forms: [] },
  'routes/schools': { about: 'centre', opens: ['school.list'], forms: [] },
  'routes/owner-seats': { about: 'centre', opens: ['owner.view'], forms: [] },
  // every owner may open it; whose children are on it, the second one says
  'routes/without-place': {
    about: 'centre',
    opens: ['owner.view', 'case.list_unplaced'],
    forms: [],
  },
  'routes/school': {
    about: 'school',
    opens: ['school.list', 'seat.view'],
    forms: [
      { does: ['seat.decide', 'seat.enter_for_school'], fields: seats },
      {
        does: ['seat.decide', 'seat.enter_for_school'],
        decidedBy: 'owner',
        fields: (target) => ({ ...seats(target), kind: 'regular' }),
      },
      { does: ['seat.reserve'], fields: reserved },
      { does: ['seat.decide', 'seat.enter_for_school'], fields: changedSeats('change') },
      {
        does: ['seat.decide', 'seat.enter_for_school'],
        looksOnly: true,
        fields: changedSeats('review'),
      },
    ],
  },
  'routes/school.year': {
    about: 'school',
    opens: ['seat.view'],
    forms: [{ does: ['seat.decide', 'seat.enter_for_school'], fields: carriedOver }],
  },
  'routes/school-desk': {
    about: 'centre',
    opens: ['desk.school'],
    forms: [
      { does: ['seat.decide', 'seat.enter_for_school'], fields: seats },
      {
        does: ['seat.decide', 'seat.enter_for_school'],
        looksOnly: true,
        fields: changedSeats('review'),
      },
      {
        does: ['seat.decide', 'seat.enter_for_school'],
        looksOnly: true,
        fields: changedSeats('edit'),
      },
    ],
  },
  'routes/school-children': {
    about: 'centre',
    opens: ['desk.school'],
    forms: [
      {
        does: ['case.answer_whereabouts'],
        fields: (target) => ({
          'answers.0.caseId': target.caseId,
          'answers.0.version': target.version,
          'answers.0.isHere': 'ja',
        }),
      },
    ],
  },
  'routes/authority-desk': {
    about: 'centre',
    opens: ['desk.authority'],
    forms: [
      { does: ['case.assign'], atDesk: 'desk.authority', fields: chosen('assign') },
      {
        does: ['case.send_back'],
        atDesk: 'desk.authority',
        fields: (target) => ({
          ...chosen('send_back')(target),
          ...{ reason: 'other_school', sentence: SENTENCE },
        }),
      },
    ],
  },
  // the page opens as the list of schools does; which seats are counted, the second one says
  'routes/authority-seats': {
    about: 'centre',
    opens: ['school.list', 'seat.count'],
    forms: [],
  },
  'routes/appointments': { about: 'centre', opens: ['appointment.list'], forms: [] },
  'routes/plan': { about: 'centre', opens: ['plan.view'], forms: [] },
  'routes/reports': { about: 'centre', opens: ['report.view'], forms: [] },
  'routes/administration': { about: 'centre', opens: ['administration.view'], forms: [] },
  'routes/administration.accounts': {
    about: 'centre',
    opens: ['account.manage', 'lead.invite'],
    forms: [
      { does: ['account.manage'], fields: invitation },
      ...['reset', 'disable', 'enable'].map((name) => ({
        does: ['account.manage', 'lead.invite'] as const,
        fields: ({ centreId }: FormTarget) => ({
          intent: name,
          centre: centreId,
          account: `account-coordinator-${centreId.replace('centre-', '')}`,
        }),
      })),
    ],
  },
  'routes/administration.centre': {
    about: 'centre',
    opens: ['centre.configure'],
    forms: [{ does: ['centre.configure'], fields: centreSettings }],
  },
  'routes/administration.schools': {
    about: 'centre',
    opens: ['school.import'],
    forms: [{ does: ['school.import'], fields: () => ({ intent: 'import', token: 'x' }) }],
  },
  'routes/administration.retention': {
    about: 'centre',
    opens: ['retention.view'],
    forms: [
      {
        does: ['retention.propose'],
        fields: ({ centreId }) => ({
          ...{ intent: 'propose', centre: centreId, class: 'ended_early', months: '4' },
        }),
      },
      {
        does: ['retention.approve'],
        fields: ({ centreId }) => ({
          ...{ intent: 'approve', centre: centreId, class: 'ended_early', months: '3', rule: '' },
        }),
      },
      {
        does: ['retention.stop'],
        fields: ({ centreId }) => ({ intent: 'stop', centre: centreId, class: 'ended_early' }),
      },
      {
        does: ['retention.confirm_clock'],
        fields: ({ centreId }) => ({ intent: 'clock', centre: centreId }),
      },
    ],
  },
  'routes/administration.erasures': {
    about: 'centre',
    opens: ['erasure.view'],
    forms: [
      {
        does: ['erasure.tell'],
        fields: ({ centreId }) => ({ centre: centreId, erasure: 'none', recipient: 'none' }),
      },
    ],
  },
  'routes/administration.trail': {
    about: 'centre',
    opens: ['trail.view'],
    forms: [{ does: ['trail.view'], fields: caseNumber }],
  },
  'routes/administration.operation': { about: 'centre', opens: ['operation.view'], forms: [] },
  'routes/family': { about: 'open', opens: [], forms: [] },
  'routes/not-found': { about: 'open', opens: [], forms: [] },
}

/** Who asks; null: nobody is signed in. */
type Asking = {
  readonly name: string
  readonly actor: Actor | null
  /** Asks a program with a single sign-on; the others ask one without. */
  readonly hasProvider?: true
}

/** What happens to whoever asks for a page. */
export type Outcome = 'shown' | 'led_on' | 'sign_in' | 'forbidden' | 'not_there'

/**
 * The outcome of a page for a person and what its address is about. Which children the person may
 * know of stands in `acquaintance.ts`; what the person may do with them follows from the policy.
 */
export function outcomeOf(
  id: string,
  rule: RouteRule,
  person: Asking,
  target: Target | null,
  centres: readonly CentreId[],
): Outcome {
  const { actor } = person
  if (rule.about === 'open') return openOutcome(id, person)
  if (actor?.kind !== 'staff') return 'sign_in'
  if (rule.about === 'account') return accountOutcome(id, rule, person)
  if (rule.about === 'centre') {
    const isAllowed = centres.some((centreId) =>
      rule.opens.some((action) => allows(person, action, { of: 'centre', centreId })),
    )
    return isAllowed ? 'shown' : 'forbidden'
  }
  if (target === null) throw new Error(`${id} is about a ${rule.about}: unknown cell`)
  return targetOutcome(rule, person, target)
}

/** Whether the policy allows an action on a target that its facts fit, and the person may know of it. */
export function allows(person: Asking, action: Action, target: Target): boolean {
  const { actor } = person
  if (actor === null || target.of === 'nothing') return false
  if (target.of === 'case' && !mayKnow(person, target.name)) return false
  const resource = target.of === 'case' ? target.facts : target
  return can(actor, action, resource as Resources[typeof action])
}

function accountOutcome(id: string, { leadsOn }: RouteRule, { hasProvider }: Asking): Outcome {
  if (id === 'routes/own-account.provider' && !hasProvider) return 'not_there'
  return leadsOn ? 'led_on' : 'shown'
}

function openOutcome(id: string, { actor, hasProvider }: Asking): Outcome {
  // an address that was merely opened, and by no page of ours, leads nobody to the provider
  if (id === 'routes/sign-in.provider' && hasProvider) return 'sign_in'
  if (['routes/not-found', 'routes/sign-in.provider'].includes(id)) return 'not_there'
  return id === 'routes/sign-in' && actor?.kind === 'staff' ? 'led_on' : 'shown'
}

function targetOutcome(rule: RouteRule, person: Asking, target: Target): Outcome {
  if (rule.opens.some((action) => allows(person, action, target))) {
    return rule.leadsOn ? 'led_on' : 'shown'
  }
  if (!isKnown(person, target)) return 'not_there'
  return rule.leadsElsewhere ? 'led_on' : 'forbidden'
}

/** A school is known to everybody of its centre. */
function isKnown(person: Asking, target: Target): boolean {
  const { actor } = person
  if (target.of === 'case') return mayKnow(person, target.name)
  if (target.of !== 'school' || actor?.kind !== 'staff') return false
  return actor.assignments.some((one) => 'centreId' in one && one.centreId === target.centreId)
}

// ---- forms that are filled in well enough ----

function registration({ today }: FormTarget): Fields {
  return {
    givenNames: 'Neu',
    familyName: 'Gemeldet',
    birthDay: '3',
    birthMonth: '4',
    birthYear: '2015',
    birthPrecision: 'day',
    sex: 'w',
    language: 'uk',
    street: 'Rurstraße 9',
    postcode: '52349',
    town: 'Düren',
    phone: '0151 1',
    channel: 'phone',
    municipality: '05358008',
    registeredOn: today,
  }
}

function appointment(target: FormTarget): Fields {
  return {
    ...over(target),
    date: meetingDay(target.today, 6),
    time: '10:30',
    durationMinutes: '60',
    mode: 'phone',
    place: '',
  }
}

function proposal(target: FormTarget): Fields {
  return {
    ...over(target),
    schoolNumber: target.schoolNumber,
    reason: 'family_wish',
    sentence: SENTENCE,
  }
}

function seats({ schoolNumber }: FormTarget): Fields {
  return {
    intent: 'add',
    schoolNumber,
    schoolYear: '2027',
    gradeFrom: '5',
    gradeTo: '6',
    kind: 'support',
    seats: '3',
    reason: 'rooms',
  }
}

/** New numbers for a pool that is nowhere, to be saved or to be looked at. */
function changedSeats(intent: 'change' | 'review' | 'edit') {
  return ({ schoolNumber, version }: FormTarget): Fields => ({
    ...{ intent, schoolNumber, changeReason: 'rooms', 'pools.0.poolId': 'no-such-pool' },
    ...{ 'pools.0.version': String(version), 'pools.0.was': '', 'pools.0.seats': '3' },
  })
}

/** A pool that is nowhere: who may decide on support places is told so. */
function carriedOver({ schoolNumber, today, version }: FormTarget): Fields {
  return {
    ...{ schoolNumber, schoolYear: String(schoolYearOf(today)), 'pools.0.poolId': 'no-such-pool' },
    ...{ 'pools.0.version': String(version), 'pools.0.seats': '3' },
  }
}

function reserved({ schoolNumber, today, version }: FormTarget): Fields {
  const until = addDays(today, 14)
  return { intent: 'reserve', schoolNumber, pool: `no-such-pool/${version}`, reserve: '1', until }
}

function invitation({ centreId }: FormTarget): Fields {
  return {
    intent: 'invite',
    centre: centreId,
    email: 'neu@beispiel.example',
    name: 'Neue Person',
    role: 'counsellor',
  }
}

/** The first case of the centre: somebody else's auditor must not find it. */
function caseNumber({ centreId }: FormTarget): Fields {
  return { caseNumber: `${centreId.replace('centre-', '').toUpperCase()}-2026-0001` }
}

function centreSettings({ centreId, version }: FormTarget): Fields {
  return {
    centre: centreId,
    version,
    counselling: '28',
    assignment: '14',
    first_day: '7',
    hold: '7',
    second_seat: 'warn',
    support_decided_by: 'school',
    regular_decided_by: 'owner',
    assigned_by: 'authority',
    phone: '02421 2',
    address: '',
  }
}
