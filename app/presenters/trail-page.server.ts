import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCaseByNumber } from '#db/queries/case-number.server.ts'

export type TrailPage = {
  /** What was looked for; empty: nothing yet. */
  readonly caseNumber: string
  /** The case with that number in the auditor's centres; null: none. */
  readonly caseId: CaseId | null
}

/**
 * The way from a case number to the trail of the case, for data protection. Shows nothing of the
 * child; the trail itself writes down who read it. Refused: `forbidden`.
 */
export async function trailPage(
  { actor, database }: Context,
  wanted: string,
): Promise<Result<TrailPage, Forbidden>> {
  const centres = centresOf(actor, ['auditor'])
  const [centreId] = centres
  if (centreId === undefined) return err({ code: 'forbidden', action: 'trail.view' })
  const permit = authorize(actor, 'trail.view', { centreId })
  if (!permit.ok) return permit
  const caseNumber = wanted.trim().toUpperCase()
  const caseId = caseNumber === '' ? null : await findCaseByNumber(database.db, centres, caseNumber)
  return ok({ caseNumber, caseId })
}
