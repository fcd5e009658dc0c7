// A thread of its own that asks PostgreSQL while the one that serves stands still
// (`committed-trail.ts`). Plain JavaScript: a worker thread is not transformed by the test runner.
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'

const client = new pg.Client({ connectionString: workerData.url })
await client.connect()
parentPort.postMessage('ready')
parentPort.on('message', async ({ query, value, port, done }) => {
  const { rows } = await client.query({ text: query, values: [value], rowMode: 'array' })
  port.postMessage(rows.map(([first]) => first))
  Atomics.store(done, 0, 1)
  Atomics.notify(done, 0)
})
