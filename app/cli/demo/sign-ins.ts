import type { SchoolNumber } from '#app/domain/ids.ts'
import type { InvitedRole } from '#app/services/account/invited-role.server.ts'
import { DEMO_OWNER } from './schools.ts'

/** Fixed, printed at every start, and good for an evaluation on one's own computer only. */
export const DEMO_PASSWORD = 'einstieg-lindenau-demo'
export const DEMO_SHORT_CODE = 'K7M4XQR2TP'
export const DEMO_PIN = '27182818'

/** How an account comes into being: by the program itself, or by an invitation of the lead. */
export type DemoRole = InvitedRole | { readonly role: 'operator' } | { readonly role: 'state' }

/** An account of the demo. */
export type SignIn = {
  readonly key: string
  readonly name: string
  /** What the person at the terminal reads beside the address. */
  readonly label: string
  readonly role: DemoRole
}

/** Schools that answer for themselves; for the others a counsellor enters what they say. */
const SCHOOL_SIGN_INS: readonly SignIn[] = [
  school('schule', '900051', 'Jens Okoye', 'Gesamtschule Altenrode'),
  school('schule2', '900032', 'Birgit Hellmann', 'Realschule Ruhrbach'),
  school('schule3', '900041', 'Torsten Vogelsang', 'Sekundarschule Altenrode'),
  school('schule4', '900052', 'Nilgün Aksoy', 'Gesamtschule Lindenau'),
  school('schule5', '900061', 'Dr. Friederike Noll', 'Gymnasium Lindenau'),
  school('schule6', '900071', 'Markus Wieland', 'Berufskolleg Lindenau'),
  school('schule7', '900015', 'Claudia Ebert', 'Grundschule Lindenau-Mitte'),
  school('schule8', '900011', 'Sabine Rohde', 'Grundschule Am Mühlgraben'),
  school('schule9', '900014', 'Ines Kaminski', 'Grundschule Ruhrbach'),
]

/** Every account of the demo. The operator comes first, then the lead, who invites the others. */
export const SIGN_INS: readonly SignIn[] = [
  { key: 'betrieb', name: 'Rolf Steinke', label: 'Betrieb', role: { role: 'operator' } },
  { key: 'leitung', name: 'Petra Lindholm', label: 'KI-Leitung', role: { role: 'lead' } },
  { key: 'beratung', name: 'Amira Brandt', label: 'KI-Beratung', role: { role: 'counsellor' } },
  { key: 'beratung2', name: 'Elif Demirci', label: 'KI-Beratung', role: { role: 'counsellor' } },
  {
    key: 'schulamt',
    name: 'Heike Petersen',
    label: 'Schulaufsicht',
    role: { role: 'authority', area: '', forms: [] },
  },
  ...SCHOOL_SIGN_INS,
  {
    key: 'traeger',
    name: 'Ute Kern',
    label: 'Schulträger',
    role: { role: 'owner', ownerNumber: DEMO_OWNER },
  },
  {
    key: 'ehrenamt',
    name: 'Renate Sommer',
    label: 'Koordination Ehrenamt',
    role: { role: 'coordinator' },
  },
  { key: 'datenschutz', name: 'Doris Ahlers', label: 'Datenschutz', role: { role: 'auditor' } },
  {
    key: 'land',
    name: 'Matthias Gerlach',
    label: 'Landesweite Koordinierung',
    role: { role: 'state' },
  },
]

/** The sign-in of a school, or null when it has none. */
export function signInOfSchool(number: SchoolNumber): SignIn | null {
  const isOf = ({ role }: SignIn) => role.role === 'school' && role.schoolNumber === number
  return SCHOOL_SIGN_INS.find(isOf) ?? null
}

/** The address somebody of the demo signs in with. */
export function emailOf({ key }: Pick<SignIn, 'key'>): string {
  return `${key}@demo.example`
}

/** What is printed at every start of an evaluation with the demo. */
export function signInLines(): readonly string[] {
  const width = Math.max(...SIGN_INS.map((one) => emailOf(one).length))
  const code = `${DEMO_SHORT_CODE.slice(0, 5)}-${DEMO_SHORT_CODE.slice(5)}`
  return [
    '',
    `Demo „Kreis Lindenau“ (alle Personen sind erfunden). Passwort für alle: ${DEMO_PASSWORD}`,
    ...SIGN_INS.map((one) => `  ${emailOf(one).padEnd(width)}  ${one.label}`),
    `Familie: /familie, Kurzcode ${code}, PIN ${DEMO_PIN}`,
  ]
}

function school(key: string, number: string, name: string, label: string): SignIn {
  const schoolNumber = number as SchoolNumber
  return { key, name, label: `Schule (${label})`, role: { role: 'school', schoolNumber } }
}
