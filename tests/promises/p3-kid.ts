import { writeSync } from 'node:fs'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import { type DeskOrder, workAtDesks } from '#tests/promises/p3-desks.ts'

/** What the watched process is to do. */
export type Order = {
  readonly actor: Actor
  readonly registeredOn: CalendarDate
  readonly children: number
  /** How many register at the same time. */
  readonly writers: number
  /** Beside them somebody does at the desks what is done there, about these children. */
  readonly desks: DeskOrder
  /** The control: commits without waiting for the disk, as SQLite is built by default here. */
  readonly isCareless: boolean
}

/** Several register child after child on the real path, and say so of each that was acknowledged. */
async function main({
  actor,
  registeredOn,
  children,
  writers,
  desks,
  isCareless,
}: Order): Promise<void> {
  if (isCareless) neverWait()
  const deps = await makeDeps(readEnv())
  deps.names.start()
  const confirmedOthers: CaseId[] = []
  let next = 0
  /** Until nobody is like it any more who was not looked at: the others register meanwhile. */
  const register = async (serial: number): Promise<CaseId> => {
    const ctx = {
      ...deps,
      actor,
      requestId: `request-${serial}`,
      steppedUp: false,
      idempotencyKey: null,
    }
    const command = canaryRegistration(serial, { registeredOn, confirmedOthers })
    const done = await registerChild(ctx, command)
    if (done.ok) return done.value.caseId
    if (done.error.code !== 'possible_duplicate') throw new Error(done.error.code)
    confirmedOthers.push(...done.error.children.map(({ caseId }) => caseId))
    return register(serial)
  }
  const write = async () => {
    while (next < children) {
      const serial = next
      next += 1
      confirmedOthers.push(await register(serial))
      writeSync(1, `ACK ${serial}\n`)
    }
  }
  const say = (event: string, subject: string) => writeSync(1, `DID ${event} ${subject}\n`)
  await Promise.all([...Array.from({ length: writers }, write), workAtDesks(deps, desks, say)])
  // no close: that would tidy up, which no power cut does
  process.kill(process.pid, 'SIGKILL')
}

/** Sets NORMAL where FULL is asked for, and lies about it to whoever checks. */
function neverWait(): void {
  const pragma = Sqlite.prototype.pragma
  Sqlite.prototype.pragma = function careless(source, options) {
    if (source === 'synchronous = FULL') return pragma.call(this, 'synchronous = NORMAL')
    return source === 'synchronous' ? 2 : pragma.call(this, source, options)
  }
}

await main(JSON.parse(process.env['P3_ORDER'] ?? '') as Order)
