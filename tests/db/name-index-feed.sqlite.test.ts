import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { type Database, openFile } from '#db/open.server.ts'
import { kekOf } from '#db/sealing/kek.server.ts'
import { type KeyStore, openKeyFile } from '#db/sealing/keys.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { CENTRES, makeWorld, registration, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN

/** Whom a feed knows, in German order. */
function namesIn(feed: World['names']): readonly string[] {
  return feed.index.order(centreId).map((id) => feed.index.nameOf(centreId, id)?.sortKey ?? '')
}

describe('two processes on one file', () => {
  const folders: string[] = []
  const opened: (Database | KeyStore)[] = []
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  /** What two programs on the same files hold each: connections and an index of their own. */
  async function twoPrograms() {
    const world = await makeWorld()
    const folder = mkdtempSync(join(tmpdir(), 'einstieg-feed-'))
    folders.push(folder)
    const bytes = (world.database as unknown as { bytes(): Buffer }).bytes()
    writeFileSync(join(folder, 'einstieg.db'), bytes)
    const kek = kekOf(createHash('sha256').update('feed').digest())
    const open = async () => {
      const database = openFile(join(folder, 'einstieg.db'))
      const keys = openKeyFile(join(folder, 'keys.db'), kek)
      await keys.migrate()
      opened.push(database, keys)
      const names = nameIndexFeed(database, keys)
      names.start()
      await names.whenFull(5_000)
      return { ...world.as('counsellor'), database, keys, names }
    }
    return [await open(), await open()] as const
  }

  test('what one registers the other finds, and asks about before it saves', async () => {
    const [one, other] = await twoPrograms()
    const first = await registerChild(one, registration())
    const before = namesIn(other.names)
    const second = await registerChild(other, registration())

    expect([first.ok, before]).toEqual([true, []])
    expect(second).toMatchObject({ error: { code: 'possible_duplicate' } })
    await other.names.catchUp(other.database.db)
    expect(namesIn(other.names)).toEqual(['Kovalenko, Daryna'])
  })

  test('a commit that fails for several leaves no trace of them in the index', async () => {
    const [one] = await twoPrograms()
    const people = [
      registration({ child: { givenNames: 'Wahid', familyName: 'Noori' } }),
      registration({ child: { givenNames: 'Elira', familyName: 'Hoxha' } }),
    ]
    let release = () => {}
    const busy = one.database.write(() => new Promise<void>((done) => (release = done)))
    await wait(20)
    const together = Promise.allSettled([
      ...people.map((person) => registerChild(one, person)),
      one.database.write(async (tx) => {
        await sql`pragma defer_foreign_keys = on`.execute(tx)
        await sql`insert into centre_area values ('no centre', 'no Gemeinde')`.execute(tx)
      }),
    ])
    await wait(100)
    release()
    await busy
    const outcomes = await together
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])

    for (const person of people) {
      expect(await registerChild(one, person)).toMatchObject({ ok: true })
    }
    const children = await one.database.db.selectFrom('child').select('id').execute()
    expect(one.names.index.order(centreId).toSorted()).toEqual(
      children.map(({ id }) => id).toSorted(),
    )
  })
})
