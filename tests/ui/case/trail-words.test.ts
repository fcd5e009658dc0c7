import { expect, test } from 'vitest'
import type { AuditEvent } from '#app/audit/events.ts'
import { historyText, reasonText, tellsOf, trailText, whoText } from '#app/ui/case/trail-words.ts'

type OnCases = Extract<AuditEvent, { readonly caseId: unknown } | { readonly caseIds: unknown }>

/** Every event that names a case; a new one does not compile until it stands here. */
const EVENTS: Readonly<Record<OnCases['event'], true>> = {
  admission_confirmed: true,
  appointment_missed: true,
  assignment_kept: true,
  assignment_taken_back: true,
  capacity_reported: true,
  regular_place_missing: true,
  regular_place_taken: true,
  case_assigned: true,
  case_counselled: true,
  case_ended: true,
  case_registered: true,
  case_viewed: true,
  child_erased: true,
  class_said: true,
  draft_discarded: true,
  draft_kept: true,
  duplicates_shown: true,
  erasure_ordered: true,
  gone_from_school: true,
  hold_lifted: true,
  hold_set: true,
  family_access_locked: true,
  family_appointed: true,
  family_pin_wrong: true,
  family_signed_in: true,
  family_signed_out: true,
  interview_saved: true,
  list_viewed: true,
  proposal_declined: true,
  proposal_expired: true,
  proposal_sent_back: true,
  proposal_withdrawn: true,
  review_recorded: true,
  school_can_admit: true,
  school_not_started: true,
  school_proposed: true,
  school_started: true,
  seats_carried_over: true,
  slip_printed: true,
  stage_corrected: true,
  still_at_school: true,
}

test('the trail has a sentence for every event that names a case', () => {
  expect(Object.keys(EVENTS).filter((event) => !tellsOf(event))).toEqual([])
  expect(tellsOf('something_else')).toBe(false)
})

test('a trail entry says what, with day, topic and the name of the school', () => {
  const schools = { '180101': 'Gesamtschule Am Beispielweg' }
  const say = (event: string, facts = {}) => trailText(event, facts, schools)

  expect(say('case_assigned', { schoolNumber: '180101' })).toBe(
    'Zugewiesen: Gesamtschule Am Beispielweg',
  )
  expect(say('case_assigned', { schoolNumber: '180102' })).toBe('Zugewiesen: Schule 180102')
  expect(say('interview_saved', { topic: 'schooling' })).toBe(
    'Beratungsbogen gespeichert: Schulbesuch bisher',
  )
  expect(say('case_counselled', { on: '2026-11-18' })).toBe(
    'Beratung abgeschlossen, gilt seit 18.11.2026',
  )
  expect(say('case_viewed', { page: 'interview' })).toBe('Angesehen: Beratungsbogen')
  expect(say('case_viewed', { page: 'case', caseId: 'sister' })).toBe(
    'Bei einem anderen Fall der Familie mit angesehen: Fall',
  )
  expect(say('something_else')).toBe('Eintrag')
})

test('the history tells the two stages of one event apart', () => {
  const text = (event: string, stage: 'invited' | 'appointed' | 'waiting' | null) =>
    historyText({ event, stage, school: null })

  expect(text('family_appointed', 'invited')).toBe('Eingeladen')
  expect(text('family_appointed', 'appointed')).toBe('Termin vereinbart')
  expect(text('something_else', 'waiting')).toBe('wartet auf Platz')
  expect(text('something_else', null)).toBe('Eintrag')
})

test('an expired hold is said once: by the entry, not as its reason too', () => {
  const entry = { event: 'school_proposed', stage: 'waiting', school: null } as const
  expect(historyText(entry)).toBe('Frist des Vorschlags abgelaufen, der Platz ist wieder frei')
  expect(reasonText(entry.event, 'hold_expired')).toBeNull()
})

test('reason codes become words where they belong to the event', () => {
  expect(reasonText('proposal_declined', 'no_seat')).toBe('Es ist doch kein Platz frei')
  expect(reasonText('family_appointed', 'by_phone')).toBe('telefonisch eingeladen')
  expect(reasonText('proposal_declined', 'family_moved')).toBeNull()
  expect(reasonText('case_registered', null)).toBeNull()
})

test('who did it: a person with the role, a family or the program without a name', () => {
  expect(whoText('Amira Brandt', 'counsellor')).toBe('Amira Brandt, KI-Beratung')
  expect(whoText(null, 'family')).toBe('Familie')
  expect(whoText(null, 'unheard_of')).toBe('unheard_of')
})
