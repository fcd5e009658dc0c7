import { clockDates, clocks } from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { ageOn, birthDatePhrase } from '#app/domain/child/birth-date.ts'
import type { Child } from '#app/domain/child/child.ts'
import { displayName, fullName } from '#app/domain/child/name.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { CaseSurroundings } from '#db/queries/case-page.server.ts'

/** What stands at the head of every page of a case. Dates are days, the age is in whole years. */
export function caseHead(pupilCase: PupilCase, child: Child, today: CalendarDate) {
  return {
    caseId: pupilCase.id,
    caseNumber: pupilCase.caseNumber,
    version: pupilCase.version,
    stage: pupilCase.stage,
    name: fullName(child),
    original: originalName(child, pupilCase.language),
    born: birthDatePhrase(child.birthDate),
    isBirthDateKnown: child.birthDate.date !== null,
    age: ageOn(child.birthDate, today),
  }
}

/** The three clocks of a case as its centre's targets measure them today. */
export function clocksOf(
  pupilCase: PupilCase,
  targets: Pick<
    CaseSurroundings,
    'target_counselling_days' | 'target_assignment_days' | 'target_first_day_days'
  >,
  today: CalendarDate,
) {
  return clocks(
    clockDates(pupilCase),
    {
      counsellingDays: targets.target_counselling_days,
      assignmentDays: targets.target_assignment_days,
      firstDayDays: targets.target_first_day_days,
    },
    today,
  )
}

/** What a brother or sister is called: the given name where there is one. */
export function callName(child: Child): string {
  return displayName(child.givenNames) || fullName(child)
}

function originalName(child: Child, lang: string) {
  if (child.originalScript === null) return null
  const { given, family } = child.originalScript
  return { text: displayName(`${given} ${family}`), lang }
}
