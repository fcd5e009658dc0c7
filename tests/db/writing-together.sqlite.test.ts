import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openFile } from '#db/open.server.ts'
import type { Tx } from '#db/schema.ts'

let folder: string
let database: Database
/** Another connection to the same file: it sees what is committed, and nothing else. */
let onlooker: Database

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'einstieg-together-'))
  database = openFile(join(folder, 'together.sqlite'))
  onlooker = openFile(join(folder, 'together.sqlite'))
  await database.write(async (tx) => {
    await sql`create table note (id integer primary key, parent integer references note (id))`.execute(
      tx,
    )
  })
})

afterEach(async () => {
  await database.close()
  await onlooker.close()
  rmSync(folder, { recursive: true })
})

const insert =
  (id: number, parent: number | null = null) =>
  async (tx: Tx) => {
    await sql`insert into note values (${id}, ${parent})`.execute(tx)
    return id
  }

async function stored(): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select id from note order by id`.execute(onlooker.db)
  return rows.map(({ id }) => id)
}

/** Commits in the write-ahead log: frames whose header names the size of the file after a commit. */
function commits(): number {
  const log = readFileSync(join(folder, 'together.sqlite-wal'))
  const frame = 24 + log.readUInt32BE(8)
  let count = 0
  for (let at = 32; at + frame <= log.length; at += frame) count += log.readUInt32BE(at + 4) ? 1 : 0
  return count
}

test('writes that wait together share a commit; alone each has its own', async () => {
  const before = commits()
  await Promise.all(Array.from({ length: 16 }, (_, id) => database.write(insert(id))))
  expect(commits() - before).toBe(1)
  expect(await stored()).toHaveLength(16)

  const between = commits()
  for (let id = 100; id < 104; id += 1) await database.write(insert(id))
  expect(commits() - between).toBe(4)
})

test('whoever throws is taken back alone, with all of its own statements', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, id) =>
      database.write(async (tx) => {
        await insert(id)(tx)
        await insert(1_000 + id)(tx)
        if (id % 3 === 1) throw new Error(`no ${id}`)
        // the database itself refuses: this number is taken
        if (id % 3 === 2) await insert(0)(tx)
        return id
      }),
    ),
  )
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
    Array.from({ length: 12 }, (_, id) => id % 3 === 0),
  )
  expect(await stored()).toEqual([0, 3, 6, 9, 1_000, 1_003, 1_006, 1_009])
})

test('a write inside a write is an error, not a wait without end', async () => {
  await expect(database.write(() => database.write(insert(1)))).rejects.toThrow('use its tx')
  await database.write(insert(2))
  expect(await stored()).toEqual([2])
})

test('nobody is told anything before it is committed', async () => {
  const told = await Promise.all(
    Array.from({ length: 8 }, async (_, id) => {
      await database.write(insert(id))
      return (await stored()).includes(id)
    }),
  )
  expect(told).toEqual(Array.from({ length: 8 }, () => true))
})

test('when the commit itself fails, all of its group are told so and nothing is stored', async () => {
  const outcomes = await Promise.allSettled([
    database.write(insert(1)),
    database.write(async (tx) => {
      await sql`pragma defer_foreign_keys = on`.execute(tx)
      await insert(2, 99)(tx)
    }),
    database.write(insert(3)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(await stored()).toEqual([])
  await database.write(insert(4))
  expect(await stored()).toEqual([4])
})
