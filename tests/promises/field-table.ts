/**
 * Who sees which field of a child on which page (P6), written by hand and taken from nothing: the
 * crawl of `p6-fields.test.ts` must find exactly this. `docs/generated/fields.md` prints it.
 */

import type { StoredField } from '#tests/promises/stored-fields.ts'

/** Every personal field, in words, with where it is stored; null: worked out from another one. */
export const FIELDS = {
  given: { says: 'given names', stored: 'child.givenNames' },
  family: { says: 'family name', stored: 'child.familyName' },
  originalGiven: {
    says: 'given names, original script',
    stored: 'child.originalScript.given',
  },
  originalFamily: {
    says: 'family name, original script',
    stored: 'child.originalScript.family',
  },
  born: { says: 'birth date', stored: 'child.birthDate.date' },
  age: { says: 'age', stored: null },
  sex: { says: 'sex', stored: 'child.sex' },
  furtherLanguage: { says: 'further languages', stored: 'child.furtherLanguages.0' },
  sibling: { says: 'given names of a brother or sister', stored: null },
  siblingFamily: { says: 'family name of a brother or sister', stored: null },
  siblingBorn: { says: 'birth date of a brother or sister', stored: null },
  guardian: { says: 'name of a guardian', stored: 'family.guardians.0.name' },
  guardianRole: { says: 'who the guardian is', stored: 'family.guardians.0.role' },
  reachability: {
    says: 'how the guardian is reached',
    stored: 'family.guardians.0.reachability',
  },
  street: { says: 'street', stored: 'family.address.street' },
  postcode: { says: 'postcode', stored: 'family.address.postcode' },
  town: { says: 'town', stored: 'family.address.town' },
  free: { says: 'address in words', stored: 'family.address.free' },
  phone: { says: 'telephone', stored: 'family.contact.phone' },
  email: { says: 'e-mail', stored: 'family.contact.email' },
  channel: { says: 'wished channel', stored: 'family.contact.channel' },
  reads: { says: 'languages the family reads', stored: 'family.readsLanguages.0' },
  caseNumber: { says: 'case number', stored: 'pupil_case.case_number' },
  registeredOn: { says: 'day of the Meldung', stored: 'pupil_case.registered_on' },
  arrival: { says: 'month of arrival', stored: 'pupil_case.arrival_month' },
  nationality: { says: 'nationality', stored: 'pupil_case.nationality' },
  language: { says: 'language of the family', stored: 'pupil_case.language' },
  municipality: { says: 'Gemeinde', stored: 'pupil_case.municipality_key' },
  startsAt: { says: 'time of the appointment', stored: 'appointment.starts_at' },
  duration: { says: 'length of the appointment', stored: 'appointment.durationMinutes' },
  mode: { says: 'kind of appointment', stored: 'appointment.mode' },
  place: { says: 'place of the appointment', stored: 'appointment.place' },
  speaks: { says: 'languages the child speaks', stored: 'interview.languages.0.language' },
  literacy: { says: 'Latin literacy', stored: 'interview.latinLiteracy' },
  german: { says: 'level of German', stored: 'interview.germanLevel' },
  country: { says: 'country of schooling', stored: 'interview.schooling.0.country' },
  fromYear: { says: 'schooling from', stored: 'interview.schooling.0.fromYear' },
  toYear: { says: 'schooling to', stored: 'interview.schooling.0.toYear' },
  years: { says: 'years of schooling', stored: 'interview.schooling.0.years' },
  siblingSchool: {
    says: 'school of a brother or sister',
    stored: 'interview.siblings.0.schoolNumber',
  },
  wishSchool: { says: 'school the family wishes', stored: 'interview.wish.schools.0' },
  wishForm: { says: 'school form the family wishes', stored: 'interview.wish.forms.0' },
  wishNote: { says: 'wish in words', stored: 'interview.wish.note' },
  form: { says: 'recommended school form', stored: 'interview.recommendation.form' },
  grade: { says: 'recommended grade', stored: 'interview.recommendation.grade' },
  advice: { says: 'reason of the recommendation', stored: 'interview.recommendation.reason' },
  deviation: { says: 'reason for this school', stored: 'reason.deviation.sentence' },
  deviationCode: { says: 'reason for this school, code', stored: 'reason.deviation.code' },
  decline: { says: 'why a school declined', stored: 'reason.decline.sentence' },
  declineCode: { says: 'why a school declined, code', stored: 'reason.decline.code' },
  withdrawal: { says: 'why a proposal was withdrawn', stored: 'reason.withdraw.sentence' },
  withdrawalCode: {
    says: 'why a proposal was withdrawn, code',
    stored: 'reason.withdraw.code',
  },
  sentBack: { says: 'why a proposal was sent back', stored: 'reason.send_back.sentence' },
  sentBackCode: { says: 'why a proposal was sent back, code', stored: 'reason.send_back.code' },
  noPlace: { says: 'why a school has no place', stored: 'reason.no_place.sentence' },
  noPlaceCode: { says: 'why a school has no place, code', stored: 'reason.no_place.code' },
  takenBack: { says: 'why an assignment was taken back', stored: 'reason.take_back.sentence' },
  takenBackCode: {
    says: 'why an assignment was taken back, code',
    stored: 'reason.take_back.code',
  },
  reviewLevel: { says: 'level at a review', stored: 'review.gerLevel' },
  reviewB1: { says: 'B1 at a review', stored: 'review.b1' },
  className: { says: 'name of the class', stored: 'school_class.className' },
  classKind: { says: 'kind of the class', stored: 'school_class.classKind' },
  courseKind: { says: 'course in German', stored: 'school_class.courseKind' },
  supportMonths: {
    says: 'how long language support lasts',
    stored: 'school_class.supportMonths',
  },
  code: { says: 'short code of the family', stored: 'access.code' },
  end: { says: 'why the case ended', stored: 'reason.end.sentence' },
  endCode: { says: 'why the case ended, code', stored: 'reason.end.code' },
  hold: { says: 'why nobody may erase the case', stored: 'legal_hold.sentence' },
  heldUntil: { says: 'until when nobody may erase the case', stored: 'legal_hold.until' },
  draftMeldung: { says: 'draft of a Meldung', stored: 'draft.registration' },
  draftOfSibling: { says: 'draft of the Meldung of a brother or sister', stored: null },
  draftLanguages: { says: 'draft of the languages', stored: 'draft.interview_languages' },
  draftSchooling: { says: 'draft of the schooling', stored: 'draft.interview_schooling' },
  draftSiblings: { says: 'draft of the siblings', stored: 'draft.interview_siblings' },
  draftWish: { says: 'draft of the wish', stored: 'draft.interview_wish' },
  draftRecommendation: {
    says: 'draft of the recommendation',
    stored: 'draft.interview_recommendation',
  },
} as const satisfies Readonly<
  Record<string, { readonly says: string; readonly stored: StoredField | null }>
>

export type Field = keyof typeof FIELDS

type Listed = NonNullable<(typeof FIELDS)[Field]['stored']>

/**
 * Stored with the others and no field of its own on any page, each with its reason. What is stored
 * and stands neither here nor above does not compile.
 */
export const NO_FIELD: Readonly<Record<Exclude<StoredField, Listed>, string>> = {
  'child.birthDate.precision': 'part of the birth date',
  'reason.family_appointed.code': 'noted by the program itself, the same for every family',
  'reason.family_appointed.sentence': 'always empty',
  'child.addressLock': 'P28 compares locked with unlocked families',
  'pupil_case.grade': 'the recommended one, which the interview holds too',
  'pupil_case.form': 'the recommended one, which the interview holds too',
  'language_support.supportMonths': 'copied into the class, from where it is shown',
  'erasure_recipient.case_number': 'the case number, until they have been told',
}

/** Who asks. `authority` has the whole area. */
export const ASKING = [
  ...['counsellor', 'lead', 'authority', 'school', 'owner', 'coordinator', 'auditor'],
  ...['state', 'operator', 'family', 'nobody'],
] as const

export type Asking = (typeof ASKING)[number]

export type FieldRule = Readonly<Partial<Record<Asking, readonly Field[]>>>

const NAMES = ['given', 'family', 'originalGiven', 'originalFamily'] as const
/** The head of every page of a case; `language` is what the original name is written in. */
const HEAD = [...NAMES, 'born', 'age', 'language', 'caseNumber'] as const
/** A row of a list: nobody needs the birth date to find a child in it. */
const ROW = [...NAMES, 'age', 'language', 'grade', 'form', 'registeredOn'] as const
/** A row of the desk of a school or the authority. */
const DESK = [...NAMES, 'age', 'language', 'grade'] as const
const PLACEMENT = [
  ...HEAD,
  ...['sex', 'nationality', 'municipality', 'form', 'grade', 'deviation', 'deviationCode'],
] as const satisfies readonly Field[]
/** What a school says of a child for whom it has no place. */
const NO_PLACE = ['noPlace', 'noPlaceCode'] as const
const WISH = ['wishSchool', 'wishForm', 'wishNote'] as const
/** What the school itself said of the class. */
const CLASS = ['className', 'classKind', 'courseKind'] as const
/** A child that goes to the school, in a list: what its school said, and what comes of it. */
const AT_SCHOOL = ['className', 'reviewLevel', 'supportMonths'] as const
const INTERVIEW = [
  ...HEAD,
  ...(['registeredOn', 'speaks', 'literacy', 'german'] as const),
  ...(['country', 'fromYear', 'toYear', 'years', 'siblingSchool'] as const),
  ...(['form', 'grade', 'advice', ...WISH] as const),
] as const
/** How the family lives and is reached, and what was said no to, with reasons. */
const FILE = [
  ...(['registeredOn', 'municipality', 'sibling', 'guardian', 'guardianRole'] as const),
  ...(['street', 'postcode', 'town', 'free', 'phone', 'email', 'channel', 'reads'] as const),
  ...(['deviation', 'deviationCode', 'decline', 'declineCode'] as const),
  ...(['withdrawal', 'withdrawalCode', 'sentBack', 'sentBackCode', 'end', 'endCode'] as const),
  ...(['noPlace', 'noPlaceCode', 'takenBack', 'takenBackCode'] as const),
] as const

/** Counsellor and lead see the same of a case: the lead has accounts and settings besides. */
const ki = (...fields: readonly Field[]): FieldRule => ({ counsellor: fields, lead: fields })
const NOTHING: FieldRule = {}

/** The same with a form that the counsellor has begun: what is typed comes back to nobody else. */
const drafted = (drafts: readonly Field[], fields: readonly Field[]): FieldRule => ({
  counsellor: [...fields, ...drafts],
  lead: fields,
})

/** What each route shows at whatever stage; who is not named sees nothing there. */
export const FIELD_TABLE: Readonly<Record<string, FieldRule>> = {
  'routes/home': NOTHING,
  'routes/sign-in': NOTHING,
  'routes/sign-in.confirm': NOTHING,
  'routes/sign-in.provider': NOTHING,
  'routes/sign-out': NOTHING,
  'routes/notices': NOTHING,
  'routes/invitation': NOTHING,
  'routes/own-account': NOTHING,
  'routes/own-account.confirm': NOTHING,
  'routes/own-account.factors': NOTHING,
  'routes/own-account.passkeys': NOTHING,
  'routes/own-account.provider': NOTHING,
  // what was said no to is told to whoever counsels the child, with the reason
  'routes/work-list': { counsellor: [...ROW, 'decline', 'sentBack', 'takenBack'], lead: ROW },
  'routes/cases': ki(...ROW, 'caseNumber'),
  // the likely duplicate to compare with, and what the form takes over from a brother or sister
  'routes/cases.new': drafted(
    ['draftMeldung', 'draftOfSibling'],
    [
      ...(['given', 'family', 'born', 'caseNumber', 'registeredOn'] as const),
      ...(['language', 'municipality'] as const),
    ],
  ),
  'routes/case': ki(
    ...HEAD,
    ...FILE,
    ...(['startsAt', 'form', 'grade', 'german', 'advice', ...WISH] as const),
    ...CLASS,
    'supportMonths',
  ),
  'routes/case.appointment': ki(...HEAD, 'startsAt', 'duration', 'mode', 'place', 'sibling'),
  'routes/case.interview': drafted(
    [
      ...(['draftLanguages', 'draftSchooling', 'draftSiblings', 'draftWish'] as const),
      'draftRecommendation',
    ],
    [...INTERVIEW, 'startsAt'],
  ),
  'routes/case.suggestions': ki(...HEAD, 'registeredOn', 'municipality', 'form', 'grade'),
  // placement data, nothing of the counselling (product.md §2)
  'routes/case.assignment': {
    ...ki(...PLACEMENT, ...NO_PLACE, 'registeredOn'),
    authority: [...PLACEMENT, ...NO_PLACE],
  },
  // the transfer data set (VO-DV I § 7 Abs. 2, `checkedOn: null`), and nothing else
  'routes/case.admission': {
    school: [
      ...HEAD,
      ...(['sex', 'nationality', 'grade', 'guardian', 'guardianRole', 'reachability'] as const),
      ...(['street', 'postcode', 'town', 'free', 'phone', 'email'] as const),
      ...CLASS,
    ],
  },
  // why it is held, for whoever wonders that it is still there
  'routes/case.end': ki(...HEAD, 'hold', 'heldUntil'),
  'routes/case.slip': ki('given', 'caseNumber', 'code'),
  'routes/case.follow-up': ki(...HEAD, 'literacy', 'reviewLevel', 'reviewB1', 'supportMonths'),
  // the trail says of the Meldung its day, and of a hold its last one, but never why
  'routes/case.trail': {
    ...ki(...HEAD, 'registeredOn', 'heldUntil'),
    auditor: ['caseNumber', 'registeredOn', 'heldUntil'],
  },
  'routes/schools': NOTHING,
  'routes/owner-seats': NOTHING,
  // what is needed to ask after compulsory schooling (decision 0033); nothing leads to the case
  'routes/without-place': { owner: ['given', 'family', 'born', 'municipality', 'registeredOn'] },
  'routes/school': NOTHING,
  'routes/school.year': NOTHING,
  'routes/school-desk': { school: [...DESK, ...AT_SCHOOL] },
  'routes/school-children': { school: [...NAMES, 'language', ...AT_SCHOOL] },
  // one of the reasons for a school is whether its form is the recommended one
  'routes/authority-desk': {
    authority: [...DESK, 'form', 'deviation', 'deviationCode', ...NO_PLACE],
  },
  'routes/authority-seats': NOTHING,
  'routes/appointments': NOTHING,
  'routes/plan': NOTHING,
  'routes/reports': NOTHING,
  'routes/administration': NOTHING,
  'routes/administration.accounts': NOTHING,
  'routes/administration.centre': NOTHING,
  'routes/administration.operation': NOTHING,
  'routes/administration.schools': NOTHING,
  // who is due, by number alone
  'routes/administration.retention': { lead: ['caseNumber'], auditor: ['caseNumber'] },
  'routes/administration.erasures': NOTHING,
  'routes/administration.trail': NOTHING,
  'routes/family': {
    family: ['given', 'language', 'registeredOn', 'startsAt', 'duration', 'mode', 'place'],
  },
  'routes/not-found': NOTHING,
}

/**
 * The same once the case has ended, closed, on the pages that are about a child or list them: the
 * centre keeps the file to read until it is erased, school and authority have nothing of it any more.
 */
export const FIELDS_AFTER_END: Readonly<Record<string, FieldRule>> = {
  'routes/cases': ki(...NAMES, 'age', 'language', 'registeredOn', 'caseNumber'),
  'routes/cases.new': drafted(
    ['draftMeldung', 'draftOfSibling'],
    [...(['given', 'family', 'language', 'municipality'] as const)],
  ),
  // what was recommended is in the Beratungsbogen alone
  'routes/case': ki(...HEAD, ...FILE, ...CLASS),
  'routes/case.appointment': ki(...HEAD, 'startsAt', 'duration', 'mode', 'place', 'sibling'),
  'routes/case.interview': ki(...INTERVIEW),
  'routes/case.suggestions': ki(...HEAD, 'municipality'),
  'routes/case.assignment': ki(...HEAD, 'sex', 'nationality', 'municipality'),
  'routes/case.end': ki(...HEAD, 'hold', 'heldUntil'),
  'routes/case.follow-up': ki(...HEAD, 'reviewLevel', 'reviewB1'),
  'routes/case.trail': {
    ...ki(...HEAD, 'registeredOn', 'heldUntil'),
    auditor: ['caseNumber', 'registeredOn', 'heldUntil'],
  },
  'routes/administration.retention': { lead: ['caseNumber'], auditor: ['caseNumber'] },
  // that the way is over, and whom to ring
  'routes/family': { family: ['given', 'language', 'registeredOn'] },
}

/** The same once the child is erased: whoever knew of it and has not been told yet. */
export const FIELDS_AFTER_ERASURE: Readonly<Record<string, FieldRule>> = {
  'routes/administration.erasures': { lead: ['caseNumber'], auditor: ['caseNumber'] },
}

/** Stored or worked out, and on no page of anybody, each with its reason. */
export const SEEN_BY_NOBODY: Readonly<Partial<Record<Field, string>>> = {
  arrival: 'asked at the Meldung; figures by year of arrival will count it',
  furtherLanguage: 'the form does not ask for it; the Beratungsbogen has its own list',
  siblingFamily: 'a brother or sister is called by the given names',
  siblingBorn: 'a brother or sister is shown with the age',
}
