import {
  clockDates,
  clocks,
  type Decider,
  type NextStep,
  nextStep,
  runningClock,
  type WaitsFor,
  waitsFor,
} from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { AssignedBy, Targets } from '#app/domain/centre/centre.ts'
import { ageOn } from '#app/domain/child/birth-date.ts'
import { displayName } from '#app/domain/child/name.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { type CalendarDate, dayOf, type Instant } from '#app/domain/time.ts'
import type { NameEntry, NameIndex } from '#db/sealing/name-index.ts'

/** A child in a list, by name: all of it comes from the index in memory, nothing is unsealed. */
export type ListedChild = {
  readonly caseId: CaseId
  /** Empty only where the child cannot be read, or was just erased. */
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  /** In whole years; null: birth date not known. */
  readonly age: number | null
  readonly isAgeUncertain: boolean
  /** BCP 47 code. */
  readonly language: string
  readonly grade: number | null
  readonly form: SchoolForm | null
  readonly stage: Stage
  readonly since: CalendarDate
}

/** A row of the work list. */
export type WorkRow = ListedChild & {
  /** What stands under the stage instead of since when: the day of the talk, the first school day. */
  readonly note: { readonly kind: 'appointment' | 'first_day'; readonly on: CalendarDate } | null
  readonly waitsFor: WaitsFor
  readonly clock: {
    readonly name: 'counselling' | 'assignment' | 'first_day'
    readonly state: 'running'
    readonly days: number
    readonly target: number
  } | null
  /** The day the case is due: the running clock reaches its target, or the next review. */
  readonly dueOn: CalendarDate | null
  readonly isLate: boolean
  readonly next: NextStep
}

/** The child of a case as lists show it. */
export function listedChild(
  index: NameIndex,
  pupilCase: PupilCase,
  today: CalendarDate,
): ListedChild {
  const entry = index.nameOf(pupilCase.centreId, pupilCase.childId)
  const recommendation = 'recommendation' in pupilCase ? pupilCase.recommendation : null
  return {
    caseId: pupilCase.id,
    name: entry === null ? '' : displayName(`${entry.given} ${entry.family}`),
    original: entry === null ? null : originalName(entry, pupilCase.language),
    age: entry === null ? null : ageOn(entry.birthDate, today),
    isAgeUncertain: entry !== null && entry.birthDate.precision !== 'day',
    language: pupilCase.language,
    grade: recommendation?.grade ?? null,
    form: recommendation?.form ?? null,
    stage: pupilCase.stage,
    since: pupilCase.stageSince,
  }
}

/** What a row rests on beside its case. */
type RowGround = {
  readonly targets: Targets
  readonly now: Instant
  /** Who assigns in the centre, and who decides about this case as seen by who looks. */
  readonly assignedBy: AssignedBy
  readonly decider: Decider
}

/** A case as the work list shows it at `now`. */
export function workRow(
  index: NameIndex,
  pupilCase: PupilCase,
  { targets, now, assignedBy, decider }: RowGround,
): WorkRow {
  const today = dayOf(now)
  const clock = runningClock(clocks(clockDates(pupilCase), targets, today))
  const dueOn = pupilCase.stage === 'attending' ? pupilCase.nextReviewOn : (clock?.dueOn ?? null)
  return {
    ...listedChild(index, pupilCase, today),
    note: noteOf(pupilCase),
    waitsFor: waitsFor(pupilCase, now, assignedBy),
    clock: clock && {
      name: clock.name,
      state: clock.state,
      days: clock.days,
      target: clock.target,
    },
    dueOn,
    isLate: dueOn !== null && dueOn < today,
    next: nextStep(pupilCase, now, decider),
  }
}

function noteOf(pupilCase: PupilCase): WorkRow['note'] {
  if (pupilCase.stage === 'appointed') return { kind: 'appointment', on: pupilCase.appointmentOn }
  if (pupilCase.stage === 'admitted' && pupilCase.plannedFirstDay !== null) {
    return { kind: 'first_day', on: pupilCase.plannedFirstDay }
  }
  return null
}

function originalName({ originalGiven, originalFamily }: NameEntry, lang: string) {
  const text = displayName(`${originalGiven} ${originalFamily}`)
  return text === '' ? null : { text, lang }
}
