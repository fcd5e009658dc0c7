import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { grep } from '#tests/promises/p20-grep.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { type Browser, type Reply, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

/** Every child's family name; nothing else in the program is called so. */
const NAME = 'Qzxwvykjq'
/** One more than fits on a page. */
const CHILDREN = 26
const LONG = guard(120_000)

/** What an element says of other addresses. */
const ADDRESSES = /\s(?:href|action|formaction|src|srcset|poster|data|cite|ping)="([^"]*)"/g
/** Headers that name addresses. */
const HEADERS = ['location', 'content-location', 'link', 'refresh', 'x-remix-redirect']

let world: SharedWorld
let served: Served
let browser: Browser

beforeAll(async () => {
  world = await makeFileWorld()
  for (let at = 0; at < CHILDREN; at += 1) {
    const givenNames = String.fromCharCode(65 + at).repeat(4)
    await registered(world, { child: { givenNames, familyName: NAME } })
  }
  served = await serve(world)
  browser = await signIn(served.door, 'counsellor-dn@beispiel.example', WORLD_PASSWORD)
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

describe('P13: the name of a child that is searched for', () => {
  test.each(['/arbeitsliste', '/faelle?stand=registered&sortierung=nummer'])(
    'from %s on: stands on every page of the search, and in no address',
    { timeout: LONG },
    async (list) => {
      const journey = await walk(list)
      const searched = journey.filter(({ reply }) => fieldOf(reply) === NAME)

      expect(searched.some(({ path }) => path.includes('seite=2'))).toBe(true)
      expect(searched.every(({ reply }) => reply.body.includes(NAME))).toBe(true)
      expect(journey.length).toBeGreaterThan(searched.length)
      expect(tellTales(journey)).toEqual([])
    },
  )

  test('nor when a script asks, when the word is refused, or after signing out', async () => {
    const asked = await browser.post('/faelle?_data=routes%2Fcases', { word: NAME })
    const path = String(asked.headers['x-remix-redirect'])
    const data = await browser.get(`${path}&_data=routes%2Fcases`)
    const refused = await browser.post('/faelle', { word: NAME.repeat(30) })
    const other = await signIn(served.door, 'lead-dn@beispiel.example', WORLD_PASSWORD)
    const ended = await other.get(path)
    await other.post('/abmelden', {})
    const away = await other.get(path)

    expect([asked, data, refused, ended, away].map(({ status }) => status)).toEqual([
      ...[204, 200, 422, 200, 303],
    ])
    expect(data.body).toContain(NAME)
    expect([fieldOf(refused), fieldOf(ended)]).toEqual([NAME.repeat(30), ''])
    expect(ended.body).toContain('Diese Suche ist beendet; bitte suchen Sie noch einmal.')
    const journey = [asked, data, refused, ended, away].map((reply) => ({ path, reply }))
    expect(tellTales(journey)).toEqual([])
  })

  test('nor in the log', () => {
    expect(world.logLines.length).toBeGreaterThan(0)
    expect(JSON.stringify(world.logLines)).not.toContain(NAME)
  })

  test('control: the search for a school, which stands in the address, is found', async () => {
    const path = `/schulen?q=${NAME}&form=02`
    const reply = await browser.get(path)
    expect(tellTales([{ path, reply }])).not.toEqual([])
    expect(tellTales([{ path: '/schulen', reply }])).not.toEqual([])
    const encoded = Buffer.from(NAME).toString('base64url')
    expect(tellTales([{ path: `/faelle?suche=${encoded}`, reply: NOTHING }])).not.toEqual([])
    const location = `/faelle?suche=${Buffer.from(NAME).toString('hex')}`
    expect(tellTales([{ path: '/', reply: { ...NOTHING, headers: { location } } }])).not.toEqual([])
  })
})

const NOTHING: Reply = { status: 200, headers: {}, body: '' }

type Step = { readonly path: string; readonly reply: Reply }

/** Searches a list by its form, and follows from the answer every link to a list of cases. */
async function walk(list: string): Promise<readonly Step[]> {
  const steps: Step[] = [{ path: list, reply: await browser.post(list, { word: NAME }) }]
  const ahead = [String(steps[0]?.reply.headers.location)]
  const seen = new Set<string>()
  for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
    if (seen.has(path)) continue
    seen.add(path)
    const reply = await browser.get(path)
    steps.push({ path, reply })
    ahead.push(
      ...addressesIn(reply).filter((one) => /^\/(?:arbeitsliste|faelle)(?:\?|$)/.test(one)),
    )
  }
  return steps
}

/** Addresses of a step that tell the name: plain, encoded for an address, in hex or base64. */
function tellTales(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ path, reply }) =>
    [path, ...addressesIn(reply)].flatMap((address) =>
      grep([{ path: address, bytes: Buffer.from(decodeURIComponent(address)) }], [NAME]),
    ),
  )
}

function addressesIn({ body, headers }: Reply): readonly string[] {
  const said = HEADERS.flatMap((name) => headers[name] ?? [])
  const linked = [...body.matchAll(ADDRESSES)].map(([, address = '']) => address)
  return [...said, ...linked].map((address) => address.replaceAll('&amp;', '&'))
}

/** What stands in the search field; null where there is none. */
function fieldOf({ body }: Reply): string | null {
  const [input] = /<input[^>]*name="word"[^>]*>/.exec(body) ?? []
  return input === undefined ? null : (/value="([^"]*)"/.exec(input)?.[1] ?? '')
}

test('P13: what is stored at the end breaks no rule', async () => {
  expect(await violations(world)).toEqual([])
})
