import type { Measured } from './measure.ts'
import type { Restored } from './restore.ts'

export type Engine = 'sqlite' | 'postgres'

/** All that one run measured, on one engine with so many cases. */
export type Run = {
  readonly engine: Engine
  readonly cases: number
  readonly seconds: number
  /** From the start of the process to its first answer. */
  readonly startMs: number
  /** From the start of the process until the names of all children are in memory. */
  readonly namesMs: number
  readonly rssMib: number
  readonly restored: Restored
  /** Admissions confirmed, by how many did so at the same time. */
  readonly admissions: Readonly<Record<string, Measured>>
  readonly figures: Readonly<Record<string, { readonly at1: Measured; readonly at10: Measured }>>
}

/** Ratios and figures that are aimed at; what is missed is printed, never hidden. */
const AIMS = [
  { name: 'work_list', of: 'empty_page', most: 2 },
  { name: 'case_page', of: 'empty_page', most: 2 },
  { name: 'seat_table', of: 'empty_page', most: 2 },
  { name: 'registration', of: 'empty_action', leastRate: 0.6 },
] as const
const MOST_MEMORY_MIB = 300
const MOST_START_MS = 3_000
/** From the backup to the first answer of the machine it was restored on (promises.md P17). */
const MOST_RESTORE_MS = 10 * 60_000

type Say = (line: string) => void

/** Prints the figures of a run, each against the empty page or action of the same run. */
export function reportRun(run: Run, say: Say): void {
  const ratios = ratiosOf(run)
  say(`— ${run.engine}, ${run.cases} cases, Node ${process.version} —`)
  for (const [name, { at1, at10 }] of Object.entries(run.figures)) {
    const against = ratios[name]
    say(
      `${name.padEnd(12)} ${figuresText('1 client', at1)} · ${figuresText('10 clients', at10)} · ` +
        `floor × ${against?.p50at1} / ${against?.p50at10}, cpu × ${against?.cpuAt10}, ` +
        `rate × ${against?.rateAt1} / ${against?.rateAt10}, failed ${at1.failed + at10.failed}`,
    )
  }
  const confirmed = Object.entries(run.admissions).map(([clients, measured]) =>
    figuresText(`${clients} clients`, measured),
  )
  say(`admission    ${confirmed.join(' · ')}`)
  say(
    `memory after the load: ${run.rssMib} MiB · first answer: ${run.startMs} ms · ` +
      `all names read: ${run.namesMs} ms`,
  )
  const { backupMs, restoreMs, startMs } = run.restored
  say(`backup: ${backupMs} ms · restore: ${restoreMs} ms, first answer ${startMs} ms later`)
  const missed = missedAims(run, ratios)
  say(missed.length === 0 ? 'every aim is met' : `missed: ${missed.join('; ')}`)
}

/** Prints how much slower everything became from the smallest to the largest number of cases. */
export function reportGrowth(runs: readonly Run[], say: Say): void {
  const [small, large] = [runs[0], runs.at(-1)]
  if (small === undefined || large === undefined) return
  say(`— ${large.engine}: ${large.cases} against ${small.cases} cases —`)
  for (const line of growthOf(small, large)) {
    say(`${line.name.padEnd(12)} p50 × ${line.p50at1} / ${line.p50at10}, cpu × ${line.cpuAt10}`)
  }
  say(
    `memory × ${ratio(large.rssMib, small.rssMib)}, first answer × ` +
      `${ratio(large.startMs, small.startMs)}, all names read × ${ratio(large.namesMs, small.namesMs)}`,
  )
}

/** Everything as one line of JSON. */
export function toJson(runs: readonly Run[]): string {
  const all = runs.map((run) => {
    const ratios = ratiosOf(run)
    return { node: process.version, ...run, ratios, missed: missedAims(run, ratios) }
  })
  return JSON.stringify(all)
}

function figuresText(label: string, { p50, p99, rps, cpuMs }: Measured): string {
  return `${label}: p50 ${p50} ms, p99 ${p99} ms, ${rps}/s, cpu ${cpuMs} ms`
}

function growthOf(small: Run, large: Run) {
  return Object.entries(large.figures).map(([name, { at1, at10 }]) => {
    const before = small.figures[name]
    return {
      name,
      p50at1: ratio(at1.p50, before?.at1.p50),
      p50at10: ratio(at10.p50, before?.at10.p50),
      cpuAt10: ratio(at10.cpuMs, before?.at10.cpuMs),
    }
  })
}

type Ratio = {
  readonly p50at1: number
  readonly p50at10: number
  readonly cpuAt10: number
  readonly rateAt1: number
  readonly rateAt10: number
}

function ratiosOf(run: Run): Readonly<Record<string, Ratio>> {
  return Object.fromEntries(
    Object.entries(run.figures).map(([name, { at1, at10 }]) => {
      const floor = run.figures[name === 'registration' ? 'empty_action' : 'empty_page']
      return [
        name,
        {
          p50at1: ratio(at1.p50, floor?.at1.p50),
          p50at10: ratio(at10.p50, floor?.at10.p50),
          cpuAt10: ratio(at10.cpuMs, floor?.at10.cpuMs),
          rateAt1: ratio(at1.rps, floor?.at1.rps),
          rateAt10: ratio(at10.rps, floor?.at10.rps),
        },
      ]
    }),
  )
}

function missedAims(run: Run, ratios: Readonly<Record<string, Ratio>>): readonly string[] {
  const missed = AIMS.flatMap((aim) => {
    const found = ratios[aim.name]
    if (found === undefined) return [`${aim.name}: not measured`]
    if ('most' in aim) {
      const worst = Math.max(found.p50at1, found.p50at10)
      return worst > aim.most ? [`${aim.name} ${worst} × ${aim.of}, aim ${aim.most}`] : []
    }
    const rate = Math.min(found.rateAt1, found.rateAt10)
    return rate < aim.leastRate
      ? [`${aim.name} ${rate} × rate of ${aim.of}, aim ${aim.leastRate}`]
      : []
  })
  const refused = Object.entries(run.figures).flatMap(([name, { at1, at10 }]) => {
    const failed = at1.failed + at10.failed
    return failed > 0 ? [`${name}: ${failed} answers were not as meant`] : []
  })
  const unconfirmed = Object.values(run.admissions).reduce((sum, { failed }) => sum + failed, 0)
  return [
    ...missed,
    ...refused,
    ...(unconfirmed > 0 ? [`admission: ${unconfirmed} answers were not as meant`] : []),
    ...(run.rssMib > MOST_MEMORY_MIB ? [`memory ${run.rssMib} MiB, aim ${MOST_MEMORY_MIB}`] : []),
    ...(run.startMs > MOST_START_MS
      ? [`first answer ${run.startMs} ms, aim ${MOST_START_MS}`]
      : []),
    ...(run.restored.restoreMs + run.restored.startMs > MOST_RESTORE_MS
      ? [`restore ${run.restored.restoreMs} ms, aim ${MOST_RESTORE_MS}`]
      : []),
  ]
}

function ratio(value: number, floor: number | undefined): number {
  // a floor that was not measured meets no aim
  if (floor === undefined || floor === 0) return Number.POSITIVE_INFINITY
  return Math.round((value / floor) * 100) / 100
}
