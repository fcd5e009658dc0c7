import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Instant, today } from '#app/domain/time.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { checkHistory } from '#tests/promises/check-history.ts'
import { type Colleague, faultsOfPage, goToWork, type Seen } from '#tests/promises/f9-load.ts'
import { makePostgresWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { lookInto, storedIn, violations } from '#tests/promises/p2-inspect.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { type Cluster, startCluster } from '#tests/setup/postgres.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { signIn } from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { type CentreCode, FURNISHED, WORLD_PASSWORD } from '#tests/setup/world.ts'

/** `restart`: what `pg_ctl restart -m immediate` sends; whoever started the cluster starts it anew. */
const STRIKES = ['restart', 'backend', 'postmaster'] as const
const TURNS = sized(6)
/** Meldungen acknowledged between two strikes. */
const BETWEEN = 20
/** Those who are at work; the letter begins the names of their children. */
const PEOPLE = [
  ['counsellor-dn', 'DN', 'a'],
  ['colleague-dn', 'DN', 'e'],
  ['lead-dn', 'DN', 'i'],
  ['counsellor-bor', 'BOR', 'o'],
  ['colleague-bor', 'BOR', 'u'],
  ['lead-bor', 'BOR', 'y'],
] as const satisfies readonly (readonly [string, CentreCode, string])[]

type Strike = (typeof STRIKES)[number]

describe.skipIf(!postgresPresent)('F9: the database goes while six work (needs PostgreSQL)', () => {
  let cluster: Cluster
  let world: SharedWorld
  let server: TestServer
  let colleagues: readonly Colleague[]

  beforeAll(async () => {
    cluster = await startCluster({ isDurable: true })
    const url = cluster.url('postgres')
    await FURNISHED.run(url)
    world = await makePostgresWorld(url)
    world.clock.moveTo(new Date().toISOString() as Instant)
    await argonPasswords(world)
    await nameThem(world)
    await world.database.close()
    await world.keys.close()
    const env = { ...world.env, LOG_LEVEL: 'info' }
    server = await startServer({ dataDir: world.dataDir, env })
    colleagues = await Promise.all(PEOPLE.map((person) => arrive(server, person)))
  })
  afterAll(async () => {
    await server?.stop('SIGKILL')
    await world.close()
    cluster.stop()
  })

  test(`${TURNS} times: nobody gets another’s answer, nothing acknowledged is lost or doubled, the pool heals`, {
    timeout: guard(300_000),
  }, async () => {
    const work = goToWork(colleagues, today(world.clock))
    const healed: number[] = []
    const inTransaction: boolean[] = []
    for (let turn = 0; turn < TURNS; turn += 1) {
      await work.acknowledged(BETWEEN)
      const victim = await victimOf(STRIKES[turn % STRIKES.length] as Strike, cluster)
      const since = performance.now()
      process.kill(victim.pid, victim.signal)
      if (victim.isInTransaction !== null) inTransaction.push(victim.isInTransaction)
      healed.push(await healing(work.seen, since))
    }
    await work.acknowledged(BETWEEN)
    await work.stop()
    report(work.seen, healed)

    const { history, wrong, statuses } = work.seen
    expect(wrong).toEqual([])
    expect([...statuses.keys()].filter((one) => ![200, 303, 503, 'broken'].includes(one))).toEqual(
      [],
    )
    // the strikes were felt: somebody was refused or cut off, and some fell in the middle of a transaction
    expect(statuses.get(503) ?? 0).toBeGreaterThan(0)
    expect(history.some(({ outcome }) => outcome === 'unknown')).toBe(true)
    expect(inTransaction).toContain(true)
    expect(server.stdout()).not.toContain('"event":"accident"')
    expect(server.stderr()).toBe('')
    expect(await server.stop()).toBe(0)

    const stored = await lookInto(world, (opened) => storedIn(opened, 0))
    expect(checkHistory(history, stored)).toEqual([])
    expect(await lookInto(world, violations)).toEqual([])
    expect(await strangers(world, work.seen)).toEqual([])
    // who was told that nothing was changed was told the truth
    const written = new Set(stored.trail.map(({ requestId }) => requestId))
    expect([...work.seen.toldUnchanged].filter((requestId) => written.has(requestId))).toEqual([])
    // every child is there once, each was acknowledged at last
    const acknowledged = history.filter(({ op, outcome }) => op === 'register' && outcome === 'ok')
    expect(stored.children.map(({ key }) => key).toSorted()).toEqual(
      acknowledged.map(({ key }) => key).toSorted(),
    )
  })

  test('control: a page of another person, of another centre or of another child is found out', () => {
    const [reader, ...others] = colleagues as [Colleague, ...Colleague[]]
    const page = (body: string) => ({ status: 200, headers: {}, body })
    const faults = (body: string, child: string | null = null) =>
      faultsOfPage(page(body), colleagues, reader, child)
    const own = `Qd${reader.letter}${'k'.repeat(14)}`
    const strange = `Qb${reader.letter}${'k'.repeat(14)}`
    expect(faults(`${reader.name} ${own}`, own)).toEqual([])
    expect(faults(others[0]?.name ?? '')).toHaveLength(2)
    expect(faults(`${reader.name} ${strange}`)).toHaveLength(1)
    expect(faults(reader.name, own)).toHaveLength(1)
    expect(faults(`${reader.name} ${own} ${own.replaceAll('k', 'm')}`, own)).toHaveLength(1)
  })
})

/** The people of the world share their names between the centres: here each has one of their own. */
async function nameThem({ database }: SharedWorld): Promise<void> {
  await database.write(async (tx) => {
    for (const [key] of PEOPLE) {
      const email = `${key}@beispiel.example`
      await tx
        .updateTable('account')
        .set({ name: nameOf(key) })
        .where('email', '=', email)
        .execute()
    }
  })
}

function nameOf(key: string): string {
  return `Ich heisse ${key}`
}

async function arrive(
  server: TestServer,
  [key, centre, letter]: (typeof PEOPLE)[number],
): Promise<Colleague> {
  const browser = await signIn(server, `${key}@beispiel.example`, WORLD_PASSWORD)
  return { name: nameOf(key), centre, letter, browser, csrf: await browser.csrf() }
}

/** Which process is struck, and how. */
async function victimOf(strike: Strike, cluster: Cluster) {
  if (strike === 'restart') {
    return { pid: cluster.pid(), signal: 'SIGQUIT', isInTransaction: null } as const
  }
  if (strike === 'postmaster') {
    return { pid: cluster.pid(), signal: 'SIGKILL', isInTransaction: null } as const
  }
  const pid = await writerIn(cluster)
  return {
    pid: pid ?? cluster.pid(),
    signal: 'SIGKILL',
    isInTransaction: pid !== null,
  } as const
}

/** A backend in the middle of a transaction that has written; null: none was met within ten seconds. */
async function writerIn(cluster: Cluster): Promise<number | null> {
  const client = new pg.Client({ connectionString: cluster.url('postgres') })
  await client.connect()
  try {
    const deadline = performance.now() + 10_000
    while (performance.now() < deadline) {
      const { rows } = await client.query<{ pid: number }>(
        'select pid from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() limit 1',
      )
      if (rows[0] !== undefined) return rows[0].pid
    }
    return null
  } finally {
    await client.end()
  }
}

/** How long until somebody had a page again, asked for after the strike, in ms. @throws after a minute. */
async function healing({ healedAfter }: Seen, since: number): Promise<number> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    const after = healedAfter(since)
    if (after !== null) return after
    await wait(10)
  }
  throw new Error('The pool did not heal')
}

/** Meldungen whose entry in the trail names another account than the one that sent them. */
async function strangers(world: SharedWorld, { sentBy }: Seen): Promise<readonly string[]> {
  const rows = await lookInto(world, ({ database }) =>
    database.db
      .selectFrom('audit_entry')
      .innerJoin('account', 'account.id', 'audit_entry.account_id')
      .select(['audit_entry.request_id', 'account.name'])
      .where('event', '=', 'case_registered')
      .execute(),
  )
  const known = rows.filter(({ request_id }) => sentBy.has(request_id))
  expect(known.length).toBeGreaterThan(BETWEEN)
  return known.flatMap(({ request_id, name }) =>
    sentBy.get(request_id)?.name === name ? [] : [`${request_id} was written as ${name}`],
  )
}

function report({ history, statuses }: Seen, healed: readonly number[]): void {
  const of = (outcome: string) => history.filter((one) => one.outcome === outcome).length
  const longest = Math.round(Math.max(...healed))
  process.stdout.write(
    `F9: ${healed.length} strikes, ${of('ok')} acknowledged (writes and reads), ${of('unknown')} unknown; ` +
      `answers ${JSON.stringify([...statuses])}; longest until a page came ${longest} ms\n`,
  )
}
