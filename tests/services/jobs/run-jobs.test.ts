import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import type { Delivery, MailGateway } from '#app/gateways/mail.server.ts'
import { startJobs } from '#app/jobs/run-jobs.server.ts'
import { counsel, propose, seatsAt, type Walker } from '#tests/promises/steps.ts'
import { memoryMail } from '#tests/setup/mail.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180103' as SchoolNumber
const PACE = { lookEveryMs: 20, mailPatienceMs: 50 } as const

/** A world in which two people have a mail waiting that is due. */
async function withTwoMails(): Promise<World> {
  const world = await makeWorld({ mail: memoryMail() })
  await seatsAt(world, SCHOOL, 5)
  const walker: Walker = { caseId: await registered(world), centre: 'DN' }
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  world.clock.passHours(0.25)
  return world
}

async function statesOf({ database }: World): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('outbox').select('state').execute()
  return rows.map(({ state }) => state).toSorted()
}

test('a mail that waits for its answer does not hold up the next, and a stop waits for it', async () => {
  const world = await withTwoMails()
  let answer: (delivery: Delivery) => void = () => undefined
  const silent = new Promise<Delivery>((resolve) => {
    answer = resolve
  })
  let tries = 0
  const mail: MailGateway = {
    send: async () => {
      tries += 1
      return tries === 1 ? silent : 'sent'
    },
  }
  const jobs = startJobs({ ...world, mail }, { auditHeadFile: null }, PACE)
  await expect.poll(() => statesOf(world), { timeout: 20_000 }).toEqual(['done', 'running'])
  jobs.stop()
  let isIdle = false
  const idle = jobs.idle().then(() => {
    isIdle = true
  })
  await wait(300)
  expect(isIdle).toBe(false)
  answer('sent')
  await idle
  // whoever closes the database now has the answer in it
  expect([await statesOf(world), tries]).toEqual([['done', 'done'], 2])
})
