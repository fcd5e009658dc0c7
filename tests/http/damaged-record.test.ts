import type { ServerBuild } from '@remix-run/node'
import { expect, test, vi } from 'vitest'
import type { CentreId } from '#app/domain/ids.ts'
import { withUnavailable } from '#app/http/unavailable.server.ts'
import type { LogLine } from '#app/services/context.server.ts'
import type { Sealed } from '#db/schema.ts'

const SUBJECT = { keyId: 'key', key: Buffer.alloc(32, 1) }
const PLACE = { table: 'child', column: 'sealed', centreId: 'dn' as CentreId, row: '1' }

/** What a page of the build answers or throws when its loader does this, and what was logged. */
async function answerOf(loader: () => unknown) {
  const log: LogLine[] = []
  const build = { routes: { page: { module: { loader } } } } as unknown as ServerBuild
  const guarded = withUnavailable(build).routes['page']?.module.loader as (args: unknown) => unknown
  const context = { deps: { log: (line: LogLine) => log.push(line) }, requestId: 'request-1' }
  const thrown = await Promise.resolve(guarded({ context })).catch((what: unknown) => what)
  return { thrown, log }
}

test('a damaged record is refused with a sentence, though server and pages have it from two bundles', async () => {
  // as in the built program: the pages have a copy of the module of their own
  vi.resetModules()
  const { unseal } = await import('#db/sealing/envelope.ts')
  const { thrown, log } = await answerOf(() => unseal(SUBJECT, PLACE, 'v1.a256gcm.key.' as Sealed))
  expect(thrown).toBeInstanceOf(Response)
  expect((thrown as Response).status).toBe(500)
  expect(await (thrown as Response).json()).toEqual({ refusal: { code: 'record_unreadable' } })
  expect(log).toEqual([{ event: 'record_unreadable', requestId: 'request-1' }])
})

test('control: what else goes wrong stays an accident', async () => {
  const accident = new Error('Envelope')
  const { thrown, log } = await answerOf(() => {
    throw accident
  })
  expect({ thrown, log }).toEqual({ thrown: accident, log: [] })
})
