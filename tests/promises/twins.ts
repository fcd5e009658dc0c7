import type { DraftField, DraftSlot } from '#app/domain/draft/draft.ts'
import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { RETENTION_PROPOSALS } from '#app/domain/privacy/retention.ts'
import { type CalendarDate, schoolYearOf, today } from '#app/domain/time.ts'
import { setAppointment } from '#app/services/appointment/set-appointment.server.ts'
import { takeBackCaseAssignment } from '#app/services/case/answer-capacity.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { recordReview } from '#app/services/follow-up/record-review.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic, type TopicAnswers } from '#app/services/interview/save-topic.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { approveRetention } from '#app/services/privacy/retention-rules.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { saveSchools } from '#db/queries/school.server.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import {
  type CanaryField,
  canary,
  canaryRegistration,
  canaryTexts,
} from '#tests/promises/canaries.ts'
import type { Field } from '#tests/promises/field-table.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import { admit, assign, done, start, versionOf, type Walker } from '#tests/promises/steps.ts'
import { meetingDay } from '#tests/setup/meeting-day.ts'
import { CENTRES, type CentreCode, registerAnyway } from '#tests/setup/world.ts'

/**
 * Two children, one in each centre, that walk the same way on the same days and differ in every
 * field: what stands on the page of the one and not on that of the other shows a field. Texts are
 * canaries; dates, codes and numbers are compared, because "9" stands on many a page by itself.
 */
export type Twin = {
  readonly centre: CentreCode
  readonly caseId: CaseId
  readonly serial: number
  readonly school: SchoolNumber
  /** The case of the brother or sister. */
  readonly siblingId: CaseId
}

type Facts = {
  readonly serial: number
  readonly siblingSerial: number
  /** Of what was typed about it and not sent. */
  readonly draftSerial: number
  readonly born: CalendarDate
  readonly sex: 'd' | 'w'
  readonly guardianRole: 'foster_carer' | 'mother'
  readonly channel: 'audio_message' | 'phone'
  readonly postcode: string
  readonly municipality: string
  readonly registeredOn: CalendarDate
  readonly arrival: string
  readonly nationality: string
  readonly languages: Readonly<Record<'family' | 'further' | 'speaks' | 'reads', string>>
  readonly time: `${number}:${number}`
  readonly duration: number
  readonly mode: 'video' | 'on_site'
  readonly literacy: 'no' | 'yes'
  readonly german: 'A1/A2' | 'A1'
  readonly schooling: {
    readonly country: string
    readonly fromYear: number
    readonly toYear: number
    readonly years: number
  }
  readonly siblingSchool: string
  readonly wishSchool: string
  readonly wishForm: '20' | '14'
  readonly form: '10' | null
  readonly grade: number
  readonly kinds: NonNullable<Walker['kinds']>
  readonly review: { readonly gerLevel: 'A2/B1' | 'A2'; readonly b1: boolean }
  readonly codes: {
    readonly deviation: 'after_school_care' | 'other'
    readonly decline: 'no_support_group' | 'other'
    readonly withdraw: 'entered_by_mistake' | 'other'
    readonly sendBack: 'way_too_long' | 'other'
    readonly noPlace: 'no_teacher' | 'other'
    readonly takeBack: 'school_is_full' | 'other'
    readonly end: 'left_country' | 'other'
  }
  readonly heldUntil: CalendarDate
  readonly school: string
}

const MARKED: Facts = {
  serial: 1,
  siblingSerial: 2,
  draftSerial: 5,
  born: '2013-02-17',
  sex: 'd',
  guardianRole: 'foster_carer',
  channel: 'audio_message',
  postcode: '52391',
  municipality: '05358044',
  registeredOn: '2026-11-04',
  arrival: '2026-08',
  nationality: '541',
  languages: { family: 'ti', further: 'am', speaks: 'om', reads: 'so' },
  time: '10:35',
  duration: 55,
  mode: 'video',
  literacy: 'no',
  german: 'A1/A2',
  schooling: { country: 'TG', fromYear: 2018, toYear: 2022, years: 4 },
  siblingSchool: '180104',
  wishSchool: '180103',
  wishForm: '20',
  form: '10',
  grade: 9,
  kinds: { classKind: 'RK', courseKind: 'DFK' },
  review: { gerLevel: 'A2/B1', b1: true },
  codes: {
    deviation: 'after_school_care',
    decline: 'no_support_group',
    withdraw: 'entered_by_mistake',
    sendBack: 'way_too_long',
    noPlace: 'no_teacher',
    takeBack: 'school_is_full',
    end: 'left_country',
  },
  heldUntil: '2027-03-01',
  school: '180101',
}

const OTHER: Facts = {
  serial: 3,
  siblingSerial: 4,
  draftSerial: 6,
  born: '2010-06-04',
  sex: 'w',
  guardianRole: 'mother',
  channel: 'phone',
  postcode: '46399',
  municipality: '05554012',
  registeredOn: '2026-11-02',
  arrival: '2026-09',
  nationality: '166',
  languages: { family: 'uk', further: 'ru', speaks: 'bg', reads: 'pl' },
  time: '11:15',
  duration: 60,
  mode: 'on_site',
  literacy: 'yes',
  german: 'A1',
  schooling: { country: 'GE', fromYear: 2016, toYear: 2020, years: 3 },
  siblingSchool: '190104',
  wishSchool: '190103',
  wishForm: '14',
  form: null,
  grade: 6,
  kinds: { classKind: 'DF', courseKind: 'DFG' },
  review: { gerLevel: 'A2', b1: false },
  codes: {
    ...{ deviation: 'other', decline: 'other', withdraw: 'other', sendBack: 'other' },
    ...{ noPlace: 'other', takeBack: 'other', end: 'other' },
  },
  heldUntil: '2027-02-28',
  school: '190101',
}

export const FACTS: Readonly<Record<CentreCode, Facts>> = { DN: MARKED, BOR: OTHER }

/** How a field of the marked child can stand in an answer: a text, or a value at a place of the data. */
export type Mark = string | RegExp

const [YEAR = '', MONTH = '', DAY = ''] = MARKED.born.split('-')
const { serial, siblingSerial, draftSerial } = MARKED

/** The marks of every field of the child in Düren. */
export const MARKS: Readonly<Record<Exclude<Field, 'code'>, readonly Mark[]>> = {
  given: [canary(serial, 'given')],
  family: [canary(serial, 'family')],
  originalGiven: [canary(serial, 'originalGiven')],
  originalFamily: [canary(serial, 'originalFamily')],
  born: [MARKED.born, `${DAY}.${MONTH}.${YEAR}`, `${Number(DAY)}. Februar ${YEAR}`],
  age: ['13', '13 Jahre'],
  sex: ['d', 'divers'],
  furtherLanguage: ['am', 'Amharisch'],
  sibling: [canary(siblingSerial, 'given')],
  siblingFamily: [canary(siblingSerial, 'family')],
  siblingBorn: ['2016-03-08', '08.03.2016'],
  guardian: [canary(serial, 'guardian')],
  guardianRole: ['foster_carer', 'Pflegeperson'],
  reachability: [canary(serial, 'reachability')],
  street: [canary(serial, 'street')],
  postcode: [MARKED.postcode],
  town: [canary(serial, 'town')],
  free: [canary(serial, 'free')],
  phone: [canary(serial, 'phone')],
  email: [canary(serial, 'email')],
  channel: ['audio_message', 'Sprachnachricht'],
  reads: ['so', 'Somali'],
  caseNumber: ['DN-2026-0001'],
  registeredOn: [MARKED.registeredOn, '04.11.2026', '4. November 2026'],
  arrival: [MARKED.arrival, '08/2026', '08.2026', 'August 2026'],
  nationality: [MARKED.nationality, 'Tonga'],
  language: ['ti', 'Tigrinya'],
  municipality: [MARKED.municipality, 'Nideggen'],
  startsAt: ['T09:35', '10:35', '10.35'],
  duration: ['55', '55 Minuten'],
  mode: ['video'],
  place: [canary(serial, 'place')],
  speaks: ['om', 'Oromo'],
  literacy: [/[lL]iteracy=no$/],
  german: ['A1/A2'],
  country: ['TG'],
  fromYear: ['2018'],
  toYear: ['2022'],
  years: [/years=4$/],
  siblingSchool: [/siblings\.\d+\.schoolNumber=180104$/],
  wishSchool: [/wish\.schools\.\d+=180103$/],
  wishForm: [/wish\.forms\.\d+=20$/],
  wishNote: [canary(serial, 'wishNote')],
  form: ['10'],
  grade: ['9', 'Klasse 9'],
  advice: [canary(serial, 'advice')],
  deviation: [sentenceOf(MARKED, 'deviation')],
  deviationCode: ['after_school_care'],
  decline: [sentenceOf(MARKED, 'decline')],
  declineCode: ['no_support_group'],
  withdrawal: [sentenceOf(MARKED, 'withdraw')],
  withdrawalCode: ['entered_by_mistake'],
  sentBack: [sentenceOf(MARKED, 'sendBack')],
  sentBackCode: ['way_too_long'],
  noPlace: [sentenceOf(MARKED, 'noPlace')],
  noPlaceCode: ['no_teacher'],
  takenBack: [sentenceOf(MARKED, 'takeBack')],
  takenBackCode: ['school_is_full'],
  end: [sentenceOf(MARKED, 'end')],
  endCode: ['left_country'],
  hold: [sentenceOf(MARKED, 'hold')],
  heldUntil: [MARKED.heldUntil, '01.03.2027', '1. März 2027'],
  draftMeldung: [canary(draftSerial, 'given')],
  draftOfSibling: [canary(draftSerial, 'family')],
  draftLanguages: [canary(draftSerial, 'free')],
  draftSchooling: [canary(draftSerial, 'street')],
  draftSiblings: [canary(draftSerial, 'town')],
  draftWish: [canary(draftSerial, 'wishNote')],
  draftRecommendation: [canary(draftSerial, 'advice')],
  className: [canary(serial, 'className')],
  classKind: [/classKind=RK$/],
  courseKind: [/courseKind=DFK$/],
  // three years for one who does not read Latin letters, two for the other
  supportMonths: [/[mM]onths=36$/, /[eE]ndsOn=2029-/],
  reviewLevel: ['A2/B1'],
  reviewB1: [/b1=true$/],
}

/**
 * Where the marked child lives the owner carries a Grundschule too, and so is answerable for it. Its
 * address is in another place: the name of the Gemeinde stands in no list of schools.
 */
export async function grundschuleOfTwin(world: SharedWorld): Promise<void> {
  const [number, town] = ['180107', 'Kreuzau'] as const
  const municipality = MARKED.municipality as MunicipalityKey
  const facts = { town, municipality, form: '02' } as const
  const shortName = `${town}, Grundschule`
  const school = schoolWith({ number, shortName, names: ['Grundschule', '', ''], ...facts })
  await world.database.write((tx) => saveSchools(tx, [school]))
}

/** Seats for both, then both registered, each with a brother or sister registered before. */
export async function registerTwins(world: SharedWorld): Promise<readonly [Twin, Twin]> {
  return [await registerTwin(world, 'DN'), await registerTwin(world, 'BOR')]
}

async function registerTwin(world: SharedWorld, centre: CentreCode): Promise<Twin> {
  const facts = FACTS[centre]
  const school = facts.school as SchoolNumber
  // the wished one, of the recommended form, comes first: another one needs a reason
  await seats(world, school)
  await seats(world, facts.wishSchool as SchoolNumber)
  const family = canaryRegistration(facts.serial)
  const caseId = await register(world, centre, {
    ...family,
    child: {
      ...family.child,
      birthDate: { precision: 'day', date: facts.born },
      sex: facts.sex,
      furtherLanguages: [facts.languages.further],
    },
    family: { kind: 'new', family: familyOf(family, facts) },
    language: facts.languages.family,
    nationality: facts.nationality,
    arrivalMonth: facts.arrival,
    municipality: facts.municipality as MunicipalityKey,
    registeredOn: facts.registeredOn,
  })
  const sibling = canaryRegistration(facts.siblingSerial)
  const siblingId = await register(world, centre, {
    ...sibling,
    child: { ...sibling.child, birthDate: { precision: 'day', date: '2016-03-08' }, sex: 'm' },
    family: { kind: 'of_sibling', caseId },
    language: 'ar',
    nationality: null,
    arrivalMonth: '2026-05',
    municipality: (centre === 'DN' ? '05358008' : '05554012') as MunicipalityKey,
    registeredOn: '2026-11-05',
  })
  return { centre, caseId, siblingId, serial: facts.serial, school }
}

type Command = Parameters<typeof registerAnyway>[1]

function familyOf({ family }: Command, facts: Facts) {
  if (family.kind !== 'new') throw new Error('A family of its own')
  const { guardians, address, contact } = family.family
  return {
    guardians: guardians.map((guardian) => ({ ...guardian, role: facts.guardianRole })),
    address: { ...address, postcode: facts.postcode },
    contact: { ...contact, channel: facts.channel },
    readsLanguages: [facts.languages.reads],
  }
}

async function register(world: SharedWorld, centre: CentreCode, command: Command) {
  return done(await registerAnyway(world.as('counsellor', centre), command)).caseId
}

async function seats(world: SharedWorld, schoolNumber: SchoolNumber): Promise<void> {
  const schoolYear = schoolYearOf(today(world.clock))
  const pool = { poolId: null, schoolYear, gradeFrom: 5, gradeTo: 10, seats: 30 } as const
  const pools = [{ ...pool, kind: 'support' }] as const
  done(await decideSeats(world.asSchool(schoolNumber), { schoolNumber, reason: 'rooms', pools }))
}

type Step = (world: SharedWorld, twin: Twin) => Promise<unknown>

/** The way of both, from one look to the next; a step is a name and what happens before the look. */
export const WAY: readonly (readonly [name: string, ...steps: readonly Step[]])[] = [
  ['registered'],
  ['appointed', appointTwin, draftTwin],
  ['waiting', counselTwin],
  ['proposed', proposeTwin],
  ['sent back', withdrawTwin, proposeTwin, sendBackTwin],
  ['declined', proposeTwin, declineTwin],
  ['proposed again', proposeTwin],
  ['assigned', (world, twin) => assign(world, walker(twin))],
  ['without a place', reportTwin],
  ['taken back', takeBackTwin],
  ['assigned again', proposeTwin, (world, twin) => assign(world, walker(twin))],
  ['admitted', (world, twin) => admit(world, walker(twin), twin.school)],
  ['attending', (world, twin) => start(world, walker(twin), twin.school), reviewTwin],
]

/** What happens to both when their way is over: ended, and held for a lawsuit. */
export const END: readonly Step[] = [endTwin, holdTwin]

/** A day on which both are due within a week: the hold is longer than the period. */
export const SOON_DUE: CalendarDate = '2027-02-25'
/** The first day on which both may be erased. */
export const DUE: CalendarDate = '2027-03-02'

/** The data protection officers approve the period that the program proposes for ended cases. */
export async function approvePeriods(world: SharedWorld): Promise<void> {
  for (const centre of ['DN', 'BOR'] as const) {
    const rule = { centreId: CENTRES[centre].id, class: 'ended_early', ruleId: null } as const
    const { months } = RETENTION_PROPOSALS[rule.class]
    done(await approveRetention(world.as('auditor', centre), { ...rule, months }))
  }
}

function walker({ caseId, centre, serial }: Twin): Walker {
  return { caseId, centre, texts: canaryTexts(serial), kinds: FACTS[centre].kinds }
}

async function appointTwin(world: SharedWorld, { caseId, centre, serial }: Twin): Promise<void> {
  const { time, duration, mode } = FACTS[centre]
  done(
    await setAppointment(world.as('counsellor', centre), {
      caseId,
      version: await versionOf(world, caseId),
      date: meetingDay(today(world.clock), 5),
      time,
      durationMinutes: duration,
      mode,
      place: canary(serial, 'place'),
      alsoFor: [],
    }),
  )
}

/** The counsellor types into every form that keeps drafts, and sends none of them. */
async function draftTwin(world: SharedWorld, { caseId, centre }: Twin): Promise<void> {
  const ctx = world.as('counsellor', centre)
  const typed = (field: CanaryField) => canary(FACTS[centre].draftSerial, field)
  const drafts: readonly (DraftSlot & { readonly field: DraftField })[] = [
    { form: 'registration', caseId: null, field: ['givenNames', typed('given')] },
    { form: 'registration', caseId, field: ['familyName', typed('family')] },
    { form: 'interview_languages', caseId, field: ['languages.0.language', typed('free')] },
    { form: 'interview_schooling', caseId, field: ['schooling.0.country', typed('street')] },
    { form: 'interview_siblings', caseId, field: ['siblings.0.schoolNumber', typed('town')] },
    { form: 'interview_wish', caseId, field: ['note', typed('wishNote')] },
    { form: 'interview_recommendation', caseId, field: ['reason', typed('advice')] },
  ]
  for (const { form, caseId: of, field } of drafts) {
    done(await keepDraft(ctx, { form, caseId: of, fields: [field] }))
  }
}

async function counselTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const { caseId, centre } = twin
  const ctx = world.as('counsellor', centre)
  const topics = answersOf(twin)
  for (const [version, answers] of topics.entries()) {
    done(await saveTopic(ctx, { caseId, version, answers }))
  }
  const version = await versionOf(world, caseId)
  const on = today(world.clock)
  done(await finishCounselling(ctx, { caseId, version, interviewVersion: topics.length, on }))
}

function answersOf({ centre }: Twin): readonly TopicAnswers[] {
  const facts = FACTS[centre]
  return [
    {
      topic: 'languages',
      languages: [{ language: facts.languages.speaks }],
      latinLiteracy: facts.literacy,
      germanLevel: facts.german,
    },
    { topic: 'schooling', schooling: [facts.schooling] },
    { topic: 'siblings', siblings: [{ schoolNumber: facts.siblingSchool as SchoolNumber }] },
    {
      topic: 'wish',
      wish: {
        schools: [facts.wishSchool as SchoolNumber],
        forms: [facts.wishForm],
        note: canary(facts.serial, 'wishNote'),
      },
    },
    {
      topic: 'recommendation',
      recommendation: {
        form: facts.form,
        grade: facts.grade,
        reason: canary(facts.serial, 'advice'),
      },
    },
  ]
}

function sentenceOf({ serial: of }: Facts, why: keyof Facts['codes'] | 'hold'): string {
  return `${canary(of, 'sentence')}${why.toLowerCase()}`
}

function reason<Why extends keyof Facts['codes']>({ centre }: Twin, why: Why) {
  const facts = FACTS[centre]
  return { code: facts.codes[why], sentence: sentenceOf(facts, why) }
}

async function over(world: SharedWorld, { caseId }: Twin) {
  return { caseId, version: await versionOf(world, caseId) }
}

async function proposeTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const deviation = reason(twin, 'deviation')
  const command = { ...(await over(world, twin)), schoolNumber: twin.school, deviation }
  done(await proposeSchool(world.as('counsellor', twin.centre), command))
}

async function withdrawTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const command = { ...(await over(world, twin)), reason: reason(twin, 'withdraw') }
  done(await withdrawProposal(world.as('counsellor', twin.centre), command))
}

async function sendBackTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const command = { ...(await over(world, twin)), reason: reason(twin, 'sendBack') }
  done(await sendBackProposal(world.as('authority', twin.centre), command))
}

async function declineTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const command = { ...(await over(world, twin)), reason: reason(twin, 'decline') }
  done(await declineProposal(world.asSchool(twin.school), command))
}

async function reportTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const command = { ...(await over(world, twin)), reason: reason(twin, 'noPlace') }
  done(await reportCaseCapacity(world.asSchool(twin.school), command))
}

async function takeBackTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const command = { ...(await over(world, twin)), reason: reason(twin, 'takeBack') }
  done(await takeBackCaseAssignment(world.as('authority', twin.centre), command))
}

async function endTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const command = { ...(await over(world, twin)), on: today(world.clock) }
  const ctx = world.as('counsellor', twin.centre)
  done(await endCase(ctx, { ...command, reason: reason(twin, 'end') }))
}

async function holdTwin(world: SharedWorld, { caseId, centre }: Twin): Promise<void> {
  const { [centre]: facts } = FACTS
  const command = { caseId, until: facts.heldUntil, sentence: sentenceOf(facts, 'hold') }
  done(await setHold(world.as('lead', centre), command))
}

async function reviewTwin(world: SharedWorld, twin: Twin): Promise<void> {
  const review = { on: today(world.clock), ...FACTS[twin.centre].review }
  done(
    await recordReview(world.as('counsellor', twin.centre), {
      ...(await over(world, twin)),
      review,
    }),
  )
}
