import { fullName } from '#app/domain/child/name.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import { readChild } from '#db/sealing/records.server.ts'

/** What stands on the slip beside code and PIN. */
export type SlipPageFacts = {
  readonly caseId: CaseId
  readonly centre: string
  readonly phone: string
  readonly footNote: string | null
  readonly date: CalendarDate
  readonly caseNumber: string
  readonly contactPerson: string
  readonly childName: string
  readonly address: string
  readonly language: string
  readonly isEvaluation: boolean
}

/** The slip's facts. Printing it is what is written down (`slip_printed`), not reading these. */
export async function slipFacts(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<SlipPageFacts, Forbidden | { readonly code: 'case_not_found' }>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.print_slip', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { db } = ctx.database
  const centre = await findCentre(db, pupilCase.centreId)
  if (centre === null) throw new Error(`No centre ${pupilCase.centreId}`)
  const child = await readChild(db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  return ok({
    caseId,
    centre: centre.name,
    phone: centre.phone ?? '',
    footNote: centre.address,
    date: today(ctx.clock),
    caseNumber: pupilCase.caseNumber,
    contactPerson: ctx.actor.kind === 'staff' ? ctx.actor.name : '',
    childName: child.givenNames === '' ? fullName(child) : child.givenNames,
    address: `${ctx.origin.replace(/^https?:\/\//, '')}/familie`,
    language: pupilCase.language,
    isEvaluation: ctx.isEvaluation,
  })
}
