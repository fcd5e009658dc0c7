import { once } from 'node:events'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { Sqlite } from '#db/sqlite.server.ts'
import { filesOf, type SharedWorld } from '#tests/promises/file-world.ts'

const NAMED = `select case_id from audit_case c
  join audit_entry e on e.centre_id = c.centre_id and e.id = c.entry_id
  where e.request_id = `
const LONGEST_ANSWER_MS = 20_000

/** Asks what is committed, on a connection of its own, while the thread that serves stands still. */
export type CommittedTrail = {
  /** The cases that the entries of a request name. */
  readonly named: (requestId: string) => readonly string[]
  readonly close: () => Promise<void>
}

/** The trail of a world as anybody else would find it at this moment. */
export async function committedTrail(world: SharedWorld): Promise<CommittedTrail> {
  return world.database.engine === 'sqlite'
    ? inFile(filesOf(world.dataDir).data)
    : onPostgres(world.env['DATABASE_URL'] ?? '')
}

function inFile(file: string): CommittedTrail {
  const trail = new Sqlite(file, { readonly: true })
  const statement = trail.prepare<[string], string>(`${NAMED}?`).pluck()
  return { named: (requestId) => statement.all(requestId), close: async () => void trail.close() }
}

/** PostgreSQL answers later, and a response would be gone by then: so another thread asks. */
async function onPostgres(url: string): Promise<CommittedTrail> {
  const worker = new Worker(new URL('./trail-reader.mjs', import.meta.url), { workerData: { url } })
  await once(worker, 'message')
  return {
    named: (requestId) => {
      const done = new Int32Array(new SharedArrayBuffer(4))
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ query: `${NAMED}$1`, value: requestId, port: port2, done }, [port2])
      Atomics.wait(done, 0, 0, LONGEST_ANSWER_MS)
      const answer = receiveMessageOnPort(port1)
      port1.close()
      if (answer === undefined) throw new Error('The trail did not answer')
      return answer.message as readonly string[]
    },
    close: async () => void (await worker.terminate()),
  }
}
