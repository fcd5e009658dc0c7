/**
 * Official keys of the Schulformen that are schools, two characters, never a number
 * (Schulformschlüssel of the Ministry's open data, list of May 2026).
 */
export const SCHOOL_FORMS = {
  '02': 'Grundschule',
  '04': 'Hauptschule',
  '06': 'Volksschule',
  '08': 'Förderschule',
  '10': 'Realschule',
  '13': 'Primusschule',
  '14': 'Sekundarschule',
  '15': 'Gesamtschule',
  '16': 'Gemeinschaftsschule',
  '17': 'Waldorfschule',
  '18': 'Hiberniaschule',
  '19': 'Freie Waldorfförderschule',
  '20': 'Gymnasium',
  '25': 'Weiterbildungskolleg',
  '30': 'Berufskolleg',
  '81': 'Schulischer Lernort',
  '83': 'Klinikschule',
  '85': 'Förderschule im Bereich der Realschule',
  '87': 'Förderschule im Bereich des Gymnasiums',
  '88': 'Förderschule im Bereich des Berufskollegs',
} as const

export type SchoolForm = keyof typeof SCHOOL_FORMS

/** Whether a two-character key of the list names a Schulform in which children are taught. */
export function isSchoolForm(key: string): key is SchoolForm {
  return Object.hasOwn(SCHOOL_FORMS, key)
}

/** Vocational schools: grade 11 is where a newcomer starts there, and stands for all that starts at 16. */
const VOCATIONAL: ReadonlySet<SchoolForm> = new Set(['30', '88'])

/** Whether a school of this form is a vocational one (Berufskolleg). */
export function isVocational(form: SchoolForm): boolean {
  return VOCATIONAL.has(form)
}

/**
 * Whether a key of the list names something that is no school: 0A school authorities, 50–58
 * teacher training (ZfsL and seminars).
 */
export function isNoSchool(key: string): boolean {
  return /^(0A|5[0-8])$/.test(key)
}
