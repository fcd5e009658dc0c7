import { STAGES, type Stage } from '#app/domain/case/stage.ts'
import { readCentre } from './centre-query.ts'

/** What the work list is narrowed to: what is late, or who is waited for. */
export type Narrowing = 'overdue' | 'us' | 'family' | 'school' | 'authority'

/** The work list as its address asks for it. */
export type WorkListQuery = {
  /** Id of the centre to show; null: not said, or there is only one to show. */
  readonly centre: string | null
  /** Null: not said; the page then decides by role. */
  readonly scope: 'mine' | 'all' | null
  readonly narrow: Narrowing | null
  /** The search word, sealed; null: no search. */
  readonly sealed: string | null
  /** From 1. */
  readonly page: number
}

/** All cases as their address asks for them. */
export type CasesQuery = {
  /** As in {@link WorkListQuery}. */
  readonly centre: string | null
  readonly stage: Stage | null
  readonly order: 'name' | 'number'
  readonly sealed: string | null
  readonly page: number
}

const SCOPES = { ich: 'mine', alle: 'all' } as const
const NARROWINGS = {
  ueberfaellig: 'overdue',
  uns: 'us',
  familie: 'family',
  schule: 'school',
  schulamt: 'authority',
} as const satisfies Readonly<Record<string, Narrowing>>

/** Reads `?zentrum=&fuer=&nur=&suche=&seite=`; what is not understood counts as not said. */
export function readWorkListQuery(params: URLSearchParams): WorkListQuery {
  return {
    centre: readCentre(params),
    scope: chosen(SCOPES, params.get('fuer')),
    narrow: chosen(NARROWINGS, params.get('nur')),
    sealed: params.get('suche') || null,
    page: pageNumber(params),
  }
}

/** The address of a view of the work list; pages and searches that are not said stay out of it. */
export function workListPath(query: Partial<WorkListQuery>): string {
  return path('/arbeitsliste', {
    zentrum: query.centre ?? undefined,
    fuer: nameOf(SCOPES, query.scope),
    nur: nameOf(NARROWINGS, query.narrow),
    suche: query.sealed ?? undefined,
    seite: numberText(query.page),
  })
}

/** Reads `?zentrum=&stand=&sortierung=&suche=&seite=`; what is not understood counts as not said. */
export function readCasesQuery(params: URLSearchParams): CasesQuery {
  const stage = params.get('stand')
  return {
    centre: readCentre(params),
    stage: STAGES.find((one) => one === stage) ?? null,
    order: params.get('sortierung') === 'nummer' ? 'number' : 'name',
    sealed: params.get('suche') || null,
    page: pageNumber(params),
  }
}

/** The address of a view of all cases. */
export function casesPath(query: Partial<CasesQuery>): string {
  return path('/faelle', {
    zentrum: query.centre ?? undefined,
    stand: query.stage ?? undefined,
    sortierung: query.order === 'number' ? 'nummer' : undefined,
    suche: query.sealed ?? undefined,
    seite: numberText(query.page),
  })
}

function chosen<T extends string>(
  words: Readonly<Record<string, T>>,
  word: string | null,
): T | null {
  return word !== null && Object.hasOwn(words, word) ? (words[word] ?? null) : null
}

function nameOf(words: Readonly<Record<string, string>>, value: string | null | undefined) {
  return Object.keys(words).find((word) => words[word] === value)
}

function pageNumber(params: URLSearchParams): number {
  const page = Number(params.get('seite') ?? '1')
  return Number.isInteger(page) && page >= 1 && page <= 100_000 ? page : 1
}

function numberText(page: number | undefined): string | undefined {
  return page === undefined || page === 1 ? undefined : String(page)
}

function path(base: string, params: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, value)
  }
  const text = query.toString()
  return text === '' ? base : `${base}?${text}`
}
