import type { CalendarDate, Instant } from '#app/domain/time.ts'
import { instantAt, workingDay } from './calendar.ts'
import type { DemoChild, DemoFamily } from './family.ts'
import type { Step } from './steps.ts'
import { WAYS } from './ways.ts'

/** One child's part in the demo. */
export type Story = {
  readonly child: DemoChild
  readonly family: DemoFamily
  /** The family's number, from 0. */
  readonly number: number
  readonly steps: readonly Step[]
}

/** One step on its day. */
export type Scene<S extends Step = Step> = {
  readonly story: Story
  readonly step: S
  readonly day: CalendarDate
  readonly at: Instant
  /** Brothers and sisters who come along to the same appointment. */
  readonly alongside: readonly Story[]
  /** Whether the school answers before the next proposal: then it needs an account. */
  readonly schoolAnswers: boolean
}

/** When a step usually happens, in minutes since midnight. */
const USUALLY_AT: Readonly<Record<Step['do'], number>> = {
  register: 510,
  appoint: 565,
  admit: 585,
  propose: 605,
  can_admit: 675,
  decline: 700,
  withdraw: 715,
  start: 730,
  no_place: 740,
  not_started: 745,
  gone: 755,
  send_back: 800,
  review: 820,
  assign: 845,
  begin_interview: 890,
  counsel: 935,
  miss: 965,
}

/** What falls on the same day by a weekend still happens one after the other. */
const APART_MINUTES = 25
const SCHOOL_STEPS: ReadonlySet<Step['do']> = new Set([
  'can_admit',
  'decline',
  'admit',
  'no_place',
  'start',
  'not_started',
])

/** What happens to all children, in the order in which it happened; `start`: the first start. */
export function scenesOf(families: readonly DemoFamily[], start: CalendarDate): readonly Scene[] {
  const scenes = families.flatMap((family, number) =>
    withSiblings(
      family.children.flatMap((child, index) =>
        scenesOfChild({ family, child, number }, index, start),
      ),
    ),
  )
  return scenes.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
}

function scenesOfChild(
  told: Omit<Story, 'steps'>,
  index: number,
  start: CalendarDate,
): readonly Scene[] {
  const steps = WAYS[told.child.way].map((step) => earlierBy(step, told.child.earlier ?? 0))
  const story = { ...told, steps }
  const scenes: Scene[] = []
  let last = { day: '', minutes: 0 }
  for (const [position, step] of steps.entries()) {
    const day = workingDay(start, step.day)
    const usual = USUALLY_AT[step.do] + ((told.number * 7 + index * 3) % 20)
    const minutes = day === last.day ? Math.max(usual, last.minutes + APART_MINUTES) : usual
    const at = instantAt(day, minutes)
    scenes.push({ story, step, day, at, alongside: [], schoolAnswers: isAnswered(steps, position) })
    last = { day, minutes }
  }
  return scenes
}

function earlierBy(step: Step, days: number): Step {
  const day = step.day - days
  if (step.do === 'appoint') return { ...step, day, forDay: step.forDay - days }
  if (step.do === 'admit' && step.firstDay !== null) {
    return { ...step, day, firstDay: step.firstDay - days }
  }
  return { ...step, day }
}

function isAnswered(steps: readonly Step[], position: number): boolean {
  const after = steps.slice(position + 1)
  const next = after.findIndex((step) => step.do === 'propose')
  const until = next === -1 ? after : after.slice(0, next)
  return until.some((step) => SCHOOL_STEPS.has(step.do))
}

/** One appointment serves all children of a family who are booked for the same time. */
function withSiblings(scenes: readonly Scene[]): readonly Scene[] {
  return scenes.flatMap((scene) => {
    const together = scenes.filter((other) => isSameAppointment(scene, other))
    if (together.length < 2) return [scene]
    const [first, ...others] = together
    if (first !== scene) return []
    return [{ ...scene, alongside: others.map(({ story }) => story) }]
  })
}

function isSameAppointment({ step, day }: Scene, other: Scene): boolean {
  return (
    step.do === 'appoint' &&
    other.step.do === 'appoint' &&
    day === other.day &&
    step.forDay === other.step.forDay &&
    step.time === other.step.time
  )
}
