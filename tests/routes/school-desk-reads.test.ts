import { expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { done, seatsAt, type Walker, walkFar } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const QUERY = { school: SCHOOL, declined: null } as const

/** How often each table is read for the page. */
async function reads(world: World): Promise<Readonly<Record<string, number>>> {
  const read: Record<string, number> = {}
  const db = world.database.db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind !== 'SelectQueryNode') return node
      const name = /"kind":"IdentifierNode","name":"(\w+)"/.exec(JSON.stringify(node.from))?.[1]
      read[name ?? ''] = (read[name ?? ''] ?? 0) + 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const ctx: Context = { ...world.asSchool(SCHOOL), database: { ...world.database, db } }
  done(await schoolDesk(ctx, QUERY))
  return read
}

test('what the parts of the desk have in common is read once, and of children only where some attend', async () => {
  const world = await makeWorld()
  await seatsAt(world, SCHOOL, 30)
  const empty = await reads(world)
  expect(empty).toMatchObject({ school: 1, seat_pool: 1, seat_entry: 1, centre: 1 })
  expect(empty).not.toHaveProperty('school_class')
  expect(empty).not.toHaveProperty('review')
  const walker: Walker = { caseId: await registered(world), centre: 'DN' }
  await walkFar(world, walker, SCHOOL)
  // control: the same count finds what a child at the school adds
  expect(await reads(world)).toMatchObject({ seat_pool: 1, school_class: 1, review: 1, child: 1 })
})
