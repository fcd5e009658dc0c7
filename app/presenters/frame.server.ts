import { audienceOf, DESKS } from '#app/domain/notice/desk-notice.ts'
import type { Instant } from '#app/domain/time.ts'
import { type CentreAction, can, centresOf, centresToAsk } from '#app/policy/policy.ts'
import { homeOf, homesOf, ROLES, type StaffActor, type StaffRole } from '#app/policy/roles.ts'
import { isToldTo } from '#app/policy/told-to.ts'
import type { Deps } from '#app/services/context.server.ts'
import { hasNoticeBefore } from '#db/queries/account-notice.server.ts'
import { findCentreNames } from '#db/queries/centre.server.ts'
import { countUnread } from '#db/queries/desk-notice.server.ts'

/** A link of the menu; `unread`: what is new for the person there, zero mostly. */
export type MenuLink = { readonly label: string; readonly href: string; readonly unread: number }

/** What stands around every page of staff: centre, menu, who is signed in. */
export type Frame = {
  readonly centre: string
  readonly nav: readonly MenuLink[]
  readonly who: { readonly name: string; readonly roles: readonly StaffRole[] } | null
  readonly homeHref: string
  /** Homes of the person's several roles; empty when there is only one. */
  readonly homes: readonly { readonly label: string; readonly href: string }[]
  readonly isEvaluation: boolean
  /** Something happened to the account before this sign-in that its person has not read. */
  readonly hasNews: boolean
}

const HOME_NAMES: Readonly<Record<string, string>> = {
  '/arbeitsliste': 'Arbeitsliste',
  '/schulamt': 'Schulamt',
  '/schultisch': 'Schultisch',
  '/schulen': 'Schulen',
  '/termine': 'Termine',
  '/berichte': 'Berichte',
  '/verwaltung/protokoll': 'Protokoll',
  '/verwaltung': 'Verwaltung',
}

/** Who is signed in, and since when. */
type SignedIn = { readonly actor: StaffActor; readonly since: Instant }

/** The frame for a signed-in person, or for nobody yet. */
export async function frameFor(deps: Deps, signedIn: SignedIn | null): Promise<Frame> {
  const { isEvaluation } = deps
  if (signedIn === null) {
    const nobody = { nav: [], who: null, homeHref: '/', homes: [], hasNews: false }
    return { ...nobody, centre: 'Einstieg', isEvaluation }
  }
  const { actor, since } = signedIn
  const centres = centresOf(actor, ROLES)
  const names = await findCentreNames(deps.database.db, centres)
  const homes = homesOf(actor)
  return {
    centre: names.join(', ') || 'Einstieg',
    nav: await menuOf(deps, actor),
    who: { name: actor.name, roles: rolesOf(actor) },
    homeHref: homeOf(actor),
    homes: homes.length < 2 ? [] : homes.map((href) => ({ href, label: HOME_NAMES[href] ?? href })),
    isEvaluation,
    hasNews: await hasNoticeBefore(deps.database.db, actor.accountId, since),
  }
}

function rolesOf(actor: StaffActor): readonly StaffRole[] {
  const held = new Set(actor.assignments.map(({ role }) => role))
  return ROLES.filter((role) => held.has(role))
}

/** What the person may open in any of their centres. */
async function menuOf(deps: Deps, actor: StaffActor): Promise<Frame['nav']> {
  const unread = await unreadByDesk(deps, actor)
  return linksOf(actor).map((link) => ({ ...link, unread: unread.get(link.href) ?? 0 }))
}

/** What the person has not read, by the address of the desk that tells it. */
async function unreadByDesk(
  { database }: Deps,
  actor: StaffActor,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const unread of await countUnread(database.db, actor.accountId)) {
    if (!isToldTo(actor.assignments, unread)) continue
    const desk = DESKS[audienceOf(unread.kind)]
    counts.set(desk, (counts.get(desk) ?? 0) + unread.count)
  }
  return counts
}

function linksOf(actor: StaffActor) {
  const centres = centresToAsk(actor)
  const may = (action: CentreAction) => centres.some((centreId) => can(actor, action, { centreId }))
  return [
    ...offer(may('case.list'), 'Arbeitsliste', '/arbeitsliste'),
    ...offer(may('case.list'), 'Fälle', '/faelle'),
    ...offer(may('desk.authority'), 'Schulamt', '/schulamt'),
    ...offer(may('desk.school'), 'Schultisch', '/schultisch'),
    ...offer(may('appointment.list'), 'Termine', '/termine'),
    ...offer(may('plan.view'), 'Plan', '/plan'),
    ...offer(may('school.list'), 'Schulen', '/schulen'),
    ...offer(may('owner.view'), 'Eigene Plätze', '/schulen/eigene'),
    ...offer(may('owner.view'), 'Ohne Schulplatz', '/schulen/ohne-platz'),
    ...offer(may('report.view'), 'Berichte', '/berichte'),
    ...offer(can(actor, 'administration.view', null), 'Verwaltung', '/verwaltung'),
  ]
}

function offer(may: boolean, label: string, href: string) {
  return may ? [{ label, href }] : []
}
