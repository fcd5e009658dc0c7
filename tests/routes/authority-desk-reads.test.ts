import { expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { counsel, done, propose, seatsAt } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const QUERY = { narrow: null, page: 1, all: false } as const

async function proposed(world: World, givenNames: string): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames } })
  await counsel(world, { caseId, centre: 'DN' })
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

/** The tables that are read for the page, one entry a statement. */
async function tablesRead(world: World): Promise<readonly string[]> {
  const read: string[] = []
  const db = world.database.db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'SelectQueryNode') {
        read.push(
          /"identifier":\{"kind":"IdentifierNode","name":"(\w+)"/.exec(
            JSON.stringify(node.from),
          )?.[1] ?? '',
        )
      }
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const ctx: Context = { ...world.as('authority'), database: { ...world.database, db } }
  const desk = done(await authorityDesk(ctx, QUERY))
  expect(desk.rows.length).toBe(desk.total)
  return read
}

const OF_THE_CENTRE = ['school', 'seat_pool', 'seat_entry', 'case_event', 'centre', 'municipality']

function countsOf(tables: readonly string[]) {
  return Object.fromEntries(
    OF_THE_CENTRE.map((table) => [table, tables.filter((one) => one === table).length]),
  )
}

test('what the rows have in common is read once, however many they are', async () => {
  const world = await makeWorld()
  await seatsAt(world, SCHOOL, 30)
  await proposed(world, 'Olena')
  const one = await tablesRead(world)
  for (const name of ['Bohdan', 'Daryna', 'Zahra', 'Ilie', 'Lana']) await proposed(world, name)
  const six = await tablesRead(world)
  expect(countsOf(one)['seat_pool']).toBeGreaterThan(0)
  expect(countsOf(six)).toEqual(countsOf(one))
  // control: what is each child's own is read for each
  const ofInterviews = (tables: readonly string[]) =>
    tables.filter((table) => table === 'interview').length
  expect([ofInterviews(one), ofInterviews(six)]).toEqual([1, 6])
})
