import type { Stage } from '#app/domain/case/stage.ts'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { AccountId, CaseId, CentreId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { Instant } from '#app/domain/time.ts'
import { type Actor, type Assignment, ROLES, type Role, type StaffRole } from './roles.ts'

/** What the rules look at in a case: never a name. */
export type CaseFacts = {
  readonly caseId: CaseId
  readonly centreId: CentreId
  readonly stage: Stage
  readonly municipality: MunicipalityKey
  /** School proposed or assigned now; null before and after. */
  readonly schoolNumber: SchoolNumber | null
  readonly schoolForm: SchoolForm | null
  /** At `proposed`: whether the seat is still held. An expired hold shows the school nothing. */
  readonly holdUntil: Instant | null
  /** Who assigns in the centre, as it has set. */
  readonly assignedBy: AssignedBy
  /** At `proposed` and `assigned`: who proposed; null: not known, and before and after. */
  readonly proposedBy: AccountId | null
  readonly now: Instant
}

export type SchoolFacts = { readonly centreId: CentreId; readonly schoolNumber: SchoolNumber }
/** `decidedBy`: who decides on seats of the kind in question, as the centre has set. */
export type SeatFacts = SchoolFacts & {
  readonly ownerNumber: string
  readonly decidedBy: 'school' | 'owner'
}
export type CentreFacts = { readonly centreId: CentreId }
/** What seats that are counted together have in common. */
export type SeatGroupFacts = CentreFacts & {
  readonly municipality: MunicipalityKey
  readonly schoolForm: SchoolForm
}

/** A Gemeinde as what its children without a place are listed by: who is answerable for it. */
export type AnsweredFacts = CentreFacts & {
  /** Numbers of the public owners that carry a Grundschule or Primusschule there. */
  readonly owners: readonly string[]
}

/** Every action and what it is done to. A new action without a rule below does not compile. */
export type Resources = {
  'case.list': CentreFacts
  'case.register': CentreFacts
  'case.list_unplaced': AnsweredFacts
  'case.view': CaseFacts
  'case.view_transfer': CaseFacts
  'case.view_placement': CaseFacts
  'case.appoint': CaseFacts
  'case.interview': CaseFacts
  'case.suggest': CaseFacts
  'case.propose': CaseFacts
  'case.assign': CaseFacts
  'case.send_back': CaseFacts
  'case.decline': CaseFacts
  'case.say_can_admit': CaseFacts
  'case.report_capacity': CaseFacts
  'case.decide_capacity': CaseFacts
  'case.confirm_admission': CaseFacts
  'case.start_school': CaseFacts
  'case.say_class': CaseFacts
  'case.say_not_started': CaseFacts
  'case.answer_whereabouts': CaseFacts
  'case.review': CaseFacts
  'case.end': CaseFacts
  'case.hold': CaseFacts
  'case.erase': CaseFacts
  'case.print_slip': CaseFacts
  'case.view_trail': CaseFacts
  'case.view_as_family': CaseFacts
  'school.list': CentreFacts
  'owner.view': CentreFacts
  'seat.view': SchoolFacts
  'seat.count': SeatGroupFacts
  'seat.decide': SeatFacts
  'seat.reserve': SchoolFacts
  'seat.enter_for_school': SchoolFacts
  'desk.school': CentreFacts
  'desk.authority': CentreFacts
  'appointment.list': CentreFacts
  'plan.view': CentreFacts
  'report.view': CentreFacts
  'trail.view': CentreFacts
  'account.manage': CentreFacts
  'centre.configure': CentreFacts
  'retention.view': CentreFacts
  'retention.propose': CentreFacts
  'retention.approve': CentreFacts
  'retention.stop': CentreFacts
  'retention.confirm_clock': null
  'erasure.view': CentreFacts
  'erasure.tell': CentreFacts
  'administration.view': null
  'lead.invite': CentreFacts
  'centre.add': null
  'operator.add': null
  'operation.view': null
  'school.import': null
  'job.run': null
  'installation.maintain': null
  'own_account.use': null
  'family.sign_in': null
}

export type Action = keyof Resources

/** Actions whose rule needs to know nothing but the centre. */
export type CentreAction = {
  [A in Action]: CentreFacts extends Resources[A] ? A : never
}[Action]

/** One way to be allowed: as this role, when the condition on scope and resource holds. */
type Grant<A extends Action> = {
  readonly role: Role
  /** For the generated page: the condition in words. */
  readonly when: string
  readonly holds: (actor: Actor, resource: Resources[A]) => boolean
}

type Rules = { readonly [A in Action]: readonly Grant<A>[] }

/** Stages in which a school works with a case; before, it does not learn that the case exists. */
const WITH_SCHOOL: readonly Stage[] = ['assigned', 'admitted', 'attending', 'not_started']
const WITH_AUTHORITY: readonly Stage[] = ['proposed', ...WITH_SCHOOL, 'regular_class', 'completed']

const ki = [own('counsellor'), own('lead')]
const theSchool = atSchool(['proposed', ...WITH_SCHOOL])
const theAuthority = inArea(WITH_AUTHORITY)
/** A proposal is decided by the authority, or by the centre where that assigns for it. */
const whoAssigns = [
  assigningAuthority(),
  assigningFor('counsellor', 'proposed'),
  assigningFor('lead', 'proposed'),
]
/** A school's report is answered by the authority, and by the centre where that assigns for it. */
const whoAnswersReports = [
  inArea(['assigned']),
  assigningFor('counsellor', 'assigned'),
  assigningFor('lead', 'assigned'),
]

/**
 * Who may do what: the whole of it, on one page, for the data protection officer to read
 * (product.md §2). Centre first, then role and its scope, then the relation to the case.
 */
const rules: Rules = {
  'case.list': ki,
  'case.register': ki,
  'case.list_unplaced': [answerableOwner()],
  'case.view': ki,
  'case.view_transfer': [theSchool],
  'case.view_placement': [theAuthority],
  'case.appoint': ki,
  'case.interview': ki,
  'case.suggest': ki,
  'case.propose': ki,
  'case.assign': whoAssigns,
  'case.send_back': whoAssigns,
  'case.decline': [atSchool(['proposed'])],
  'case.say_can_admit': [atSchool(['proposed'])],
  'case.report_capacity': [atSchool(['assigned'])],
  'case.decide_capacity': whoAnswersReports,
  'case.confirm_admission': [atSchool(['assigned', 'admitted'])],
  'case.start_school': [atSchool(['assigned', 'admitted', 'attending'])],
  'case.say_class': [atSchool(['admitted', 'attending'])],
  'case.say_not_started': [atSchool(['admitted', 'not_started'])],
  'case.answer_whereabouts': [atSchool(['attending'])],
  'case.review': ki,
  'case.end': ki,
  'case.hold': [own('lead')],
  'case.erase': [own('lead')],
  'case.print_slip': ki,
  'case.view_trail': [...ki, own('auditor')],
  'case.view_as_family': [
    {
      role: 'family',
      when: 'own child, by short code and PIN',
      holds: (actor, facts) =>
        actor.kind === 'family' &&
        actor.centreId === facts.centreId &&
        actor.caseId === facts.caseId,
    },
  ],
  'school.list': [...ki, own('owner'), own('authority')],
  'owner.view': [own('owner')],
  'seat.view': [...ki, ownSchool(), own('authority'), own('owner')],
  'seat.count': [...ki, own('owner'), countedInArea()],
  'seat.decide': [decidingSchool(), decidingOwner()],
  'seat.reserve': ki,
  'seat.enter_for_school': ki,
  'desk.school': [own('school')],
  'desk.authority': [own('authority')],
  'appointment.list': [...ki, own('coordinator')],
  'plan.view': ki,
  'report.view': [own('lead'), anywhere('state')],
  'trail.view': [own('auditor')],
  'account.manage': [own('lead')],
  'centre.configure': [own('lead')],
  'retention.view': [own('lead'), own('auditor')],
  'retention.propose': [own('lead')],
  'retention.approve': [own('auditor')],
  'retention.stop': [own('lead'), own('auditor')],
  'retention.confirm_clock': [anywhere('lead'), anywhere('operator'), anywhere('system')],
  'erasure.view': [own('lead'), own('auditor')],
  'erasure.tell': [own('lead')],
  'administration.view': [
    anywhere('lead'),
    anywhere('auditor'),
    anywhere('operator'),
    anywhere('system'),
  ],
  'lead.invite': [anywhere('operator'), anywhere('system')],
  'centre.add': [anywhere('operator'), anywhere('system')],
  'operator.add': [anywhere('system')],
  'operation.view': [anywhere('operator')],
  'school.import': [anywhere('operator'), anywhere('system')],
  'job.run': [anywhere('system')],
  'installation.maintain': [anywhere('system')],
  'family.sign_in': [
    {
      role: 'family',
      when: 'at the door, before code and PIN are proven',
      holds: (actor) => actor.kind === 'system',
    },
  ],
  'own_account.use': [
    { role: 'system', when: 'signed in', holds: (actor) => actor.kind === 'staff' },
  ],
}

declare const proof: unique symbol

/** Proof that the policy allowed an action. Only {@link authorize} makes one; writing needs one. */
export type Permit<A extends Action = Action> = {
  readonly action: A
  readonly actor: Actor
  /** The role that allowed it: what the trail records. */
  readonly role: Role
  readonly [proof]: true
}

export type Forbidden = { readonly code: 'forbidden'; readonly action: Action }

/** Whether the interface should offer an action. Never a substitute for {@link authorize}. */
export function can<A extends Action>(actor: Actor, action: A, resource: Resources[A]): boolean {
  return grantFor(actor, action, resource) !== undefined
}

/** The permit for an action, or `forbidden`. Asked at the door of every loader, action and job. */
export function authorize<A extends Action>(
  actor: Actor,
  action: A,
  resource: Resources[A],
): Result<Permit<A>, Forbidden> {
  const grant = grantFor(actor, action, resource)
  if (grant === undefined) return err({ code: 'forbidden', action })
  return ok({ action, actor, role: roleFor(actor, grant.role) } as Permit<A>)
}

/** Every action with the roles that may, and when: what the generated page and its test read. */
export function policyTable(): readonly {
  readonly action: Action
  readonly grants: readonly { readonly role: Role; readonly when: string }[]
}[] {
  return (Object.keys(rules) as Action[]).map((action) => ({
    action,
    grants: rules[action].map(({ role, when }) => ({ role, when })),
  }))
}

/** Centres in which the actor holds one of the roles (families: their own). */
export function centresOf(actor: Actor, roles: readonly StaffRole[]): readonly CentreId[] {
  if (actor.kind !== 'staff') return []
  return [
    ...new Set(
      actor.assignments.flatMap((held) =>
        'centreId' in held && roles.includes(held.role) ? [held.centreId] : [],
      ),
    ),
  ]
}

/** Centres in which the actor may do something: what a person with roles in several chooses from. */
export function centresWhere(actor: Actor, action: CentreAction): readonly CentreId[] {
  return centresOf(actor, ROLES).filter((centreId) => can(actor, action, { centreId }))
}

/** Centres to ask a rule about; who works without one is asked as of no centre, by the role alone. */
export function centresToAsk(actor: Actor): readonly CentreId[] {
  const centres = centresOf(actor, ROLES)
  return centres.length === 0 ? ['' as CentreId] : centres
}

function grantFor<A extends Action>(actor: Actor, action: A, resource: Resources[A]) {
  return rules[action].find((grant) => grant.holds(actor, resource))
}

function roleFor(actor: Actor, granted: Role): Role {
  return actor.kind === 'staff' && granted === 'system'
    ? (actor.assignments[0]?.role ?? granted)
    : granted
}

function held(actor: Actor, role: Role): readonly Assignment[] {
  return actor.kind === 'staff'
    ? actor.assignments.filter((assignment) => assignment.role === role)
    : []
}

function own(role: StaffRole): Grant<never> & {
  readonly holds: (actor: Actor, resource: CentreFacts) => boolean
} {
  return {
    role,
    when: 'own centre',
    holds: (actor, { centreId }: CentreFacts) =>
      held(actor, role).some((one) => 'centreId' in one && one.centreId === centreId),
  }
}

function ownSchool() {
  return {
    role: 'school' as const,
    when: 'own school',
    holds: (actor: Actor, facts: SchoolFacts) =>
      held(actor, 'school').some(
        (one) =>
          one.role === 'school' &&
          one.centreId === facts.centreId &&
          one.schoolNumber === facts.schoolNumber,
      ),
  }
}

function decidingSchool() {
  const atOwn = ownSchool()
  return {
    role: 'school' as const,
    when: 'own school, where the centre lets schools decide on seats of this kind',
    holds: (actor: Actor, facts: SeatFacts) =>
      facts.decidedBy === 'school' && atOwn.holds(actor, facts),
  }
}

function decidingOwner() {
  return {
    role: 'owner' as const,
    when: 'own schools, where the centre lets owners decide on seats of this kind',
    holds: (actor: Actor, facts: SeatFacts) =>
      facts.decidedBy === 'owner' &&
      held(actor, 'owner').some(
        (one) =>
          one.role === 'owner' &&
          one.centreId === facts.centreId &&
          one.ownerNumber === facts.ownerNumber,
      ),
  }
}

function answerableOwner() {
  return {
    role: 'owner' as const,
    when: 'Gemeinden in which it carries a public Grundschule or Primusschule',
    holds: (actor: Actor, facts: AnsweredFacts) =>
      held(actor, 'owner').some(
        (one) =>
          one.role === 'owner' &&
          one.centreId === facts.centreId &&
          facts.owners.includes(one.ownerNumber),
      ),
  }
}

function atSchool(stages: readonly Stage[]) {
  return {
    role: 'school' as const,
    when: `own school, stage ${stages.join(', ')}; proposed only while the seat is held`,
    holds: (actor: Actor, facts: CaseFacts) =>
      stages.includes(facts.stage) &&
      !isExpired(facts) &&
      held(actor, 'school').some(
        (one) =>
          one.role === 'school' &&
          one.centreId === facts.centreId &&
          one.schoolNumber === facts.schoolNumber,
      ),
  }
}

function inArea(stages: readonly Stage[]) {
  return {
    role: 'authority' as const,
    when: `own area and school forms, stage ${stages.join(', ')}`,
    holds: (actor: Actor, facts: CaseFacts) =>
      stages.includes(facts.stage) &&
      held(actor, 'authority').some((one) => one.role === 'authority' && covers(one, facts)),
  }
}

function assigningAuthority() {
  const area = inArea(['proposed'])
  return {
    role: area.role,
    when: `${area.when}, where the centre does not assign for it`,
    holds: (actor: Actor, facts: CaseFacts) =>
      facts.assignedBy === 'authority' && area.holds(actor, facts),
  }
}

/** The centre, where the authority has delegated the assignment; with four eyes not who proposed. */
function assigningFor(role: 'counsellor' | 'lead', stage: 'proposed' | 'assigned') {
  const inCentre = own(role)
  return {
    role,
    when: `own centre, where it assigns for the authority, stage ${stage}; where two assign, not who proposed`,
    holds: (actor: Actor, facts: CaseFacts) =>
      facts.stage === stage &&
      facts.assignedBy !== 'authority' &&
      (facts.assignedBy === 'centre' || isAnother(actor, facts.proposedBy)) &&
      inCentre.holds(actor, facts),
  }
}

/** Whether somebody is surely another person than who proposed: nobody is, where that is not known. */
function isAnother(actor: Actor, proposedBy: AccountId | null): boolean {
  return actor.kind === 'staff' && proposedBy !== null && actor.accountId !== proposedBy
}

function countedInArea() {
  return {
    role: 'authority' as const,
    when: 'own area and school forms',
    holds: (actor: Actor, facts: SeatGroupFacts) =>
      held(actor, 'authority').some((one) => one.role === 'authority' && covers(one, facts)),
  }
}

function anywhere(role: Role) {
  return {
    role,
    when: role === 'system' ? 'terminal or job' : 'whole installation',
    holds: (actor: Actor) =>
      role === 'system' ? actor.kind === 'system' : held(actor, role).length > 0,
  }
}

function isExpired(facts: CaseFacts): boolean {
  return facts.stage === 'proposed' && (facts.holdUntil ?? '') <= facts.now
}

/** Whether a child is one for this authority: its centre, the Gemeinde and the form of its school. */
export function covers(
  { centreId, area, forms }: Extract<Assignment, { readonly role: 'authority' }>,
  facts: Pick<CaseFacts, 'centreId' | 'municipality' | 'schoolForm'>,
): boolean {
  return (
    centreId === facts.centreId &&
    coversArea(area, facts.municipality) &&
    coversForm(forms, facts.schoolForm)
  )
}

function coversArea(area: readonly string[] | null, municipality: MunicipalityKey): boolean {
  return area === null || area.some((prefix) => municipality.startsWith(prefix))
}

function coversForm(forms: readonly string[] | null, form: SchoolForm | null): boolean {
  return forms === null || (form !== null && forms.includes(form))
}
