import type { StaffRole } from '#app/policy/roles.ts'

/** A role as people here call it. */
export const ROLE_WORDS: Readonly<Record<StaffRole, string>> = {
  counsellor: 'KI-Beratung',
  lead: 'KI-Leitung',
  authority: 'Schulaufsicht',
  school: 'Schule',
  owner: 'Schulträger',
  coordinator: 'Koordination Ehrenamt',
  state: 'Landesweite Koordinierung',
  auditor: 'Datenschutz',
  operator: 'Betrieb',
}
