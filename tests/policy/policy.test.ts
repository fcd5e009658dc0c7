import { describe, expect, test } from 'vitest'
import { STAGES } from '#app/domain/case/stage.ts'
import type {
  AccountId,
  CaseId,
  CentreId,
  FamilyId,
  MunicipalityKey,
  SchoolNumber,
} from '#app/domain/ids.ts'
import {
  type Action,
  authorize,
  type CaseFacts,
  can,
  policyTable,
  type Resources,
  type SeatGroupFacts,
} from '#app/policy/policy.ts'
import { type Actor, type Assignment, ROLES, type Role } from '#app/policy/roles.ts'

/**
 * Who may do what, written by hand from the description of the roles; nothing here asks the policy.
 * A cell names a set of situations: of cases in CASES, of schools and centres in PLACES; `yes` where
 * there is nothing to choose between; `-` never.
 *
 * `section` is an authority that is responsible for some Gemeinden and two school forms only.
 */
const MAY = `
                         counsellor lead    authority section  school  owner   coord   state auditor operator family system
  case.list              centre     centre  -         -        -       -       -       -     -       -        -      -
  case.register          centre     centre  -         -        -       -       -       -     -       -        -      -
  case.list_unplaced     -          -       -         -        -       answers -       -     -       -        -      -
  case.view              all        all     -         -        -       -       -       -     -       -        -      -
  case.view_transfer     -          -       -         -        known   -       -       -     -       -        -      -
  case.view_placement    -          -       placed    ours     -       -       -       -     -       -        -      -
  case.appoint           all        all     -         -        -       -       -       -     -       -        -      -
  case.interview         all        all     -         -        -       -       -       -     -       -        -      -
  case.suggest           all        all     -         -        -       -       -       -     -       -        -      -
  case.propose           all        all     -         -        -       -       -       -     -       -        -      -
  case.assign            instead    instead decide    decideO  -       -       -       -     -       -        -      -
  case.send_back         instead    instead decide    decideO  -       -       -       -     -       -        -      -
  case.decline           -          -       -         -        held    -       -       -     -       -        -      -
  case.say_can_admit     -          -       -         -        held    -       -       -     -       -        -      -
  case.report_capacity   -          -       -         -        full    -       -       -     -       -        -      -
  case.decide_capacity   answer     answer  settle    settleO  -       -       -       -     -       -        -      -
  case.confirm_admission -          -       -         -        admit   -       -       -     -       -        -      -
  case.start_school      -          -       -         -        start   -       -       -     -       -        -      -
  case.say_class         -          -       -         -        inside  -       -       -     -       -        -      -
  case.say_not_started   -          -       -         -        absent  -       -       -     -       -        -      -
  case.answer_whereabouts - -       -         -        there   -       -       -     -       -        -      -
  case.review            all        all     -         -        -       -       -       -     -       -        -      -
  case.end               all        all     -         -        -       -       -       -     -       -        -      -
  case.hold              -          all     -         -        -       -       -       -     -       -        -      -
  case.erase             -          all     -         -        -       -       -       -     -       -        -      -
  case.print_slip        all        all     -         -        -       -       -       -     -       -        -      -
  case.view_trail        all        all     -         -        -       -       -       -     all     -        -      -
  case.view_as_family    -          -       -         -        -       -       -       -     -       -        child  -
  school.list            centre     centre  centre    centre   -       centre  -       -     -       -        -      -
  owner.view             -          -       -         -        -       centre  -       -     -       -        -      -
  seat.view              centre     centre  centre    centre   school  centre  -       -     -       -        -      -
  seat.count             here       here    here      hereO    -       here    -       -     -       -        -      -
  seat.decide            -          -       -         -        schoolD ownerD  -       -     -       -        -      -
  seat.enter_for_school  centre     centre  -         -        -       -       -       -     -       -        -      -
  seat.reserve           centre     centre  -         -        -       -       -       -     -       -        -      -
  desk.school            -          -       -         -        centre  -       -       -     -       -        -      -
  desk.authority         -          -       centre    centre   -       -       -       -     -       -        -      -
  appointment.list       centre     centre  -         -        -       -       centre  -     -       -        -      -
  plan.view              centre     centre  -         -        -       -       -       -     -       -        -      -
  report.view            -          centre  -         -        -       -       -       any   -       -        -      -
  trail.view             -          -       -         -        -       -       -       -     centre  -        -      -
  account.manage         -          centre  -         -        -       -       -       -     -       -        -      -
  centre.configure       -          centre  -         -        -       -       -       -     -       -        -      -
  retention.view         -          centre  -         -        -       -       -       -     centre  -        -      -
  retention.propose      -          centre  -         -        -       -       -       -     -       -        -      -
  retention.approve      -          -       -         -        -       -       -       -     centre  -        -      -
  retention.stop         -          centre  -         -        -       -       -       -     centre  -        -      -
  retention.confirm_clock -         yes     -         -        -       -       -       -     -       yes      -      yes
  erasure.view           -          centre  -         -        -       -       -       -     centre  -        -      -
  erasure.tell           -          centre  -         -        -       -       -       -     -       -        -      -
  administration.view    -          yes     -         -        -       -       -       -     yes     yes      -      yes
  lead.invite            -          -       -         -        -       -       -       -     -       any      -      any
  centre.add             -          -       -         -        -       -       -       -     -       yes      -      yes
  operator.add           -          -       -         -        -       -       -       -     -       -        -      yes
  operation.view         -          -       -         -        -       -       -       -     -       yes      -      -
  school.import          -          -       -         -        -       -       -       -     -       yes      -      yes
  job.run                -          -       -         -        -       -       -       -     -       -        -      yes
  installation.maintain  -          -       -         -        -       -       -       -     -       -        -      yes
  own_account.use        yes        yes     yes       yes      yes     yes     yes     yes   yes     yes      -      -
  family.sign_in         -          -       -         -        -       -       -       -     -       -        -      yes
`

/**
 * Situations of a case × sets of them. A case of the first rows lies in the own centre, is that of
 * the family's own child, names the own school (also where the program would store none, so that
 * nothing but the stage keeps a school out) and lies within the section.
 */
const CASES = `
                                    all known held admit start placed decide ours decideO child inside absent there full settle settleO instead answer
  registered                        x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  not_responsible                   x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  self_enrolment                    x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  invited                           x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  appointed                         x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  missed                            x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  counselled                        x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  waiting                           x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  proposed                          x   x     x    -     -     x      x      x    x       x       -      -      -   -    -      -      -       -
  assigned                          x   x     -    x     x     x      -      x    -       x       -      -      -   x    x      x      -       -
  admitted                          x   x     -    x     x     x      -      x    -       x       x      x      -   -    -      -      -       -
  attending                         x   x     -    -     x     x      -      x    -       x       x      -      x   -    -      -      -       -
  not_started                       x   x     -    -     -     x      -      x    -       x       -      x      -   -    -      -      -       -
  regular_class                     x   -     -    -     -     x      -      x    -       x       -      -      -   -    -      -      -       -
  completed                         x   -     -    -     -     x      -      x    -       x       -      -      -   -    -      -      -       -
  closed                            x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  withdrawn                         x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  declined                          x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  hold_expired                      x   -     -    -     -     x      x      x    x       x       -      -      -   -    -      -      -       -
  hold_ends_now                     x   -     -    -     -     x      x      x    x       x       -      -      -   -    -      -      -       -
  hold_unknown                      x   -     -    -     -     x      x      x    x       x       -      -      -   -    -      -      -       -
  proposed_to_another_school        x   -     -    -     -     x      x      x    x       x       -      -      -   -    -      -      -       -
  assigned_to_another_school        x   -     -    -     -     x      -      x    -       x       -      -      -   -    x      x      -       -
  attending_another_school          x   -     -    -     -     x      -      x    -       x       -      -      -   -    -      -      -       -
  proposed_in_another_gemeinde      x   x     x    -     -     x      x      -    -       x       -      -      -   -    -      -      -       -
  assigned_in_another_gemeinde      x   x     -    x     x     x      -      -    -       x       -      -      -   x    x      -      -       -
  proposed_in_the_second_gemeinde   x   x     x    -     -     x      x      x    x       x       -      -      -   -    -      -      -       -
  proposed_to_another_form          x   x     x    -     -     x      x      -    -       x       -      -      -   -    -      -      -       -
  assigned_to_another_form          x   x     -    x     x     x      -      -    -       x       -      -      -   x    x      -      -       -
  proposed_to_an_unknown_form       x   x     x    -     -     x      x      -    -       x       -      -      -   -    -      -      -       -
  waiting_in_the_other_centre       -   -     -    -     -     -      -      -    -       -       -      -      -   -    -      -      -       -
  proposed_in_the_other_centre      -   -     -    -     -     -      -      -    -       -       -      -      -   -    -      -      -       -
  assigned_in_the_other_centre      -   -     -    -     -     -      -      -    -       -       -      -      -   -    -      -      -       -
  attending_in_the_other_centre     -   -     -    -     -     -      -      -    -       -       -      -      -   -    -      -      -       -
  waiting_child_of_others           x   -     -    -     -     -      -      -    -       -       -      -      -   -    -      -      -       -
  attending_child_of_others         x   x     -    -     x     x      -      x    -       -       x      -      x   -    -      -      -       -
  proposed_where_the_centre_assigns x   x     x    -     -     x      -      x    -       x       -      -      -   -    -      -      x       -
  proposed_by_a_colleague_of_two    x   x     x    -     -     x      -      x    -       x       -      -      -   -    -      -      x       -
  proposed_by_oneself_of_two        x   x     x    -     -     x      -      x    -       x       -      -      -   -    -      -      -       -
  proposed_by_nobody_known_of_two   x   x     x    -     -     x      -      x    -       x       -      -      -   -    -      -      -       -
  waiting_where_the_centre_assigns  x   -     -    -     -     -      -      -    -       x       -      -      -   -    -      -      -       -
  assigned_where_the_centre_assigns x   x     -    x     x     x      -      x    -       x       -      -      -   x    x      x      -       x
  assigned_by_a_colleague_of_two    x   x     -    x     x     x      -      x    -       x       -      -      -   x    x      x      -       x
  assigned_by_oneself_of_two        x   x     -    x     x     x      -      x    -       x       -      -      -   x    x      x      -       -
  assigned_by_nobody_known_of_two   x   x     -    x     x     x      -      x    -       x       -      -      -   x    x      x      -       -
  proposed_where_others_assign      -   -     -    -     -     -      -      -    -       -       -      -      -   -    -      -      -       -
`

/** Schools and centres × sets of them. A centre has no school; the set `school` never holds one. */
const PLACES = `
                                    centre school schoolD ownerD any
  own_centre                        x      -      -       -      x
  other_centre                      -      -      -       -      x
  own_school                        x      x      x       -      x
  other_school                      x      -      -       -      x
  school_in_the_other_centre        -      -      -       -      x
  own_number_in_the_other_centre    -      -      -       -      x
  own_school_where_the_owner_decides x     x      -       x      x
  own_owner_elsewhere               -      -      -       -      x
  of_another_owner                  x      -      -       -      x
`

/** Seats that are counted together, by Gemeinde and form × sets of them. */
const GROUPS = `
                                    here hereO
  counted_here                      x    x
  counted_in_the_second_gemeinde    x    x
  counted_in_another_gemeinde       x    -
  counted_of_another_form           x    -
  counted_in_the_other_centre       -    -
`

/** Gemeinden, by who is answerable for them × sets of them. */
const ANSWERED = `
                                     answers
  answered_by_the_owner              x
  answered_by_several                x
  answered_by_another                -
  answered_by_nobody                 -
  answered_by_the_owner_elsewhere    -
`

const HERE = 'centre-here' as CentreId
const ELSEWHERE = 'centre-elsewhere' as CentreId
const SELF = 'account-1' as AccountId
const COLLEAGUE = 'account-2' as AccountId
const OWN_SCHOOL = '180101' as SchoolNumber
const OTHER_SCHOOL = '180105' as SchoolNumber
const OWNER = '10000'
const FAMILY = { kind: 'family', centreId: HERE, familyId: 'family-1' as FamilyId } as const
const NOW = '2026-11-19T09:00:00.000Z'

/** One actor for each column of MAY, and the role it stands for. */
const ACTORS: Readonly<Record<string, { readonly role: Role; readonly actor: Actor }>> = {
  counsellor: inCentre({ role: 'counsellor', centreId: HERE }),
  lead: inCentre({ role: 'lead', centreId: HERE }),
  authority: inCentre({ role: 'authority', centreId: HERE, area: null, forms: null }),
  section: inCentre({
    role: 'authority',
    centreId: HERE,
    area: ['05358008', '0535802'],
    forms: ['15', '14'],
  }),
  school: inCentre({ role: 'school', centreId: HERE, schoolNumber: OWN_SCHOOL }),
  owner: inCentre({ role: 'owner', centreId: HERE, ownerNumber: OWNER }),
  coord: inCentre({ role: 'coordinator', centreId: HERE }),
  state: inCentre({ role: 'state' }),
  auditor: inCentre({ role: 'auditor', centreId: HERE }),
  operator: inCentre({ role: 'operator' }),
  family: { role: 'family', actor: { ...FAMILY, caseId: 'case-1' as CaseId } },
  system: { role: 'system', actor: { kind: 'system' } },
}

/** Whom the trail names for an action, where it is not the role of who asks. */
const RECORDED_AS: Partial<Record<Action, Role>> = { 'family.sign_in': 'family' }

const CASE: CaseFacts = {
  caseId: 'case-1' as CaseId,
  centreId: HERE,
  stage: 'registered',
  municipality: '05358008' as MunicipalityKey,
  schoolNumber: OWN_SCHOOL,
  schoolForm: '15',
  holdUntil: '2026-11-26T09:00:00.000Z',
  assignedBy: 'authority',
  proposedBy: COLLEAGUE,
  now: NOW,
}

const OUTSIDE = '05358012' as MunicipalityKey
const SECOND = '05358028' as MunicipalityKey

/** What the rows of CASES stand for, beside the stages themselves. */
const SITUATIONS: Readonly<Record<string, Partial<CaseFacts>>> = {
  ...Object.fromEntries(STAGES.map((stage) => [stage, { stage }])),
  withdrawn: { stage: 'waiting', schoolNumber: null, schoolForm: null, holdUntil: null },
  declined: { stage: 'waiting', schoolNumber: null, schoolForm: null, holdUntil: NOW },
  hold_expired: { stage: 'proposed', holdUntil: '2026-11-19T08:59:59.999Z' },
  hold_ends_now: { stage: 'proposed', holdUntil: NOW },
  hold_unknown: { stage: 'proposed', holdUntil: null },
  proposed_to_another_school: { stage: 'proposed', schoolNumber: OTHER_SCHOOL },
  assigned_to_another_school: { stage: 'assigned', schoolNumber: OTHER_SCHOOL },
  attending_another_school: { stage: 'attending', schoolNumber: OTHER_SCHOOL },
  proposed_in_another_gemeinde: { stage: 'proposed', municipality: OUTSIDE },
  assigned_in_another_gemeinde: { stage: 'assigned', municipality: OUTSIDE },
  proposed_in_the_second_gemeinde: { stage: 'proposed', municipality: SECOND },
  proposed_to_another_form: { stage: 'proposed', schoolForm: '10' },
  assigned_to_another_form: { stage: 'assigned', schoolForm: '10' },
  proposed_to_an_unknown_form: { stage: 'proposed', schoolForm: null },
  waiting_in_the_other_centre: { stage: 'waiting', centreId: ELSEWHERE },
  proposed_in_the_other_centre: { stage: 'proposed', centreId: ELSEWHERE },
  assigned_in_the_other_centre: { stage: 'assigned', centreId: ELSEWHERE },
  attending_in_the_other_centre: { stage: 'attending', centreId: ELSEWHERE },
  waiting_child_of_others: { stage: 'waiting', caseId: 'case-2' as CaseId },
  attending_child_of_others: { stage: 'attending', caseId: 'case-2' as CaseId },
  proposed_where_the_centre_assigns: { stage: 'proposed', assignedBy: 'centre', proposedBy: SELF },
  proposed_by_a_colleague_of_two: {
    ...{ stage: 'proposed', assignedBy: 'two_at_centre', proposedBy: COLLEAGUE },
  },
  proposed_by_oneself_of_two: {
    ...{ stage: 'proposed', assignedBy: 'two_at_centre', proposedBy: SELF },
  },
  proposed_by_nobody_known_of_two: {
    ...{ stage: 'proposed', assignedBy: 'two_at_centre', proposedBy: null },
  },
  waiting_where_the_centre_assigns: { stage: 'waiting', assignedBy: 'centre' },
  assigned_where_the_centre_assigns: { stage: 'assigned', assignedBy: 'centre', proposedBy: SELF },
  assigned_by_a_colleague_of_two: {
    ...{ stage: 'assigned', assignedBy: 'two_at_centre', proposedBy: COLLEAGUE },
  },
  assigned_by_oneself_of_two: {
    ...{ stage: 'assigned', assignedBy: 'two_at_centre', proposedBy: SELF },
  },
  assigned_by_nobody_known_of_two: {
    ...{ stage: 'assigned', assignedBy: 'two_at_centre', proposedBy: null },
  },
  proposed_where_others_assign: { stage: 'proposed', centreId: ELSEWHERE, assignedBy: 'centre' },
}

const SCHOOL_DECIDES = { ownerNumber: OWNER, decidedBy: 'school' } as const
const OWNER_DECIDES = { ownerNumber: OWNER, decidedBy: 'owner' } as const

const PLACE_FACTS = {
  own_centre: { centreId: HERE },
  other_centre: { centreId: ELSEWHERE },
  own_school: { centreId: HERE, schoolNumber: OWN_SCHOOL, ...SCHOOL_DECIDES },
  other_school: { centreId: HERE, schoolNumber: OTHER_SCHOOL, ...SCHOOL_DECIDES },
  school_in_the_other_centre: {
    ...{ centreId: ELSEWHERE, schoolNumber: OTHER_SCHOOL },
    ...SCHOOL_DECIDES,
  },
  own_number_in_the_other_centre: {
    ...{ centreId: ELSEWHERE, schoolNumber: OWN_SCHOOL },
    ...SCHOOL_DECIDES,
  },
  own_school_where_the_owner_decides: {
    ...{ centreId: HERE, schoolNumber: OWN_SCHOOL },
    ...OWNER_DECIDES,
  },
  own_owner_elsewhere: {
    ...{ centreId: ELSEWHERE, schoolNumber: OTHER_SCHOOL },
    ...OWNER_DECIDES,
  },
  of_another_owner: {
    ...{ centreId: HERE, schoolNumber: OTHER_SCHOOL },
    ...{ ownerNumber: '20000', decidedBy: 'owner' },
  },
} as const

const GROUP: SeatGroupFacts = {
  centreId: HERE,
  municipality: '05358008' as MunicipalityKey,
  schoolForm: '15',
}

const GROUP_FACTS = {
  counted_here: GROUP,
  counted_in_the_second_gemeinde: { ...GROUP, municipality: SECOND },
  counted_in_another_gemeinde: { ...GROUP, municipality: OUTSIDE },
  counted_of_another_form: { ...GROUP, schoolForm: '10' },
  counted_in_the_other_centre: { ...GROUP, centreId: ELSEWHERE },
} as const

const ANSWERED_FACTS = {
  answered_by_the_owner: { centreId: HERE, owners: [OWNER] },
  answered_by_several: { centreId: HERE, owners: ['20000', OWNER] },
  answered_by_another: { centreId: HERE, owners: ['20000'] },
  answered_by_nobody: { centreId: HERE, owners: [] },
  answered_by_the_owner_elsewhere: { centreId: ELSEWHERE, owners: [OWNER] },
} as const

const CENTRES = ['own_centre', 'other_centre']

/** What an action of MAY is done to, by the words its row uses. */
type Kind = 'case' | 'school' | 'centre' | 'group' | 'answered' | 'nothing'

const may = read(MAY)
const cases = read(CASES)
const places = read(PLACES)
const groups = read(GROUPS)
const answered = read(ANSWERED)

describe('the tables of this page', () => {
  test('have a row for every action of the policy and no other', () => {
    expect(Object.keys(may).sort()).toEqual(
      policyTable()
        .map(({ action }) => action as string)
        .sort(),
    )
  })

  test('have a column for every role', () => {
    const rolesOfColumns = new Set(Object.values(ACTORS).map(({ role }) => role))
    expect([...rolesOfColumns].sort()).toEqual([...ROLES, 'family', 'system'].sort())
    for (const row of Object.values(may)) expect(Object.keys(row)).toEqual(Object.keys(ACTORS))
  })

  test('have a row for every stage and situation, and only sets that are defined', () => {
    expect(Object.keys(cases)).toEqual(Object.keys(SITUATIONS))
    expect(Object.keys(places)).toEqual(Object.keys(PLACE_FACTS))
    expect(Object.keys(groups)).toEqual(Object.keys(GROUP_FACTS))
    expect(Object.keys(answered)).toEqual(Object.keys(ANSWERED_FACTS))
    const sets = [
      ...Object.keys(cases['registered'] ?? {}),
      ...Object.keys(places['own_centre'] ?? {}),
      ...Object.keys(groups['counted_here'] ?? {}),
      ...Object.keys(answered['answered_by_nobody'] ?? {}),
      ...['yes', '-'],
    ]
    const used = Object.values(may).flatMap((row) => Object.values(row))
    expect(used.filter((set) => !sets.includes(set))).toEqual([])
  })
})

test.each(Object.keys(may) as Action[])('%s', (action) => {
  const asked = Object.entries(ACTORS).flatMap(([who, { role, actor }]) =>
    Object.entries(resourcesOf(kindOf(action))).map(([situation, resource]) => ({
      what: `${who}, ${situation}`,
      isExpected: isIn(may[action]?.[who] ?? '', situation),
      permit: authorize(actor, action, resource),
      isShown: can(actor, action, resource),
      granted: { value: { action, actor, role: RECORDED_AS[action] ?? role } },
    })),
  )
  const wrong = asked.filter(({ isExpected, permit }) => permit.ok !== isExpected)
  expect(wrong.map(({ what, permit }) => `${what}: ${permit.ok}`)).toEqual([])
  for (const { permit, isShown, granted } of asked) {
    expect(isShown).toBe(permit.ok)
    expect(permit).toMatchObject(permit.ok ? granted : { error: { code: 'forbidden', action } })
  }
})

describe('a person', () => {
  test('without a role may use the own account, and nothing else', () => {
    const nobody = staff([])
    const allowed = (Object.keys(may) as Action[]).filter((action) =>
      Object.values(resourcesOf(kindOf(action))).some((one) => can(nobody, action, one)),
    )
    expect(allowed).toEqual(['own_account.use'])
  })

  test('with several roles may what each of them may, and no role widens another', () => {
    const both = staff([
      { role: 'counsellor', centreId: HERE },
      { role: 'auditor', centreId: ELSEWHERE },
    ])
    const there = { ...CASE, centreId: ELSEWHERE }
    expect(can(both, 'case.view', CASE)).toBe(true)
    expect(can(both, 'case.view_trail', there)).toBe(true)
    expect(can(both, 'case.view', there)).toBe(false)
    expect(can(both, 'trail.view', { centreId: HERE })).toBe(false)
  })

  test('of two sections has no section made of the one’s Gemeinde and the other’s form', () => {
    const two = staff([
      { role: 'authority', centreId: HERE, area: ['05358008'], forms: ['10'] },
      { role: 'authority', centreId: HERE, area: ['05358012'], forms: ['15'] },
    ])
    const facts = { ...CASE, stage: 'proposed' } as const
    expect(can(two, 'case.assign', { ...facts, schoolForm: '10' })).toBe(true)
    expect(can(two, 'case.assign', { ...facts, municipality: OUTSIDE })).toBe(true)
    expect(can(two, 'case.assign', facts)).toBe(false)
    expect(can(two, 'case.assign', { ...facts, municipality: OUTSIDE, schoolForm: '10' })).toBe(
      false,
    )
  })
})

function inCentre(assignment: Assignment) {
  return { role: assignment.role, actor: staff([assignment]) }
}

function staff(assignments: readonly Assignment[]): Actor {
  return { kind: 'staff', accountId: SELF, name: 'Amira Brandt', assignments }
}

function isIn(set: string, situation: string): boolean {
  if (set === 'yes') return true
  return ({ ...cases, ...places, ...groups, ...answered }[situation]?.[set] ?? '-') === 'x'
}

function kindOf(action: Action): Kind {
  const sets = Object.values(may[action] ?? {})
  if (sets.includes('yes')) return 'nothing'
  if (sets.includes('here')) return 'group'
  if (sets.includes('answers')) return 'answered'
  if (action.startsWith('seat.')) return 'school'
  return sets.some((set) => ['centre', 'any'].includes(set)) ? 'centre' : 'case'
}

/** Every situation an action of this kind can be asked in. */
function resourcesOf(kind: Kind): Readonly<Record<string, Resources[Action]>> {
  if (kind === 'nothing') return { always: null }
  if (kind === 'group') return GROUP_FACTS
  if (kind === 'answered') return ANSWERED_FACTS
  if (kind === 'case') {
    return Object.fromEntries(
      Object.entries(SITUATIONS).map(([name, facts]) => [name, { ...CASE, ...facts }]),
    )
  }
  return Object.fromEntries(
    Object.entries(PLACE_FACTS).filter(([name]) => CENTRES.includes(name) === (kind === 'centre')),
  )
}

/** The cells of a table by row and column. @throws when a row has a cell too many or too few. */
function read(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const [head, ...lines] = text.trim().split('\n')
  const columns = (head ?? '').trim().split(/\s+/)
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...cells] = line.trim().split(/\s+/)
      if (cells.length !== columns.length) throw new Error(`${name} has ${cells.length} cells`)
      return [name, Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']))]
    }),
  )
}
