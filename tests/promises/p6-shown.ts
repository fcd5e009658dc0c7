import type { Mark } from '#tests/promises/twins.ts'
import type { Reply } from '#tests/setup/session.ts'

/** What an answer holds: every value of its data with its place (`rows.0.age=13`), and its page. */
export type Facts = { readonly values: readonly string[]; readonly page: string }

export const NOTHING: Facts = { values: [], page: '' }

const CONTEXT = /window\.__remixContext = (\{.*?\});(?=<\/script>|\n|__remixContext)/s
const SCRIPT = /<script\b.*?<\/script>/gs
/** Shorter marks are a word of many pages: they are looked for as a whole value of the data only. */
const SHORTEST_IN_PAGE = 4

/** The data of an answer, be it JSON or embedded in a page for its scripts, and the page itself. */
export function factsIn({ body, headers }: Pick<Reply, 'body' | 'headers'>): Facts {
  if (String(headers['content-type']).includes('json')) {
    return { values: valuesOf(JSON.parse(body), ''), page: '' }
  }
  const [, context] = CONTEXT.exec(body) ?? []
  const page = body.replaceAll(SCRIPT, '')
  if (context === undefined) return { values: [], page }
  const { state } = JSON.parse(context) as { readonly state?: Record<string, unknown> }
  const { loaderData, actionData, errors } = state ?? {}
  return { values: valuesOf({ loaderData, actionData, errors }, ''), page }
}

/** Two answers as one. */
export function together(one: Facts, other: Facts): Facts {
  return { values: [...one.values, ...other.values], page: one.page + other.page }
}

/** Whether one of the marks stands more often in the answer than in each it is compared with. */
export function shows(facts: Facts, marks: readonly Mark[], others: readonly Facts[]): boolean {
  return marks.some((mark) => {
    const isMore = (count: (one: Facts) => number) => {
      const own = count(facts)
      // most marks stand nowhere in an answer: then there is nothing to compare
      return own > 0 && others.every((one) => own > count(one))
    }
    const inValues = (one: Facts) => one.values.filter((value) => stands(value, mark)).length
    const inPage = (one: Facts) => countIn(one.page, mark)
    return isMore(inValues) || isMore(inPage)
  })
}

function stands(line: string, mark: Mark): boolean {
  if (mark instanceof RegExp) return mark.test(line)
  const value = line.slice(line.indexOf('=') + 1)
  return isShort(mark) ? value === mark : value.includes(mark)
}

function countIn(page: string, mark: Mark): number {
  if (mark instanceof RegExp || isShort(mark)) return 0
  return page.split(mark).length - 1
}

/** A number stands by chance within a token or an id. */
function isShort(mark: string): boolean {
  return mark.length < SHORTEST_IN_PAGE || /^\d{4}$/.test(mark)
}

function valuesOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${String(value)}`]
  return Object.entries(value).flatMap(([name, inner]) =>
    // a name can be data too: a list of schools by their numbers; a place in a list is none
    [
      ...(Array.isArray(value) ? [] : [`${path}.keys=${name}`]),
      ...valuesOf(inner, path === '' ? name : `${path}.${name}`),
    ],
  )
}
