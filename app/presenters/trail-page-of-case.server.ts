import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { today } from '#app/domain/time.ts'
import { authorize, can } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { countTrail, listTrail } from '#db/queries/audit.server.ts'
import { listSchoolsByNumber } from '#db/queries/school.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

const PAGE_SIZE = 25

/**
 * The trail of one case, newest first, 25 entries a page: who, as what, what, when. Who may not see
 * the file (an auditor) sees the case number and no name. Reading the trail is itself written down
 * first. Refused: `case_not_found`, `forbidden`.
 */
export async function trailPageOfCase(ctx: Context, caseId: CaseId, wanted: number) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view_trail', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId } = pupilCase
  const { db } = ctx.database
  const total = await countTrail(db, centreId, caseId)
  const page = Math.min(Math.max(1, wanted), Math.max(1, Math.ceil(total / PAGE_SIZE)))
  const lines = await listTrail(db, centreId, caseId, {
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
  })
  const entries = lines.map(({ id, at, name, role, event, facts }) => ({
    id,
    at,
    who: name,
    role,
    event,
    facts: plainFacts(facts),
  }))
  const numbers = [...new Set(entries.flatMap(({ facts }) => facts['schoolNumber'] ?? []))]
  const schools = await listSchoolsByNumber(db, numbers as SchoolNumber[])
  const isFileOpen = can(ctx.actor, 'case.view', found.facts)
  const child = isFileOpen ? await readChild(db, ctx.keys, centreId, childId) : null
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'trail', caseId })
  return ok({
    caseId,
    caseNumber: pupilCase.caseNumber,
    head: child === null ? null : caseHead(pupilCase, child, today(ctx.clock)),
    entries,
    schools: Object.fromEntries(schools.map(({ number, shortName }) => [number, shortName])),
    page,
    pageSize: PAGE_SIZE,
    total,
  })
}

/** The facts of an entry that are one word or number: lists have no place in a sentence. */
function plainFacts(json: string): Readonly<Record<string, string>> {
  const facts = JSON.parse(json) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name, String(value)]),
  )
}
