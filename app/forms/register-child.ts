import * as z from 'zod'
import {
  type BirthDate,
  type BirthDatePart,
  type BirthDatePrecision,
  type BirthDateRefusal,
  parseBirthDate,
} from '#app/domain/child/birth-date.ts'
import { type Child, SEXES } from '#app/domain/child/child.ts'
import {
  type ChildName,
  type NameField,
  type NameRefusal,
  parseChildName,
} from '#app/domain/child/name.ts'
import {
  CHANNELS,
  type Family,
  type FamilyTextRefusal,
  GUARDIAN_ROLES,
  type Guardian,
  parseFamilyText,
} from '#app/domain/family/family.ts'
import type { CaseId, MunicipalityKey } from '#app/domain/ids.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { findNationality } from '#app/domain/nationality/nationalities.ts'
import { type CalendarDate, toCalendarDate } from '#app/domain/time.ts'

/** What a filled-in registration says, in the domain's terms. */
type ChildRegistration = {
  readonly child: Child
  /** A family of its own, or that of a child that is registered already. */
  readonly family:
    | { readonly kind: 'new'; readonly family: Family }
    | { readonly kind: 'of_sibling'; readonly caseId: CaseId }
  readonly language: string
  readonly nationality: string | null
  /** `YYYY-MM`; null: not known. */
  readonly arrivalMonth: string | null
  readonly municipality: MunicipalityKey
  readonly registeredOn: CalendarDate
  /** The cases a person was shown as likely duplicates and said of that it is another child. */
  readonly confirmedOthers: readonly CaseId[]
}

/** The fields, as they are named and in the order in which they stand in the page. All are text; one that is not sent is empty. */
export const REGISTRATION_FIELDS = [
  'givenNames',
  'familyName',
  'originalGiven',
  'originalFamily',
  'birthDay',
  'birthMonth',
  'birthYear',
  'birthPrecision',
  'sex',
  'language',
  'nationality',
  'arrivalMonth',
  'addressLock',
  'guardian1Name',
  'guardian1Role',
  'guardian2Name',
  'guardian2Role',
  'street',
  'postcode',
  'town',
  'free',
  'municipality',
  'phone',
  'email',
  'channel',
  'registeredOn',
  'siblingOf',
  'confirmed',
] as const

export type RegistrationField = (typeof REGISTRATION_FIELDS)[number]

type Text = Readonly<Record<RegistrationField, string>>

/** Says what is missing at a field; answers null, so that a reader can end with it. */
type Report = (field: RegistrationField, message: string) => null

const Fields = z.object(
  Object.fromEntries(REGISTRATION_FIELDS.map((field) => [field, z.string().default('')])) as Record<
    RegistrationField,
    z.ZodDefault<z.ZodString>
  >,
)

/**
 * The registration form (Meldung). `today` is the Berlin day on which it is filled in: birth dates
 * and the day of the Meldung are held against it. One of the family's telephone, e-mail, street or
 * "where they stay" must be there, unless the child joins the family of a sibling.
 */
export function registerChildForm(today: CalendarDate) {
  return Fields.transform((text, ctx): ChildRegistration => {
    const found: { readonly field: RegistrationField; readonly message: string }[] = []
    const report: Report = (field, message) => {
      found.push({ field, message })
      return null
    }
    const child = readChild(text, today, report)
    const family = readHousehold(text, report)
    const about = readCase(text, today, report)
    for (const { field, message } of found.toSorted((a, b) => placeOf(a) - placeOf(b))) {
      ctx.addIssue({ code: 'custom', path: [field], message })
    }
    if (child === null || family === null || about === null) return z.NEVER
    return { ...about, child, family, confirmedOthers: text.confirmed.split(' ') as CaseId[] }
  })
}

/** Where a field stands in the page: messages come in the order in which one reads. */
function placeOf({ field }: { readonly field: RegistrationField }): number {
  return REGISTRATION_FIELDS.indexOf(field)
}

function readChild(text: Text, today: CalendarDate, report: Report): Child | null {
  const name = readName(text, report)
  const birthDate = readBirthDate(text, today, report)
  const sex = oneOf(SEXES, text.sex) ?? report('sex', 'field.choose')
  if (name === null || birthDate === null || sex === null) return null
  return { ...name, birthDate, sex, furtherLanguages: [], addressLock: text.addressLock !== '' }
}

const NAME_MESSAGES: Readonly<Record<NameRefusal['code'], string>> = {
  name_missing: 'field.name_missing',
  name_too_long: 'field.too_long',
  name_has_control_characters: 'field.control_characters',
}

function readName(text: Record<NameField, string>, report: Report): ChildName | null {
  const name = parseChildName(text)
  return name.ok ? name.value : report(name.error.field, NAME_MESSAGES[name.error.code])
}

type Said = readonly [field: RegistrationField, message: string]

const NO_SUCH_DATE: Readonly<Record<BirthDatePart, Said>> = {
  day: ['birthDay', 'field.birth_date_invalid'],
  month: ['birthMonth', 'field.birth_month_invalid'],
  year: ['birthYear', 'field.birth_year_invalid'],
}

/** What is said of a birth date, at the part that is to be looked at. */
function saidOf(refusal: BirthDateRefusal): Said {
  switch (refusal.code) {
    case 'birth_date_missing':
      return ['birthYear', 'field.birth_date_missing']
    case 'birth_date_impossible':
      return NO_SUCH_DATE[refusal.part]
    case 'birth_date_in_future':
      return ['birthYear', 'field.birth_date_future']
    case 'birth_date_unlikely':
      return ['birthYear', 'field.birth_date_unlikely']
  }
}

const PRECISIONS: readonly BirthDatePrecision[] = ['day', 'month', 'year', 'unknown']

function readBirthDate(text: Text, today: CalendarDate, report: Report): BirthDate | null {
  const parts = { day: text.birthDay, month: text.birthMonth, year: text.birthYear }
  const stated = oneOf(PRECISIONS, text.birthPrecision)
  const isTyped = Object.values(parts).some((part) => part.trim() !== '')
  // what is typed is not thrown away because the choice beside it says "not known"
  const precision = stated === 'unknown' && isTyped ? null : stated
  const birthDate = parseBirthDate({ ...parts, precision }, today)
  return birthDate.ok ? birthDate.value : report(...saidOf(birthDate.error))
}

function readHousehold(text: Text, report: Report): ChildRegistration['family'] | null {
  if (text.siblingOf !== '') return { kind: 'of_sibling', caseId: text.siblingOf as CaseId }
  const family = readFamily(text, report)
  return family && { kind: 'new', family }
}

function readFamily(text: Text, report: Report): Family | null {
  const guardians = readGuardians(text, report)
  const lines = readLines(text, report)
  const channel = oneOf(CHANNELS, text.channel) ?? report('channel', 'field.choose')
  if (guardians === null || lines === null || channel === null) return null
  const { phone, email, ...address } = lines
  return {
    guardians,
    address,
    contact: { phone, email, channel },
    readsLanguages: text.language === '' ? [] : [text.language],
  }
}

const LINES = ['street', 'postcode', 'town', 'free', 'phone', 'email'] as const

type Lines = Readonly<Record<(typeof LINES)[number], string>>

function readLines(text: Text, report: Report): Lines | null {
  const lines = { street: '', postcode: '', town: '', free: '', phone: '', email: '' }
  let isFine = true
  for (const field of LINES) {
    const line = readLine(text, field, report)
    if (line === null) isFine = false
    else lines[field] = line
  }
  return isFine && isReachable(lines, report) ? lines : null
}

function isReachable({ phone, email, street, free }: Lines, report: Report): boolean {
  if ([phone, email, street, free].some((line) => line !== '')) return true
  report('phone', 'field.contact_required')
  return false
}

const LINE_MESSAGES: Readonly<Record<FamilyTextRefusal['code'], string>> = {
  text_too_long: 'field.too_long',
  text_has_control_characters: 'field.control_characters',
}

/** Shapes of lines that may be empty but not anything else. */
const SHAPES: Partial<Readonly<Record<RegistrationField, readonly [RegExp, message: string]>>> = {
  postcode: [/^\d{5}$/, 'field.postcode_invalid'],
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'field.email_invalid'],
}

function readLine(text: Text, field: RegistrationField, report: Report): string | null {
  const line = parseFamilyText(text[field])
  if (!line.ok) return report(field, LINE_MESSAGES[line.error.code])
  const [shape, message] = SHAPES[field] ?? [/^/, '']
  return line.value === '' || shape.test(line.value) ? line.value : report(field, message)
}

function readGuardians(text: Text, report: Report): readonly Guardian[] | null {
  const guardians: Guardian[] = []
  for (const which of ['guardian1', 'guardian2'] as const) {
    const name = readLine(text, `${which}Name`, report)
    if (name === null) return null
    if (name === '') continue
    const role =
      oneOf(GUARDIAN_ROLES, text[`${which}Role`]) ?? report(`${which}Role`, 'field.choose')
    if (role === null) return null
    guardians.push({ name, role, reachability: '' })
  }
  return guardians
}

type AboutCase = Pick<
  ChildRegistration,
  'language' | 'nationality' | 'arrivalMonth' | 'municipality' | 'registeredOn'
>

function readCase(text: Text, today: CalendarDate, report: Report): AboutCase | null {
  const language = findLanguage(text.language)?.code ?? report('language', 'field.choose')
  const nationality = readNationality(text.nationality, report)
  const arrivalMonth = readMonth(text.arrivalMonth, today, report)
  const municipality = /^\d{8}$/.test(text.municipality)
    ? (text.municipality as MunicipalityKey)
    : report('municipality', 'field.choose')
  const registeredOn = readDay(text.registeredOn, today, report)
  const about = {
    language,
    nationality: nationality ?? '',
    arrivalMonth,
    municipality,
    registeredOn,
  }
  if (nationality === null || !isComplete(about)) return null
  return { ...about, nationality: nationality || null, arrivalMonth: about.arrivalMonth || null }
}

type NotNull<T> = { readonly [Name in keyof T]: NonNullable<T[Name]> }

function isComplete<T extends object>(read: T): read is T & NotNull<T> {
  return Object.values(read).every((value) => value !== null)
}

/** Empty: not asked yet. */
function readNationality(key: string, report: Report): string | null {
  if (key === '') return ''
  return findNationality(key)?.key ?? report('nationality', 'field.choose')
}

/** `2026-08` as a browser's month field sends it, or `08.2026` as people type it; empty: not known. */
function readMonth(typed: string, today: CalendarDate, report: Report): string | null {
  const text = typed.trim()
  if (text === '') return ''
  const [, year, month] =
    /^(\d{4})-(\d{1,2})$/.exec(text) ?? swapped(/^(\d{1,2})[./ ]\s*(\d{4})$/.exec(text)) ?? []
  const first = toCalendarDate(`${year}-${month?.padStart(2, '0')}-01`)
  if (first === null) return report('arrivalMonth', 'field.month_invalid')
  return first <= today ? first.slice(0, 7) : report('arrivalMonth', 'field.date_future')
}

function swapped(match: RegExpExecArray | null): readonly string[] | null {
  return match && [match[0], match[2] ?? '', match[1] ?? '']
}

function readDay(text: string, today: CalendarDate, report: Report): CalendarDate | null {
  const day = toCalendarDate(text.trim()) ?? germanDate(text.trim())
  if (day === null) return report('registeredOn', 'field.date_invalid')
  return day <= today ? day : report('registeredOn', 'field.date_future')
}

function germanDate(text: string): CalendarDate | null {
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? []
  return toCalendarDate(`${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`)
}

function oneOf<const T extends string>(choices: readonly T[], text: string): T | null {
  return choices.find((choice) => choice === text) ?? null
}
