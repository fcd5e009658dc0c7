import { runningClock } from '#app/domain/case/clocks.ts'
import { isHeld } from '#app/domain/case/propose.ts'
import { isAt, type PupilCase } from '#app/domain/case/pupil-case.ts'
import type { HomePoint } from '#app/domain/geo/home-point.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { phoneLabel, type School } from '#app/domain/school/school.ts'
import type { Reason } from '#app/domain/suggestion/reason.ts'
import type { Exclusion } from '#app/domain/suggestion/suggest.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { suggestForCase } from '#app/services/suggestion/suggest-for-case.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { findCentre, findMunicipality } from '#db/queries/centre.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { caseHead, clocksOf } from './case-head.server.ts'

/** What the page "Schulvorschläge" shows: schools with reasons, and of the child what they rest on. */
export type SuggestionsPage = ReturnType<typeof caseHead> & {
  readonly grade: number | null
  readonly form: string | null
  readonly clock: {
    readonly name: 'counselling' | 'assignment' | 'first_day'
    readonly state: 'running'
    readonly days: number
    readonly target: number
  } | null
  /** Null where no way can be estimated, and under a lock. */
  readonly home: HomePoint | null
  /** Null under a lock. */
  readonly municipality: string | null
  /** An address lock in the family: neither home nor ways are sent, and no way counted. */
  readonly isLocked: boolean
  readonly holdDays: number
  readonly total: number
  /** Whether a school can be proposed now; else the case waits for something else. */
  readonly canPropose: boolean
  readonly suggested: readonly {
    readonly number: SchoolNumber
    readonly name: string
    readonly form: School['form']
    readonly free: number
    readonly decided: number
    readonly wayMetres: number | null
    readonly reasons: readonly Reason[]
  }[]
  readonly withoutPools: readonly {
    readonly number: SchoolNumber
    readonly name: string
    readonly phone: string | null
    readonly wayMetres: number | null
  }[]
  readonly excluded: readonly {
    readonly number: SchoolNumber
    readonly name: string
    readonly exclusion: Exclusion
  }[]
}

/** The suggestions for one child; reading them is written down first. */
export async function suggestionsPage(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<SuggestionsPage, Forbidden | { readonly code: 'case_not_found' }>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.suggest', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { db } = ctx.database
  const { centreId } = pupilCase
  const { suggestions, schools, home, isLocked } = await suggestForCase(ctx, pupilCase)
  const child = await readChild(db, ctx.keys, centreId, pupilCase.childId)
  const day = today(ctx.clock)
  const centre = await findCentre(db, centreId)
  if (centre === null) throw new Error(`No centre ${centreId}`)
  const municipality = await findMunicipality(db, pupilCase.municipality)
  const byNumber = new Map(schools.map((school) => [school.number, school]))
  const label = (number: SchoolNumber) => byNumber.get(number)?.shortName ?? number
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'suggestions',
    caseId,
  })
  return ok({
    ...caseHead(pupilCase, child, day),
    ...recommendationOf(pupilCase),
    clock: runningClock(clocksOf(pupilCase, centre, day)),
    home,
    municipality: isLocked ? null : (municipality?.name ?? null),
    isLocked,
    holdDays: centre.hold_days,
    total: schools.length,
    canPropose: canPropose(ctx, pupilCase),
    suggested: suggestions.suggested.map((school) => ({
      number: school.number,
      name: label(school.number),
      form: byNumber.get(school.number)?.form ?? '02',
      free: school.free,
      decided: school.decided,
      wayMetres: school.wayMetres,
      // that a way is not known would be said of every school; the page says once why
      reasons: school.reasons.filter(({ kind }) => !isLocked || kind !== 'way_unknown'),
    })),
    withoutPools: suggestions.withoutPools.map(({ number, wayMetres }) => ({
      number,
      name: label(number),
      phone: phoneOf(byNumber.get(number)),
      wayMetres,
    })),
    excluded: suggestions.excluded.map(({ number, exclusion }) => ({
      number,
      name: label(number),
      exclusion,
    })),
  })
}

function recommendationOf(pupilCase: PupilCase) {
  const recommendation = 'recommendation' in pupilCase ? pupilCase.recommendation : null
  return { grade: recommendation?.grade ?? null, form: recommendation?.form ?? null }
}

function canPropose(ctx: Context, pupilCase: PupilCase): boolean {
  if (isAt(pupilCase, ['waiting', 'not_started'])) return true
  return pupilCase.stage === 'proposed' && !isHeld(pupilCase.proposal, instant(ctx.clock))
}

function phoneOf(school: School | undefined): string | null {
  return school === undefined ? null : phoneLabel(school.phone)
}
