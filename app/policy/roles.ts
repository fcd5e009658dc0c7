import type { AccountId, CaseId, CentreId, FamilyId, SchoolNumber } from '#app/domain/ids.ts'

/** Roles of people with an account, in the order in which a home page is chosen. */
export const ROLES = [
  'counsellor',
  'lead',
  'authority',
  'school',
  'owner',
  'coordinator',
  'state',
  'auditor',
  'operator',
] as const

export type StaffRole = (typeof ROLES)[number]

/** Also those without an account: a family with code and PIN, and the program's own clockwork. */
export type Role = StaffRole | 'family' | 'system'

/** One role of a person, with the scope it holds in. */
export type Assignment =
  | {
      readonly role: 'counsellor' | 'lead' | 'coordinator' | 'auditor'
      readonly centreId: CentreId
    }
  | {
      readonly role: 'authority'
      readonly centreId: CentreId
      /** AGS prefixes; null: the whole centre. */
      readonly area: readonly string[] | null
      /** Keys of Schulformen; null: all. */
      readonly forms: readonly string[] | null
    }
  | { readonly role: 'school'; readonly centreId: CentreId; readonly schoolNumber: SchoolNumber }
  | { readonly role: 'owner'; readonly centreId: CentreId; readonly ownerNumber: string }
  | { readonly role: 'state' | 'operator' }

/** Who asks. Made by the session, the family's PIN, the terminal or a job; never by a request's text. */
export type Actor =
  | {
      readonly kind: 'staff'
      readonly accountId: AccountId
      readonly name: string
      readonly assignments: readonly Assignment[]
    }
  | {
      readonly kind: 'family'
      readonly centreId: CentreId
      readonly familyId: FamilyId
      readonly caseId: CaseId
    }
  | { readonly kind: 'system' }

export type StaffActor = Extract<Actor, { readonly kind: 'staff' }>

const HOMES: Readonly<Record<StaffRole, string>> = {
  counsellor: '/arbeitsliste',
  lead: '/arbeitsliste',
  authority: '/schulamt',
  school: '/schultisch',
  owner: '/schulen',
  coordinator: '/termine',
  state: '/berichte',
  auditor: '/verwaltung/protokoll',
  operator: '/verwaltung',
}

/** Where each of the person's roles begins, in the order of {@link ROLES}, without repeats. */
export function homesOf(actor: StaffActor): readonly string[] {
  const held = new Set(actor.assignments.map(({ role }) => role))
  return [...new Set(ROLES.filter((role) => held.has(role)).map((role) => HOMES[role]))]
}

/** The page after sign-in: the first home, or the sign-in page's own sentence when there is none. */
export function homeOf(actor: StaffActor): string {
  return homesOf(actor)[0] ?? '/konto'
}
