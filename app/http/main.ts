import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { ensureDemo } from '#app/cli/demo/ensure-demo.server.ts'
import { type Env, readEnv } from '#app/deps/env.server.ts'
import { makeDeps, whereabouts } from '#app/deps/make-deps.server.ts'
import type { Check } from '#app/domain/operation/self-check.ts'
import { checkText, refusedText } from '#app/i18n/check-text.ts'
import { startJobs } from '#app/jobs/run-jobs.server.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import {
  checkOfAccident,
  checkPlace,
  checkRunning,
  checkWhole,
} from '#app/services/operation/self-check.server.ts'
import { settleErasures } from '#app/services/privacy/settle-erasures.server.ts'
import { listenMetrics, makeMetrics } from './metrics.server.ts'
import { createApp, listen } from './server.ts'

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
    await new Promise<void>((closed) => {
      server.close(() => closed())
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 10_000).unref()
    })
    await jobs.idle()
    await deps.database.close()
    await deps.keys.close()
  })
}

/**
 * Opens the program if the self-check has nothing against it (decision 0025), and finishes what must be
 * finished before anybody asks. What is only worth a look goes into the log by its code.
 * @throws a sentence that names what is wrong and what to do.
 */
async function openSound(env: Env): Promise<Deps> {
  try {
    refuse(checkPlace(whereabouts(env)))
    const deps = await makeDeps(env, async (stores) => refuse([await checkWhole(stores, 'quick')]))
    const checks = await checkRunning(deps)
    refuse(checks)
    for (const { state, code } of checks) {
      if (state === 'hint') deps.log({ event: 'self_check_hint', code })
    }
    await ensureMunicipalities(deps)
    await settleErasures(deps)
    return deps
  } catch (accident) {
    if (accident instanceof Refused) throw accident
    throw new Refused(`Einstieg startet nicht. ${checkText(checkOfAccident(accident))}`)
  }
}

/** The start is refused; the message is for whoever reads the service's output. */
class Refused extends Error {}

function refuse(checks: readonly Check[]): void {
  const why = refusedText(checks)
  if (why !== null) throw new Refused(`Einstieg startet nicht. ${why}`)
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
