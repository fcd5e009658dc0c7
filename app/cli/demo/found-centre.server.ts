import { DEFAULT_RULES, DEFAULT_TARGETS } from '#app/domain/centre/centre.ts'
import type { CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { HOLD_DAYS } from '#app/domain/seat/seat-entry.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { addOperator } from '#app/services/account/add-operator.server.ts'
import { addStateAccount } from '#app/services/account/add-state-account.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import { addCentre } from '#app/services/centre/add-centre.server.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import { addDemoSchools } from '#app/services/school/add-demo-schools.server.ts'
import { instantAt } from './calendar.ts'
import { done } from './done.ts'
import type { Past } from './past.server.ts'
import { DEMO_AREA, MUNICIPALITIES } from './places.ts'
import { demoSchools } from './schools.ts'
import { DEMO_PASSWORD, emailOf, SIGN_INS, type SignIn, signInOfSchool } from './sign-ins.ts'

/** The people of the demo, signed in. */
export type Cast = {
  readonly as: (key: string) => Actor
  /** The school's own account; null when it has none. */
  readonly ofSchool: (number: SchoolNumber) => Actor | null
}

const SYSTEM: Actor = { kind: 'system' }
const OPENS = 8 * 60

/**
 * Founds the centre on its first day: Gemeinden and schools, the centre, an account for everybody,
 * the centre's telephone and address. `start` is the day of the first start.
 */
export async function foundCentre(
  past: Past,
  first: CalendarDate,
  start: CalendarDate,
): Promise<Cast> {
  const at = (minutes: number) => instantAt(first, OPENS + minutes)
  const schools = demoSchools(start)
  const ground = { municipalities: MUNICIPALITIES, schools }
  done(await addDemoSchools(past(SYSTEM, at(0)), ground), 'schools')
  const centre = {
    name: 'Kommunales Integrationszentrum Kreis Lindenau',
    code: 'DEM',
    area: DEMO_AREA,
    source: 'demo',
  } as const
  const { centreId } = done(await addCentre(past(SYSTEM, at(1)), centre), 'centre')
  const cast = await castOf(past, centreId, at)
  const settings = {
    targets: DEFAULT_TARGETS,
    holdDays: HOLD_DAYS,
    rules: DEFAULT_RULES,
    phone: '0221 4710-120',
    address: 'Bahnhofstraße 8, 59999 Lindenau',
  }
  const lead = past(cast.as('leitung'), at(40))
  done(await configureCentre(lead, { ...settings, centreId, version: 1 }), 'settings')
  return cast
}

async function castOf(
  past: Past,
  centreId: CentreId,
  at: (minutes: number) => Instant,
): Promise<Cast> {
  const actors = new Map<string, Actor>()
  const as = (key: string): Actor => {
    const actor = actors.get(key)
    if (actor === undefined) throw new Error(`Nobody of the demo is called ${key}`)
    return actor
  }
  for (const [index, one] of SIGN_INS.entries()) {
    const inviter = one.role.role === 'lead' ? as('betrieb') : (actors.get('leitung') ?? SYSTEM)
    const link = await inviteOne(past, { inviter, at: at(2 + index) }, one, centreId)
    actors.set(one.key, await acceptOne(past, at(2 + index), link))
  }
  return {
    as,
    ofSchool: (number) => {
      const signIn = signInOfSchool(number)
      return signIn === null ? null : as(signIn.key)
    },
  }
}

async function inviteOne(
  past: Past,
  { inviter, at }: { readonly inviter: Actor; readonly at: Instant },
  one: SignIn,
  centreId: CentreId,
): Promise<string> {
  const invitee = { email: emailOf(one), name: one.name }
  const { role } = one
  if (role.role === 'operator') {
    return done(await addOperator(past(SYSTEM, at), invitee), one.key).link
  }
  if (role.role === 'state') {
    return done(await addStateAccount(past(SYSTEM, at), invitee), one.key).link
  }
  const command = { ...invitee, centreId, invited: role }
  const issued = done(await inviteAccount(past(inviter, at), command), one.key)
  if (issued.kind !== 'fresh') throw new Error(`The demo's ${one.key} has an account already`)
  return issued.link
}

/** Opens the link, sets the password, and is who the session says: as in the browser. */
async function acceptOne(past: Past, at: Instant, link: string): Promise<Actor> {
  const ctx = past(SYSTEM, at)
  const code = link.slice(link.indexOf('#') + 1)
  const typed = { code, password: DEMO_PASSWORD, address: '127.0.0.1', replaces: null }
  const { token } = done(await acceptInvitation(ctx, typed), 'invitation')
  const session = await staffSession(ctx, token)
  if (session === null) throw new Error('The demo signed somebody in who is not there')
  return session.actor
}
