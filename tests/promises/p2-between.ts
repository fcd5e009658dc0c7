import { writeSync } from 'node:fs'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'

/** One Meldung in a process of its own, sent with the same key however often. */
export type Meldung = {
  readonly actor: Actor
  readonly serial: number
  readonly registeredOn: CalendarDate
  /** Whether the process is killed when the keys are committed and no row is. */
  readonly isCut: boolean
}

/** Says which keys were made, a line each time, and at its end which case it became. */
async function main({ actor, serial, registeredOn, isCut }: Meldung): Promise<void> {
  const deps = await makeDeps(readEnv())
  deps.names.start()
  const create: Context['keys']['create'] = async (subjects, now) => {
    const made = await deps.keys.create(subjects, now)
    writeSync(1, `KEYS ${subjects.map(({ id }) => id).join(' ')}\n`)
    if (isCut) process.kill(process.pid, 'SIGKILL')
    return made
  }
  const keys = { ...deps.keys, create }
  const ctx: Context = {
    ...{ ...deps, keys, actor, requestId: 'request-between' },
    ...{ steppedUp: false, idempotencyKey: 'sent-again' },
  }
  const confirmedOthers: CaseId[] = []
  for (;;) {
    const command = canaryRegistration(serial, { registeredOn, confirmedOthers })
    const done = await registerChild(ctx, command)
    if (done.ok) {
      writeSync(1, `CASE ${done.value.caseId}\n`)
      break
    }
    if (done.error.code !== 'possible_duplicate') throw new Error(done.error.code)
    confirmedOthers.push(...done.error.children.map(({ caseId }) => caseId))
  }
  deps.names.stop()
  await deps.database.close()
  await deps.keys.close()
}

await main(JSON.parse(process.env['MELDUNG'] ?? '') as Meldung)
