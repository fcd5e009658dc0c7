import type { Page } from 'playwright-core'
import { lookAt } from './look.ts'
import type { Person, PersonKey } from './people.ts'
import { NOBODY } from './site-map.ts'

type Answer = { readonly status: number; readonly location: string; readonly html: string }

/** One pattern of the route manifest with the addresses that stand for it. */
export type Leg = { readonly pattern: string; readonly addresses: readonly string[] }

export type Visited = {
  readonly findings: readonly string[]
  /** Who was shown the page itself. */
  readonly shownTo: readonly PersonKey[]
}

/** Remembers what has been looked at, so that nothing is looked at twice. */
export type Seen = Set<string>

const PAGE = 200
const ELSEWHERE = 303
const REFUSALS = [403, 404]

/**
 * Visits every address of a leg as one person. Each is asked for; looked at are the first page the
 * person is shown, each page that is built of other parts (a case at another stage), and the first
 * refusal of each status that the person meets anywhere.
 */
export async function visitAs(person: Person, leg: Leg, seen: Seen): Promise<Visited> {
  const { tab, nobody } = person
  const addresses = leg.addresses.map((address) => address.replace(NOBODY, nobody))
  const answers = await Promise.all(addresses.map((address) => ask(tab, address)))
  const findings: string[] = []
  for (const [index, answer] of answers.entries()) {
    const address = addresses[index] ?? ''
    const isNewToUs = remember(seen, partsOf(leg, answer))
    const isNewToPerson = remember(seen, `${person.key} ${placeOf(leg, answer)}`)
    const isLookedAt = answer.status !== ELSEWHERE && (isNewToUs || isNewToPerson)
    const found = isLookedAt
      ? await lookAt(tab, {
          picture: `${person.key}/${nameOf(leg.pattern)}.${index + 1}.${answer.status}`,
          open: () => tab.goto(address),
        })
      : []
    const wrong = isAnswer(answer) ? found : [`answers ${answer.status}`, ...found]
    findings.push(...wrong.map((finding) => `${person.key} ${address}: ${finding}`))
  }
  return { findings, shownTo: answers.some(({ status }) => status === PAGE) ? [person.key] : [] }
}

async function ask(tab: Page, address: string): Promise<Answer> {
  const response = await tab.context().request.get(address, { maxRedirects: 0 })
  return {
    status: response.status(),
    location: response.headers()['location'] ?? '',
    html: await response.text(),
  }
}

/** A page, a refusal with its own status, or the way to another page of ours. */
function isAnswer({ status, location }: Answer): boolean {
  if (status === ELSEWHERE) return /^\/(?!\/)/.test(location)
  return status === PAGE || REFUSALS.includes(status)
}

/** Whether it was new. */
function remember(seen: Seen, key: string): boolean {
  const isNew = !seen.has(key)
  seen.add(key)
  return isNew
}

/** Refusals look alike wherever they are met; pages stand for themselves. */
function placeOf({ pattern }: Leg, { status }: Answer): string {
  return status === PAGE ? pattern : String(status)
}

/** Two pages of one pattern and language that are built of the same elements look alike. */
function partsOf(leg: Leg, answer: Answer): string {
  if (answer.status !== PAGE) return placeOf(leg, answer)
  const [document = ''] = /<html[^>]*>/.exec(answer.html) ?? []
  const elements = answer.html.matchAll(/<([a-z][a-z0-9]*)(?:[^>]*? class="([^"]*)")?/g)
  const parts = new Set([...elements].map(([, tag, classes = '']) => `${tag}.${classes}`))
  return [leg.pattern, document, ...[...parts].toSorted()].join(' ')
}

function nameOf(pattern: string): string {
  return pattern.slice(1).replaceAll('/', '-').replaceAll(':', '').replace('*', 'sonst') || 'start'
}
