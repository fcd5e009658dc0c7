import { isSchoolForm, type SchoolForm } from '#app/domain/school/form.ts'

/** What an address asks the list of schools for. */
export type SchoolsQuery = {
  readonly search: string
  readonly form: SchoolForm | null
  /** From 1. */
  readonly page: number
}

/** Longest search anybody types; what is longer is cut off. */
const LONGEST_SEARCH = 100

/** The page an address asks for (`?seite=`), from 1; what is no page number is the first. */
export function readPage(params: URLSearchParams): number {
  const text = params.get('seite') ?? ''
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 1
}

/** Reads `?q=&form=&seite=`; what is not understood counts as not said. */
export function readSchoolsQuery(params: URLSearchParams): SchoolsQuery {
  const form = params.get('form') ?? ''
  return {
    search: (params.get('q') ?? '').trim().slice(0, LONGEST_SEARCH),
    form: isSchoolForm(form) ? form : null,
    page: readPage(params),
  }
}

/** The address of a view of the schools. */
export function schoolsPath({ search, form, page }: SchoolsQuery): string {
  const query = new URLSearchParams()
  if (search !== '') query.set('q', search)
  if (form !== null) query.set('form', form)
  if (page > 1) query.set('seite', String(page))
  const text = query.toString()
  return text === '' ? '/schulen' : `/schulen?${text}`
}
