import { readPage } from './school-list-query.ts'

/** Reads `?schule=&abgesagt=` of the desk of a school. */
export function readDeskQuery(params: URLSearchParams) {
  return { school: params.get('schule'), declined: params.get('abgesagt') }
}

/** Reads `?schule=&seite=` of the children of a school. */
export function readChildrenQuery(params: URLSearchParams) {
  return { school: params.get('schule'), page: readPage(params) }
}

/** The address of the desk; `declined`: the pool whose seat was just declined. */
export function deskPath({
  school,
  declined,
}: {
  readonly school?: string
  readonly declined?: string | null
}): string {
  const query = new URLSearchParams()
  if (school !== undefined) query.set('schule', school)
  if (declined) query.set('abgesagt', declined)
  const text = query.toString()
  return text === '' ? '/schultisch' : `/schultisch?${text}`
}

/** The address of a page of the children of a school; null: of the person's first one. */
export function childrenPath(school: string | null, page = 1): string {
  const query = new URLSearchParams()
  if (school !== null) query.set('schule', school)
  if (page > 1) query.set('seite', String(page))
  const text = query.toString()
  return text === '' ? '/schultisch/kinder' : `/schultisch/kinder?${text}`
}
