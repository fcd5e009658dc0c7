import { readCentre } from './centre-query.ts'
import { readPage } from './school-list-query.ts'

/** The owner's seats as their address asks for them. */
export type OwnSeatsQuery = {
  /** Id of the centre to show; null: not said, or there is only one to show. */
  readonly centre: string | null
  /** From 1. */
  readonly page: number
}

/** The list of children without a place as its address asks for it. */
export type WithoutPlaceQuery = OwnSeatsQuery & {
  /** Key of the Gemeinde; null: all the owner is answerable for. */
  readonly municipality: string | null
  /** The longest waiting or the oldest first. */
  readonly order: 'waiting' | 'age'
}

/** Reads `?zentrum=&seite=`; what is not understood counts as not said. */
export function readOwnSeatsQuery(params: URLSearchParams): OwnSeatsQuery {
  return { centre: readCentre(params), page: readPage(params) }
}

/** Reads `?zentrum=&gemeinde=&sortierung=&seite=`; what is not understood counts as not said. */
export function readWithoutPlaceQuery(params: URLSearchParams): WithoutPlaceQuery {
  const municipality = params.get('gemeinde') ?? ''
  return {
    ...readOwnSeatsQuery(params),
    municipality: /^\d{8}$/.test(municipality) ? municipality : null,
    order: params.get('sortierung') === 'alter' ? 'age' : 'waiting',
  }
}

/** The address of a view of the owner's seats. */
export function ownSeatsPath({ centre, page }: Partial<OwnSeatsQuery>): string {
  return path('/schulen/eigene', { zentrum: centre, seite: pageText(page) })
}

/** The address of a view of the list of children without a place. */
export function withoutPlacePath(query: Partial<WithoutPlaceQuery>): string {
  const { centre, municipality, order, page } = query
  return path('/schulen/ohne-platz', {
    zentrum: centre,
    gemeinde: municipality,
    sortierung: order === 'age' ? 'alter' : null,
    seite: pageText(page),
  })
}

function pageText(page: number | undefined): string | null {
  return page === undefined || page === 1 ? null : String(page)
}

function path(base: string, said: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(said)) if (value) query.set(name, value)
  const text = query.toString()
  return text === '' ? base : `${base}?${text}`
}
