import {
  DECLINE_REASONS,
  DEVIATION_REASONS,
  END_REASONS,
  NO_PLACE_REASONS,
  SEND_BACK_REASONS,
  TAKE_BACK_REASONS,
  WITHDRAW_REASONS,
} from '#app/domain/case/reasons.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import { TOPICS } from '#app/domain/interview/topics.ts'
import { type CalendarDate, toCalendarDate } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Role } from '#app/policy/roles.ts'

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  counsellor: 'KI-Beratung',
  lead: 'KI-Leitung',
  authority: 'Schulaufsicht',
  school: 'Schule',
  owner: 'Schulträger',
  coordinator: 'Koordination Ehrenamt',
  state: 'Landesweite Koordinierung',
  auditor: 'Datenschutz',
  operator: 'Betrieb',
  family: 'Familie',
  system: 'Programm',
}

/** `Amira Brandt, KI-Beratung`; a family and the program itself have no name here. */
export function whoText(who: string | null, role: string): string {
  const word = Object.hasOwn(ROLE_WORDS, role) ? ROLE_WORDS[role as Role] : role
  return who === null ? word : `${who}, ${word}`
}

type History = {
  readonly event: string
  readonly stage: Stage | null
  readonly school: string | null
}

type Saying = (school: string) => string

/** What the history says of an event; where one passes two stages, of each stage. */
const HISTORY: Readonly<Record<string, Saying>> = {
  case_registered: () => 'Gemeldet',
  'family_appointed.invited': () => 'Eingeladen',
  family_appointed: () => 'Termin vereinbart',
  appointment_missed: () => 'Nicht zum Termin erschienen',
  'case_counselled.counselled': () => 'Beraten',
  case_counselled: () => 'Wartet auf einen Platz',
  'school_proposed.waiting': () => t('noted.hold_expired'),
  school_proposed: (school) => `Vorgeschlagen: ${school}`,
  proposal_expired: (school) => `Frist des Vorschlags abgelaufen: ${school}`,
  proposal_declined: (school) => `Abgelehnt: ${school}`,
  proposal_sent_back: (school) => `Zurückgegeben: ${school}`,
  proposal_withdrawn: (school) => `Vorschlag zurückgenommen: ${school}`,
  school_can_admit: (school) => `Kann aufnehmen: ${school}`,
  case_assigned: (school) => `Zugewiesen: ${school}`,
  capacity_reported: (school) => `Meldet, dass der Platz fehlt: ${school}`,
  assignment_kept: (school) => `Zuweisung bleibt: ${school}`,
  assignment_taken_back: (school) => `Zuweisung zurückgenommen: ${school}`,
  admission_confirmed: (school) => `Aufgenommen: ${school}`,
  class_said: (school) => `Klasse eingetragen: ${school}`,
  school_not_started: (school) => `Nicht angetreten: ${school}`,
  still_at_school: (school) => `Noch an der Schule: ${school}`,
  gone_from_school: (school) => `Nicht mehr an der Schule: ${school}`,
  school_started: (school) => `Erster Schultag: ${school}`,
  review_recorded: () => 'Lernstand eingetragen',
  regular_place_taken: (school) => `Regelplatz belegt: ${school}`,
  regular_place_missing: (school) => `Regelplatz fehlt: ${school}`,
  'case_ended.regular_class': () => 'Lernt in der Regelklasse',
  'case_ended.not_responsible': () => 'Beendet: nicht zuständig',
  'case_ended.self_enrolment': () => 'Beendet: Selbstanmeldung',
  'case_ended.completed': () => 'Begleitung abgeschlossen',
  case_ended: () => 'Fall beendet',
}

/** One entry of the history as a sentence. */
export function historyText({ event, stage, school }: History): string {
  const say = HISTORY[`${event}.${stage}`] ?? HISTORY[event]
  if (say !== undefined) return say(school ?? 'Schule')
  return stage === null ? 'Eintrag' : t(`stage.${stage}`)
}

/** The words of a reason code beside an event, or null where it says no more than the event does. */
export function reasonText(event: string, code: string | null): string | null {
  if (code === 'by_phone') return t(`noted.${code}`)
  switch (event) {
    case 'proposal_declined':
      return wordOf(DECLINE_REASONS, code, (known) => t(`decline.${known}`))
    case 'proposal_sent_back':
      return wordOf(SEND_BACK_REASONS, code, (known) => t(`send_back.${known}`))
    case 'capacity_reported':
      return wordOf(NO_PLACE_REASONS, code, (known) => t(`no_place.${known}`))
    case 'assignment_taken_back':
      return wordOf(TAKE_BACK_REASONS, code, (known) => t(`take_back.${known}`))
    case 'proposal_withdrawn':
      return wordOf(WITHDRAW_REASONS, code, (known) => t(`withdraw.${known}`))
    case 'case_ended':
      return wordOf(END_REASONS, code, (known) => t(`end.${known}`))
    case 'school_proposed':
      return wordOf(DEVIATION_REASONS, code, (known) => t(`deviation.${known}`))
    default:
      return null
  }
}

function wordOf<Code extends string>(
  codes: readonly Code[],
  code: string | null,
  say: (code: Code) => string,
): string | null {
  const known = codes.find((one) => one === code)
  return known === undefined ? null : say(known)
}

/** Facts of a trail entry (ids, days, codes), by name. */
export type TrailFacts = Readonly<Record<string, string>>

type Telling = (facts: TrailFacts, school: string) => string

const PAGES: Readonly<Record<string, string>> = {
  case: 'Fall',
  appointment: 'Termin',
  interview: 'Beratungsbogen',
  suggestions: 'Schulvorschläge',
  assignment: 'Zuweisung',
  admission: 'Aufnahme',
  follow_up: 'Begleitung',
  trail: 'Verlauf',
  end: 'Ende des Falls',
  family: 'Seite der Familie',
  register: 'Meldung eines weiteren Kindes',
}

const LISTS: Readonly<Record<string, string>> = {
  cases: 'Fälle',
  work_list: 'Arbeitsliste',
  authority_desk: 'Schulamt',
  school_desk: 'Schultisch',
  school_children: 'Kinder der Schule',
  without_place: 'Kinder ohne Schulplatz (Schulträger)',
}

/** What the trail says of each event; the test holds it against every event there is. */
const TRAIL: Readonly<Record<string, Telling>> = {
  case_viewed: ({ page = '', caseId }) =>
    caseId === undefined
      ? `Angesehen: ${PAGES[page] ?? 'Fall'}`
      : `Bei einem anderen Fall der Familie mit angesehen: ${PAGES[page] ?? 'Fall'}`,
  list_viewed: ({ list = '' }) => `In einer Liste angesehen: ${LISTS[list] ?? 'Liste'}`,
  duplicates_shown: () => 'Als mögliche Dublette angezeigt',
  case_registered: ({ registeredOn }) => `Gemeldet${since(registeredOn)}`,
  family_appointed: ({ on }) => `Termin vereinbart${forDay(on)}`,
  appointment_missed: () => 'Als nicht erschienen eingetragen',
  interview_saved: ({ topic }) => `Beratungsbogen gespeichert${aboutTopic(topic)}`,
  draft_kept: ({ form }) => `Eingaben als Entwurf gesichert${inForm(form)}`,
  draft_discarded: ({ form }) => `Entwurf verworfen${inForm(form)}`,
  case_counselled: ({ on }) => `Beratung abgeschlossen${since(on)}`,
  school_proposed: (_, school) => `Schule vorgeschlagen: ${school}`,
  proposal_expired: (_, school) => `Frist des Vorschlags abgelaufen: ${school}`,
  proposal_declined: (_, school) => `Vorschlag abgelehnt: ${school}`,
  proposal_sent_back: (_, school) => `Vorschlag zurückgegeben: ${school}`,
  proposal_withdrawn: (_, school) => `Vorschlag zurückgenommen: ${school}`,
  school_can_admit: (_, school) => `„Kann aufnehmen“ gesagt: ${school}`,
  case_assigned: (_, school) => `Zugewiesen: ${school}`,
  capacity_reported: (_, school) => `Fehlenden Platz gemeldet: ${school}`,
  assignment_kept: (_, school) => `Zuweisung trotz fehlenden Platzes belassen: ${school}`,
  assignment_taken_back: (_, school) => `Zuweisung zurückgenommen: ${school}`,
  admission_confirmed: (_, school) => `Aufnahme bestätigt: ${school}`,
  class_said: (_, school) => `Klasse eingetragen: ${school}`,
  school_not_started: (_, school) => `Als nicht angetreten gemeldet: ${school}`,
  still_at_school: (_, school) => `Als noch an der Schule gemeldet: ${school}`,
  gone_from_school: (_, school) => `Als nicht mehr an der Schule gemeldet: ${school}`,
  school_started: ({ firstDay }, school) =>
    `Erster Schultag bestätigt: ${school}${since(firstDay)}`,
  review_recorded: ({ on }) => `Lernstand eingetragen${since(on)}`,
  case_ended: ({ on }) => `Fall beendet${since(on)}`,
  regular_place_taken: (_, school) => `Regelplatz belegt: ${school}`,
  regular_place_missing: (_, school) => `Ohne freien Regelplatz in die Regelklasse: ${school}`,
  hold_set: ({ until }) => `Löschung ausgesetzt${untilDay(until)}`,
  hold_lifted: () => 'Löschung wieder erlaubt',
  erasure_ordered: () => 'Löschung begonnen',
  child_erased: () => 'Gelöscht',
  seats_carried_over: (_, school) => `Platz für das neue Schuljahr übernommen: ${school}`,
  slip_printed: () => 'Zettel für die Familie gedruckt',
  family_signed_in: () => 'Mit Kurzcode und PIN angemeldet',
  family_signed_out: () => 'Abgemeldet',
  family_pin_wrong: () => 'Falsche PIN eingegeben',
  family_access_locked: () => 'Zugang der Familie gesperrt',
  stage_corrected: () => 'Stand berichtigt',
}

/** Whether the trail has a sentence of its own for an event. */
export function tellsOf(event: string): boolean {
  return Object.hasOwn(TRAIL, event)
}

/** One entry of the trail as a sentence; `schools` gives names for numbers. */
export function trailText(
  event: string,
  facts: TrailFacts,
  schools: Readonly<Record<string, string>>,
): string {
  const number = facts['schoolNumber']
  const school = number === undefined ? 'Schule' : (schools[number] ?? `Schule ${number}`)
  return TRAIL[event]?.(facts, school) ?? 'Eintrag'
}

function since(day: string | undefined): string {
  const known = dayIn(day)
  return known === null ? '' : `, gilt seit ${formatDate(known)}`
}

function forDay(day: string | undefined): string {
  const known = dayIn(day)
  return known === null ? '' : ` für den ${formatDate(known)}`
}

function untilDay(day: string | undefined): string {
  const known = dayIn(day)
  return known === null ? '' : ` bis ${formatDate(known)}`
}

function inForm(form: string | undefined): string {
  if (form === 'registration') return ': Meldung eines weiteren Kindes'
  return `: Beratungsbogen${aboutTopic(form?.replace('interview_', '')).replace(': ', ', ')}`
}

function aboutTopic(topic: string | undefined): string {
  const known = TOPICS.find((one) => one === topic)
  return known === undefined ? '' : `: ${t(`topic.${known}`)}`
}

function dayIn(text: string | undefined): CalendarDate | null {
  return text === undefined ? null : toCalendarDate(text)
}
