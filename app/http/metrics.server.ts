import { createServer, type Server } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Check, CheckName } from '#app/domain/operation/self-check.ts'
import { jobFigures } from '#app/presenters/job-figures.server.ts'
import { mailFigures } from '#app/presenters/mail-figures.server.ts'
import type { Deps, LogLine } from '#app/services/context.server.ts'
import { checkOfAccident, checkRunning } from '#app/services/operation/self-check.server.ts'
import { health } from './health.server.ts'

/** Figures of this process for Prometheus, and the dependencies that feed them. */
export type Metrics = {
  readonly deps: Deps
  readonly page: () => Promise<string>
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST']

/**
 * Counts and times what passes through the log and the database. A label is a route's id, a word of
 * our own code or a class of answers; what comes from a request never becomes one.
 */
export function makeMetrics(deps: Deps): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const hear = hearing(registry)
  watchState(registry, deps)
  watchMail(registry, deps)
  watchCare(registry, deps)
  return {
    deps: {
      ...deps,
      log: (line) => {
        hear(line)
        deps.log(line)
      },
      database: { ...deps.database, write: timedWrites(registry, deps.database.write) },
    },
    page: () => registry.metrics(),
  }
}

/** Requests by route, method and class of status; everything else that is logged by its event. */
function hearing(registry: Registry): (line: LogLine) => void {
  const requests = new Histogram({
    name: 'einstieg_request_duration_seconds',
    help: 'Dauer der Anfragen',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers: [registry],
  })
  const events = new Counter({
    name: 'einstieg_events_total',
    help: 'Vermerke im Protokoll, nach Art (sign_in_failed: gescheiterte Anmeldungen)',
    labelNames: ['event'],
    registers: [registry],
  })
  return ({ event, route = 'none', code = '', status = 0, ms = 0 }) => {
    if (event !== 'request') return events.inc({ event })
    const method = METHODS.includes(code) ? code : 'other'
    const statusClass = `${Math.floor(status / 100)}xx`
    requests.observe({ route, method, status: statusClass }, ms / 1000)
  }
}

function timedWrites(registry: Registry, write: Deps['database']['write']): typeof write {
  const waiting = new Gauge({
    name: 'einstieg_writes_waiting',
    help: 'Schreibvorgänge, die laufen oder warten',
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'einstieg_write_duration_seconds',
    help: 'Dauer der Schreibvorgänge vom Auftrag bis zur Bestätigung der Platte',
    buckets: SECONDS,
    registers: [registry],
  })
  return async (work) => {
    waiting.inc()
    const done = duration.startTimer()
    try {
      return await write(work)
    } finally {
      done()
      waiting.dec()
    }
  }
}

/** What is asked when the page is: health, name index, jobs. */
function watchState(registry: Registry, deps: Deps): void {
  new Gauge({
    name: 'einstieg_healthy',
    help: '1: Datenbank und Schlüssel antworten',
    registers: [registry],
    async collect() {
      this.set((await health(deps)).status === 200 ? 1 : 0)
    },
  })
  new Gauge({
    name: 'einstieg_name_index_full',
    help: '1: Die Namenssuche ist vollständig, 0: Sie wird noch aufgebaut',
    registers: [registry],
    collect() {
      this.set(deps.names.state() === 'full' ? 1 : 0)
    },
  })
  const labelNames = ['kind', 'state'] as const
  const age = new Gauge({
    name: 'einstieg_job_due_seconds',
    help: 'Seit wann der älteste Auftrag fällig ist',
    labelNames,
    registers: [registry],
  })
  new Gauge({
    name: 'einstieg_jobs',
    help: 'Aufträge nach Art und Stand',
    labelNames,
    registers: [registry],
    async collect() {
      this.reset()
      age.reset()
      const figures = await jobFigures(deps).catch(() => [])
      for (const { kind, state, count, dueForSeconds } of figures) {
        this.set({ kind, state }, count)
        if (state !== 'done') age.set({ kind, state }, dueForSeconds)
      }
    },
  })
}

/** Mails that are not out; nothing where the installation sends none. */
function watchMail(registry: Registry, deps: Deps): void {
  new Gauge({
    name: 'einstieg_mails',
    help: 'E-Mails, die warten (waiting), aufgegeben sind (failed), und Personen, die seit 15 Minuten auf ihre warten (undelivered)',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset()
      const figures = await mailFigures(deps).catch(() => null)
      for (const [state, count] of Object.entries(figures ?? {})) this.set({ state }, count)
    },
  })
}

/** What the self-check is asked for the figures at most once in so many milliseconds: it reads files. */
const SELF_CHECK_EVERY_MS = 60_000

/** How old what protects the data is, and how much the self-check has to say. */
function watchCare(registry: Registry, deps: Deps): void {
  const registers = [registry]
  const look = lookNowAndThen(deps)
  new Gauge({
    name: 'einstieg_self_check',
    help: 'Was die Selbstprüfung sagt: Hinweise (hint) und was einen Start verhindert (refused)',
    labelNames: ['state'],
    registers,
    async collect() {
      const checks = await look()
      for (const state of ['hint', 'refused'] as const) {
        this.set({ state }, checks.filter((check) => check.state === state).length)
      }
    },
  })
  const ageOf = async (name: CheckName) => {
    const at = (await look()).find((check) => check.name === name)?.facts['at']
    // what was never made has no age
    if (at === undefined) return Number.NaN
    return (deps.clock.now().getTime() - Date.parse(String(at))) / 1000
  }
  new Gauge({
    name: 'einstieg_backup_age_seconds',
    help: 'Alter der letzten gelungenen Sicherung',
    registers,
    async collect() {
      this.set(await ageOf('backup'))
    },
  })
  new Gauge({
    name: 'einstieg_trail_head_age_seconds',
    help: 'Alter des letzten aufgehobenen Protokollendes',
    registers,
    async collect() {
      this.set(await ageOf('head'))
    },
  })
}

function lookNowAndThen(deps: Deps): () => Promise<readonly Check[]> {
  let lookedAt = Number.NEGATIVE_INFINITY
  let seen: Promise<readonly Check[]> = Promise.resolve([])
  return () => {
    const now = deps.clock.now().getTime()
    if (Math.abs(now - lookedAt) >= SELF_CHECK_EVERY_MS) {
      lookedAt = now
      // what cannot be asked would not let the program start either
      seen = checkRunning(deps).catch((accident) => [checkOfAccident(accident)])
    }
    return seen
  }
}

/** Serves `GET /metrics` on this machine's loopback only; not through the web door, and to no name but its own. */
export function listenMetrics({ page }: Metrics, port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    const isOurs = ['127.0.0.1', 'localhost'].includes(host)
    if (!isOurs || request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    try {
      const text = await page()
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
      response.end(text)
    } catch {
      response.writeHead(503).end()
    }
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
