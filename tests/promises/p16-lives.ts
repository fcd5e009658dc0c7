import type { EndReason } from '#app/domain/case/reasons.ts'
import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { liftHold, setHold } from '#app/services/privacy/hold.server.ts'
import {
  type Day,
  dayAfter,
  type Kind,
  type Life,
  type NotedCase,
} from '#tests/promises/p16-oracle.ts'
import {
  admit,
  appoint,
  assign,
  counsel,
  done,
  propose,
  seatsAt,
  start,
  versionOf,
} from '#tests/promises/steps.ts'
import type { Drawer } from '#tests/setup/random.ts'
import { type CentreCode, registerAnyway, registration, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const AREA: Readonly<Record<CentreCode, string>> = { DN: '05358008', BOR: '05554012' }

/** What people do on which day, by its number; and what the oracle notes down of it. */
export type Story = {
  readonly agenda: ReadonlyMap<number, readonly (() => Promise<void>)[]>
  /** Who is there now, by the id of the first case, with the ids of all. */
  readonly lives: Map<CaseId, Life & { readonly centre: CentreCode; readonly ids: CaseId[] }>
}

type Known = Life & { readonly centre: CentreCode; readonly ids: CaseId[] }

/** Draws the lives of so many children over some days: some end at once, some never, some come back. */
export function drawStory(world: World, draw: Drawer, children: number, days: number): Story {
  const agenda = new Map<number, (() => Promise<void>)[]>()
  const lives: Story['lives'] = new Map()
  const on = (day: number, act: () => Promise<void>) => {
    agenda.set(day, [...(agenda.get(day) ?? []), act])
  }
  const seated = new Set<string>()
  for (let serial = 0; serial < children; serial += 1) {
    const drawn = draw.below(Math.floor(days * 0.75))
    const centre = draw.below(8) === 0 ? 'BOR' : 'DN'
    const far = centre === 'DN' && draw.below(4) === 0
    // the first day is a Thursday, and nobody is invited for a Sunday
    const arrives = far ? drawn - (drawn % 7) : drawn
    const ends = arrives + draw.between(1, 240)
    const child = { life: null as Known | null }
    on(arrives, async () => {
      child.life = await arrive(world, serial, centre)
      lives.set(child.life.ids[0] as CaseId, child.life)
      if (far) await goFar(world, child.life, seated)
    })
    const there = (act: (life: Known) => Promise<void>) => async () => {
      const { life } = child
      // what was planned for somebody who is gone does not happen
      if (life !== null && lives.has(life.ids[0] as CaseId)) await act(life)
    }
    drawEnd(world, draw, on, there, { far, ends })
    if (draw.below(5) === 0) drawHold(world, draw, on, there, ends)
    if (draw.below(8) === 0) drawReturn(world, draw, on, there, ends)
  }
  return { agenda, lives }
}

type On = (day: number, act: () => Promise<void>) => void
type There = (act: (life: Known) => Promise<void>) => () => Promise<void>

/** One in eight goes on without an end. */
function drawEnd(
  world: World,
  draw: Drawer,
  on: On,
  there: There,
  { far, ends }: { readonly far: boolean; readonly ends: number },
): void {
  if (draw.below(8) === 0) return
  const code = far
    ? draw.oneOf(['follow_up_over', 'follow_up_over', 'moved_away'] as const)
    : draw.oneOf(['moved_away', 'enrols_itself', 'other_municipality', 'other'] as const)
  on(
    ends,
    there((life) => endOne(world, life, 0, code)),
  )
}

function drawHold(world: World, draw: Drawer, on: On, there: There, ends: number): void {
  const held = draw.between(20, 500)
  const from = ends + draw.below(60)
  on(
    from,
    there(async (life) => {
      const until = daysLater(dayOf(world), held)
      const caseId = life.ids[0] as CaseId
      done(await setHold(lead(world, life), { caseId, until, sentence: 'Ein Verfahren.' }))
      noted(life, 0).heldUntil = until
    }),
  )
  if (draw.below(2) === 0) return
  on(
    from + Math.floor(held / 2),
    there(async (life) => {
      done(await liftHold(lead(world, life), life.ids[0] as CaseId))
      noted(life, 0).heldUntil = null
    }),
  )
}

/** The child comes back: a second case, which ends too, or does not. */
function drawReturn(world: World, draw: Drawer, on: On, there: There, ends: number): void {
  const comes = ends + draw.between(1, 70)
  on(
    comes,
    there(async (life) => {
      if (life.cases[0]?.kind === null) return
      life.ids.push(await secondCase(world, life))
      life.cases.push({ kind: null, from: null, heldUntil: null })
    }),
  )
  if (draw.below(3) === 0) return
  on(
    comes + draw.between(1, 200),
    there(async (life) => {
      if (life.cases.length > 1) await endOne(world, life, 1, 'moved_away')
    }),
  )
}

// ---- what people do ----

async function arrive(world: World, serial: number, centre: CentreCode): Promise<Known> {
  const registeredOn = dayOf(world)
  const born = `${Number(registeredOn.slice(0, 4)) - 12}-05-04` as Day
  const command = registration({
    child: {
      ...{ givenNames: `Kind${serial}`, familyName: `Beispiel${serial}` },
      birthDate: { precision: 'day', date: born },
    },
    ...{ registeredOn, arrivalMonth: null, municipality: AREA[centre] as MunicipalityKey },
  })
  const { caseId } = done(await registerAnyway(world.as('counsellor', centre), command))
  return { centre, ids: [caseId], cases: [{ kind: null, from: null, heldUntil: null }] }
}

/** As far as the first school day. */
async function goFar(world: World, life: Known, seated: Set<string>): Promise<void> {
  const day = dayOf(world)
  const year = day.slice(5) >= '08-01' ? day.slice(0, 4) : String(Number(day.slice(0, 4)) - 1)
  if (!seated.has(year)) await seatsAt(world, SCHOOL, 90)
  seated.add(year)
  const walker = { caseId: life.ids[0] as CaseId, centre: 'DN' } as const
  await appoint(world, walker)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  await assign(world, walker)
  await admit(world, walker, SCHOOL)
  await start(world, walker, SCHOOL)
  Object.assign(noted(life, 0), { kind: 'never_completed', from: day })
}

async function endOne(world: World, life: Known, which: number, code: EndReason): Promise<void> {
  const caseId = life.ids[which] as CaseId
  const on = dayOf(world)
  const version = await versionOf(world, caseId)
  const reason = { code, sentence: 'So ist es.' }
  done(await endCase(world.as('counsellor', life.centre), { caseId, version, on, reason }))
  const kind: Kind = code === 'follow_up_over' ? 'follow_up_over' : 'ended_early'
  Object.assign(noted(life, which), { kind, from: on })
}

/** The form for a child that is known does not exist yet: its row is made here. */
async function secondCase({ database, newId, ...world }: World, life: Known): Promise<CaseId> {
  const id = newId() as CaseId
  await database.write(async (tx) => {
    const first = await tx
      .selectFrom('pupil_case')
      .selectAll()
      .where('id', '=', life.ids[0] as CaseId)
      .executeTakeFirstOrThrow()
    const day = dayOf(world)
    await tx
      .insertInto('pupil_case')
      .values({
        ...{ ...first, id, case_number: `${first.case_number}-2`, stage: 'registered', version: 1 },
        ...{ stage_since: day, registered_on: day, ended_on: null, close_reason: null },
        ...{ school_number: null, pool_id: null, seat_entry_id: null, first_day: null },
        ...{ appointment_on: null, counselled_on: null, proposed_on: null, assigned_on: null },
        ...{ admitted_on: null, planned_first_day: null, last_review_on: null },
        ...{ next_review_on: null, hold_until: null, can_admit_at: null, due_on: null },
      })
      .execute()
  })
  return id
}

function lead(world: World, { centre }: Known) {
  return world.as('lead', centre)
}

function noted({ cases }: Life, which: number): NotedCase {
  const one = cases[which]
  if (one === undefined) throw new Error('There is no such case')
  return one
}

/** The clock stands at nine in the morning, UTC: it is the same day in Berlin. */
function dayOf({ clock }: Pick<World, 'clock'>): Day {
  return clock.now().toISOString().slice(0, 10) as Day
}

function daysLater(from: Day, count: number): Day {
  let day = from
  for (let passed = 0; passed < count; passed += 1) day = dayAfter(day)
  return day
}
