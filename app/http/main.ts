import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { ensureDemo } from '#app/cli/demo/ensure-demo.server.ts'
import { type Env, readEnv } from '#app/deps/env.server.ts'
import { startJobs } from '#app/jobs/run-jobs.server.ts'
import { listenMetrics, makeMetrics } from './metrics.server.ts'
import { openSound } from './open-sound.server.ts'
import { createApp, listen, stopListening } from './server.ts'

/** Folder of the build this file was bundled into. */
const BUILD = dirname(fileURLToPath(import.meta.url))

async function main(): Promise<void> {
  const env = readEnv()
  const opened = await openSound(env)
  const metrics = env.metricsPort === null ? null : makeMetrics(opened)
  const deps = metrics?.deps ?? opened
  const demo = deps.isEvaluation ? await ensureDemo(deps) : null
  const app = createApp({
    deps,
    build: await loadBuild(),
    clientDir: join(BUILD, 'client'),
    origin: env.origin,
    port: env.port,
    securityContact: env.securityContact,
  })
  const server = await listen(app, env)
  const figures = metrics && (await listenMetrics(metrics, env.metricsPort ?? 0))
  deps.log({ event: 'listening', port: env.port, pid: process.pid })
  greet(env, demo)
  deps.names.start()
  const jobs = startJobs(deps, env)
  stopOnSignal(async () => {
    figures?.close()
    jobs.stop()
    deps.names.stop()
    await stopListening(server)
    await jobs.idle()
    await deps.database.close()
    await deps.keys.close()
  })
}

async function loadBuild(): Promise<ServerBuild> {
  const file = join(BUILD, 'server', 'index.js')
  if (!existsSync(file)) throw new Error('Es fehlt der Bau. Bitte starten Sie mit „npm start“.')
  return (await import(pathToFileURL(file).href)) as ServerBuild
}

/** What the person at the terminal needs to go on: the address, and the demo's sign-ins. */
function greet(env: Env, demo: readonly string[] | null): void {
  const address = env.origin ?? `http://127.0.0.1:${env.port}`
  const lines = [`Einstieg läuft: ${address}`, ...(demo ?? [])]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false
  const once = () => {
    if (isStopping) return
    isStopping = true
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', once)
  process.on('SIGINT', once)
}

try {
  await main()
} catch (accident) {
  process.stderr.write(`${sentenceOf(accident)}\n`)
  process.exit(1)
}

function sentenceOf(accident: unknown): string {
  const { code, port } = accident as { readonly code?: unknown; readonly port?: unknown }
  if (code === 'EADDRINUSE') {
    return `PORT: Auf ${port} hört schon ein anderes Programm. Bitte beenden Sie es, oder nehmen Sie einen anderen Port.`
  }
  return accident instanceof Error ? accident.message : String(accident)
}
