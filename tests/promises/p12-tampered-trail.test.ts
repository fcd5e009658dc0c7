import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chainAudit } from '#app/services/audit/chain.server.ts'
import {
  anchorTrail,
  type TrailReport,
  verifyTrail,
} from '#app/services/audit/verify-trail.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { openFile } from '#db/open.server.ts'
import type { Tx } from '#db/schema.ts'
import { keyedHash } from '#db/sealing/kek.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import {
  filesOf,
  makeFileWorld,
  makePostgresWorld,
  type SharedWorld,
} from '#tests/promises/file-world.ts'
import {
  COPIED_HOURS,
  type Forgery,
  forgeries,
  type Target,
} from '#tests/promises/p12-forgeries.ts'
import {
  addEntries,
  HOURS,
  layTrail,
  lengths,
  linksOf,
  type Trail,
} from '#tests/promises/p12-trail.ts'
import { done } from '#tests/promises/steps.ts'
import { scratch } from '#tests/setup/folder.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { drawer } from '#tests/setup/random.ts'
import { sized } from '#tests/setup/size.ts'
import { CENTRES } from '#tests/setup/world.ts'

const SEED = 12
const DN = CENTRES.DN.id

/** What of a program the trail is read with, and chained. */
type Reading = Pick<Deps, 'database' | 'keyed'>

/** Commits a forgery where nobody else sees it, and lets `look` read what is there then. */
type Forging = (
  forgery: Forgery,
  look: (reading: Reading) => Promise<TrailReport>,
) => Promise<TrailReport>

describe('P12 on a SQLite file, with the file in hand', () => {
  tamperingOn('SQLite', { rows: sized(1_000), share: 1 }, makeFileWorld, onFile)
})

describe('P12: a long trail, one forgery of each kind', () => {
  tamperingOn('SQLite', { rows: sized(20_000), share: 1 / 200 }, makeFileWorld, onFile)
})

describe.skipIf(!postgresPresent)('P12 on PostgreSQL, as its superuser (needs PostgreSQL)', () => {
  const rows = sized(1) > 1 ? sized(20_000) : 1_000
  tamperingOn('PostgreSQL', { rows, share: 1 / 4 }, makePostgresWorld, onPostgres)
})

function tamperingOn(
  engine: string,
  { rows, share }: { readonly rows: number; readonly share: number },
  make: () => Promise<SharedWorld>,
  forgingOn: (world: SharedWorld, folder: string) => Forging,
): void {
  let world: SharedWorld
  let trail: Trail
  let target: Target
  let forging: Forging
  const folder = scratch()

  beforeAll(async () => {
    world = await make()
    trail = await layTrail(world, rows, folder, async (hour) => {
      if (hour < COPIED_HOURS) await world.database.snapshot(copyOf(folder, hour), async () => null)
    })
    // what comes after the newest kept head: chained since, and not chained yet
    await addEntries(world, drawer(1), DN, 40)
    world.clock.passHours(1)
    await chainAudit(world)
    await addEntries(world, drawer(2), DN, 20)
    world.clock.passHours(1)
    const links = await linksOf(world.database.db)
    const [first, ...others] = links.filter(({ seq, centre }) => seq <= keptOf(trail, centre))
    if (first === undefined) throw new Error('There is no trail')
    target = { trail, links: [first, ...others], ends: await lengths(world.database.db) }
    forging = forgingOn(world, folder)
  })
  afterAll(() => world.close())

  /** What the verification finds after a forgery; `heads` null: it is not given the kept file. */
  async function found(forgery: Forgery, heads: 'kept' | null = 'kept'): Promise<TrailReport> {
    const lines = readFileSync(trail.headFile, 'utf8').trimEnd().split('\n')
    const file = join(folder, 'forged.jsonl')
    writeFileSync(file, `${(forgery.heads?.(lines) ?? lines).join('\n')}\n`)
    return forging(forgery, async (reading) =>
      done(await verifyTrail(reading, heads === null ? null : file)),
    )
  }

  test(`the trail of ${rows} entries as it was written passes`, async () => {
    const begun = performance.now()
    const report = done(await verifyTrail(world, trail.headFile))
    const seconds = ((performance.now() - begun) / 1_000).toFixed(2)
    process.stdout.write(`P12 ${engine}: ${report.links} links verified in ${seconds} s\n`)
    expect(report).toMatchObject({ links: rows + 40, headsCompared: 60, findings: [] })
  })

  test(`${share === 1 ? 'two hundred forgeries' : 'forgeries'} of every kind: each is found`, async () => {
    const drawn = forgeries(target, drawer(SEED), share)
    expect(drawn.length).toBeGreaterThanOrEqual(Math.max(200 * share, 12))
    const missed: string[] = []
    for (const forgery of drawn) {
      if ((await found(forgery)).findings.length === 0) missed.push(forgery.name)
    }
    expect(missed).toEqual([])
  })

  if (share < 1 / 100) return

  test('control: without the kept file a cut tail and a history chained anew look whole', async () => {
    const drawn = forgeries(target, drawer(SEED), 1)
    for (const kind of ['the tail cut: the last', 'history changed, chained anew by the']) {
      const forgery = drawn.find(({ name }) => name.startsWith(kind))
      if (forgery === undefined) throw new Error(`None of the two hundred is ${kind}`)
      expect((await found(forgery, null)).findings, forgery.name).toEqual([])
      expect((await found(forgery)).findings, forgery.name).not.toEqual([])
    }
  })

  test('not found, as decision 0020 says: what comes after the newest kept head, cut off', async () => {
    const kept = keptOf(trail, DN)
    const links = `delete from audit_seal where centre_id = '${DN}' and seq > ${kept}`
    const unchained = `from audit_entry where centre_id = '${DN}'
      and id not in (select entry_id from audit_seal where centre_id = '${DN}')`
    const entries = [
      `delete from audit_case where entry_id in (select id ${unchained})`,
      `delete ${unchained}`,
    ]
    const notChained = { name: 'not chained yet', statements: entries }
    const lastHour = { name: 'of the last hour', statements: [links, ...entries] }
    const newestHeads = {
      name: 'the newest heads with what they covered',
      statements: [
        `delete from audit_seal where centre_id = '${DN}' and seq > ${kept - 1}`,
        ...entries,
      ],
      heads: (lines: readonly string[]) => lines.slice(0, -3),
    }
    for (const forgery of [notChained, lastHour, newestHeads]) {
      expect((await found(forgery)).findings, forgery.name).toEqual([])
    }
    // the next hour covers it
    await anchorTrail(world, trail.headFile)
    expect((await found(lastHour)).findings).toMatchObject([{ centre: DN, what: 'cut' }])
  })
}

function keptOf({ kept }: Trail, centre: (typeof CENTRES)['DN']['id']): number {
  return kept.get(centre) ?? 0
}

function copyOf(folder: string, hour: number): string {
  return join(folder, `copy-${hour}.db`)
}

// ---- the two engines ----

/** A copy of the file, its triggers dropped and its references unchecked; then opened as it is. */
function onFile(world: SharedWorld, folder: string): Forging {
  const own = join(folder, 'forged')
  mkdirSync(own)
  return async (forgery, look) => {
    const { statements, copyOfHour } = forgery
    const copy = filesOf(own).data
    if (copyOfHour === undefined) await inPlace(world, copy)
    else copyFileSync(copyOf(folder, copyOfHour), copy)
    const file = new Sqlite(copy)
    file.pragma('foreign_keys = OFF')
    file.pragma('synchronous = OFF')
    const triggers = file
      .prepare("select name from sqlite_master where type = 'trigger'")
      .pluck()
      .all()
    const changes = file.transaction(() => {
      for (const name of triggers) file.exec(`drop trigger ${name}`)
      return statements.reduce((sum, one) => sum + file.prepare(one).run().changes, 0)
    })()
    file.close()
    assertForged(forgery, changes)
    const database = openFile(copy)
    try {
      await chainedAnew({ ...world, database }, forgery)
      return await look({ database, keyed: world.keyed })
    } finally {
      await database.close()
    }
  }
}

/** The file as it stands, with what waits in its log. */
async function inPlace({ database, dataDir }: SharedWorld, copy: string): Promise<void> {
  await database.scrub()
  copyFileSync(filesOf(dataDir).data, copy)
}

/** In a transaction that no trigger watches, and that is taken back afterwards. */
function onPostgres(world: SharedWorld): Forging {
  return async (forgery, look) => {
    let report: TrailReport | undefined
    const takenBack = world.database.write(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx)
      let changes = 0
      for (const one of statementsOn(world, forgery)) {
        changes += Number((await sql.raw(one).execute(tx)).numAffectedRows ?? 0)
      }
      assertForged(forgery, changes)
      const database = within(world, tx)
      await chainedAnew({ ...world, database }, forgery)
      report = await look({ database, keyed: world.keyed })
      throw new TakenBack()
    })
    await takenBack.catch((accident) => {
      if (!(accident instanceof TakenBack)) throw accident
    })
    if (report === undefined) throw new Error('Nobody looked')
    return report
  }
}

class TakenBack extends Error {}

function within({ database }: SharedWorld, tx: Tx): SharedWorld['database'] {
  return { ...database, db: tx, write: (work) => work(tx) }
}

/** What an older dump does not hold: everything that was written since. */
function statementsOn({ clock }: SharedWorld, forgery: Forgery): readonly string[] {
  const { copyOfHour } = forgery
  if (copyOfHour === undefined) return forgery.statements
  const hoursAgo = HOURS + 2 - copyOfHour - 1
  const since = new Date(clock.now().getTime() - hoursAgo * 3_600_000).toISOString()
  const later = `(select id from audit_entry where at >= '${since}')`
  return [
    ...['audit_seal', 'audit_case'].map(
      (table) => `delete from ${table} where entry_id in ${later}`,
    ),
    `delete from audit_entry where at >= '${since}'`,
  ]
}

async function chainedAnew(deps: Deps, { rechained }: Forgery): Promise<void> {
  if (rechained === undefined) return
  const stranger = keyedHash({ key: Buffer.alloc(32, 7) })
  await chainAudit(rechained === 'by_the_program' ? deps : { ...deps, keyed: stranger })
}

/** A forgery that changes nothing would be "found" by nobody, and prove nothing. */
function assertForged({ name, statements, heads, copyOfHour }: Forgery, changes: number): void {
  const isOfData = statements.length > 0
  if (isOfData && changes === 0) throw new Error(`Nothing was forged: ${name}`)
  if (!isOfData && heads === undefined && copyOfHour === undefined) {
    throw new Error(`Nothing to forge: ${name}`)
  }
}
