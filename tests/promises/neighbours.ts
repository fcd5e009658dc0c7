import type { EndReason } from '#app/domain/case/reasons.ts'
import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import type { CaseFacts } from '#app/policy/policy.ts'
import type { Actor } from '#app/policy/roles.ts'
import type { RegisterChild } from '#app/services/case/register-child.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { canaryRegistration, canaryTexts } from '#tests/promises/canaries.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import {
  admit,
  appoint,
  assign,
  assignAtCentre,
  counsel,
  decline,
  delegateAssignment,
  done,
  end,
  propose,
  seatsAt,
  start,
  stayAway,
  type Walker,
  withdraw,
} from '#tests/promises/steps.ts'
import { type Browser, type Door, openBrowser, signIn, signInFamily } from '#tests/setup/session.ts'
import { type CentreCode, registerAnyway, WORLD_PASSWORD } from '#tests/setup/world.ts'

/** A child in one of the relations a person can have to it. */
export type Neighbour = Walker & {
  readonly name: string
  readonly serial: number
  readonly caseNumber: string
}

/** Schools with an account: two in Düren, one in Borken. */
export const SCHOOLS = { a: '180101', b: '180103', c: '190101' } as const satisfies Readonly<
  Record<string, string>
>

/** Where a child of the centre lives, and a Gemeinde of Düren outside of the section's area. */
const HOMES: Readonly<Record<CentreCode, string>> = { DN: '05358008', BOR: '05554012' }
const JUELICH = '05358024'

type Ready = (walker: Walker) => Promise<void>

/**
 * Two centres, in Düren the authority assigns and in Borken two at the centre do; three schools, and a
 * child in every relation: never proposed, proposed, hold expired,
 * withdrawn, declined, assigned, admitted, not started, attending, ended on the way or at its end; at this school,
 * another, in another centre; one that {@link eraseLast} erases;
 * from a Gemeinde and at a school form for which a section of the authority is not responsible; and
 * one that came with a brother.
 */
export async function settle(world: SharedWorld): Promise<readonly Neighbour[]> {
  await delegateAssignment(world, 'BOR')
  for (const number of Object.values(SCHOOLS)) await seatsAt(world, at(number), 30)
  const neighbours: Neighbour[] = []
  const add = async (
    name: string,
    centre: CentreCode,
    ready: Ready,
    came: { readonly from?: string; readonly siblingOf?: string } = {},
  ) => {
    const serial = neighbours.length
    const sibling = came.siblingOf === undefined ? null : find(neighbours, came.siblingOf).caseId
    const walker = {
      caseId: await register(world, serial, centre, came.from ?? HOMES[centre], sibling),
      centre,
      texts: canaryTexts(serial),
    }
    await ready(walker)
    const caseNumber = await numberOf(world, walker.caseId)
    neighbours.push({ ...walker, name, serial, caseNumber })
  }
  const ways = waysOf(world)
  await add('hold expired at a', 'DN', ways.proposed(SCHOOLS.a))
  await add('hold expired in the other centre', 'BOR', ways.proposed(SCHOOLS.c))
  await add('not started at a', 'DN', ways.admitted(SCHOOLS.a))
  // the holds run out, and so does the day on which that child was to come
  world.clock.passDays(8)
  await stayAway(world, find(neighbours, 'not started at a'), at(SCHOOLS.a))
  await add('registered', 'DN', ways.registered)
  await add('appointed', 'DN', ways.appointed)
  await add('waiting', 'DN', ways.waiting)
  await add('proposed to a', 'DN', ways.proposed(SCHOOLS.a))
  await add('proposed to a from another Gemeinde', 'DN', ways.proposed(SCHOOLS.a), {
    from: JUELICH,
  })
  await add('withdrawn from a', 'DN', ways.withdrawn(SCHOOLS.a))
  await add('declined by a', 'DN', ways.declined(SCHOOLS.a))
  await add('assigned to a', 'DN', ways.assigned(SCHOOLS.a))
  await add('admitted at a', 'DN', ways.admitted(SCHOOLS.a))
  await add('attending a', 'DN', ways.attending(SCHOOLS.a))
  await add('proposed to b', 'DN', ways.proposed(SCHOOLS.b))
  await add('attending b', 'DN', ways.attending(SCHOOLS.b))
  await add('registered in the other centre', 'BOR', ways.registered)
  await add('proposed in the other centre', 'BOR', ways.proposed(SCHOOLS.c))
  await add('attending in the other centre', 'BOR', ways.attending(SCHOOLS.c))
  await add('ended while proposed to a', 'DN', ways.ended(ways.proposed(SCHOOLS.a), 'other'))
  await add('moved away from a', 'DN', ways.ended(ways.attending(SCHOOLS.a), 'moved_away'))
  await add('completed at a', 'DN', ways.ended(ways.attending(SCHOOLS.a), 'follow_up_over'))
  await add(
    'completed in the other centre',
    'BOR',
    ways.ended(ways.attending(SCHOOLS.c), 'follow_up_over'),
  )
  await add('erased after attending a', 'DN', ways.attending(SCHOOLS.a))
  await add('sister', 'DN', ways.registered)
  await add('brother', 'DN', ways.registered, { siblingOf: 'sister' })
  return neighbours
}

/** Erases the child whose name says so, once everybody who could know of it is signed in. */
export async function eraseLast(
  world: SharedWorld,
  neighbours: readonly Neighbour[],
): Promise<void> {
  const { caseId, centre } = find(neighbours, 'erased after attending a')
  done(await eraseNow(world.as('lead', centre), { caseId, ground: 'art_17' }))
}

function waysOf(world: SharedWorld) {
  const waiting: Ready = (walker) => counsel(world, walker)
  const proposed = (school: string) => async (walker: Walker) => {
    await waiting(walker)
    await propose(world, walker, at(school))
  }
  const assigned = (school: string) => async (walker: Walker) => {
    await proposed(school)(walker)
    await (walker.centre === 'BOR' ? assignAtCentre : assign)(world, walker)
  }
  const admitted = (school: string) => async (walker: Walker) => {
    await assigned(school)(walker)
    await admit(world, walker, at(school))
  }
  return {
    registered: async () => undefined,
    appointed: (walker: Walker) => appoint(world, walker),
    waiting,
    proposed,
    assigned,
    admitted,
    withdrawn: (school: string) => async (walker: Walker) => {
      await proposed(school)(walker)
      await withdraw(world, walker)
    },
    declined: (school: string) => async (walker: Walker) => {
      await proposed(school)(walker)
      await decline(world, walker, at(school))
    },
    attending: (school: string) => async (walker: Walker) => {
      await admitted(school)(walker)
      await start(world, walker, at(school))
    },
    ended: (ready: Ready, code: EndReason) => async (walker: Walker) => {
      await ready(walker)
      await end(world, walker, code)
    },
  }
}

/** Somebody who asks: by which role, and with which cookies. */
export type Person = {
  readonly name: string
  readonly role: string
  /** Null: nobody is signed in. */
  readonly actor: Actor | null
  readonly browser: Browser
  /** Asks a program with a single sign-on. */
  readonly hasProvider?: true
}

/**
 * Everybody who can ask: each role in both centres, two schools and a section of the authority in
 * one, four families, and nobody.
 */
export async function signInAll(
  world: SharedWorld,
  door: Door,
  neighbours: readonly Neighbour[],
): Promise<readonly Person[]> {
  const staff = [
    ...(['DN', 'BOR'] as const).flatMap((centre) =>
      (['counsellor', 'lead', 'authority', 'owner', 'coordinator', 'auditor'] as const).map(
        (role) => ({ role, key: `${role}-${centre.toLowerCase()}`, ctx: world.as(role, centre) }),
      ),
    ),
    ...Object.values(SCHOOLS).map((number) => ({
      role: 'school',
      key: `school-${number}`,
      ctx: world.asSchool(at(number)),
    })),
    { role: 'authority', key: 'section-dn', ctx: world.asSection() },
    ...(['state', 'operator'] as const).map((role) => ({ role, key: role, ctx: world.as(role) })),
  ]
  const people: Person[] = []
  for (const { role, key, ctx } of staff) people.push(await staffPerson(door, role, key, ctx))
  for (const name of FAMILIES) {
    people.push(await familyPerson(world, door, find(neighbours, name)))
  }
  return [...people, { name: 'nobody', role: 'nobody', actor: null, browser: openBrowser(door) }]
}

const FAMILIES = [
  ...['attending a', 'attending in the other centre', 'moved away from a'],
  'erased after attending a',
]

async function staffPerson(door: Door, role: string, key: string, { actor }: Context) {
  const browser = await signIn(door, `${key}@beispiel.example`, WORLD_PASSWORD)
  return { name: key, role, actor, browser }
}

async function familyPerson(world: SharedWorld, door: Door, child: Neighbour): Promise<Person> {
  const { caseId, centre } = child
  const { code, pin } = done(await printSlip(world.as('counsellor', centre), caseId))
  const { centre_id, family_id } = await world.database.db
    .selectFrom('pupil_case')
    .select(['centre_id', 'family_id'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return {
    name: `family of ${child.name}`,
    role: 'family',
    actor: { kind: 'family', centreId: centre_id, familyId: family_id, caseId },
    browser: await signInFamily(door, code, pin),
  }
}

/** What the policy looks at in each case now. */
export async function factsOfAll(world: SharedWorld): Promise<ReadonlyMap<CaseId, CaseFacts>> {
  const rows = await world.database.db
    .selectFrom('pupil_case')
    .innerJoin('centre', 'centre.id', 'pupil_case.centre_id')
    .leftJoin('school', 'school.number', 'pupil_case.school_number')
    .select(['pupil_case.id', 'centre_id', 'stage', 'pupil_case.municipality_key'])
    .select(['school_number', 'school.form', 'hold_until', 'assigned_by', 'proposed_by'])
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        caseId: row.id,
        centreId: row.centre_id,
        stage: row.stage,
        municipality: row.municipality_key,
        schoolNumber: row.school_number,
        schoolForm: row.form,
        holdUntil: row.hold_until,
        assignedBy: row.assigned_by,
        proposedBy: row.proposed_by,
        now: instant(world.clock),
      },
    ]),
  )
}

/** The child in that relation. @throws when there is none. */
export function find(neighbours: readonly Neighbour[], name: string): Neighbour {
  const found = neighbours.find((one) => one.name === name)
  if (found === undefined) throw new Error(`No child is ${name}`)
  return found
}

async function register(
  world: SharedWorld,
  serial: number,
  centre: CentreCode,
  municipality: string,
  sibling: CaseId | null,
): Promise<CaseId> {
  const alone = canaryRegistration(serial, {
    municipality: municipality as MunicipalityKey,
    registeredOn: '2026-11-09',
  })
  const command: RegisterChild =
    sibling === null ? alone : { ...alone, family: { kind: 'of_sibling', caseId: sibling } }
  return done(await registerAnyway(world.as('counsellor', centre), command)).caseId
}

async function numberOf({ database }: SharedWorld, caseId: CaseId): Promise<string> {
  const row = await database.db
    .selectFrom('pupil_case')
    .select('case_number')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return row.case_number
}

function at(number: string): SchoolNumber {
  return number as SchoolNumber
}
