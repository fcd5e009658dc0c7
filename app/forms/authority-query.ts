import { isSchoolForm, type SchoolForm } from '#app/domain/school/form.ts'
import { ALL_GRADES, holdsGrade } from '#app/domain/seat/grades.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { readPage } from './school-list-query.ts'

/** The desk of the authority as its address asks for it. */
export type DeskQuery = {
  readonly narrow: 'overdue' | 'ends_soon' | 'said_yes' | 'at_centre' | null
  /** From 1. */
  readonly page: number
  /** Every row of the page is chosen from the start: "Alle auswählen" is a link. */
  readonly all: boolean
}

/** The overview of seats as its address asks for it; null counts as not said. */
export type SeatsQuery = {
  /** Key of the Gemeinde whose school forms are told apart. */
  readonly municipality: string | null
  readonly form: SchoolForm | null
  readonly kind: SeatKind | null
  readonly grade: number | null
}

const NARROWINGS = {
  ueberfaellig: 'overdue',
  vormerkung: 'ends_soon',
  zusage: 'said_yes',
  zentrum: 'at_centre',
} as const

const KINDS = { foerderplaetze: 'support', regelplaetze: 'regular' } as const

/** Reads `?nur=&seite=&alle=`; what is not understood counts as not said. */
export function readDeskQuery(params: URLSearchParams): DeskQuery {
  return {
    narrow: chosen(NARROWINGS, params.get('nur')),
    page: readPage(params),
    all: params.get('alle') === '1',
  }
}

/** The address of a view of the desk. */
export function deskPath({ narrow, page, all }: Partial<DeskQuery>): string {
  return path('/schulamt', {
    nur: nameOf(NARROWINGS, narrow),
    seite: page === undefined || page === 1 ? null : String(page),
    alle: all ? '1' : null,
  })
}

/** Reads `?gemeinde=&form=&art=&klasse=`; what is not understood counts as not said. */
export function readSeatsQuery(params: URLSearchParams): SeatsQuery {
  const form = params.get('form') ?? ''
  const grade = /^\d{1,2}$/.test(params.get('klasse') ?? '') ? Number(params.get('klasse')) : 0
  const municipality = params.get('gemeinde') ?? ''
  return {
    municipality: /^\d{8}$/.test(municipality) ? municipality : null,
    form: isSchoolForm(form) ? form : null,
    kind: chosen(KINDS, params.get('art')),
    grade: holdsGrade(ALL_GRADES, grade) ? grade : null,
  }
}

/** The address of a view of the seats. */
export function seatsPath({ municipality, form, kind, grade }: Partial<SeatsQuery>): string {
  return path('/schulamt/plaetze', {
    gemeinde: municipality ?? null,
    form: form ?? null,
    art: nameOf(KINDS, kind),
    klasse: grade === undefined || grade === null ? null : String(grade),
  })
}

function chosen<T>(words: Readonly<Record<string, T>>, word: string | null): T | null {
  return word !== null && Object.hasOwn(words, word) ? (words[word] ?? null) : null
}

function nameOf<T>(words: Readonly<Record<string, T>>, meant: T | null | undefined): string | null {
  return Object.keys(words).find((word) => words[word] === meant) ?? null
}

function path(page: string, said: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(said)) if (value !== null) query.set(name, value)
  const text = query.toString()
  return text === '' ? page : `${page}?${text}`
}
