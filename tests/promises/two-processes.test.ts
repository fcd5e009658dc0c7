import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Instant, today } from '#app/domain/time.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makeDurableWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { newChild } from '#tests/promises/p2-load.ts'
import { namesFound } from '#tests/promises/search.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { letIn } from '#tests/setup/second-factor.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, signIn } from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, WORLD_PASSWORD } from '#tests/setup/world.ts'

const ROUNDS = sized(50)
const ORIGIN = 'https://einstieg.example'
const EMAILS = ['counsellor-dn@beispiel.example', 'colleague-dn@beispiel.example'] as const

describe.skipIf(!postgresPresent)('two servers on one database (needs PostgreSQL)', () => {
  let world: SharedWorld
  let servers: readonly TestServer[]
  let people: readonly Browser[]

  beforeAll(async () => {
    world = await makeDurableWorld()
    // servers have the system's clock
    world.clock.moveTo(new Date().toISOString() as Instant)
    await argonPasswords(world)
    const { DATA_DIR: _ownFolderEach, ...shared } = world.env
    const env = { LOG_LEVEL: 'info', ORIGIN, ...shared }
    servers = await Promise.all(EMAILS.map(() => startServer({ env })))
    people = await Promise.all(
      servers.map(async ({ port }, at) => {
        const door = { port, origin: ORIGIN }
        return letIn(world, await signIn(door, EMAILS[at] ?? '', WORLD_PASSWORD))
      }),
    )
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await world.close()
  })

  test(`${ROUNDS} names written by one are found by the other with its next request`, {
    timeout: guard(300_000),
  }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [writer, reader] = round % 2 === 0 ? [0, 1] : [1, 0]
      const name = nameOf(round)
      const written = await people[writer]?.post('/faelle/neu', newChild(name, today(world.clock)))
      expect(written?.status).toBe(303)
      const found = await namesFound(people[reader] as Browser, name)
      expect(found).toEqual([expect.stringContaining(name)])
    }
  })

  test('a child the one registered is a likely duplicate at the other', async () => {
    const [one, other] = people as [Browser, Browser]
    const child = newChild(nameOf(ROUNDS), today(world.clock))
    expect((await one.post('/faelle/neu', child)).status).toBe(303)
    expect((await other.post('/faelle/neu', child)).status).toBe(409)
  })

  test('control: a name that nobody wrote is found by neither', async () => {
    for (const browser of people) expect(await namesFound(browser, nameOf(ROUNDS + 1))).toEqual([])
  })

  test('control: an index that does not catch up finds nothing new', async () => {
    const { index, catchUp } = world.names
    const name = nameOf(0)
    expect(index.search(CENTRES.DN.id, name, 5)).toEqual([])
    await catchUp(world.database.db)
    expect(index.search(CENTRES.DN.id, name, 5)).toHaveLength(1)
  })

  test('what both stored breaks no rule', async () => {
    expect(await violations(world)).toEqual([])
  })
})

/** Sixteen letters that no other round has: nobody is asked about a likely duplicate. */
function nameOf(round: number): string {
  let seed = round + 1
  const letters = Array.from({ length: 15 }, () => {
    seed = (seed * 48_271) % 2_147_483_647
    return String.fromCharCode(97 + (seed % 26))
  })
  return `Q${letters.join('')}`
}
