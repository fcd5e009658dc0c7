import { describe, expect, test } from 'vitest'
import { addHours, instant } from '#app/domain/time.ts'
import { runDueJobs } from '#app/services/jobs/run-due-jobs.server.ts'
import { claimDue, finishLeased } from '#db/queries/lease.server.ts'
import { makeWorld } from '#tests/setup/world.ts'

describe('regular jobs', () => {
  test('run once in their slot of time, however often somebody looks', async () => {
    const world = await makeWorld()
    let runs = 0
    const plan = {
      kinds: {
        count: async () => {
          runs += 1
        },
      },
      regular: { count: 1 },
      stopping: new AbortController().signal,
    }
    await runDueJobs(world, plan)
    await runDueJobs(world, plan)
    expect(runs).toBe(1)
    world.clock.passHours(1)
    await runDueJobs(world, plan)
    expect(runs).toBe(2)
  })

  test('of a server that stops: what runs is finished, nothing more is begun', async () => {
    const world = await makeWorld()
    const stopping = new AbortController()
    const begun: string[] = []
    const kindOf = (name: string) => async () => {
      begun.push(name)
      stopping.abort()
    }
    const plan = {
      kinds: { one: kindOf('one'), other: kindOf('other') },
      regular: { one: 1, other: 1 },
    }
    expect(await runDueJobs(world, { ...plan, stopping: stopping.signal })).toBe(1)
    expect(begun).toHaveLength(1)
    // another process takes over what was claimed, once its lease is over
    world.clock.passHours(0.5)
    await runDueJobs(world, { ...plan, stopping: new AbortController().signal })
    expect(begun.toSorted()).toEqual(['one', 'other'])
  })

  test('a job that fails is tried again later, and given up after eight attempts', async () => {
    const world = await makeWorld()
    let attempts = 0
    const plan = {
      kinds: {
        fail: async () => {
          attempts += 1
          throw new Error('not today')
        },
      },
      regular: { fail: 24 * 365 },
      stopping: new AbortController().signal,
    }
    await runDueJobs(world, plan)
    await runDueJobs(world, plan)
    expect(attempts).toBe(1)
    for (let i = 0; i < 12; i += 1) {
      world.clock.passHours(10)
      await runDueJobs(world, plan)
    }
    expect(attempts).toBe(8)
    expect(world.logLines.filter(({ event }) => event === 'job_failed')).toHaveLength(8)
  })
})

describe('a lease', () => {
  test('keeps others away until it runs out; then the job is taken over', async () => {
    const world = await makeWorld()
    const now = instant(world.clock)
    await world.database.write((tx) =>
      tx
        .insertInto('job')
        .values({
          id: 'a',
          kind: 'any',
          dedupe_key: 'a',
          payload: '{}',
          state: 'waiting',
          attempts: 0,
          run_at: now,
          lease_until: null,
          leased_by: null,
          created_at: now,
        })
        .execute(),
    )
    const claim = (worker: string, at = now) =>
      world.database.write((tx) =>
        claimDue(tx, 'job', { worker, now: at, leaseUntil: addHours(at, 1), limit: 5 }),
      )
    const [first] = await claim('one')
    expect(first?.leased_by).toBe('one')
    expect(await claim('two')).toHaveLength(0)
    const [taken] = await claim('two', addHours(now, 2))
    expect(taken).toMatchObject({ leased_by: 'two', attempts: 2 })
    // the first worker wakes up late: what it finished is no longer its own
    const late = await world.database.write((tx) =>
      finishLeased(tx, 'job', { id: 'a', leased_by: 'one' }, { state: 'done' }),
    )
    expect(late).toBe(false)
    const done = await world.database.write((tx) =>
      finishLeased(tx, 'job', { id: 'a', leased_by: 'two' }, { state: 'done' }),
    )
    expect(done).toBe(true)
  })
})
