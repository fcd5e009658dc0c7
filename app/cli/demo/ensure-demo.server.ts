import { type CalendarDate, type Instant, schoolYearOf, today } from '#app/domain/time.ts'
import { type DemoState, demoState } from '#app/services/centre/demo-state.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { instantAt, workingDay } from './calendar.ts'
import { done } from './done.ts'
import { FAMILIES } from './families/index.ts'
import { foundCentre } from './found-centre.server.ts'
import { pastOf } from './past.server.ts'
import { type Play, playScene } from './play.server.ts'
import { keepSeatsBack, type Reported, reportSeats } from './report-seats.server.ts'
import { scenesOf } from './script.ts'
import { DEMO_SHORT_CODE, signInLines } from './sign-ins.ts'
import { DEMO_DAYS } from './ways.ts'

/** Nine and five o'clock, in minutes since midnight. */
const NINE = 9 * 60
const FIVE = 17 * 60

/** How many days before the first start seats are kept back for a family that is expected. */
const EXPECTED_DAYS = 3

const INTERRUPTED =
  'Die Demo ist unvollständig, weil der erste Start unterbrochen wurde. Bitte beenden Sie das ' +
  'Programm, löschen Sie den Datenordner („data“ oder DATA_DIR) und starten Sie neu.'

/**
 * Makes the demo centre in a database that holds no centre, by calling the services as people would
 * have in the weeks before; on the same day always the same centre. Changes nothing when there is
 * one already. Returns what to print at every start: the sign-ins, or nothing where the database is
 * in use without a demo.
 */
export async function ensureDemo(deps: Deps): Promise<readonly string[]> {
  const state = await demoState(deps, DEMO_SHORT_CODE)
  if (state === 'no_centre') await makeDemo(deps)
  return linesFor(state)
}

function linesFor(state: DemoState): readonly string[] {
  if (state === 'not_demo') return []
  return state === 'interrupted' ? [...signInLines(), INTERRUPTED] : signInLines()
}

async function makeDemo(deps: Deps): Promise<void> {
  process.stdout.write('Die Demo wird angelegt. Das dauert einige Sekunden.\n')
  deps.names.start()
  const start = today(deps.clock)
  const first = workingDay(start, -DEMO_DAYS)
  const past = pastOf(deps)
  const cast = await foundCentre(past, first, start)
  const reported: Reported = new Map()
  const play: Play = { past, cast, start, cases: new Map(), drafts: new Map() }
  const expected = instantAt(workingDay(start, -EXPECTED_DAYS), FIVE)
  const happenings: readonly Happening[] = [
    ...reportsOf(first, start).map(({ schoolYear, at }) => ({
      at,
      happen: () => reportSeats(past, cast, { schoolYear, at, reported }),
    })),
    { at: expected, happen: () => keepSeatsBack(past, cast, { reported, start, at: expected }) },
    ...scenesOf(FAMILIES, start).map((scene) => ({
      at: scene.at,
      happen: () => playScene(play, scene),
    })),
  ]
  for (const { happen } of happenings.toSorted(byTime)) await happen()
  await printFixedSlip(play)
  deps.log({ event: 'demo_made', count: play.cases.size })
}

type Happening = { readonly at: Instant; readonly happen: () => Promise<void> }

function byTime(one: Happening, other: Happening): number {
  return Date.parse(one.at) - Date.parse(other.at)
}

/** Each school year the demo touches, reported in the July before it or on the first day. */
function reportsOf(first: CalendarDate, start: CalendarDate) {
  const [from, to] = [schoolYearOf(first), schoolYearOf(start)]
  const schoolYears = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return schoolYears.map((schoolYear) => {
    const july = workingDay(`${schoolYear}-07-15` as CalendarDate, 0)
    return { schoolYear, at: instantAt(july < first ? first : july, NINE) }
  })
}

/** The last of all: `demoState` knows by it that the demo is whole. */
async function printFixedSlip({ past, cast, cases, start }: Play): Promise<void> {
  const child = FAMILIES.flatMap(({ children }) => children).find((one) => one.hasFixedSlip)
  const caseId = child && cases.get(child)
  if (caseId === undefined) throw new Error('The demo has no family for the fixed slip')
  const ctx = past(cast.as('beratung'), instantAt(workingDay(start, -1), FIVE))
  done(await printSlip(ctx, caseId), 'slip')
}
